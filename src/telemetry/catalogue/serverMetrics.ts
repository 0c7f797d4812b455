import type { Attributes } from '@opentelemetry/api';
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import type { ClientSessionSnapshot } from '../../model/FrpSnapshot.js';
import { ATTR_FRP } from './attributes.js';
import type { InstanceRow } from './MetricRow.js';
import { observeKnown, observeTally, ofRole } from './readers.js';

const ofServer = ofRole('server');

/** `frp.server.*`: what frps says of itself and its clients. */
export const serverMetrics: readonly InstanceRow[] = [
  {
    name: 'frp.server.client.active',
    kind: 'updowncounter',
    unit: '{client}',
    description: 'Clients that are logged in.',
    attributes: [],
    read: ofServer(({ activeClients }, observe) => observeKnown(activeClients, observe)),
  },
  {
    name: 'frp.server.logins',
    kind: 'counter',
    unit: '{login}',
    description: 'Logins of clients; refused ones carry error.type.',
    attributes: [ATTR_ERROR_TYPE],
    read: ofServer(({ logins }, observe) => observeTally(logins, observe)),
  },
  {
    name: 'frp.server.client.disconnects',
    kind: 'counter',
    unit: '{disconnect}',
    description: 'Sessions of clients that ended, by reason.',
    attributes: [ATTR_FRP.disconnectReason],
    read: ofServer(({ disconnects }, observe) => {
      for (const { reason, count } of disconnects) observe(count, { [ATTR_FRP.disconnectReason]: reason });
    }),
  },
  {
    name: 'frp.server.proxy.active',
    kind: 'updowncounter',
    unit: '{proxy}',
    description: 'Proxies that are online, by type.',
    attributes: [ATTR_FRP.proxyType],
    read: ofServer(({ activeProxies }, observe) => {
      for (const [type, count] of Object.entries(activeProxies ?? {})) observe(count, { [ATTR_FRP.proxyType]: type });
    }),
  },
  {
    name: 'frp.server.proxy.starts',
    kind: 'counter',
    unit: '{start}',
    description: 'Proxies that clients asked frps to start; refused ones carry error.type.',
    attributes: [ATTR_ERROR_TYPE],
    read: ofServer(({ proxyStarts }, observe) => observeTally(proxyStarts, observe)),
  },
  {
    name: 'frp.server.port.utilization',
    kind: 'gauge',
    unit: '1',
    description:
      'Ports that proxies use as a share of those of allowPorts, 0 to 1; absent where frps has no such limit.',
    attributes: [],
    read: ofServer(({ portUtilization }, observe) => observeKnown(portUtilization, observe)),
  },
  {
    name: 'frp.server.client.utilization',
    kind: 'gauge',
    unit: '1',
    description: 'Clients that are logged in as a share of the limit that the user gave; absent without one.',
    attributes: [],
    read: ofServer(({ clientUtilization }, observe) => observeKnown(clientUtilization, observe)),
  },
  {
    name: 'frp.server.client.info',
    kind: 'gauge',
    unit: '{client}',
    description:
      'Clients that are logged in, by user, client id and version; what frps does not tell of them is absent.',
    attributes: [ATTR_FRP.user, ATTR_FRP.clientId, ATTR_FRP.version],
    isOptIn: true,
    note: 'Only with `recordClientInfo`. A series for each user, client id and version; its value is the number of sessions with these, at most those of `maxClients` in all.',
    read: ofServer(({ clients }, observe) => {
      for (const { count, attributes } of sameClients(clients)) observe(count, attributes);
    }),
  },
  {
    name: 'frp.server.dashboard.requests',
    kind: 'counter',
    unit: '{request}',
    description: 'Requests to the dashboard and its API, without those of this instrumentation.',
    attributes: [],
    read: ofServer(({ dashboardRequests }, observe) => observeKnown(dashboardRequests, observe)),
  },
  {
    name: 'frp.server.errors',
    kind: 'counter',
    unit: '{error}',
    description: 'What failed on frps and is not of one proxy that runs: logins, starts of proxies, its own faults.',
    attributes: [ATTR_ERROR_TYPE],
    read: ofServer(({ errors }, observe) => observeTally(errors, observe)),
  },
];

/** Who chooses these may choose long ones. Characters. */
const MAX_LENGTH = 255;

/** Sessions that are connected; those of which the same is known are one series, with their number. */
const sameClients = (clients: readonly ClientSessionSnapshot[]) => {
  const found = new Map<string, { count: number; readonly attributes: Attributes }>();
  for (const client of clients) {
    if (client.disconnectedAt !== undefined) continue;
    const attributes = clientAttributes(client);
    const key = JSON.stringify(attributes);
    const known = found.get(key);
    if (known === undefined) found.set(key, { count: 1, attributes });
    else known.count += 1;
  }
  return found.values();
};

/** The API tells a user or id that a client does not have as an empty one. */
const clientAttributes = ({ user, clientId, version }: ClientSessionSnapshot): Attributes => ({
  ...(user && { [ATTR_FRP.user]: user.slice(0, MAX_LENGTH) }),
  ...(clientId && { [ATTR_FRP.clientId]: clientId.slice(0, MAX_LENGTH) }),
  ...(version && { [ATTR_FRP.version]: version.slice(0, MAX_LENGTH) }),
});
