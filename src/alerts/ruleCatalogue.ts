import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import { ATTR_FRP, INSTANCE_ATTRIBUTES, PROXY_ATTRIBUTES } from '../telemetry/catalogue/attributes.js';
import type { AlertRule, SeriesSelector } from './AlertRule.js';

/** The option of `thresholds` that a rule's threshold is of. */
export type ThresholdOption =
  | 'serverCpu'
  | 'serverMemory'
  | 'serverClients'
  | 'serverErrorRatio'
  | 'fileDescriptors'
  | 'portUtilization'
  | 'loginFailures'
  | 'clientReconnects'
  | 'proxyErrorRatio'
  | 'proxyLatency'
  | 'proxyConnections';

/** A rule of the catalogue; its threshold is the default of its option. */
export type CatalogueRule = AlertRule & {
  readonly option?: ThresholdOption;
  /** Why it is worth an alert: for docs/alerts.md. */
  readonly why: string;
};

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const OF_INSTANCE = INSTANCE_ATTRIBUTES;
const OF_PROXY = [...INSTANCE_ATTRIBUTES, ...PROXY_ATTRIBUTES];

const SERVER: SeriesSelector = { [ATTR_FRP.role]: 'server' };
const CLIENT: SeriesSelector = { [ATTR_FRP.role]: 'client' };
/** States in which nobody can connect. */
const NOT_RUNNING = ['offline', 'new', 'wait_start', 'start_error', 'check_failed', 'closed'];

const atOnce = { forMillis: 0, keepFiringForMillis: 0 } as const;
const after = (forMillis: number, keepFiringForMillis = 0) => ({ forMillis, keepFiringForMillis });

