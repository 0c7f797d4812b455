import type { FrpConfig } from '../frp/config/FrpConfig.js';
import { hostAndPort } from '../frp/hostAndPort.js';

/** Loopback and wildcard addresses mean this host: so both roles on one host give one name. */
export const serverNameOf = (config: FrpConfig | undefined, hostName: string): string => {
  if (config === undefined) return 'unknown';
  const { role, serverAddr, serverPort } = config;
  const isThisHost = role === 'server' || /^(127\..*|localhost|0\.0\.0\.0|::1?|)$/.test(serverAddr);
  return hostAndPort(isThisHost ? hostName : serverAddr, serverPort);
};
