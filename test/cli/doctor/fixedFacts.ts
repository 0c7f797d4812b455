import type { DoctorFacts, InstanceFacts } from '../../../src/cli/doctor/DoctorFacts.js';
import type { FrpConfig } from '../../../src/frp/config/FrpConfig.js';
import { parseConfig } from '../../../src/frp/config/parseConfig.js';
import type { FrpRole } from '../../../src/frp/FrpRole.js';
import type { SourceKind, SourceState } from '../../../src/model/FrpSignal.js';
import type { InstanceSnapshot, SourceSnapshot } from '../../../src/model/FrpSnapshot.js';
import { client, server } from '../../telemetry/snapshots.js';

export const configOf = (text: string, role: FrpRole): FrpConfig => parseConfig(text, role);

const KINDS: readonly SourceKind[] = ['config', 'log', 'api', 'process', 'sockets'];

/** All sources well, but for those that are named with their state and reason. */
export const sources = (
  failing: Partial<Record<SourceKind, readonly [state: SourceState, reason?: string]>> = {},
): readonly SourceSnapshot[] =>
  KINDS.map((source) => {
    const [state, reason] = failing[source] ?? ['ok'];
    return { source, state, reason };
  });

const resources = {
  cpuUser: 1,
  cpuSystem: 1,
  cpuCount: 2,
  memoryResident: 1,
  memoryVirtual: 1,
  threads: 1,
  openFiles: 9,
  maxOpenFiles: 1024,
  stopped: false,
};

/** An frps of which all can be seen. */
export const frps = (parts: Partial<InstanceFacts> = {}, snapshot: Partial<InstanceSnapshot> = {}): InstanceFacts => ({
  snapshot: server({
    version: '0.71.0',
    sources: sources(),
    process: { ...server().process, resources },
    ...snapshot,
  }),
  isHidden: false,
  hasOtherNetwork: false,
  givenApi: undefined,
  configFolder: undefined,
  configPath: '/etc/frp/frps.toml',
  config: configOf('bindPort = 7000\nwebServer.port = 7500\nlog.to = "/var/log/frps.log"', 'server'),
  log: { path: '/var/log/frps.log', problem: undefined, hasColours: false, zoneShift: 0 },
  ...parts,
});

/** An frpc of which all can be seen. */
export const frpc = (parts: Partial<InstanceFacts> = {}, snapshot: Partial<InstanceSnapshot> = {}): InstanceFacts => ({
  ...frps(),
  snapshot: client({
    name: 'frpc@host',
    sources: sources(),
    process: { ...client().process, pid: 4712, resources },
    ...snapshot,
  }),
  configPath: '/etc/frp/frpc.toml',
  config: configOf('webServer.port = 7400\nlog.to = "/var/log/frpc.log"', 'client'),
  log: { path: '/var/log/frpc.log', problem: undefined, hasColours: false, zoneShift: 0 },
  ...parts,
});

/** A machine on which all is well. */
export const facts = (parts: Partial<DoctorFacts> = {}): DoctorFacts => ({
  platform: 'linux',
  isRoot: true,
  instances: [frps(), frpc()],
  ss: 'ss utility, iproute2-6.1.0',
  prometheus: { address: '127.0.0.1:9464', holder: 'nobody' },
  isDisabled: false,
  environmentFaults: [],
  otlp: [{ endpoint: 'http://collector:4318', isGiven: true, problem: undefined }],
  stateFolder: { path: '/var/lib/frp-otel', problem: undefined, free: 5e9 },
  logFolders: [{ path: '/var/log', problem: undefined, free: 5e9 }],
  clockStep: 0,
  ...parts,
});
