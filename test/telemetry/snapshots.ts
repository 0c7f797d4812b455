import type {
  ClientSessionSnapshot,
  ClientSnapshot,
  FrpSnapshot,
  HistogramSnapshot,
  InstanceSnapshot,
  ProxySnapshot,
  ServerSnapshot,
} from '../../src/model/FrpSnapshot.js';
import type { AlertCount, AlertedInstance } from '../../src/telemetry/catalogue/alertMetrics.js';
import { instanceCatalogue, proxyCatalogue } from '../../src/telemetry/catalogue/catalogue.js';
import { type MetricOptions, PLAIN_METRICS } from '../../src/telemetry/SnapshotSource.js';

/** With everything that is told only where it is asked for. */
export const allMetrics: MetricOptions = {
  ...PLAIN_METRICS,
  optIn: new Set([...instanceCatalogue, ...proxyCatalogue].flatMap(({ name, isOptIn }) => (isOptIn ? [name] : []))),
};

/** 2026-11-21 10:00:00 UTC, when everything in these snapshots began. */
export const T0 = Date.UTC(2026, 10, 21, 10);
/** So many seconds after T0. */
export const at = (seconds: number): number => T0 + seconds * 1000;

export const resources = {
  cpuUser: 1.5,
  cpuSystem: 0.5,
  cpuCount: 4,
  memoryResident: 20_000_000,
  memoryVirtual: 1_200_000_000,
  threads: 9,
  openFiles: 64,
  maxOpenFiles: 1024,
  stopped: false,
};

/** frps as it is known when it was just started: no source has said anything. */
export const server = (parts: Partial<InstanceSnapshot> = {}): InstanceSnapshot => ({
  name: 'frps@host',
  role: 'server',
  serverName: 'host:7000',
  version: undefined,
  since: T0,
  endedAt: undefined,
  process: {
    pid: 4711,
    up: true,
    startedAt: T0,
    restarts: 0,
    resources: undefined,
    cpuUtilization: undefined,
    cpuTime: undefined,
  },
  server: serverState(),
  client: undefined,
  proxies: [],
  sources: [],
  logLines: { known: 0, unknown: 0 },
  dropped: [],
  ...parts,
});

/** frpc as it is known when it was just started. */
export const client = (parts: Partial<InstanceSnapshot> = {}): InstanceSnapshot => ({
  ...server(),
  name: 'frpc@host',
  role: 'client',
  server: undefined,
  client: clientState(),
  ...parts,
});

export const serverState = (parts: Partial<ServerSnapshot> = {}): ServerSnapshot => ({
  activeClients: undefined,
  activeProxies: undefined,
  peakClients: undefined,
  clientUtilization: undefined,
  portUtilization: undefined,
  bindPort: 7000,
  dashboard: { enabled: true, port: 7500 },
  clients: [],
  refusedLogins: [],
  refusedStarts: [],
  logins: [],
  disconnects: [],
  proxyStarts: [],
  dashboardRequests: 0,
  errors: [],
  ...parts,
});

/** A client's session on frps that is connected, of which nothing else is known. */
export const session = (parts: Partial<ClientSessionSnapshot> = {}): ClientSessionSnapshot => ({
  runId: '8a39e05ac3a8a99c',
  user: undefined,
  clientId: undefined,
  version: undefined,
  hostname: undefined,
  address: undefined,
  connectedSince: undefined,
  disconnectedAt: undefined,
  disconnectReason: undefined,
  proxies: undefined,
  ...parts,
});

export const clientState = (parts: Partial<ClientSnapshot> = {}): ClientSnapshot => ({
  connected: false,
  connectedSince: undefined,
  runId: undefined,
  logins: [],
  reconnects: 0,
  loginDuration: [],
  configReloads: [{ errorType: undefined, count: 0 }],
  errors: [],
  ...parts,
});

/** A proxy of frps that is online and has carried nothing. */
export const proxy = (parts: Partial<ProxySnapshot> = {}): ProxySnapshot => ({
  role: 'server',
  name: 'web',
  type: 'tcp',
  state: 'online',
  user: undefined,
  clientId: undefined,
  group: undefined,
  since: T0,
  endedAt: undefined,
  startedAt: T0,
  io: { in: 0, out: 0 },
  segments: { in: 0, out: 0 },
  connectionDuration: undefined,
  roundTrip: undefined,
  probeDuration: [],
  activeConnections: 0,
  connections: [{ errorType: undefined, count: 0 }],
  errors: [],
  lastError: undefined,
  lastActivity: undefined,
  ...parts,
});

export const snapshot = (...instances: InstanceSnapshot[]): FrpSnapshot => ({ instances });

