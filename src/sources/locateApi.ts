import { resolve } from 'node:path';
import type { FrpConfig } from '../frp/config/FrpConfig.js';
import type { ApiAddress } from './api/ApiRequests.js';
import { readOwnFile } from './config/readOwnFile.js';
import type { FrpProcess } from './processes/FrpProcess.js';

/**
 * Where its API is, by its config. frp takes the path of its certificate as it stands, from the folder in which it was started.
 *
 * @param process undefined where its config alone is known
 */
export const locateApi = (
  config: FrpConfig | undefined,
  workingFolder: string,
  process: Pick<FrpProcess, 'root' | 'user'> = {},
): ApiAddress | undefined => {
  const { webServer } = config ?? {};
  if (webServer?.tlsCertFile === undefined) return webServer;
  const path = resolve(workingFolder, webServer.tlsCertFile);
  return { ...webServer, readCertificate: () => readOwnFile(path, process) };
};
