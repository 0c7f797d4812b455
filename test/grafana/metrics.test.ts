import { describe, expect, it } from '@jest/globals';
import { DIALECTS } from '../../src/alerts/prometheusDialect.js';
import { type DashboardVariable, labelValuesOf } from '../support/grafana/dashboardQueries.js';
import { panelsOf, placeOf, queriesOf, renderedDashboards, targetsOf } from '../support/grafanaJson.js';
import { written } from '../support/grafanaVariables.js';
import { OTHER_SERIES } from '../support/otherSeries.js';
import { type KnownSeries, prometheusCatalogue, ROLE_LABEL } from '../support/prometheusCatalogue.js';
import { type PromqlTree, promqlTree, type Selector } from '../support/promqlTree.js';

interface NamedSeries extends KnownSeries {
  readonly name: string;
}

const OTHER = { kind: 'others', metric: '', unit: '', isOfProxy: false } as const;

/** What may be asked of a number that only grows: how fast, or whether it is there at all. */
const OF_COUNTERS =
  /^(rate|irate|increase|resets|count|group|absent|absent_over_time|present_over_time|count_over_time|timestamp)$/;
/** What is asked of those alone. */
const OF_COUNTERS_ALONE = /^(rate|irate|increase|resets)$/;

describe.each(DIALECTS)('the PromQL of dashboards, dialect %s', (dialect) => {
  const catalogue = prometheusCatalogue(dialect);
  const catalogueSeries = [...catalogue.entries()].map(([name, series]) => ({ name, ...series }));
  const otherSeries = Object.entries(OTHER_SERIES).map(([name, labels]) => ({
    name,
    ...OTHER,
    labels: new Set(labels),
  }));
  const seriesOf = ({ metric, matchers }: Pick<Selector, 'metric' | 'matchers'>): readonly NamedSeries[] => {
    const pattern = matchers.find(({ label, op }) => label === '__name__' && op === '=~');
    const named = pattern ? new RegExp(`^(?:${pattern.value})$`) : undefined;
    return [...catalogueSeries, ...otherSeries].filter(({ name }) => named?.test(name) ?? name === metric);
  };
  const treeOf = (query: string): PromqlTree =>
    promqlTree(query, (selector) => seriesOf(selector).flatMap(({ labels }) => [...labels]));
  const dashboards = renderedDashboards(dialect);
  const asked = dashboards.flatMap((dashboard) =>
    queriesOf(dashboard)
      .filter(({ of }) => of === 'prometheus')
      .map(({ place, text }) => ({
        place,
        ...treeOf(written(text, dashboard)),
      })),
  );
  const found = (of: (selector: Selector, series: NamedSeries) => string | undefined): readonly string[] => [
    ...new Set(
      asked.flatMap(({ place, selectors }) =>
        selectors.flatMap((selector) =>
          seriesOf(selector).flatMap((series) => {
            const wrong = of(selector, series);
            return wrong ? [`${place}: ${series.name}: ${wrong}`] : [];
          }),
        ),
      ),
    ),
  ];

  it('is read by its grammar', () => {
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.flatMap(({ place, errors }) => errors.map((error) => `${place}: ${error}`))).toEqual([]);
  });

  it('names metrics that there are, as this dialect writes them', () => {
    const unknown = asked.flatMap(({ place, selectors }) =>
      selectors.flatMap((selector) => (seriesOf(selector).length > 0 ? [] : [`${place}: ${selector.metric}`])),
    );
    expect(unknown).toEqual([]);
  });

  it('selects by labels that the metric has', () => {
    expect(
      found(({ matchers }, { labels }) =>
        matchers.flatMap(({ label }) => (labels.has(label) ? [] : [label])).join(', '),
      ),
    ).toEqual([]);
  });

  it('groups and joins by labels that there are', () => {
    const unknown = asked.flatMap(({ place, groupings }) =>
      groupings.flatMap(({ text, labels, of }) =>
        labels.filter((label) => !of.has(label)).map((label) => `${place}: ${label} in ${text}`),
      ),
    );
    expect(unknown).toEqual([]);
  });

  it('selects the role, of every metric of frp', () => {
    expect(
      found(({ matchers }, { kind }) =>
        kind !== 'others' && !matchers.some(({ label }) => label === ROLE_LABEL) ? 'no role' : undefined,
      ),
    ).toEqual([]);
  });

  it('never adds up what both ends of a tunnel tell', () => {
    const added = asked.flatMap(({ place, selectors, groupings }) =>
      selectors.some(
        (selector) =>
          seriesOf(selector).some(({ isOfProxy }) => isOfProxy) &&
          selector.within.some((name) => /^(sum|avg)$/.test(name)) &&
          !selector.matchers.some(({ label, op, value }) => label === ROLE_LABEL && op === '=' && value !== '') &&
          !groupings.every(({ labels }) => labels.includes(ROLE_LABEL)),
      )
        ? [place]
        : [],
    );
    expect(added).toEqual([]);
  });

  it('asks of counters how they grow, and of nothing else', () => {
    const isGrowing = (kind: KnownSeries['kind']): boolean => kind === 'counter' || kind === 'histogram';
    expect(
      found(({ within }, { kind }) => {
        if (kind === 'others') return undefined;
        if (isGrowing(kind)) return within.some((name) => OF_COUNTERS.test(name)) ? undefined : 'not how it grows';
        return OF_COUNTERS_ALONE.test(within[0] ?? '') ? `${within[0]} of a ${kind}` : undefined;
      }),
    ).toEqual([]);
  });

  it('names no instance, server or proxy', () => {
    const named = dashboards.flatMap((dashboard) =>
      queriesOf(dashboard).flatMap(({ place, text }) =>
        [
          ...text.matchAll(
            /\b(job|instance|frp_instance|frp_server_name|frp_proxy_name)\s*(?:=|!=|=~|!~)\s*(["'`])(.*?)\2/g,
          ),
        ]
          .filter(([, , , value = '']) => !/^(\.[*+])?$/.test(value) && !/^\$(\w+|\{\w+(:\w+)?\})$/.test(value))
          .map(([matcher]) => `${place}: ${matcher}`),
      ),
    );
    expect(named).toEqual([]);
  });

  it('gives the labels that legends, columns, links, annotations and variables show', () => {
    const unknown = dashboards.flatMap((dashboard) => {
      const labelsOf = (text: string): ReadonlySet<string> => treeOf(written(text, dashboard)).labels;
      const missing = (place: string, names: readonly string[], labels: ReadonlySet<string>): readonly string[] =>
        names.filter((name) => !labels.has(name)).map((name) => `${place}: ${name}`);
      return [
        ...panelsOf(dashboard).flatMap((panel) => {
          const targets = targetsOf(panel).filter(({ datasource }) => datasource.type === 'prometheus');
          const all = new Set(targets.flatMap(({ expr = '' }) => [...labelsOf(expr)]));
          const place = placeOf(dashboard, panel);
          const columns = Object.keys(
            panel.transformations?.find(({ id }) => id === 'organize')?.options.renameByName ?? {},
          );
          const refs = targets.map(({ refId }) => `Value #${refId}`);
          return [
            ...targets.flatMap(({ expr = '', legendFormat = '' }) =>
              missing(place, namesIn(legendFormat, /\{\{\s*(\w+)\s*\}\}/g), labelsOf(expr)),
            ),
            ...missing(place, columns, new Set([...all, ...refs])),
            ...missing(place, namesIn(JSON.stringify(panel), /__field\.labels\.(\w+)/g), all),
          ];
        }),
        ...(dashboard.annotations.list ?? [])
          .filter(({ datasource }) => datasource?.type === 'prometheus')
          .flatMap(({ name, expr = '', titleFormat = '', textFormat = '', tagKeys = '' }) =>
            missing(
              `${dashboard.uid} / annotation ${name}`,
              [
                ...namesIn(titleFormat + textFormat, /\{\{\s*(\w+)\s*\}\}/g),
                ...tagKeys.split(',').filter((key) => key !== ''),
              ],
              labelsOf(expr),
            ),
          ),
        ...(dashboard.templating.list ?? [])
          .filter(({ type }) => type === 'query')
          .flatMap((variable) => {
            const { selector, label } = labelValuesOf(variable as DashboardVariable);
            return missing(`${dashboard.uid} / variable ${variable.name}`, [label], labelsOf(selector));
          }),
      ];
    });
    expect(unknown).toEqual([]);
  });
});

const namesIn = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, name = '']) => name);
