import type { FrpRole } from '../../../frp/FrpRole.js';
import { perProxy } from '../../promql.js';
import { CLIENTS, SERVERS } from './selectors.js';

/**
 * How much of the error budget is spent, as this end sees it: 0 where no connection failed in the time shown, 1 where as many did as
 * the objective allows.
 *
 * @param connections the name of frp.proxy.connections
 */
export const errorBudget = (role: FrpRole, connections: string): string => {
  const { failed, all } = OF_ROLE[role](connections);
  return `(sum(${failed}) / (sum(${all}) > 0)) / (1 - $objective)`;
};

interface Share {
  readonly failed: string;
  readonly all: string;
}

const TUNNEL = 'frp_server_name, frp_proxy_name';

const OF_ROLE: Readonly<Record<FrpRole, (connections: string) => Share>> = {
  server: (connections) => ({
    failed: perProxy(`increase(${connections}{${SERVERS}, error_type!=""}[$__range])`, 'error_type'),
    all: perProxy(`increase(${connections}{${SERVERS}}[$__range])`, 'error_type'),
  }),
  // frpc logs the connections that failed. Those that went well the kernel counts for it, where it can; of other tunnels frps knows
  // how many there were. Nobody does of what is left: its failures are no share of anything.
  client: (connections) => {
    const of = (where: string): string =>
      `sum by (${TUNNEL}) (${perProxy(`increase(${connections}{${where}}[$__range])`, 'error_type')})`;
    const failed = of(`${CLIENTS}, error_type!=""`);
    const went = of(`${CLIENTS}, error_type=""`);
    const taken = of(`${SERVERS}, error_type=""`);
    return { failed: `${failed} and (${went} or ${taken})`, all: `${failed} + ${went} or ${taken} and ${failed}` };
  },
};
