import type { DashboardContext } from '../../DashboardContext.js';
import type { PanelSpec, RowSpec } from '../../DashboardSpec.js';
import { perInstance } from '../../promql.js';
import { HOLDS, MEANT_TO_RUN, UP } from '../../words.js';
import { instanceQueries, notObserved } from '../instanceQueries.js';

const NOT_OBSERVED = notObserved('server');

/** How frps is, in one look. */
export const serverStateRow = (context: DashboardContext): RowSpec => ({
  title: 'State',
  panels: [...numbers(context), ...course(context)],
});

const numbers = (context: DashboardContext): readonly PanelSpec[] => {
  const { value, total, series } = instanceQueries('server', context);
  const small = { type: 'stat', width: 4, height: 4, unit: 'short', empty: NOT_OBSERVED } as const;
  return [
    {
      ...small,
      title: 'State',
      about:
        'Down is gone, stopped, or an API that has ceased to answer: all its tunnels are closed. The last lines of its log are below.',
      rule: 'FrpServerDown',
      words: UP,
      queries: [value('frp.process.up', 'frps')],
    },
    {
      ...small,
      title: 'Uptime',
      about: 'Time since frps was started. A short one that nobody wanted: see its last lines before the start.',
      unit: 's',
      queries: [value('frp.process.uptime', 'uptime')],
    },
    {
      ...small,
      title: 'Restarts',
      about:
        'Starts after the first, in the time shown. More than you know of is a crash or an end by the kernel: see the log, and `journalctl -k`. Where its reporter changed its name meanwhile, the larger part is shown.',
      decimals: 0,
      steps: [{ from: 1, color: 'yellow' }],
      queries: [total('frp.process.restarts', 'restarts')],
    },
    {
      ...small,
      title: 'Clients',
      about: 'Clients that are logged in now. Fewer than you expect: see the disconnects by reason.',
      rule: 'FrpServerClientsHigh',
      queries: [value('frp.server.client.active', 'clients')],
    },
    {
      ...small,
      title: 'Tunnels online',
      about: 'Tunnels that users can connect to now. The table of tunnels has those that are offline.',
      empty: 'No tunnel is online, or neither the API nor the log of frps is read.',
      queries: [
        {
          of: 'prometheus',
          expr: `sum(${perInstance(series('frp.server.proxy.active'), 'frp_proxy_type')})`,
          legend: 'tunnels',
        },
      ],
    },
    {
      ...small,
      title: 'Ports in use',
      about: 'Share of `allowPorts` that tunnels take. At 100 % the next one is refused: widen it, and restart frps.',
      unit: 'percentunit',
      rule: 'FrpPortsExhausting',
      empty: 'Told where the config of frps has `allowPorts` and can be read: without it all ports are allowed.',
      queries: [value('frp.server.port.utilization', 'ports')],
    },
  ];
};

const course = (context: DashboardContext): readonly PanelSpec[] => {
  const { value, meantToRun, series } = instanceQueries('server', context);
  return [
    {
      type: 'states',
      title: 'Up over time',
      about:
        'When frps was up, and when it was meant to run. A gap in both is telemetry that did not come: see Telemetry health.',
      width: 12,
      height: 5,
      unit: 'short',
      fine: true,
      words: { ...HOLDS, ...MEANT_TO_RUN },
      empty: NOT_OBSERVED,
      queries: [value('frp.process.up', 'up'), meantToRun],
    },
    {
      type: 'stat',
      title: 'Clients of the limit',
      about:
        'Clients as a share of those that frps is meant for. frps itself has no limit: near 100 % it is time for a second one.',
      width: 4,
      height: 5,
      unit: 'percentunit',
      steps: [
        { from: 0.8, color: 'yellow' },
        { from: 1, color: 'red' },
      ],
      empty:
        'Off by default: set the option `maxClients` (`FRP_OTEL_MAX_CLIENTS`) to the number that frps is meant for.',
      queries: [value('frp.server.client.utilization', 'of the limit')],
    },
    {
      type: 'table',
      title: 'Version',
      about: 'The version that the API of frps tells. Two rows are an update in the last minutes.',
      width: 8,
      height: 5,
      empty: 'The API of frps tells its version: set `webServer.port` in its config, and restart it.',
      queries: [
        { of: 'prometheus', expr: perInstance(series('frp.process.info', ', frp_version!=""'), 'frp_version') },
      ],
      columns: [
        { field: 'frp_version', title: 'Version' },
        { field: 'frp_server_name', title: 'Server' },
      ],
    },
  ];
};
