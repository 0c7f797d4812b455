import type { FrpClientProxy, FrpServerClient, FrpServerProxy } from '../../src/frp/api/FrpApi.js';
import { parseConfig } from '../../src/frp/config/parseConfig.js';
import { errorTypeOf, type FrpErrorType } from '../../src/frp/errorType.js';
import type { FrpRole } from '../../src/frp/FrpRole.js';
import type { FrpLogMeaning } from '../../src/frp/log/FrpLogMeaning.js';
import { parseLogLine } from '../../src/frp/log/parseLogLine.js';
import { readLogMeaning } from '../../src/frp/log/readLogMeaning.js';
import type { FrpEvent, FrpFailure } from '../../src/model/FrpEvent.js';
import { FrpModel, type FrpModelOptions } from '../../src/model/FrpModel.js';
import type {
  ClientApiAnswered,
  LogLineRead,
  ProcessExited,
  ProcessResources,
  ProcessSampled,
  ProcessStarted,
  ServerApiAnswered,
  SocketClosed,
  SocketReading,
  SocketsSampled,
  SourceChanged,
} from '../../src/model/FrpSignal.js';
import type { InstanceSnapshot, ProxySnapshot } from '../../src/model/FrpSnapshot.js';

/** Every signal is of target 1 unless a test says otherwise. */
export const TARGET = 1;

export const newModel = (options: Partial<FrpModelOptions> = {}): FrpModel =>
  new FrpModel({ retentionMillis: 3_600_000, maxProxies: 100, ...options });

export const serverStarted = (time: number, changed: Partial<ProcessStarted> = {}): ProcessStarted => ({
  kind: 'process.started',
  time,
  target: TARGET,
  role: 'server',
  pid: 100,
  hostName: 'box',
  configPath: '/etc/frp/frps.toml',
  config: parseConfig('bindPort = 7000', 'server'),
  seenFromStart: true,
  ...changed,
});

export const clientStarted = (time: number, changed: Partial<ProcessStarted> = {}): ProcessStarted =>
  serverStarted(time, {
    role: 'client',
    pid: 200,
    configPath: '/etc/frp/frpc.toml',
    config: clientConfig('ssh'),
    ...changed,
  });

/** frpc's config with tcp proxies of these names. */
export const clientConfig = (...names: string[]) =>
  parseConfig(
    ['serverAddr = "frp.example"', ...names.map((name) => `[[proxies]]\nname = "${name}"\ntype = "tcp"`)].join('\n'),
    'client',
  );

export const exited = (time: number, changed: Partial<ProcessExited> = {}): ProcessExited => ({
  kind: 'process.exited',
  time,
  target: TARGET,
  exitCode: undefined,
  exitSignal: 'SIGKILL',
  ...changed,
});

/** A line of the log, as the source reads it. */
export const logLine = (role: FrpRole, text: string, target = TARGET): LogLineRead => {
  const line = parseLogLine(text);
  const meaning = line && readLogMeaning(role, line.message);
  const time = line?.time ?? 0;
  return { kind: 'log.line', time, target, text, line, meaning, observedTime: time };
};

/** A meaning as a test writes it: the class of an error follows from its words. */
export type Saying = FrpLogMeaning extends infer Each
  ? Each extends { readonly errorType: unknown }
    ? Omit<Each, 'errorType'> & { readonly errorType?: FrpErrorType }
    : Each
  : never;

/** A line of which only the meaning counts. */
export const says = (time: number, saying: Saying | undefined, runId?: string): LogLineRead => ({
  kind: 'log.line',
  time,
  target: TARGET,
  text: '',
  line: { time, level: 'I', caller: 'a/b.go:1', runId, message: '', format: 'golib' },
  meaning: (saying && 'error' in saying ? { errorType: errorTypeOf(saying.error), ...saying } : saying) as
    | FrpLogMeaning
    | undefined,
  observedTime: time,
});

/** What frpc or frps says went wrong. */
export const failure = (message: string): FrpFailure => ({ type: errorTypeOf(message), message });

export const proxyAnswer = (name: string, changed: Partial<FrpServerProxy> = {}): FrpServerProxy => ({
  name,
  type: 'tcp',
  online: true,
  curConns: 0,
  today: { in: 0, out: 0 },
  yesterday: undefined,
  sinceStart: undefined,
  user: undefined,
  clientId: undefined,
  remotePort: undefined,
  group: undefined,
  ...changed,
});

export const answered = (
  time: number,
  proxies: readonly FrpServerProxy[],
  info: Partial<ServerApiAnswered['info']> = {},
): ServerApiAnswered => ({
  kind: 'server.api.answered',
  time,
  target: TARGET,
  info: {
    version: '0.71.0',
    clientCounts: 1,
    curConns: 0,
    proxyTypeCount: { tcp: proxies.length },
    today: { in: 0, out: 0 },
    ...info,
  },
  proxies,
  isComplete: true,
  clients: undefined,
  answeredAt: time,
});

