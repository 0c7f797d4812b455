import type { InstanceStatus, StatusReport } from './statusReport.js';

/** 0: everything is up, as far as it is known. 1: something is down, or nothing is known of it. 3: there is no frps and no frpc. */
export const exitCodeOf = ({ instances }: StatusReport): 0 | 1 | 3 => {
  if (instances.length === 0) return 3;
  return instances.every(isAllUp) ? 0 : 1;
};

const isAllUp = (instance: InstanceStatus): boolean => {
  const { up, session, proxies, sources } = instance;
  // With nothing but an API and a log to look at, one of them that is silent leaves too much open.
  const isSilent = up === null && sources.some(({ source, state }) => source === 'api' && state === 'degraded');
  const isDown = up === false || session?.connected === false || proxies.some((proxy) => !proxy.up);
  return isTold(instance) && !isSilent && !isDown;
};

/** Whether any source has told anything of it. */
export const isTold = ({ up, server, session, proxies }: InstanceStatus): boolean =>
  up !== null ||
  (server !== null && (server.activeClients !== null || server.clients.length > 0)) ||
  (session !== null && session.connected !== null) ||
  proxies.length > 0;
