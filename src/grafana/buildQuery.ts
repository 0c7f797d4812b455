import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import { DataqueryBuilder as LokiBuilder } from '@grafana/grafana-foundation-sdk/loki';
import { DataqueryBuilder as PrometheusBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { SearchTableType, DataqueryBuilder as TempoBuilder } from '@grafana/grafana-foundation-sdk/tempo';
import type { Datasource } from './DashboardContext.js';
import type { Query } from './DashboardSpec.js';

/** By the variable that the user chooses it with. */
export const datasourceOf = (type: Datasource): DataSourceRef => ({
  type,
  uid: type === 'prometheus' ? '$datasource' : `$${type}`,
});

const LINES = 500;
const TRACES = 50;

/** @param index of a query within its panel, from 0 */
export const refIdOf = (index: number): string => String.fromCharCode(65 + index);

/** @param index of the query within its panel, from 0: its refId is the letter of it */
export const buildQuery = (
  query: Query,
  index: number,
  format: `${PromQueryFormat}` = PromQueryFormat.TimeSeries,
): Builder<Dataquery> => {
  const refId = refIdOf(index);
  const datasource = datasourceOf(query.of);
  switch (query.of) {
    case 'prometheus': {
      const builder = new PrometheusBuilder()
        .refId(refId)
        .datasource(datasource)
        .expr(query.expr)
        .format(format as PromQueryFormat);
      if (query.legend !== undefined) builder.legendFormat(query.legend);
      return (query.instant ?? format === PromQueryFormat.Table) ? builder.instant() : builder.range();
    }
    case 'loki':
      return new LokiBuilder().refId(refId).datasource(datasource).expr(query.expr).queryType('range').maxLines(LINES);
    case 'tempo':
      return new TempoBuilder()
        .refId(refId)
        .datasource(datasource)
        .queryType('traceql')
        .query(query.query)
        .tableType(SearchTableType.Spans)
        .limit(TRACES)
        .filters([]);
    case 'jaeger':
      // The SDK has no builder for it.
      return {
        build: () =>
          ({
            refId,
            datasource,
            queryType: 'search',
            service: '$service',
            operation: query.operation,
            tags: query.tags,
            limit: TRACES,
          }) as unknown as Dataquery,
      };
    default:
      return query satisfies never;
  }
};
