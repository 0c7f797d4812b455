import { fileURLToPath } from 'node:url';
import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { describe, expect, it } from '@jest/globals';
import { DIALECTS } from '../../src/alerts/prometheusDialect.js';
import { jsonTypes } from '../support/conformsTo.js';
import { panelsOf, placeOf, renderedDashboards, targetsOf } from '../support/grafanaJson.js';

const TYPES = jsonTypes(fileURLToPath(new URL('../support/grafanaTypes.ts', import.meta.url)), 'GrafanaTypes');

/** Kinds of panels that have no settings of their own for their fields. */
const WITHOUT_CUSTOM = ['stat', 'bargauge', 'logs', 'text', 'alertlist'];

const of = (value: unknown, ...path: readonly string[]): readonly string[] =>
  TYPES.faults(value, ...path) ?? [`${path.join('.')}: no such kind`];

const faultsOfPanel = ({ type, options, fieldConfig, transformations = [], ...panel }: Panel): readonly string[] => [
  ...(options === undefined ? [] : of(options, 'options', type)),
  ...(fieldConfig?.defaults.custom === undefined || WITHOUT_CUSTOM.includes(type)
    ? of(fieldConfig?.defaults.custom ?? {}, 'transformation', 'merge')
    : of(fieldConfig.defaults.custom, 'custom', type)),
  ...(fieldConfig?.overrides ?? []).flatMap(({ properties }) =>
    properties.flatMap(({ id, value }) => of(value, 'override', id)),
  ),
  ...transformations.flatMap(({ id, options }) => of(options, 'transformation', id)),
  ...targetsOf({ type, ...panel }).flatMap((target) => of(target, 'query', target.datasource.type)),
];

const faultsOf = (dashboard: Dashboard): readonly string[] => [
  ...of(dashboard, 'dashboard'),
  ...panelsOf(dashboard).flatMap((panel) =>
    faultsOfPanel(panel).map((fault) => `${placeOf(dashboard, panel)}: ${fault}`),
  ),
  ...(dashboard.templating.list ?? []).flatMap(({ type, query }) =>
    type === 'query' ? of(query, 'variableQuery') : [],
  ),
];

const BOARDS = DIALECTS.flatMap((dialect) => renderedDashboards(dialect)).map(
  (dashboard) => [dashboard.uid ?? '', dashboard] as const,
);

describe('the JSON of a dashboard', () => {
  it.each(BOARDS)('is as the types of Grafana say: %s', (_, dashboard) => {
    expect(faultsOf(dashboard)).toEqual([]);
  });

  const [[, overview]] = BOARDS as [[string, Dashboard]];
  const first = (type: string, panels: readonly Panel[]): Panel => {
    const panel = panels.find((each) => each.type === type);
    if (panel === undefined) throw new Error(type);
    return panel;
  };

  // biome-ignore lint/suspicious/noExplicitAny: what is broken here is no type's
  const transformation = (panel: any, id: string) => panel.transformations.find((each: any) => each.id === id).options;
  // biome-ignore lint/suspicious/noExplicitAny: what is broken here is no type's
  const BREACHES: readonly (readonly [string, (panel: (type: string) => any, dashboard: any) => void])[] = [
    ['tiitle: no such member', (_, dashboard) => Object.assign(dashboard, { tiitle: 'x' })],
    ['schemaVersion: missing', (_, dashboard) => delete dashboard.schemaVersion],
    ['graphTooltip: expected', (_, dashboard) => Object.assign(dashboard, { graphTooltip: 7 })],
    ['uid: expected string', (_, dashboard) => Object.assign(dashboard, { uid: 7 })],
    ['sort: expected', (_, dashboard) => Object.assign(dashboard.templating.list[1], { sort: 'asc' })],
    ['refId: missing', (_, dashboard) => delete dashboard.templating.list[1].query.refId],
    ['iconColor: missing', (_, dashboard) => delete dashboard.annotations.list[0].iconColor],
    ['gridPos.w: expected number', (panel) => Object.assign(panel('stat').gridPos, { w: '4' })],
    ['colour: no such member', (panel) => Object.assign(panel('stat').fieldConfig.defaults, { colour: 'red' })],
    [
      'value: expected',
      (panel) => Object.assign(panel('stat').fieldConfig.defaults.thresholds.steps[0], { value: '1' }),
    ],
    [
      'match: expected',
      (panel) => Object.assign(panel('stat').fieldConfig.defaults.mappings[0].options, { match: 'no' }),
    ],
    ['graphMode: expected', (panel) => Object.assign(panel('stat').options, { graphMode: 'lines' })],
    [
      'lineWdth: no such member',
      (panel) => Object.assign(panel('timeseries').fieldConfig.defaults.custom, { lineWdth: 1 }),
    ],
    [
      'mode: expected',
      (panel) => Object.assign(panel('timeseries').fieldConfig.defaults.custom.stacking, { mode: 'on' }),
    ],
    ['exprr: no such member', (panel) => Object.assign(panel('timeseries').targets[0], { exprr: 'up' })],
    ['instant: expected', (panel) => Object.assign(panel('table').targets[0], { instant: 'yes' })],
    [
      'names: expected a list',
      (panel) => Object.assign(transformation(panel('table'), 'filterFieldsByName').include, { names: {} }),
    ],
    [
      'override.units: no such kind',
      (panel) => panel('table').fieldConfig.overrides[0].properties.push({ id: 'units', value: 's' }),
    ],
    ['options.pie: no such kind', (panel) => Object.assign(panel('bargauge'), { type: 'pie' })],
  ];

  it.each(BREACHES)('is not, where it is broken: %s', (fault, breach) => {
    const broken = structuredClone(overview);
    breach((type) => first(type, panelsOf(broken)), broken);
    expect(faultsOf(broken)).toContainEqual(expect.stringContaining(fault));
  });
});
