import { expect, it } from '@jest/globals';
import { PROXY_STATES } from '../../../src/grafana/words.js';
import { panelsOf, renderedDashboards, targetsOf } from '../../support/grafanaJson.js';
import { written } from '../../support/grafanaVariables.js';
import { promtoolTestRules } from '../../support/promtoolTestRules.js';
import { describeWith } from '../../support/RealPrometheus.js';

const [overview] = renderedDashboards('collector');

/** As Grafana asks it, where all servers are chosen and nine of ten connections are to succeed. */
const queryOf = (title: string, refId = 'A'): string => {
  const panel = overview && panelsOf(overview).find((each) => each.title === title);
  const expr = panel && targetsOf(panel).find((target) => target.refId === refId)?.expr;
  if (!overview || expr === undefined) throw new Error(`expected a query ${refId} of ${title}`);
  return written(expr, overview, { role: 'server', objective: '0.9' });
};

type Told = Readonly<Record<string, string>>;

const of = (role: 'server' | 'client', instance: string, more = ''): string =>
  `frp_role="${role}", frp_instance="${instance}", frp_server_name="s"${more}`;

/** What an agent tells of a program, a value a minute. */
const presence = (role: 'server' | 'client', instance: string, up: string, expected = up): Told => ({
  [`frp_process_up{${of(role, instance)}}`]: up,
  [`frp_process_expected{${of(role, instance)}}`]: expected,
});

const ofTunnel = (role: 'server' | 'client', name: string, more = ''): string =>
  of(role, `frp of ${role}`, `, frp_proxy_name="${name}", frp_proxy_type="tcp"${more}`);

const ALIVE = '1x10';
const LOST = '1x4 stale';

/** What promtool says of what is asked after ten minutes: values by labels. */
const verdict = (expr: string, told: Told, expected: Readonly<Record<string, number>>): string =>
  promtoolTestRules('groups: []\n', 60, {
    interval: '1m',
    input_series: Object.entries(told).map(([series, values]) => ({ series, values })),
    promql_expr_test: [
      {
        expr: `round(${expr}, 0.001)`, // as nobody sees more of it
        eval_time: '10m',
        exp_samples: Object.entries(expected).map(([labels, value]) => ({ labels: `{${labels}}`, value })),
      },
    ],
  }).output;

describeWith(['promtool'], 'Overview, of a program of which nothing is heard any more', () => {
  const down = queryOf('Servers down');

  it('counts it as down, also where it was the only one', () => {
    const lost = presence('server', 'lost', LOST);
    expect(verdict(down, { ...presence('server', 'here', ALIVE), ...lost }, { '': 1 })).toContain('SUCCESS');
    expect(verdict(down, lost, { '': 1 })).toContain('SUCCESS');
    expect(verdict(queryOf('Clients down'), presence('client', 'lost', LOST), { '': 1 })).toContain('SUCCESS');
  });

  it('adds it to those that are heard of and down', () => {
    const told = { ...presence('server', 'lost', LOST), ...presence('server', 'ended', '0x10', ALIVE) };
    expect(verdict(down, told, { '': 2 })).toContain('SUCCESS');
  });

  it('does not count what was stopped on purpose', () => {
    const stopped = presence('server', 'stopped', '1x3 stale', '1x3 0 stale');
    expect(verdict(down, { ...presence('server', 'here', ALIVE), ...stopped }, { '': 0 })).toContain('SUCCESS');
    expect(verdict(down, stopped, {})).toContain('SUCCESS'); // none is there: the panel says so
  });

  it('shows it as silent in its table', () => {
    const told = {
      ...presence('server', 'here', ALIVE),
      ...presence('server', 'ended', '0x10', ALIVE),
      ...presence('server', 'lost', LOST),
    };
    const states = { [of('server', 'here')]: 1, [of('server', 'ended')]: 0, [of('server', 'lost')]: -1 };
    expect(verdict(queryOf('Servers'), told, states)).toContain('SUCCESS');
  });
});

describeWith(['promtool'], 'Overview, of clients without a session', () => {
  it('counts those that run', () => {
    const connected = (instance: string, values: string): Told => ({
      [`frp_client_connected{${of('client', instance)}}`]: values,
    });
    const told = {
      ...{ ...presence('client', 'well', ALIVE), ...connected('well', ALIVE) },
      ...{ ...presence('client', 'refused', ALIVE), ...connected('refused', '0x10') },
      ...{ ...presence('client', 'ended', '0x10', ALIVE), ...connected('ended', '0x10') },
    };
    expect(verdict(queryOf('Without a session'), told, { '': 1 })).toContain('SUCCESS');
  });
});

describeWith(['promtool'], 'Overview, of what frpc alone sees', () => {
  const connections = (role: 'server' | 'client', name: string, perMinute: number, errorType?: string): Told => ({
    [`frp_proxy_connections_total{${ofTunnel(role, name, errorType === undefined ? '' : `, error_type="${errorType}"`)}}`]: `0+${perMinute}x10`,
  });
  const status = (role: 'server' | 'client', name: string, state: string): Told => ({
    [`frp_proxy_status{${ofTunnel(role, name, `, frp_proxy_state="${state}"`)}}`]: ALIVE,
  });
  const dead = { ...connections('server', 'dead', 10), ...connections('client', 'dead', 1, 'connection_refused') };
  const budget = (told: Told, spent: Readonly<Record<string, number>>): string =>
    verdict(queryOf('Error budget spent', 'B'), told, spent);

  it('has the tunnels that are down, with their state', () => {
    const told = {
      ...{ ...status('server', 'web', 'online'), ...status('client', 'web', 'running') },
      ...status('client', 'taken', 'start_error'),
      ...status('client', 'checked', 'check_failed'),
    };
    expect(verdict(queryOf('Tunnels down'), told, { 'frp_role="client"': 2 })).toContain('SUCCESS');
    const number = (state: string): number => 1 + PROXY_STATES.findIndex((each) => each.state === state);
    const ill = {
      [ofTunnel('client', 'taken')]: number('start_error'),
      [ofTunnel('client', 'checked')]: number('check_failed'),
    };
    expect(verdict(queryOf('Tunnels that are ill'), told, ill)).toContain('SUCCESS');
  });

  it('has the tunnels whose service does not listen', () => {
    const told = {
      [`frp_proxy_error_ratio{${ofTunnel('server', 'dead')}}`]: '0x10',
      [`frp_proxy_error_ratio{${ofTunnel('client', 'dead')}}`]: ALIVE,
    };
    const ill = { [ofTunnel('client', 'dead')]: 1 };
    expect(verdict(queryOf('Tunnels that are ill', 'B'), told, ill)).toContain('SUCCESS');
  });

  it('has it in the error budget: of what frps took, where frpc cannot count what went well', () => {
    expect(budget(dead, { '': 1 })).toContain('SUCCESS');
  });

  it('has it in the error budget: of what frpc counts, where it can', () => {
    const counted = { ...connections('client', 'web', 3), ...connections('client', 'web', 1, 'timeout') };
    expect(budget(counted, { '': 2.5 })).toContain('SUCCESS');
    expect(budget({ ...counted, ...connections('server', 'web', 100) }, { '': 2.5 })).toContain('SUCCESS');
  });

  it('leaves out of the error budget what nobody counts, and what frpc does not tell of', () => {
    const uncounted = connections('client', 'http', 50, 'connection_refused');
    expect(budget(uncounted, {})).toContain('SUCCESS');
    expect(budget({ ...dead, ...uncounted, ...connections('server', 'unseen', 100) }, { '': 1 })).toContain('SUCCESS');
  });
});
