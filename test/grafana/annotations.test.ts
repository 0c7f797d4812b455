import { describe, expect, it } from '@jest/globals';
import { DIALECTS } from '../../src/alerts/prometheusDialect.js';
import { renderedDashboards } from '../support/grafanaJson.js';
import { variableUses } from '../support/grafanaVariables.js';

const DATASOURCES = ['datasource', 'loki'];

/** The variables that choose of whom an annotation is, by dashboard and annotation. */
const CHOSEN_BY: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  overview: { Alerts: ['server'], Restarts: ['server'] },
  server: {
    Alerts: ['server', 'frps'],
    Restarts: ['server', 'frps'],
    'Events (Loki)': ['service', 'server', 'frps'],
  },
  client: {
    Alerts: ['server', 'frpc'],
    Restarts: ['server', 'frpc'],
    'Events (Loki)': ['service', 'server', 'frpc'],
  },
  proxy: { Alerts: ['server', 'proxy'], Restarts: ['server'], 'Events (Loki)': ['service', 'server', 'proxy'] },
  alerts: { Alerts: ['server', 'severity', 'alert'], Restarts: ['server'] },
  'telemetry-health': { Alerts: ['server'], Restarts: ['server'] },
};

const ROLES: Readonly<Record<string, string>> = { server: 'server', client: 'client' };

describe.each(DIALECTS)('the annotations of dashboards, dialect %s', (dialect) => {
  const dashboards = renderedDashboards(dialect).map(({ uid = '', annotations }) => ({
    name: uid.replace(dialect === 'own' ? 'frp-own-metrics-' : 'frp-', ''),
    list: annotations.list ?? [],
  }));
  const all = dashboards.flatMap(({ name, list }) => list.map((annotation) => ({ dashboard: name, ...annotation })));

  it('are of what is chosen there', () => {
    const chosenBy = Object.fromEntries(
      dashboards.map(({ name, list }) => [
        name,
        Object.fromEntries(
          list.map(({ name: of = '', expr = '' }) => [
            of,
            variableUses(expr)
              .map((use) => use.name)
              .filter((used) => !used.startsWith('__') && !DATASOURCES.includes(used)),
          ]),
        ),
      ]),
    );
    expect(chosenBy).toEqual(CHOSEN_BY);
  });

  it('are of the role of the one that is chosen', () => {
    const others = all.filter(
      ({ dashboard, expr = '' }) => dashboard in ROLES && !expr.includes(`frp_role="${ROLES[dashboard]}"`),
    );
    expect(others.map(({ dashboard, name }) => `${dashboard}: ${name}`)).toEqual([]);
  });

  it('of alerts have no series for each tunnel', () => {
    const alerts = all.filter(({ name }) => name === 'Alerts');
    expect(alerts).toHaveLength(dashboards.length);
    for (const { expr } of alerts) expect(expr).toMatch(/^count by \(alertname, severity, frp_server_name\) /);
  });

  it('of restarts count what falls between two steps', () => {
    const restarts = all.filter(({ name }) => name === 'Restarts');
    expect(restarts).toHaveLength(dashboards.length);
    for (const { expr } of restarts) expect(expr).toContain('[$__rate_interval]');
  });

  it('stand in view, and are on where they ask the metrics, which every dashboard has', () => {
    for (const annotation of all) expect(annotation).not.toHaveProperty('placement');
    expect(all.filter(({ enable, datasource }) => enable !== (datasource?.type === 'prometheus'))).toEqual([]);
  });
});
