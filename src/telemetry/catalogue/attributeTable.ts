import type { FrpRole } from '../../frp/FrpRole.js';
import type { FrpEvent, ServerResource } from '../../model/FrpEvent.js';
import type { ItemsDropped, SourceKind } from '../../model/FrpSignal.js';
import type { ProxyState } from '../../model/FrpSnapshot.js';
import { type AttributeRow, allValues } from './AttributeRow.js';
import type { AlertSeverity, AlertSubject } from './alertWords.js';
import { ATTR_FRP } from './attributes.js';
import { attributesOfOthers } from './attributesOfOthers.js';

type OwnAttribute = Omit<AttributeRow, 'name' | 'definedBy'>;

/** Those of ours, by their key in ATTR_FRP. */
const own = {
  role: {
    type: 'string',
    brief: 'Which side of frp tells it.',
    examples: ['server'],
    values: allValues<FrpRole>({ server: 'frps', client: 'frpc' }),
  },
  instance: {
    type: 'string',
    brief: "The observed process: frps@host or frpc@host, with its config file's name when there are several.",
    examples: ['frps@gateway', 'frpc@laptop', 'frpc@laptop/office.toml'],
  },
  serverName: {
    type: 'string',
    brief: 'On frps its own name, on frpc that of the server it logs in to; host:port unless set.',
    examples: ['frp.example.com:7000'],
  },
  version: { type: 'string', brief: 'Version of frp.', examples: ['0.71.0'] },
  proxyName: {
    type: 'string',
    brief: "Name of the proxy as frps knows it, with the client's user before it.",
    examples: ['web', 'alice.web'],
  },
  proxyType: {
    type: 'string',
    brief: 'Type of the proxy; empty while it is not known.',
    examples: ['tcp', 'udp', 'http', 'https', 'tcpmux', 'stcp', 'sudp', 'xtcp'],
  },
  proxyState: {
    type: 'string',
    brief: 'State of the proxy as its role has it.',
    examples: ['online', 'running'],
    values: allValues<ProxyState>({
      online: 'on frps: its client is logged in and has started it',
      offline: 'on frps: it is known, and its client is gone',
      new: 'on frpc: not yet asked for',
      wait_start: 'on frpc: asked for, frps has not answered',
      start_error: 'on frpc: frps refused it; it is asked for again',
      running: 'on frpc: frps has started it',
      check_failed: 'on frpc: taken back, since the health check of the service fails',
      closed: 'on frpc: it has ended',
    }),
  },
  proxyGroup: {
    type: 'string',
    brief:
      'The load-balancing group that the proxy is a member of, where its role knows; absent of a proxy that is alone.',
    examples: ['web-servers'],
  },
  errorPhase: {
    type: 'string',
    brief: 'What of the proxy failed.',
    examples: ['start'],
    values: allValues<Extract<FrpEvent, { phase: unknown }>['phase']>({
      start: 'frps or frpc refused the proxy',
      connection: 'one connection failed, the proxy goes on',
      health_check: 'the health check of frpc',
      other: 'something else',
    }),
  },
  errorMessage: {
    type: 'string',
    brief: "frp's own words. Never on a metric; on a span they are its status and exception.message.",
    examples: ['port already used'],
  },
  disconnectReason: {
    type: 'string',
    brief: 'Why a session ended.',
    examples: ['heartbeat_timeout'],
    values: allValues<Extract<FrpEvent, { reason: unknown }>['reason']>({
      closed: 'the client left',
      replaced: 'a newer login of the same client took its place',
      heartbeat_timeout: 'the other side was not heard of for too long',
      server_stopped: 'frps ended',
      process_exited: 'frpc ended',
      unknown: 'no source tells',
    }),
  },
  direction: {
    type: 'string',
    brief: 'Which way it went.',
    examples: ['in'],
    values: allValues<'in' | 'out'>({ in: 'from the visitor to the service', out: 'from the service to the visitor' }),
  },
  hop: {
    type: 'string',
    brief: 'What is at the other end of the connection.',
    examples: ['visitor'],
    values: allValues<'visitor' | 'service'>({
      visitor: 'between the visitor and frps',
      service: 'between frpc and the service',
    }),
  },
  connectionBytesIn: { type: 'int', brief: 'Bytes from the visitor to the service.', examples: [500] },
  connectionBytesOut: { type: 'int', brief: 'Bytes from the service to the visitor.', examples: [7000] },
  source: {
    type: 'string',
    brief: 'Where this instrumentation reads.',
    examples: ['log'],
    values: allValues<SourceKind>({
      config: "frp's config file",
      log: "frp's output or log file",
      api: "the API of frp's dashboard",
      process: "the operating system's word on the process",
      sockets: "the kernel's word on its connections",
      probe: 'probes through its tunnels',
    }),
  },
  logKnown: { type: 'boolean', brief: 'Whether the meaning of the line is known.', examples: [true] },
  droppedKind: {
    type: 'string',
    brief: 'What was left out.',
    examples: ['log_record'],
    values: allValues<ItemsDropped['item']>({
      log_line: "a line of frp's log",
      log_text: 'the end of a line that was too long',
      log_record: 'a log record on its way out',
      proxy: 'a proxy',
      proxy_history:
        "a proxy's traffic of the day before; with reason limit, a proxy that was gone for less than 5 minutes",
      client: 'a session of a client',
      socket: 'a connection that the kernel told of',
      span: 'a span',
      alert: 'an alert, or a series that a rule would have to remember',
      alert_history: 'an alert in the file that keeps them',
      notification: 'an alert on its way to a receiver',
    }),
  },
  droppedReason: {
    type: 'string',
    brief: 'Why it was left out.',
    examples: ['limit', 'rate_limit', 'line_length', 'malformed', 'refused', 'not_attributed', 'unwritable'],
  },
  runId: {
    type: 'string',
    brief: 'The session of a client, as frp names it. Never on a metric.',
    examples: ['8a39e05ac3a8a99c'],
  },
  processExit: { type: 'string', brief: 'How the process ended.', examples: ['exit code 1', 'SIGKILL'] },
  resourceName: {
    type: 'string',
    brief: 'The resource that is used beyond its threshold.',
    examples: ['cpu'],
    values: allValues<ServerResource>({
      cpu: 'share of all CPUs, 0 to 1',
      memory: 'physical memory in bytes',
      file_descriptors: 'open ones as a share of the soft limit, 0 to 1',
      clients: 'clients that are logged in',
    }),
  },
  resourceValue: { type: 'double', brief: "What is used, in the resource's unit.", examples: [0.93] },
  resourceThreshold: { type: 'double', brief: "The threshold, in the resource's unit.", examples: [0.8] },
  healthCheck: {
    type: 'string',
    brief: 'Which check.',
    examples: ['frpc'],
    values: allValues<Extract<FrpEvent, { check: unknown }>['check']>({
      frpc: "frpc's own check of the service",
      probe: 'a probe through the tunnel',
    }),
  },
  user: { type: 'string', brief: 'The user of the client, as its config has it.', examples: ['alice'], isOptIn: true },
  clientId: {
    type: 'string',
    brief: 'The id of the client, as its config has it.',
    examples: ['laptop'],
    isOptIn: true,
  },
  alertName: {
    type: 'string',
    brief: 'The alert rule.',
    examples: ['FrpServerDown', 'FrpProxyErrorRatioHigh'],
  },
  alertSeverity: {
    type: 'string',
    brief: 'How bad it is.',
    examples: ['high'],
    values: allValues<AlertSeverity>({
      low: 'to be known, in time',
      medium: 'to be looked at in working hours',
      high: 'to be looked at now',
      critical: 'nothing works',
    }),
  },
  alertSubject: {
    type: 'string',
    brief: 'Whom the alert is about.',
    examples: ['proxy'],
    values: allValues<AlertSubject>({
      server: 'an frps',
      client: 'an frpc',
      proxy: 'a proxy',
      telemetry: 'this telemetry itself',
    }),
  },
  alertId: {
    type: 'string',
    brief: 'The alert: the same for the same rule and attributes.',
    examples: ['5f2c0a91d0e4b37a'],
  },
  alertSummary: {
    type: 'string',
    brief: 'What is wrong, in a line.',
    examples: ['frps@gateway is down'],
  },
  alertMetric: {
    type: 'string',
    brief: 'The metric that the rule is of.',
    examples: ['frp.process.up'],
  },
  alertValue: {
    type: 'double',
    brief: 'Its last value that was beyond the threshold.',
    examples: [0],
  },
  alertThreshold: {
    type: 'double',
    brief: "The rule's threshold, where it has one.",
    examples: [0.05],
  },
  alertDuration: {
    type: 'double',
    brief: 'Seconds from when it fired until it was resolved.',
    examples: [312.4],
  },
} as const satisfies Readonly<Record<keyof typeof ATTR_FRP, OwnAttribute>>;

/** Every attribute that is on a metric, a log record or a span, once. */
export const attributeTable: readonly AttributeRow[] = [
  ...Object.entries<OwnAttribute>(own).map(
    ([key, row]): AttributeRow => ({
      ...row,
      name: ATTR_FRP[key as keyof typeof ATTR_FRP],
      definedBy: 'frp',
    }),
  ),
  ...attributesOfOthers,
];
