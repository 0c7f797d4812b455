import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { FrpConfig } from '../frp/config/FrpConfig.js';
import type { FrpRole } from '../frp/FrpRole.js';
import type { ApiAddress } from './api/ApiRequests.js';
import { noConfig, readConfigFile } from './config/readConfigFile.js';
import type { LogLocation } from './log/findLog.js';
import type { ObservedFrp } from './observeProcess.js';

/** An frp of which not the process is known, but what it reads, writes and answers. Paths are absolute. */
export interface GivenFrp {
  readonly role: FrpRole;
  readonly configPath: string | undefined;
  readonly logPath: string | undefined;
  readonly webServer: ApiAddress | undefined;
}

/**
 * What the sources need of it. Relative paths in its config begin where we are.
 *
 * @param fromStart whether what it has counted and logged before we came is told, too
 */
export const asObserved = ({ role, configPath, logPath, webServer }: GivenFrp, fromStart = false): ObservedFrp => {
  const workingFolder = ownFolder();
  return {
    role,
    process: undefined,
    hostName: webServer?.host ?? hostname(),
    workingFolder,
    readConfig: () =>
      configPath === undefined
        ? noConfig(undefined, 'not given: give its config file to have its names and limits')
        : readConfigFile(configPath, role, { workingFolder }),
    log: (config) => (logPath === undefined ? logOf(config, workingFolder) : fileAt(logPath)),
    webServer,
    seenFromStart: fromStart,
  };
};

/** A removed one has no name: what is relative to it is nowhere. */
const ownFolder = (): string => {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
};

const fileAt = (path: string): LogLocation => ({ kind: 'file', path, name: path });

const logOf = (config: FrpConfig | undefined, workingFolder: string): LogLocation => {
  if (config === undefined) return { kind: 'none', reason: 'not given: give its log file' };
  if (config.logTo !== 'console') return fileAt(resolve(workingFolder, config.logTo));
  return { kind: 'none', reason: 'it logs to the console: set log.to to a file, or give its log file' };
};
