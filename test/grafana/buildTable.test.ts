import { describe, expect, it } from '@jest/globals';
import { DEFAULT_RULES } from '../../src/alerts/defaultRules.js';
import { buildTable } from '../../src/grafana/buildTable.js';
import { dashboardContext } from '../../src/grafana/DashboardContext.js';
import type { PanelSpec } from '../../src/grafana/DashboardSpec.js';
import { UP } from '../../src/grafana/words.js';

const CONTEXT = dashboardContext({
  dialect: 'collector',
  rules: DEFAULT_RULES,
  runbookUrl: undefined,
  datasources: {},
});

const SPEC: Extract<PanelSpec, { type: 'table' }> = {
  type: 'table',
  title: 'Tunnels',
  about: 'What it shows. What to do.',
  width: 24,
  height: 8,
  empty: 'No tunnel is known.',
  queries: [
    { of: 'prometheus', expr: 'up{frp_role="server"}' },
    { of: 'prometheus', expr: 'open{frp_role="server"}' },
  ],
  columns: [
    { field: 'frp_proxy_name', title: 'Tunnel', links: [{ title: 'Open', url: '/d/x' }] },
    { field: 'Value #B', title: 'Open', unit: 'short', rule: 'FrpProxyConnectionsHigh' },
    { field: 'Value #A', title: 'State', words: UP, width: 90 },
  ],
  sortBy: { title: 'Open', descending: true },
};

const build = (changed: Partial<typeof SPEC> = {}) => buildTable({ ...SPEC, ...changed }, 7, CONTEXT).build();

const transformationsOf = (id: string) => (build().transformations ?? []).filter((each) => each.id === id);

const propertiesOf = (title: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    (build().fieldConfig?.overrides ?? [])
      .filter(({ matcher }) => matcher.options === title)
      .flatMap(({ properties }) => properties.map(({ id, value }) => [id, value])),
  );

describe('a table', () => {
  it('asks for now, as a table', () => {
    expect(build().targets).toEqual([
      expect.objectContaining({ refId: 'A', format: 'table', instant: true, range: false }),
      expect.objectContaining({ refId: 'B', format: 'table', instant: true, range: false }),
    ]);
  });

  it('names each value by its query before rows are merged: Grafana does so only where several have a result', () => {
    const named = ['A', 'B'].map((refId) => ({
      id: 'renameByRegex',
      filter: { id: 'byRefId', options: refId },
      options: { regex: '^Value$', renamePattern: `Value #${refId}` },
    }));
    expect(build().transformations?.slice(0, 3)).toEqual([...named, { id: 'merge', options: {} }]);
  });

  it('shows its columns alone, in their order, under their titles', () => {
    const fields = ['frp_proxy_name', 'Value #B', 'Value #A'];
    expect(transformationsOf('filterFieldsByName')[0]?.options).toEqual({ include: { names: fields } });
    expect(transformationsOf('organize')[0]?.options).toEqual({
      indexByName: { frp_proxy_name: 0, 'Value #B': 1, 'Value #A': 2 },
      renameByName: { frp_proxy_name: 'Tunnel', 'Value #B': 'Open', 'Value #A': 'State' },
    });
  });

  it('says why it is empty once, and not in each empty cell', () => {
    expect(build().fieldConfig?.defaults.noValue).toBe('No tunnel is known.');
    expect(propertiesOf('.*')).toEqual({ noValue: '–' });
  });

  it('colours a value by its rule or its words', () => {
    expect(propertiesOf('Open')).toMatchObject({
      unit: 'short',
      thresholds: { mode: 'absolute', steps: [{ value: null }, { value: 1000, color: 'orange' }] },
      'custom.cellOptions': { type: 'color-text' },
    });
    expect(propertiesOf('State')).toEqual({
      mappings: [{ type: 'value', options: UP }],
      'custom.cellOptions': { type: 'color-text' },
      'custom.width': 90,
    });
  });

  it('leads on from a cell', () => {
    expect(propertiesOf('Tunnel')).toEqual({ links: [expect.objectContaining({ title: 'Open', url: '/d/x' })] });
  });

  it('has the largest first by the column of that title, and is not sorted without one', () => {
    expect(build().options.sortBy).toEqual([{ displayName: 'Open', desc: true }]);
    const { sortBy: _, ...unsorted } = SPEC;
    expect(buildTable(unsorted, 7, CONTEXT).build().options.sortBy).toBeUndefined();
  });
});
