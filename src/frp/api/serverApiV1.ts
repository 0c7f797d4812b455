import * as z from 'zod';
import type { FrpServerClient, FrpServerInfo, FrpServerProxy } from './FrpApi.js';
import type { ProxyHistory } from './ProxyHistory.js';
import { proxyTypeCount } from './proxyTypes.js';
import { bytes, gauge, type Listed, list, placement, readAnswer, readList } from './readAnswer.js';
import { clientItem } from './serverClient.js';

const infoBody = z.object({
  version: z.string().max(64),
  clientCounts: gauge,
  curConns: gauge,
  totalTrafficIn: bytes,
  totalTrafficOut: bytes,
  proxyTypeCount,
});

const proxiesBody = z.object({ proxies: list });

/** Null for a proxy that is offline. */
const conf = z.object(placement);

const proxyItem = z.object({
  name: z.string().min(1),
  conf: conf.nullish().catch(undefined),
  user: z.string().optional().catch(undefined),
  clientID: z.string().optional().catch(undefined),
  status: z.string(),
  todayTrafficIn: bytes,
  todayTrafficOut: bytes,
  curConns: gauge,
});

const days = z.array(bytes).min(2).max(366);
const historyBody = z.object({ trafficIn: days, trafficOut: days });

/** @throws FrpApiError when the body is another one */
export const readServerInfo = (body: unknown): FrpServerInfo => {
  const info = readAnswer(infoBody, body);
  return {
    version: info.version,
    clientCounts: info.clientCounts,
    curConns: info.curConns,
    today: { in: info.totalTrafficIn, out: info.totalTrafficOut },
    proxyTypeCount: info.proxyTypeCount,
  };
};

/**
 * @param type the type that was asked for
 * @throws FrpApiError when the body is another one
 */
export const readServerProxies = (body: unknown, type: string): Listed<FrpServerProxy> => {
  const { items, malformed } = readList(proxyItem, readAnswer(proxiesBody, body).proxies);
  const proxies = items.map((item) => ({
    name: item.name,
    type,
    online: item.status === 'online',
    curConns: item.curConns,
    today: { in: item.todayTrafficIn, out: item.todayTrafficOut },
    yesterday: undefined,
    sinceStart: undefined,
    user: item.user,
    clientId: item.clientID,
    remotePort: item.conf?.remotePort,
    group: item.conf?.loadBalancer?.group || undefined,
  }));
  return { items: proxies, malformed };
};

/** @throws FrpApiError when the body is another one */
export const readServerClients = (body: unknown): Listed<FrpServerClient> =>
  readList(clientItem, readAnswer(list, body));

/** @throws FrpApiError when the body is another one */
export const readProxyHistory = (body: unknown): ProxyHistory => {
  const { trafficIn, trafficOut } = readAnswer(historyBody, body); // today first
  const day = (index: number) => ({ in: trafficIn[index] ?? 0, out: trafficOut[index] ?? 0 });
  return { today: day(0), yesterday: day(1) };
};
