import type { Attributes } from '@opentelemetry/api';
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import type { FrpRole } from '../../frp/FrpRole.js';
import type { ProxyState } from '../../model/FrpSnapshot.js';
import { ATTR_FRP } from './attributes.js';
import type { ProxyRow } from './MetricRow.js';
import { observeDirections, observeKnown, observeOutcomes, observeSecondsSince, observeTally } from './readers.js';

const STATES: Readonly<Record<FrpRole, readonly ProxyState[]>> = {
  server: ['online', 'offline'],
  client: ['new', 'wait_start', 'start_error', 'running', 'check_failed', 'closed'],
};

type StateAttributes = readonly { readonly state: ProxyState; readonly attributes: Attributes }[];
type StatesByRole = Readonly<Record<FrpRole, StateAttributes>>;

const stateAttributes = (shared: Attributes): StatesByRole => {
  const of = (role: FrpRole) =>
    STATES[role].map((state) => ({ state, attributes: Object.freeze({ [ATTR_FRP.proxyState]: state, ...shared }) }));
  return { server: of('server'), client: of('client') };
};

/** Attributes that are the same for all proxies, or all of a group, are made once. */
const OF_NO_GROUP = stateAttributes({});
const byGroup = new Map<string, StatesByRole>();
/** More groups than these are not made once. */
const MAX_GROUPS = 1_000;

const statesOfGroup = (group: string | undefined): StatesByRole => {
  if (group === undefined) return OF_NO_GROUP;
  const known = byGroup.get(group);
  if (known !== undefined) return known;
  const states = stateAttributes({ [ATTR_FRP.proxyGroup]: group });
  if (byGroup.size < MAX_GROUPS) byGroup.set(group, states);
  return states;
};

/** What is at the other end of the connections that a role's kernel sees. */
const HOP_ATTRIBUTES: Readonly<Record<FrpRole, Attributes>> = {
  server: { [ATTR_FRP.hop]: 'visitor' },
  client: { [ATTR_FRP.hop]: 'service' },
};

/** `frp.proxy.*`: one tunnel, as the role that tells it sees it. */
export const proxyMetrics: readonly ProxyRow[] = [
  {
    name: 'frp.proxy.status',
    kind: 'updowncounter',
    unit: '{proxy}',
    description: "1 for the proxy's present state, 0 for the role's other states; 0 for all once it was removed.",
    note: 'A member of a load-balancing group has `frp.proxy.group` besides: on frps where its API answers, on frpc where its config is read. In another group it is another series.',
    attributes: [ATTR_FRP.proxyState, ATTR_FRP.proxyGroup],
    read: ({ role, state, group, endedAt }, observe) => {
      for (const each of statesOfGroup(group)[role]) {
        observe(each.state === state && endedAt === undefined ? 1 : 0, each.attributes);
      }
    },
  },
  {
    name: 'frp.proxy.uptime',
    kind: 'gauge',
    unit: 's',
    description: 'Time since the proxy was started.',
    attributes: [],
    read: ({ startedAt }, observe, now) => observeSecondsSince(startedAt, observe, now),
  },
  {
    name: 'frp.proxy.io',
    kind: 'counter',
    unit: 'By',
    description: 'Bytes carried: in is visitor to service, out is service to visitor.',
    note: "On frps its own count of closed connections (udp: of all packets) and the kernel's of those that are open; on frpc the kernel's alone. The two roles may differ, and are never added up.",
    attributes: [ATTR_FRP.direction],
    read: ({ io }, observe) => observeDirections(io, observe),
  },
  {
    name: 'frp.proxy.segments',
    kind: 'counter',
    unit: '{segment}',
    description: "TCP segments of the proxy's connections, as the kernel counts them, with those sent again.",
    attributes: [ATTR_FRP.direction],
    read: ({ segments }, observe) => observeDirections(segments, observe),
  },
  {
    name: 'frp.proxy.connection.active',
    kind: 'updowncounter',
    unit: '{connection}',
    description: 'Connections of users that are open.',
    attributes: [],
    read: ({ activeConnections }, observe) => observeKnown(activeConnections, observe),
  },
  {
    name: 'frp.proxy.connections',
    kind: 'counter',
    unit: '{connection}',
    description: 'Connections of users, as far as the role sees them; failed ones carry error.type.',
    note: [
      'Counts by role what the role can see; the two are never added up.',
      'frps logs each user connection of tcp, https, tcpmux, stcp and sudp proxies, and never a dead service behind the tunnel; for http, udp and xtcp it logs none, and the metric is absent there.',
      "frpc logs only the connections that failed (of udp and sudp none); those that went well are counted by the kernel's word, frpc's own health checks among them.",
      'A user connection that gets no work connection counts on frps when it comes and again, with `error.type`, when it fails; the next one that comes is then not counted, since a count never falls.',
    ].join(' '),
    attributes: [ATTR_ERROR_TYPE],
    read: ({ connections }, observe) => observeTally(connections, observe),
  },
  {
    name: 'frp.proxy.connection.duration',
    kind: 'histogram',
    unit: 's',
    description: "Time from frps's log line of a user connection to its end, where both are told.",
    attributes: [],
    read: ({ connectionDuration }, observe) => observeKnown(connectionDuration, observe),
  },
  {
    name: 'frp.proxy.connection.rtt',
    kind: 'histogram',
    unit: 's',
    description: 'Smoothed round trip to the visitor or to the service, once per connection, at its end.',
    note: "The kernel's own estimate of TCP connections; on frps to the visitor, on frpc to the service.",
    attributes: [ATTR_FRP.hop],
    read: ({ role, roundTrip }, observe) => {
      if (roundTrip !== undefined) observe(roundTrip, HOP_ATTRIBUTES[role]);
    },
  },
  {
    name: 'frp.proxy.probe.duration',
    kind: 'histogram',
    unit: 's',
    description: 'Time that a probe through the tunnel took; failed ones carry error.type.',
    attributes: [ATTR_ERROR_TYPE],
    read: ({ probeDuration }, observe) => observeOutcomes(probeDuration, observe),
  },
  {
    name: 'frp.proxy.errors',
    kind: 'counter',
    unit: '{error}',
    description: 'What failed of the proxy: its start, connections, health checks.',
    attributes: [ATTR_ERROR_TYPE],
    read: ({ errors }, observe) => observeTally(errors, observe),
  },
];
