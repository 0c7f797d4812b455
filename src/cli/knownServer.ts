import { plainText } from './status/plainText.js';

/** As the model has it where no config tells. */
const UNKNOWN = 'unknown';

/** The name of a server as it may be written to a terminal; undefined where it is not known. */
export const knownServer = (serverName: string): string | undefined =>
  serverName === UNKNOWN ? undefined : plainText(serverName);
