import { Secret } from '../frp/config/Secret.js';
import { hostAndPort } from '../frp/hostAndPort.js';
import type { ApiAddress } from '../sources/api/ApiRequests.js';
import { UsageError } from './Command.js';

const EXPECTED = '--api: expected a URL such as http://user@host:7500';

/**
 * Reads the address of an API.
 *
 * @param password used where the URL has none, since every user of the machine can read a command line
 * @throws UsageError that quotes nothing of a password
 */
export const readApiUrl = (text: string, password: string | undefined): ApiAddress => {
  const url = parse(text);
  if (url === undefined) throw new UsageError(`${EXPECTED}, found something else`);
  const { protocol, hostname, port, pathname, search } = url;
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new UsageError(`${EXPECTED}, found the scheme ${JSON.stringify(protocol.slice(0, -1))}`);
  }
  if (pathname !== '/' || search !== '') throw new UsageError(`${EXPECTED}, found a path behind the port`);
  const tls = protocol === 'https:';
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (tls ? 443 : 80) : Number(port),
    tls,
    user: decode(url.username),
    password: new Secret(decode(url.password) || (password ?? '')),
  };
};

/** Without user and password. */
export const originOf = ({ tls, host, port }: ApiAddress): string =>
  `${tls ? 'https' : 'http'}://${hostAndPort(host, port)}`;

const parse = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

const decode = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a % that begins no escape stands for itself
  }
};
