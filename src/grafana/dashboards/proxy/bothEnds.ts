import type { FrpRole } from '../../../frp/FrpRole.js';
import type { DashboardContext } from '../../DashboardContext.js';
import type { PanelSpec, PromQuery, RowSpec } from '../../DashboardSpec.js';
import { perProxy } from '../../promql.js';
import { stateNumber } from '../../stateNumber.js';
import { PROXY_STATE } from '../../words.js';
import { bucketsBy, quantileOf, seenBy } from './selectors.js';

const ROLES: readonly FrpRole[] = ['server', 'client'];
const ONE_END = 'Neither end of these tunnels told of it: an end that is not observed has no line here.';

/** One query for each end: side by side, and never added up. */
const ofBoth = (
  query: (where: string, role: FrpRole) => { readonly expr: string; readonly legend: string },
): PromQuery[] => ROLES.map((role) => ({ of: 'prometheus', ...query(seenBy(role), role) }));

/** What frps and frpc see of the same tunnel: where they differ is where it is ill. */
export const bothEnds = ({ metric }: DashboardContext): RowSpec => {
  const half = { type: 'timeseries', width: 12, height: 8, empty: ONE_END } as const;
  const states: PanelSpec = {
    type: 'states',
    title: 'State at both ends',
    about:
      'The state that frps and frpc tell of the same tunnel. `running` on the client with `offline` on the server is a session that the client has not yet missed.',
    width: 24,
    height: 6,
    unit: 'short',
    words: PROXY_STATE,
    empty: ONE_END,
    queries: ofBoth((where, role) => ({
      expr: `topk(25, ${stateNumber((state) => `max_over_time(${metric('frp.proxy.status')}{${where}, ${state}}[$__rate_interval])`)})`,
      legend: `{{frp_proxy_name}} by the ${role} {{frp_instance}}`,
    })),
  };
  return {
    title: 'Both ends',
    collapsed: true,
    panels: [
      states,
      {
        ...half,
        title: 'Traffic at both ends',
        about:
          'Bytes per second as each end counts them. They follow each other: what comes in at one and does not leave at the other is lost between them.',
        unit: 'Bps',
        queries: ofBoth((where, role) => ({
          expr: `sum by (frp_traffic_direction) (${perProxy(`rate(${metric('frp.proxy.io')}{${where}}[$__rate_interval])`, 'frp_traffic_direction')})`,
          legend: `${role} {{frp_traffic_direction}}`,
        })),
      },
      {
        ...half,
        title: 'Open connections at both ends',
        about:
          'Connections that are open as each end counts them. More on the server than on the client are visitors that wait for a connection to the service.',
        unit: 'short',
        queries: ofBoth((where, role) => ({
          expr: `sum(${perProxy(`${metric('frp.proxy.connection.active')}{${where}}`)})`,
          legend: role,
        })),
      },
      {
        ...half,
        title: 'Failures at both ends',
        about:
          'Connections per second that failed, as each end sees it. Failures on the client alone are of the service behind it: frps never sees those.',
        unit: 'cps',
        queries: ofBoth((where, role) => ({
          expr: `sum(${perProxy(`rate(${metric('frp.proxy.connections')}{${where}, error_type!=""}[$__rate_interval])`, 'error_type')})`,
          legend: role,
        })),
      },
      {
        ...half,
        title: 'Round trip at both ends',
        about: 'p95 to the visitor from frps, and to the service from frpc. The longer one is the end to look at.',
        unit: 's',
        queries: ofBoth((where, role) => ({
          expr: quantileOf(0.95, bucketsBy(`${metric('frp.proxy.connection.rtt')}_bucket{${where}}`, 'frp_hop')),
          legend: `${role} to the {{frp_hop}}`,
        })),
      },
    ],
  };
};