/** One client as frps's API tells of it, logged in at time 0. */
export const clientAnswer = (runId: string, changed: Partial<FrpServerClient> = {}): FrpServerClient => ({
  key: runId,
  user: '',
  clientId: '',
  runId,
  version: '0.71.0',
  hostname: 'box',
  address: '192.0.2.1:5000',
  online: true,
  connectedAt: 0,
  disconnectedAt: undefined,
  ...changed,
});

/** frps's answer where only its clients count. */
export const clientsAnswered = (time: number, ...clients: readonly FrpServerClient[]): ServerApiAnswered => ({
  ...answered(time, []),
  isComplete: false,
  clients,
});

/** One proxy as frpc's API tells of it. */
export const statusOf = (name: string, changed: Partial<FrpClientProxy> = {}): FrpClientProxy => ({
  name,
  type: 'tcp',
  phase: 'running',
  error: '',
  localAddress: '127.0.0.1:22',
  remoteAddress: ':6000',
  plugin: '',
  ...changed,
});

/** frpc's answer; no proxies is `{}`. */
export const statusAnswered = (time: number, ...proxies: readonly FrpClientProxy[]): ClientApiAnswered => ({
  kind: 'client.api.answered',
  time,
  target: TARGET,
  proxies,
  isComplete: true,
});

export const sampled = (time: number, changed: Partial<ProcessResources> = {}): ProcessSampled => ({
  kind: 'process.sampled',
  time,
  target: TARGET,
  resources: {
    cpuUser: 0,
    cpuSystem: 0,
    cpuCount: 4,
    memoryResident: 20_000_000,
    memoryVirtual: 1_200_000_000,
    threads: 9,
    openFiles: 12,
    maxOpenFiles: 1024,
    stopped: false,
    ...changed,
  },
});

export const sourceChanged = (time: number, changed: Partial<SourceChanged> = {}): SourceChanged => ({
  kind: 'source.changed',
  time,
  target: TARGET,
  source: 'api',
  state: 'ok',
  reason: undefined,
  ...changed,
});

/** A visitor's connection to port 6000 that has carried nothing. */
export const socket = (id: string, changed: Partial<SocketReading> = {}): SocketReading => ({
  id,
  hop: 'visitor',
  port: 6000,
  peer: `203.0.113.7:${id}`,
  in: 0,
  out: 0,
  segmentsIn: 0,
  segmentsOut: 0,
  roundTrip: undefined,
  ...changed,
});

/** All that are open; their ends are told. */
export const socketsSampled = (time: number, ...sockets: readonly SocketReading[]): SocketsSampled => ({
  kind: 'sockets.sampled',
  time,
  target: TARGET,
  sockets,
  tellsEnds: true,
});

export const socketClosed = (time: number, closed: SocketReading): SocketClosed => ({
  kind: 'socket.closed',
  time,
  target: TARGET,
  socket: closed,
});

export const socketsAreSeen = (time: number): SourceChanged => sourceChanged(time, { source: 'sockets' });

/** There is no log to read. */
export const logIsOff = (time: number): SourceChanged => sourceChanged(time, { source: 'log', state: 'off' });

/** The only instance of a model. */
export const instanceOf = (model: FrpModel): InstanceSnapshot => {
  const [instance, ...others] = model.snapshot().instances;
  if (instance === undefined || others.length > 0) throw new Error(`expected one instance, found ${1 + others.length}`);
  return instance;
};

export const proxyOf = (model: FrpModel, name: string): ProxySnapshot => {
  const { proxies } = instanceOf(model);
  const found = proxies.find((proxy) => proxy.name === name);
  if (found === undefined) throw new Error(`expected a proxy ${name} among ${proxies.map((proxy) => proxy.name)}`);
  return found;
};

/** `kind proxy` of each event, where only these count. */
export const kinds = (events: readonly FrpEvent[]): string[] =>
  events.map((event) => ('proxy' in event ? `${event.kind} ${event.proxy}` : event.kind));

/** The tally of a proxy on frps that had so many connections, and none that failed. */
export const carried = (count: number) => [
  { errorType: undefined, count },
  { errorType: 'work_connection', count: 0 },
  { errorType: '_OTHER', count: 0 },
];

/** A tally with every class that it starts with, in their order, and so many of some; `ok` is what did not fail. */
export const tallied = (
  failures: readonly string[],
  counts: Readonly<Record<string, number>>,
): { readonly errorType: string | undefined; readonly count: number }[] => [
  ...('ok' in counts ? [{ errorType: undefined, count: counts.ok ?? 0 }] : []),
  ...failures.map((errorType) => ({ errorType, count: counts[errorType] ?? 0 })),
];
