import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
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
