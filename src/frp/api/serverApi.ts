import * as z from 'zod';
import type { FrpServerClient, FrpServerInfo, FrpServerProxy } from './FrpApi.js';
import type { ProxyHistory } from './ProxyHistory.js';
import { proxyTypeCount } from './proxyTypes.js';
import { bytes, gauge, type Listed, list, placement, proxyType, readAnswer, readList } from './readAnswer.js';
import { clientItem } from './serverClient.js';

/*
 * The readers of frps's second API (`/api/v2`, since 0.70). serverApiV1.ts has those of the first one, under the same names.
 */

/** The largest page that frps gives (server/http/controller_v2.go). */
export const PAGE_SIZE = 200;

export interface FrpServerProxyPage {
  /** Of all pages. */
  readonly total: number;
  /** On this page, with those that could not be read. */
  readonly count: number;
  readonly proxies: readonly FrpServerProxy[];
  readonly malformed: number;
}

export interface FrpServerClientPage {
  readonly total: number;
  readonly count: number;
  readonly clients: readonly FrpServerClient[];
  readonly malformed: number;
}

const envelope = <Data extends z.ZodType>(data: Data) => z.object({ data });

const infoBody = envelope(
  z.object({
    version: z.string().max(64),
    status: z.object({
      clientCounts: gauge,
      curConns: gauge,
      totalTrafficIn: bytes,
      totalTrafficOut: bytes,
      proxyTypeCount,
    }),
  }),
);

const pageBody = envelope(z.object({ total: z.int().min(0), items: list }));

const block = z.object(placement);

const proxyItem = z.object({
  name: z.string().min(1),
  user: z.string().optional().catch(undefined),
  clientID: z.string().optional().catch(undefined),
  // The block of a type has the type's name.
  spec: z.looseObject({ type: proxyType }).nullish(),
  type: proxyType.nullish(),
  status: z.object({ phase: z.string(), todayTrafficIn: bytes, todayTrafficOut: bytes, curConns: gauge }),
});

const historyBody = envelope(
  z.object({
    unit: z.literal('bytes'),
    granularity: z.literal('day'),
    history: z
      .array(z.object({ trafficIn: bytes, trafficOut: bytes }))
      .min(2)
      .max(366),
  }),
);

/** @throws FrpApiError when the body is another one */
export const readServerInfo = (body: unknown): FrpServerInfo => {
  const { version, status } = readAnswer(infoBody, body).data;
  return {
    version,
    clientCounts: status.clientCounts,
    curConns: status.curConns,
    today: { in: status.totalTrafficIn, out: status.totalTrafficOut },
    proxyTypeCount: status.proxyTypeCount,
  };
};

/** @throws FrpApiError when the body is another one */
export const readServerProxies = (body: unknown): FrpServerProxyPage => {
  const { total, items: found } = readAnswer(pageBody, body).data;
  const { items, malformed } = readList(proxyItem, found);
  return { total, count: found?.length ?? 0, proxies: items.map(toProxy), malformed };
};

const toProxy = ({ name, user, clientID, type, spec, status }: z.infer<typeof proxyItem>): FrpServerProxy => {
  const kind = spec?.type ?? type ?? '';
  const more = block.safeParse(spec?.[kind]).data;
  return {
    name,
    type: kind,
    online: status.phase === 'online',
    curConns: status.curConns,
    today: { in: status.todayTrafficIn, out: status.todayTrafficOut },
    yesterday: undefined,
    sinceStart: undefined,
    user,
    clientId: clientID,
    remotePort: more?.remotePort,
    group: more?.loadBalancer?.group || undefined,
  };
};

/** @throws FrpApiError when the body is another one */
export const readServerClients = (body: unknown): FrpServerClientPage => {
  const { total, items: found } = readAnswer(pageBody, body).data;
  const { items: clients, malformed }: Listed<FrpServerClient> = readList(clientItem, found);
  return { total, count: found?.length ?? 0, clients, malformed };
};

/** @throws FrpApiError when the body is another one */
export const readProxyHistory = (body: unknown): ProxyHistory => {
  const { history } = readAnswer(historyBody, body).data; // oldest first
  const [yesterday, today] = history.slice(-2).map(({ trafficIn, trafficOut }) => ({ in: trafficIn, out: trafficOut }));
  const none = { in: 0, out: 0 };
  return { today: today ?? none, yesterday: yesterday ?? none };
};
