import type { CatalogueRule } from './CatalogueRule.js';
import { after, atOnce, MINUTE, OF_INSTANCE, SECOND } from './terms.js';

/** Rules of frpc's session. */
export const clientRules: readonly CatalogueRule[] = [
  {
    name: 'FrpClientDisconnected',
    of: 'value',
    metric: 'frp.client.connected',
    comparison: '==',
    threshold: 0,
    by: OF_INSTANCE,
    subject: 'client',
    ...after(2 * MINUTE, 15 * SECOND), // its proxies are up a moment later
    severity: 'high',
    summary: '{frp.instance} has no session with {frp.server.name}',
    description: 'frpc runs, and is not logged in to its server. Its tunnels are closed until it is.',
    why: 'frpc tries again by itself and says so in its log only: nobody sees that it never gets through.',
    runbook: [
      'The event `frp.client.login.failed` has the reason: a wrong token, a name that does not resolve, a refused port, TLS.',
      'Try the way from its host: `nc -vz SERVER PORT`.',
      'See on the server whether it refuses: `frp.server.logins` with `error.type`.',
    ],
  },
  {
    name: 'FrpClientFlapping',
    of: 'value',
    metric: 'frp.client.reconnects.recent',
    comparison: '>',
    threshold: 3,
    option: 'clientReconnects',
    by: OF_INSTANCE,
    subject: 'client',
    ...atOnce,
    severity: 'medium',
    summary: '{frp.instance} logged in again {value} times',
    description:
      'frpc lost its session with {frp.server.name} and logged in again {value} times in the last 5 minutes.',
    why: 'Each time all its tunnels close and their connections break, though it looks connected whenever one looks.',
    runbook: [
      'The event `frp.client.disconnected` has why; `frp.server.client.disconnects` by reason, too.',
      'Reason `replaced`: two clients log in with one client id.',
      'Reason `heartbeat_timeout`: the way between them, or a machine that sleeps.',
    ],
  },
];
