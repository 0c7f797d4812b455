import { Secret } from '../../frp/config/Secret.js';
import type { ApiAddress } from './ApiRequests.js';

/**
 * Reads the address of an API, `http://user:password@host:7500`.
 *
 * @returns in words that quote nothing of a password what it is where it is no such address
 */
export const parseApiUrl = (text: string): ApiAddress | string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return 'something else';
  const { protocol, hostname, port, pathname, search } = url;
  if (protocol !== 'http:' && protocol !== 'https:') return `the scheme ${JSON.stringify(protocol.slice(0, -1))}`;
  if (pathname !== '/' || search !== '') return 'a path behind the port';
  const tls = protocol === 'https:';
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (tls ? 443 : 80) : Number(port),
    tls,
    user: decode(url.username),
    password: new Secret(decode(url.password)),
  };
};

const decode = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a % that begins no escape stands for itself
  }
};
