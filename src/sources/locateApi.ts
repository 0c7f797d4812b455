import { resolve } from 'node:path';
import type { FrpConfig } from '../frp/config/FrpConfig.js';
import type { ApiAddress } from './api/ApiRequests.js';
import { resolveInRoot } from './processes/resolveInRoot.js';

/**
 * Where its API is, by its config. frp takes the path of its certificate as it stands, from the folder in which it was started.
 *
 * @param root the root folder of its process, where that is not ours
 */
export const locateApi = (
  config: FrpConfig | undefined,
  { workingFolder, root }: { readonly workingFolder: string; readonly root: string | undefined },
): ApiAddress | undefined => {
  const webServer: ApiAddress | undefined = config?.webServer;
  return webServer?.tlsCertFile === undefined
    ? webServer
    : { ...webServer, tlsCertFile: foundInRoot(root, resolve(workingFolder, webServer.tlsCertFile)) };
};

/** Undefined for links that lead nowhere: then no certificate is expected, and a known CA may vouch for its API. */
const foundInRoot = (root: string | undefined, path: string): string | undefined => {
  try {
    return resolveInRoot(root, path);
  } catch {
    return undefined;
  }
};
