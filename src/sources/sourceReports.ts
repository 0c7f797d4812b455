import type { FrpConfig } from '../frp/config/FrpConfig.js';
import { LEVELS_WITH_INFO } from '../frp/config/logLevels.js';
import type { FrpRole } from '../frp/FrpRole.js';
import type { ConfigFile } from './config/readConfigFile.js';
import type { LogLocation } from './log/findLog.js';
import type { SourceReport } from './Source.js';

/** How its config file is. */
export const configReport = ({ config, path, reason }: ConfigFile): SourceReport => {
  if (reason === undefined) return ['ok'];
  return [config === undefined && path === undefined ? 'off' : 'degraded', reason];
};

/** How its log is, by where it is and by what its config says of it. */
export const logReport = (location: LogLocation, config: FrpConfig | undefined): SourceReport => {
  if (location.kind === 'none') return ['off', location.reason];
  if (config !== undefined && !LEVELS_WITH_INFO.has(config.log.level)) {
    return [
      'degraded',
      `its log.level is ${config.log.level}: set it to "info" to have logins, proxies and connections`,
      true, // what fails
    ];
  }
  return ['ok'];
};

/** What its API would give. */
const API_GIVES: Readonly<Record<FrpRole, string>> = {
  server: 'bytes, open connections and clients',
  client: 'the state of each proxy also where its log is not read',
};

/**
 * Why there is no API to ask, and how to turn it on.
 *
 * @param isGiven whether frp is known by what the user named, and not by a process
 */
export const apiOffReport = ({ config, path }: ConfigFile, role: FrpRole, isGiven: boolean): SourceReport => {
  if (config === undefined) {
    const isConfigGiven = !isGiven || path !== undefined;
    return [
      'off',
      isConfigGiven
        ? 'without its config file its API cannot be found'
        : 'not given: give its config file or the address of its API',
    ];
  }
  const gives = API_GIVES[role];
  if (config.format !== 'flags')
    return ['off', `webServer.port is not set in its config file: set it to have ${gives}`];
  return role === 'server'
    ? ['off', `--dashboard_port is not among its flags: add it to have ${gives}`]
    : ['off', `frpc run by flags has no API: use a config file with webServer.port to have ${gives}`];
};
