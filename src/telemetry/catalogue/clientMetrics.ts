import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import type { InstanceRow } from './MetricRow.js';
import { observeKnown, observeOutcomes, observeSecondsSince, observeTally, ofRole } from './readers.js';

const ofClient = ofRole('client');

/** `frp.client.*`: what frpc says of its session. */
export const clientMetrics: readonly InstanceRow[] = [
  {
    name: 'frp.client.connected',
    kind: 'gauge',
    unit: '{session}',
    description: '1 while frpc is logged in to its server, else 0.',
    note: 'Of one that was stopped on purpose it ends as it was.',
    attributes: [],
    read: ({ client, endedAt }, observe) => {
      const connected = endedAt === undefined ? client?.connected : undefined;
      observeKnown(connected === undefined ? undefined : Number(connected), observe);
    },
  },
  {
    name: 'frp.client.logins',
    kind: 'counter',
    unit: '{login}',
    description: 'Attempts of frpc to log in; failed ones carry error.type.',
    attributes: [ATTR_ERROR_TYPE],
    read: ofClient(({ logins }, observe) => observeTally(logins, observe)),
  },
  {
    name: 'frp.client.reconnects',
    kind: 'counter',
    unit: '{reconnect}',
    description: 'Successful logins after the first.',
    attributes: [],
    read: ofClient(({ reconnects }, observe) => observeKnown(reconnects, observe)),
  },
  {
    name: 'frp.client.login.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Time from the attempt to the answer, with dialling and TLS; failed ones carry error.type.',
    attributes: [ATTR_ERROR_TYPE],
    read: ofClient(({ loginDuration }, observe) => observeOutcomes(loginDuration, observe)),
  },
  {
    name: 'frp.client.session.uptime',
    kind: 'gauge',
    unit: 's',
    description: 'Time since the login of the present session.',
    attributes: [],
    read: ofClient(({ connectedSince }, observe, now) => observeSecondsSince(connectedSince, observe, now)),
  },
  {
    name: 'frp.client.config.reloads',
    kind: 'counter',
    unit: '{reload}',
    description: 'Times that frpc reloaded its config file; failed ones carry error.type.',
    attributes: [ATTR_ERROR_TYPE],
    read: ofClient(({ configReloads }, observe) => observeTally(configReloads, observe)),
  },
  {
    name: 'frp.client.errors',
    kind: 'counter',
    unit: '{error}',
    description: 'What failed on frpc and is not of one proxy: logins, reloads, its own faults.',
    attributes: [ATTR_ERROR_TYPE],
    read: ofClient(({ errors }, observe) => observeTally(errors, observe)),
  },
];