/** Every alert rule, once. Rows that have a name in common are alternatives. */
export const ruleCatalogue: readonly CatalogueRule[] = [
  {
    name: 'FrpServerDown',
    of: 'value',
    metric: 'frp.process.up',
    where: SERVER,
    comparison: '==',
    threshold: 0,
    by: OF_INSTANCE,
    subject: 'server',
    ...after(30 * SECOND, MINUTE), // what it silences takes a while to be well again: frpc waits up to 20 s to log in
    severity: 'critical',
    summary: '{frp.instance} is down',
    description:
      'The frps process is gone, is stopped, or its API has ceased to answer. All tunnels of {frp.server.name} are closed to visitors.',
    why: 'Nothing gets through a server that is down; everything else that is wrong on its clients follows from it.',
    runbook: [
      'Look whether the process runs: `frp-otel status` on its host, `systemctl status frps`, `docker ps`.',
      'Read the last lines of its log: the event `frp.server.stopped` has how it ended.',
      'A process in state T was stopped by a signal: `kill -CONT PID` wakes it.',
      'If it runs and its API does not answer, look at its CPU and file descriptors before you restart it.',
    ],
  },
  {
    name: 'FrpClientDown',
    of: 'value',
    metric: 'frp.process.up',
    where: CLIENT,
    comparison: '==',
    threshold: 0,
    by: OF_INSTANCE,
    subject: 'client',
    ...after(30 * SECOND, 15 * SECOND), // its proxies are up a moment later
    severity: 'high',
    summary: '{frp.instance} is down',
    description: 'The frpc process is gone or stopped. Its tunnels to {frp.server.name} are closed.',
    why: 'A client that is gone takes its tunnels with it. A stop on purpose is no alert: its series end.',
    runbook: [
      'Look whether the process runs: `frp-otel status` on its host, `systemctl status frpc`, `docker ps`.',
      'Read the last lines of its log; a client whose first login fails ends at once unless `loginFailExit = false`.',
      'A process in state T was stopped by a signal: `kill -CONT PID` wakes it.',
    ],
  },
  {
    name: 'FrpClientDisconnected',
    of: 'value',
    metric: 'frp.client.connected',
    comparison: '==',
    threshold: 0,
    by: OF_INSTANCE,
    subject: 'client',
    ...after(2 * MINUTE, 15 * SECOND), // as above
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
    name: 'FrpProxyDown',
    of: 'value',
    metric: 'frp.proxy.status',
    where: { [ATTR_FRP.proxyState]: NOT_RUNNING, [ATTR_FRP.proxyGroup]: false },
    comparison: '==',
    threshold: 1,
    by: OF_PROXY,
    subject: 'proxy',
    ...after(2 * MINUTE),
    severity: 'high',
    summary: 'proxy {frp.proxy.name} is down on {frp.instance}',
    description:
      'Nobody can connect to {frp.proxy.name} ({frp.proxy.type}): as the {frp.role} sees it, it does not run.',
    why: 'A tunnel that does not run is a service that cannot be reached, while both frps and frpc may be well.',
    runbook: [
      'On the server: is its client logged in? If not, begin with the client.',
      'On the client: state `start_error` is a refusal of frps (a port taken or not allowed, a name that exists): see the event `frp.proxy.error`.',
      'State `check_failed`: the health check of the local service fails; see whether the service listens.',
      'A peer that froze is seen after about 40 seconds, when its heartbeat is missed.',
    ],
  },
  {
    name: 'FrpProxyDown',
    of: 'value',
    metric: 'frp.proxy.status',
    where: { [ATTR_FRP.proxyState]: NOT_RUNNING, [ATTR_FRP.proxyGroup]: true },
    comparison: '==',
    threshold: 1,
    by: [...OF_PROXY, ATTR_FRP.proxyGroup],
    subject: 'proxy',
    ...after(2 * MINUTE),
    severity: 'low',
    summary: 'proxy {frp.proxy.name}, a member of group {frp.proxy.group}, is down on {frp.instance}',
    description:
      '{frp.proxy.name} ({frp.proxy.type}) does not run; visitors go to the other members of {frp.proxy.group}.',
    why: 'One member of a load-balancing group that is down takes capacity, not the service.',
    runbook: ['As of any proxy that is down, with less hurry: the other members carry its visitors.'],
  },
  {
    name: 'FrpProxyGroupDown',
    of: 'value',
    metric: 'frp.proxy.status',
    where: { ...SERVER, [ATTR_FRP.proxyState]: 'offline', [ATTR_FRP.proxyGroup]: true },
    reduce: 'min',
    comparison: '==',
    threshold: 1,
    by: [...OF_INSTANCE, ATTR_FRP.proxyGroup],
    subject: 'proxy',
    ...after(2 * MINUTE),
    severity: 'high',
    summary: 'all members of group {frp.proxy.group} are down on {frp.instance}',
    description: 'No proxy of the load-balancing group {frp.proxy.group} is online: nobody can connect to its service.',
    why: 'When the last member is gone, so is the service.',
    runbook: [
      'See which clients carry the group: the proxies with its name in `frp.proxy.group`.',
      'Go on as for a client or a proxy that is down.',
    ],
  },
  {
    name: 'FrpProxyStartFailed',
    of: 'increase',
    metric: 'frp.server.proxy.starts',
    where: { [ATTR_ERROR_TYPE]: true },
    windowMillis: 5 * MINUTE,
    comparison: '>',
    threshold: 0,
    by: [...OF_INSTANCE, ATTR_ERROR_TYPE],
    subject: 'server',
    ...atOnce,
    severity: 'medium',
    summary: '{frp.instance} refused to start a proxy: {error.type}',
    description: 'In the last 5 minutes frps refused {value} of the proxies that clients asked for, for {error.type}.',
    why: 'frpc logs a refusal once and tries again in silence; the service is not reachable meanwhile.',
    runbook: [
      'The event `frp.proxy.error` has the name of the proxy and the words of frps.',
      'A port that is taken or not allowed: choose another `remotePort`, or change `allowPorts`.',
      'A name that exists: two clients use the same proxy name; give each its own `user`.',
    ],
  },
  {
    name: 'FrpProxyErrorRatioHigh',
    of: 'value',
    metric: 'frp.proxy.error.ratio',
    comparison: '>',
    threshold: 0.05,
    option: 'proxyErrorRatio',
    by: OF_PROXY,
    subject: 'proxy',
    ...atOnce,
    severity: 'medium',
    summary: '{value} of the connections to {frp.proxy.name} fail on {frp.instance}',
    description:
      'Of the connections of the last 5 minutes {value} failed, more than {threshold}; below 3 failures it is not told.',
    why: 'The tunnel is up and the service behind it is not: no other sign of frp tells that.',
    runbook: [
      '`frp.proxy.connections` by `error.type` has what fails; `connection_refused` on a client: the local service does not listen.',
      'Try the service from the host of frpc, at the address that its config names.',
      '`work_connection` and `timeout` on a server speak of the client: its CPU, its way to the server.',
    ],
  },
  {
    name: 'FrpProxyErrorRatioHighAcrossRoles',
    of: 'ratio',
    metric: 'frp.proxy.connections',
    where: { ...CLIENT, [ATTR_ERROR_TYPE]: true },
    whole: { metric: 'frp.proxy.connections', where: { ...SERVER, [ATTR_ERROR_TYPE]: false } },
    windowMillis: 5 * MINUTE,
    atLeast: 3,
    comparison: '>',
    threshold: 0.05,
    option: 'proxyErrorRatio',
    by: [ATTR_FRP.serverName, ATTR_FRP.proxyName],
    subject: 'proxy',
    ...atOnce,
    severity: 'medium',
    summary: '{value} of the connections to {frp.proxy.name} through {frp.server.name} fail',
    description:
      'Clients could not pass on {value} of what {frp.server.name} took for {frp.proxy.name} in the last 5 minutes, more than {threshold}.',
    why: 'frpc alone knows which connections failed, frps how many there were: where the client cannot count them, the two together can.',
    runbook: ['As of FrpProxyErrorRatioHigh: look at the client that serves the proxy, and at the service behind it.'],
  },
  {
    name: 'FrpProxyLatencyHigh',
    of: 'value',
    metric: 'frp.proxy.latency',
    comparison: '>',
    threshold: 1,
    option: 'proxyLatency',
    by: OF_PROXY,
    subject: 'proxy',
    ...after(MINUTE),
    severity: 'medium',
    summary: 'a way through {frp.proxy.name} takes {value}',
    description: 'Probes through the tunnel took {value} on average in the last 5 minutes, more than {threshold}.',
    why: 'What visitors feel, measured from the outside. It needs `probes`.',
    runbook: [
      'Compare `frp.proxy.connection.rtt` by `frp.hop`: `visitor` on the server, `service` on the client.',
      'Look at CPU and throughput of both ends, and at `transport.bandwidthLimit`.',
    ],
  },
  {
    name: 'FrpProxyConnectionsHigh',
    of: 'value',
    metric: 'frp.proxy.connection.active',
    comparison: '>',
    threshold: 1_000,
    option: 'proxyConnections',
    by: OF_PROXY,
    subject: 'proxy',
    ...after(MINUTE),
    severity: 'medium',
    summary: '{value} connections are open on {frp.proxy.name}',
    description: '{frp.proxy.name} has {value} open connections on {frp.instance}, more than {threshold}.',
    why: 'Connections that are not closed use up file descriptors and memory of both ends, and are the first sign of an abuse.',
    runbook: [
      '`ss -tn` on the host of frps shows from where they come.',
      'Look at the file descriptors of both ends, and whether the service closes what it has answered.',
    ],
  },
  {
    name: 'FrpServerCpuHigh',
    of: 'value',
    metric: 'frp.process.cpu.utilization',
    where: SERVER,
    comparison: '>',
    threshold: 0.8,
    option: 'serverCpu',
    by: OF_INSTANCE,
    subject: 'server',
    ...after(2 * MINUTE, MINUTE),
    severity: 'high',
    summary: '{frp.instance} uses {value} of all CPUs',
    description: 'frps has used more than {threshold} of all CPUs of its host for two minutes: tunnels become slow.',
    why: 'frps copies each byte: where its CPU ends, so does the throughput of all tunnels.',
    runbook: [
      '`frp.proxy.throughput` shows which tunnel carries the most.',
      'Encryption and compression of a proxy (`transport.useEncryption`, `useCompression`) cost CPU on both ends.',
    ],
  },
  {
    name: 'FrpServerMemoryHigh',
    of: 'value',
    metric: 'frp.process.memory.usage',
    where: SERVER,
    comparison: '>',
    threshold: 2 ** 30,
    option: 'serverMemory',
    by: OF_INSTANCE,
    subject: 'server',
    ...after(2 * MINUTE, MINUTE),
    severity: 'high',
    summary: '{frp.instance} uses {value} of memory',
    description: 'frps has used more than {threshold} of physical memory for two minutes.',
    why: 'A server that the kernel ends for its memory takes all tunnels with it.',
    runbook: [
      'Memory grows with clients, open connections and `transport.maxPoolCount`: see which of them grew with it.',
      'If none did, it may leak: note the version, and plan a restart.',
    ],
  },
  {
    name: 'FrpServerClientsHigh',
    of: 'value',
    metric: 'frp.server.client.active',
    comparison: '>',
    threshold: 100,
    option: 'serverClients',
    by: OF_INSTANCE,
    subject: 'server',
    ...after(MINUTE),
    severity: 'medium',
    summary: '{value} clients are logged in to {frp.instance}',
    description: '{frp.server.name} has {value} clients, more than the {threshold} that it is meant for.',
    why: 'frps has no limit of clients of its own: it takes them all until something else ends.',
    runbook: [
      'See who they are: `frp-otel status` on its host, or `frp.server.client.info`.',
      'Clients that nobody knows: change the token.',
    ],
  },
  {
    name: 'FrpServerErrorRatioHigh',
    of: 'value',
    metric: 'frp.server.error.ratio',
    comparison: '>',
    threshold: 0.1,
    option: 'serverErrorRatio',
    by: OF_INSTANCE,
    subject: 'server',
    ...after(MINUTE),
    severity: 'high',
    summary: '{value} of what {frp.instance} is asked for fails',
    description:
      'Of the logins, starts of proxies and connections of the last 5 minutes {value} failed, more than {threshold}.',
    why: 'It tells that something is wrong with the server as a whole, whatever it is.',
    runbook: ['`frp.server.errors` by `error.type` has what fails most; go on with the rule for that.'],
  },
  {
    name: 'FrpLoginFailures',
    of: 'value',
    metric: 'frp.server.login.failures.recent',
    comparison: '>',
    threshold: 10,
    option: 'loginFailures',
    by: OF_INSTANCE,
    subject: 'server',
    ...atOnce,
    severity: 'high',
    summary: '{value} logins were refused by {frp.instance}',
    description: 'In the last 5 minutes frps refused {value} logins, more than {threshold}.',
    why: 'A client with an old token, or somebody who tries tokens.',
    runbook: [
      'The events `frp.server.login.rejected` have the address and the reason.',
      'A known address: its token is another than the server has.',
      'Unknown addresses: see that the token is long, and close the port to them.',
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
  ...(['server', 'client'] as const).map(
    (role): CatalogueRule => ({
      name: 'FrpFileDescriptorsHigh',
      of: 'value',
      metric: 'frp.process.file_descriptor.utilization',
      where: { [ATTR_FRP.role]: role },
      comparison: '>',
      threshold: 0.8,
      option: 'fileDescriptors',
      by: OF_INSTANCE,
      subject: role,
      ...after(2 * MINUTE, MINUTE),
      severity: 'high',
      summary: '{frp.instance} has {value} of its file descriptors open',
      description: 'At the limit frp accepts no connection more; it says so in a line of level I only.',
      why: 'The end comes at once and for all tunnels, and frp itself says next to nothing of it.',
      runbook: [
        'Raise the limit: `LimitNOFILE=` of the unit, `ulimits` of the container; it takes a restart.',
        '`frp.proxy.connection.active` shows which tunnel has them.',
      ],
    }),
  ),
  {
    name: 'FrpPortsExhausting',
    of: 'value',
    metric: 'frp.server.port.utilization',
    comparison: '>',
    threshold: 0.9,
    option: 'portUtilization',
    by: OF_INSTANCE,
    subject: 'server',
    ...after(5 * MINUTE),
    severity: 'medium',
    summary: '{value} of the allowed ports of {frp.instance} are in use',
    description: 'Of the ports that `allowPorts` has, {value} are taken, more than {threshold}.',
    why: 'The next client is refused, and nobody but that client is told.',
    runbook: ['Widen `allowPorts`, or see which proxies are needed no more; frps takes a restart to read it.'],
  },
  {
    name: 'FrpReporterAbsent',
    of: 'absence',
    metric: 'frp.process.expected',
    windowMillis: HOUR,
    by: OF_INSTANCE,
    subject: 'telemetry',
    ...after(3 * MINUTE),
    severity: 'high',
    summary: 'nothing is heard of {frp.instance} any more',
    description:
      'Telemetry of {frp.instance} came within the last hour, and comes no more, without a word that it was stopped. Whether it works is not known.',
    why: 'Where nothing comes, no other rule can hold: without this one, silence would look like health.',
    runbook: [
      'Is the host up? Does `frp-otel observe`, or the program with the instrumentation, run there?',
      'Does what it sends arrive: the Collector refuses a wrong token and data without `service.instance.id`, and counts both.',
      'If it was taken away for good: it is silent again after an hour.',
    ],
  },
  {
    name: 'FrpTelemetrySourceDown',
    of: 'value',
    metric: 'frp.telemetry.source.up',
    comparison: '==',
    threshold: 0,
    by: [...OF_INSTANCE, ATTR_FRP.source],
    subject: 'telemetry',
    ...after(5 * MINUTE),
    severity: 'low',
    summary: 'the source {frp.source} of {frp.instance} is degraded',
    description:
      'Part of what could be known of {frp.instance} is not: numbers of this source are missing, or lower bounds.',
    why: 'A dashboard with half of the truth should say so.',
    runbook: ['`frp-otel doctor` on its host says what is missing, and what to do about it.'],
  },
  {
    name: 'FrpTelemetryDropping',
    of: 'increase',
    metric: 'frp.telemetry.dropped',
    windowMillis: 15 * MINUTE, // a single burst outlasts the time that it has to hold
    comparison: '>',
    threshold: 0,
    by: [...OF_INSTANCE, ATTR_FRP.droppedKind, ATTR_FRP.droppedReason],
    subject: 'telemetry',
    ...after(5 * MINUTE),
    severity: 'low',
    summary: '{frp.instance}: {frp.telemetry.kind} are left out: {frp.telemetry.reason}',
    description: 'In the last 15 minutes {value} were not exported: {frp.telemetry.kind}, for {frp.telemetry.reason}.',
    why: 'Nothing is dropped silently.',
    runbook: [
      '`frp.telemetry.dropped` by kind and reason says which limit was met; docs/configuration.md has the option for it.',
      'Records that could not be sent: see whether the backend answers.',
    ],
  },
];
