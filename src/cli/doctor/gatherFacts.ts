import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { getuid } from 'node:process';
import { promisify } from 'node:util';
import { parseCommandLine } from '../../frp/config/parseCommandLine.js';
import type { FrpSnapshot, InstanceSnapshot } from '../../model/FrpSnapshot.js';
import { readConfig } from '../../sources/config/readConfig.js';
import type { ConfigFile } from '../../sources/config/readConfigFile.js';
import { asObserved, type GivenFrp } from '../../sources/givenFrp.js';
import { findLog, type LogLocation } from '../../sources/log/findLog.js';
import type { FrpProcess } from '../../sources/processes/FrpProcess.js';
import { describeFrp, findFrp } from '../../sources/processes/findFrp.js';
import { sdkDisabled } from '../../telemetry/providers/environment.js';
import { originOf } from '../readApiUrl.js';
import type { Look } from '../targets.js';
import type { DoctorFacts, InstanceFacts } from './DoctorFacts.js';
import { inspectEnvironment } from './inspectEnvironment.js';
import { inspectFolder } from './inspectFolder.js';
import { inspectLog } from './inspectLog.js';
import { inspectOtlp, inspectPrometheus } from './inspectPorts.js';

const run = promisify(execFile);

export interface Looked {
  readonly snapshot: FrpSnapshot;
  readonly look: Look;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stateDirectory: string | undefined;
  /** Milliseconds by which the clock was set meanwhile. */
  readonly clockStep: number;
}

/** Looks at all that the checks want to know besides what was observed. */
export const gatherFacts = async ({ snapshot, look, env, stateDirectory, clockStep }: Looked): Promise<DoctorFacts> => {
  const [ss, prometheus, otlp] = await Promise.all([ssVersion(), inspectPrometheus(env), inspectOtlp(env)]);
  const parts = inspectInstances(snapshot, look);
  const logFolders = new Set(parts.flatMap(({ logPath }) => (logPath === undefined ? [] : [dirname(logPath)])));
  return {
    platform: process.platform,
    isRoot: getuid?.() === 0,
    instances: parts.map(({ facts }) => facts),
    ss,
    prometheus,
    isDisabled: sdkDisabled(env),
    environmentFaults: inspectEnvironment(env),
    otlp,
    stateFolder: stateDirectory === undefined ? undefined : inspectFolder(stateDirectory),
    logFolders: [...logFolders].map(inspectFolder),
    clockStep,
  };
};

const ssVersion = async (): Promise<string | undefined> => {
  try {
    return (await run('ss', ['-V'], { timeout: 2_000 })).stdout.trim();
  } catch {
    return undefined;
  }
};

interface Inspected {
  readonly facts: InstanceFacts;
  /** Where its log file is for us. */
  readonly logPath: string | undefined;
}

const inspectInstances = ({ instances }: FrpSnapshot, look: Look): readonly Inspected[] => {
  const given = givenOf(look);
  return instances
    .filter(({ endedAt }) => endedAt === undefined)
    .map((snapshot) => {
      const { pid } = snapshot.process;
      if (pid === undefined)
        return inspectGiven(
          snapshot,
          given.find(({ role }) => role === snapshot.role),
        );
      const found = findFrp(pid, namesOf(look));
      return inspectProcess(snapshot, found && describeFrp(found));
    });
};

const namesOf = (look: Look) => (look.kind === 'given' ? undefined : look.pattern);

const givenOf = (look: Look): readonly GivenFrp[] => {
  if (look.kind === 'given') return [look.frp];
  if (look.kind !== 'configs') return [];
  return look.configs.map(({ path, role }) => ({ role, configPath: path, logPath: undefined, webServer: undefined }));
};

const inspectProcess = (snapshot: InstanceSnapshot, frp: FrpProcess | undefined): Inspected => {
  if (frp === undefined) return inspect(snapshot, undefined, undefined); // it has just ended
  const file = readConfig({ ...frp, version: snapshot.version });
  const { configFolder } = parseCommandLine(frp.args, frp.role);
  const { isHidden = false, hasOtherNetwork = false } = frp;
  const inspected = inspect(snapshot, file, findLog(frp, file.config, false));
  return { ...inspected, facts: { ...inspected.facts, isHidden, hasOtherNetwork, configFolder } };
};

const inspectGiven = (snapshot: InstanceSnapshot, given: GivenFrp | undefined): Inspected => {
  if (given === undefined) return inspect(snapshot, undefined, undefined);
  const observed = asObserved(given);
  const file = observed.readConfig();
  const inspected = inspect(snapshot, file, observed.log(file.config));
  const givenApi = given.webServer && originOf(given.webServer);
  return { ...inspected, facts: { ...inspected.facts, givenApi } };
};

const inspect = (
  snapshot: InstanceSnapshot,
  file: ConfigFile | undefined,
  location: LogLocation | undefined,
): Inspected => {
  const log = location?.kind === 'file' ? inspectLog(location.path, location.name) : undefined;
  return {
    facts: {
      snapshot,
      isHidden: false,
      hasOtherNetwork: false,
      givenApi: undefined,
      configFolder: undefined,
      configPath: file?.path,
      config: file?.config,
      log,
    },
    logPath: location?.kind === 'file' && log?.problem === undefined ? location.path : undefined,
  };
};
