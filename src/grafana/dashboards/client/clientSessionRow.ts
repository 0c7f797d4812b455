import type { DashboardContext } from '../../DashboardContext.js';
import type { PanelSpec, RowSpec } from '../../DashboardSpec.js';
import { perInstance } from '../../promql.js';
import { instanceQueries, notObserved } from '../instanceQueries.js';

const NOT_OBSERVED = notObserved('client');
const FROM_LOG = `${NOT_OBSERVED} It is told by its log, of \`log.level\` info or below.`;

/** How frpc comes to its session, and what else it fails at. */
export const clientSessionRow = (context: DashboardContext): RowSpec => {
  const { value, outcomes, failures } = instanceQueries('client', context);
  const panel = { type: 'timeseries', width: 12, height: 8, unit: 'short', min: 0, fine: true } as const;
  return {
    title: 'Session',
    panels: [
      {
        ...panel,
        title: 'Logins per minute',
        unit: 'cpm',
        about:
          'Logins that went well, and failed ones by `error.type`: `token_mismatch` is its token, `name_resolution`, `connection_refused` and `timeout` are the way to the server.',
        empty: FROM_LOG,
        queries: outcomes('frp.client.logins'),
      },
      {
        ...panel,
        title: 'Reconnects of the last 5 minutes',
        about:
          'Each one closed all its tunnels for a while, though it looks connected whenever one looks. Beyond the line: see the disconnects by reason on its server.',
        rule: 'FrpClientFlapping',
        empty: FROM_LOG,
        queries: [value('frp.client.reconnects.recent', 'reconnects')],
      },
      ...loginDuration(context),
      {
        ...panel,
        title: 'Config reloads per minute',
        unit: 'cpm',
        about:
          'Reloads that went well, and refused ones by `error.type`: after `config_invalid` the config before goes on, and the log has the line that is wrong.',
        empty: FROM_LOG,
        queries: outcomes('frp.client.config.reloads'),
      },
      {
        ...panel,
        title: 'Errors of the client per minute',
        unit: 'cpm',
        about:
          'What failed on frpc and is not of one tunnel, by `error.type`: logins, reloads, its own faults. The most frequent one is where to begin; the log has the words of frp.',
        stacked: true,
        empty: 'Nothing failed in the time shown, or the log of frpc is not read.',
        queries: [failures('frp.client.errors')],
      },
    ],
  };
};

// A first login is counted before the first scrape: of a number that was never less, Prometheus sees no growth.
const NO_LOGIN =
  'No login in the time shown but perhaps the first one after the start of frpc, which no graph can show: the span `frp.client.login` has how long each took.';

const loginDuration = (context: DashboardContext): readonly PanelSpec[] => {
  const { total, series } = instanceQueries('client', context);
  const buckets = (more: string): string => series('frp.client.login.duration', more, '_bucket');
  const quantile = (share: number): string => {
    const logins = perInstance(`increase(${buckets(', error_type=""')}[$__range])`, 'le');
    // Of no login it is NaN, which is not shown as nothing.
    return `histogram_quantile(${share}, sum by (le) (${logins})) >= 0`;
  };
  return [
    {
      type: 'heatmap',
      title: 'Login duration',
      about:
        'How long logins took, failed ones too, with dialling and TLS. Rows near the top are a slow way, or a server that has no CPU left.',
      width: 12,
      height: 8,
      unit: 's',
      empty: NO_LOGIN,
      queries: [
        {
          of: 'prometheus',
          expr: `sum by (le) (${perInstance(`rate(${buckets('')}[$__rate_interval])`, 'le', 'error_type')})`,
        },
      ],
    },
    {
      type: 'stat',
      title: 'Login duration, median and 95 %',
      about:
        'Of the logins that went well in the time shown. Several seconds are a name server, a proxy on the way, or TLS on a machine that is too small.',
      width: 6,
      height: 8,
      unit: 's',
      empty: NO_LOGIN,
      queries: [
        { of: 'prometheus', expr: quantile(0.5), instant: true, legend: 'median' },
        { of: 'prometheus', expr: quantile(0.95), instant: true, legend: '95 %' },
      ],
    },
    {
      type: 'stat',
      title: 'Reconnects',
      about:
        'Logins after the first one, in the time shown: so often all its tunnels were closed. More than its host was away: see the disconnects by reason on its server. Where its reporter changed its name meanwhile, the larger part is shown.',
      width: 6,
      height: 8,
      unit: 'short',
      decimals: 0,
      steps: [{ from: 1, color: 'yellow' }],
      empty: FROM_LOG,
      queries: [total('frp.client.reconnects', 'reconnects')],
    },
  ];
};
