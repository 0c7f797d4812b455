import * as common from '@grafana/grafana-foundation-sdk/common';
import type { DataTransformerConfig, DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { buildQuery, datasourceOf, refIdOf } from './buildQuery.js';
import type { DashboardContext } from './DashboardContext.js';
import type { Column, PanelSpec } from './DashboardSpec.js';
import { dataLink, NOTHING_IN_CELL, valueMapping } from './fieldOptions.js';
import { thresholds } from './thresholds.js';
import { titled } from './titled.js';

/** Queries of now, side by side: what has the same labels is one row. */
export const buildTable = (
  spec: Extract<PanelSpec, { type: 'table' }>,
  id: number,
  { rules }: DashboardContext,
): TableBuilder => {
  const { empty, queries, columns, sortBy } = spec;
  const builder = titled(new TableBuilder(), spec, id)
    .noValue(empty)
    .datasource(datasourceOf('prometheus'))
    .filterable(true);
  for (const [index, query] of queries.entries()) {
    builder.withTarget(buildQuery(query, index, 'table')).withTransformation(nameValue(refIdOf(index)));
  }
  builder
    .overrideByRegexp('.*', NOTHING_IN_CELL)
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'filterFieldsByName',
      options: { include: { names: columns.map(({ field }) => field) } },
    })
    .withTransformation({
      id: 'organize',
      options: {
        indexByName: Object.fromEntries(columns.map(({ field }, index) => [field, index])),
        renameByName: Object.fromEntries(columns.map((column) => [column.field, column.title])),
      },
    });
  for (const column of columns) {
    const properties = propertiesOf(column, rules);
    if (properties.length > 0) builder.overrideByName(column.title, properties);
  }
  if (sortBy !== undefined) {
    const { title, descending } = sortBy;
    builder.sortBy([new common.TableSortByFieldStateBuilder().displayName(title).desc(descending)]);
  }
  return builder;
};

/** Where one query alone has a result, Grafana calls its value `Value`: `Value #A` only where there are several. */
const nameValue = (refId: string): DataTransformerConfig => ({
  id: 'renameByRegex',
  filter: { id: 'byRefId', options: refId },
  options: { regex: '^Value$', renamePattern: `Value #${refId}` },
});

const propertiesOf = ({ unit, rule, words, links, width }: Column, rules: DashboardContext['rules']) => {
  const properties: DynamicConfigValue[] = [];
  if (unit !== undefined) properties.push({ id: 'unit', value: unit });
  if (width !== undefined) properties.push({ id: 'custom.width', value: width });
  if (words !== undefined) properties.push({ id: 'mappings', value: [valueMapping(words)] });
  if (rule !== undefined) properties.push({ id: 'thresholds', value: thresholds({ rule }, rules).build() });
  if (words !== undefined || rule !== undefined)
    properties.push({ id: 'custom.cellOptions', value: { type: common.TableCellDisplayMode.ColorText } });
  if (links !== undefined) properties.push({ id: 'links', value: links.map((link) => dataLink(link).build()) });
  return properties;
};