/** With boundaries 0.1 and 1. */
export const histogram = (
  counts: readonly [number, number, number],
  sum: number,
  extremes?: readonly [number, number],
): HistogramSnapshot => ({
  boundaries: [0.1, 1],
  counts,
  sum,
  count: counts[0] + counts[1] + counts[2],
  min: extremes?.[0],
  max: extremes?.[1],
});

/** With what the alert rules say of it. */
export const alerted = (instance: InstanceSnapshot, ...alerts: readonly AlertCount[]): AlertedInstance => ({
  ...instance,
  alerts,
});

/** Both roles with every source at work, so that each row of the catalogue has something to tell. */
export const richSnapshot = (): FrpSnapshot => {
  const { instances } = withoutAlerts();
  const counts: readonly AlertCount[] = [
    { name: 'FrpServerDown', severity: 'critical', firing: 0 },
    { name: 'FrpProxyDown', severity: 'high', firing: 2 },
  ];
  return snapshot(...instances.map((instance) => alerted(instance, ...counts)));
};

const withoutAlerts = (): FrpSnapshot =>
  snapshot(
    server({
      version: '0.71.0',
      process: {
        pid: 4711,
        up: true,
        startedAt: T0,
        restarts: 2,
        resources,
        cpuUtilization: 0.125,
        cpuTime: { user: 1.5, system: 0.5 },
        diskIo: { read: 800_000, write: 8_000 },
        contextSwitches: { voluntary: 154, involuntary: 1_010 },
        pagingFaults: { minor: 1_400, major: 3 },
      },
      server: serverState({
        activeClients: 3,
        activeProxies: { tcp: 2, http: 1 },
        peakClients: 4,
        clientUtilization: 0.375,
        portUtilization: 0.25,
        clients: [
          session({ user: 'alice', clientId: 'laptop', version: '0.71.0' }),
          session({ user: 'alice', clientId: 'laptop', version: '0.71.0' }),
          session({ user: '', clientId: undefined }),
          session({ user: 'bob', disconnectedAt: at(20), disconnectReason: 'heartbeat_timeout' }),
        ],
        logins: [
          { errorType: undefined, count: 5 },
          { errorType: 'token_mismatch', count: 1 },
        ],
        proxyStarts: [
          { errorType: undefined, count: 4 },
          { errorType: 'port_already_used', count: 2 },
        ],
        disconnects: [{ reason: 'heartbeat_timeout', count: 1 }],
        dashboardRequests: 7,
        errors: [{ errorType: 'port_already_used', count: 2 }],
      }),
      proxies: [
        proxy({
          io: { in: 1000, out: 5000 },
          segments: { in: 10, out: 20 },
          connectionDuration: histogram([1, 0, 1], 5, [0.1, 4.9]),
          roundTrip: histogram([2, 0, 0], 0.02, [0.005, 0.015]),
          probeDuration: [
            { errorType: undefined, histogram: histogram([1, 0, 0], 0.05, [0.05, 0.05]) },
            { errorType: 'timeout', histogram: histogram([0, 0, 1], 5, [5, 5]) },
          ],
          activeConnections: 2,
          connections: [
            { errorType: undefined, count: 12 },
            { errorType: 'work_connection', count: 1 },
          ],
          errors: [{ errorType: 'work_connection_timeout', count: 1 }],
          lastActivity: at(30),
        }),
        proxy({ name: 'alice.pages "quoted" \\ ü', type: 'http', state: 'offline', startedAt: undefined }),
      ],
      sources: [
        { source: 'config', state: 'ok', reason: undefined },
        { source: 'log', state: 'ok', reason: undefined },
        { source: 'api', state: 'degraded', reason: 'answers 401' },
        { source: 'process', state: 'off', reason: 'no /proc' },
      ],
      logLines: { known: 100, unknown: 3 },
      dropped: [{ item: 'log_line', reason: 'too_long', count: 4 }],
    }),
    client({
      client: clientState({
        connected: true,
        connectedSince: at(5),
        runId: '8a39e05ac3a8a99c',
        logins: [
          { errorType: undefined, count: 2 },
          { errorType: 'connection_refused', count: 1 },
        ],
        reconnects: 1,
        loginDuration: [
          { errorType: undefined, histogram: histogram([1, 1, 0], 0.55, [0.05, 0.5]) },
          { errorType: 'connection_refused', histogram: histogram([0, 0, 1], 2, [2, 2]) },
        ],
        configReloads: [
          { errorType: undefined, count: 1 },
          { errorType: '_OTHER', count: 1 },
        ],
        errors: [{ errorType: 'connection_refused', count: 1 }],
      }),
      proxies: [
        proxy({
          role: 'client',
          state: 'running',
          group: 'web-servers',
          io: undefined,
          activeConnections: undefined,
          connections: [{ errorType: 'connection_refused', count: 1 }],
        }),
      ],
      sources: [{ source: 'log', state: 'ok', reason: undefined }],
    }),
  );
