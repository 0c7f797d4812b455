import { Secret } from '../frp/config/Secret.js';
import { hostAndPort } from '../frp/hostAndPort.js';
import type { ApiAddress } from '../sources/api/ApiRequests.js';
import { parseApiUrl } from '../sources/api/parseApiUrl.js';
import { UsageError } from './Command.js';

/**
 * Reads the address of an API.
 *
 * @param password used where the URL has none, since every user of the machine can read a command line
 * @throws UsageError that quotes nothing of a password
 */
export const readApiUrl = (text: string, password: string | undefined): ApiAddress => {
  const address = parseApiUrl(text);
  if (typeof address === 'string') {
    throw new UsageError(`--api: expected a URL such as http://user@host:7500, found ${address}`);
  }
  if (address.password.reveal() !== '' || password === undefined) return address;
  return { ...address, password: new Secret(password) };
};

/** Without user and password. */
export const originOf = ({ tls, host, port }: ApiAddress): string =>
  `${tls ? 'https' : 'http'}://${hostAndPort(host, port)}`;
