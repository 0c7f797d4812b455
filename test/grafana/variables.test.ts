import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { describe, expect, it } from '@jest/globals';
import { DIALECTS } from '../../src/alerts/prometheusDialect.js';
import { queriesOf, renderedDashboards } from '../support/grafanaJson.js';
import { isBuiltIn, variableUses } from '../support/grafanaVariables.js';

/** Each text of a value of JSON. */
const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

const namesUsedIn = (value: unknown): readonly string[] =>
  textsIn(value)
    .flatMap(variableUses)
    .flatMap(({ name }) => (isBuiltIn(name) ? [] : [name]));

const listOf = ({ templating }: Dashboard) => templating.list ?? [];

describe.each(DIALECTS)('the variables of dashboards, dialect %s', (dialect) => {
  const dashboards = renderedDashboards(dialect);

  it('are all there that are used', () => {
    const unknown = dashboards.flatMap((dashboard) => {
      const names = listOf(dashboard).map(({ name }) => name);
      return [...new Set(namesUsedIn(dashboard))].flatMap((name) =>
        names.includes(name) ? [] : [`${dashboard.uid}: ${name}`],
      );
    });
    expect(unknown).toEqual([]);
  });

  it('are used, each of them, by something else', () => {
    const idle = dashboards.flatMap((dashboard) =>
      listOf(dashboard).flatMap(({ name }) => {
        const others = listOf(dashboard).filter((each) => each.name !== name);
        return namesUsedIn([dashboard.panels, dashboard.annotations, others]).includes(name)
          ? []
          : [`${dashboard.uid}: ${name}`];
      }),
    );
    expect(idle).toEqual([]);
  });

  it('stand before those that are chosen from by them', () => {
    const late = dashboards.flatMap((dashboard) =>
      listOf(dashboard).flatMap((variable, index) => {
        const before = listOf(dashboard)
          .slice(0, index)
          .map(({ name }) => name);
        return namesUsedIn([variable.query, variable.datasource])
          .filter((name) => !before.includes(name))
          .map((name) => `${dashboard.uid}: ${variable.name} uses ${name}`);
      }),
    );
    expect(late).toEqual([]);
  });

  it('have a label and a sentence each, and are asked anew when the time changes', () => {
    const silent = dashboards.flatMap((dashboard) =>
      listOf(dashboard).flatMap(({ name, label, description = '', type, refresh }) =>
        label && /[.?]$/.test(description) && (type !== 'query' || refresh === 2) ? [] : [`${dashboard.uid}: ${name}`],
      ),
    );
    expect(silent).toEqual([]);
  });

  it('that choose a data source are of its kind', () => {
    const kinds = dashboards.flatMap((dashboard) =>
      listOf(dashboard).flatMap(({ name, type, query }) => (type === 'datasource' ? [`${name}: ${query}`] : [])),
    );
    expect([...new Set(kinds)].sort()).toEqual([
      'datasource: prometheus',
      'jaeger: jaeger',
      'loki: loki',
      'tempo: tempo',
    ]);
  });

  it('are never written into PromQL as they are', () => {
    const raw = dashboards.flatMap((dashboard) =>
      queriesOf(dashboard)
        .filter(({ of }) => of === 'prometheus')
        .flatMap(({ place, text }) =>
          variableUses(text).flatMap(({ name, format }) =>
            format === undefined || format === 'regex' ? [] : [`${place}: ${name}`],
          ),
        ),
    );
    expect(raw).toEqual([]);
  });

  it('are set by links to what the dashboard behind the link has', () => {
    const links = dashboards.flatMap((dashboard) =>
      textsIn(dashboard)
        .filter((text) => text.startsWith('/d/'))
        .map((url) => ({ from: dashboard.uid, url })),
    );
    expect(links.length).toBeGreaterThan(0);
    const wrong = links.flatMap(({ from, url }) => {
      const [, uid, query = ''] = /^\/d\/([^?/]+)[^?]*(?:\?(.*))?$/s.exec(url) ?? [];
      const to = dashboards.find((each) => each.uid === uid);
      if (to === undefined) return [`${from}: ${url}: no such dashboard`];
      const set = [...query.matchAll(/(?:^|&)var-(\w+)=/g), ...query.matchAll(/\$\{(\w+):queryparam\}/g)].map(
        ([, name]) => name,
      );
      return set
        .filter((name) => !listOf(to).some((each) => each.name === name))
        .map((name) => `${from}: ${uid} has no ${name}`);
    });
    expect([...new Set(wrong)]).toEqual([]);
  });
});
