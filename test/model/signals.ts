import type { FrpServerProxy } from '../../src/frp/api/FrpApi.js';
import { parseConfig } from '../../src/frp/config/parseConfig.js';
import type { FrpRole } from '../../src/frp/FrpRole.js';
import type { FrpLogMeaning } from '../../src/frp/log/FrpLogMeaning.js';
import { parseLogLine } from '../../src/frp/log/parseLogLine.js';
import { readLogMeaning } from '../../src/frp/log/readLogMeaning.js';
import type { FrpEvent } from '../../src/model/FrpEvent.js';
import { FrpModel, type FrpModelOptions } from '../../src/model/FrpModel.js';
import type {
  LogLineRead,
  ProcessExited,
  ProcessResources,
  ProcessSampled,
  ProcessStarted,
  ServerApiAnswered,
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

/** A line of which only the meaning counts. */
export const says = (time: number, meaning: FrpLogMeaning | undefined, runId?: string): LogLineRead => ({
  kind: 'log.line',
  time,
  target: TARGET,
  text: '',
  line: { time, level: 'I', caller: 'a/b.go:1', runId, message: '' },
  meaning,
  observedTime: time,
});

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
  clients: undefined,
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
