import * as z from 'zod';
import type { FrpServerInfo, FrpServerProxy } from './FrpApi.js';

/** A body that is not what frps's API answers; the message names the field, never the body. */
export class FrpApiError extends Error {
  override readonly name = 'FrpApiError';
}

export interface FrpServerProxyPage {
  readonly total: number;
  readonly proxies: readonly FrpServerProxy[];
}

/** Paths of frps's API; the page size is the largest that frps allows (server/http/controller_v2.go). */
export const SERVER_API = {
  info: '/api/v2/system/info',
  proxies: '/api/v2/proxies',
  pageSize: 200,
} as const;

const PROXY_TYPES = new Set(['tcp', 'udp', 'http', 'https', 'tcpmux', 'stcp', 'sudp', 'xtcp']);

const bytes = z.number().min(0);
const count = z.number().transform((value) => Math.max(0, value));

const envelope = <Data extends z.ZodType>(data: Data) => z.object({ data });

const infoSchema = envelope(
  z.object({
    version: z.string().max(64),
    status: z.object({
      clientCounts: count,
      curConns: count,
      totalTrafficIn: bytes,
      totalTrafficOut: bytes,
      proxyTypeCount: z.record(z.string(), count).nullish(),
    }),
  }),
);

const pageSchema = envelope(
  z.object({
    total: z.number().int().min(0),
    items: z
      .array(
        z.object({
          name: z.string(),
          spec: z.object({ type: z.string().max(16) }).nullish(),
          type: z.string().max(16).nullish(),
          status: z.object({ phase: z.string(), todayTrafficIn: bytes, todayTrafficOut: bytes, curConns: count }),
        }),
      )
      .nullish(),
  }),
);

/** @throws FrpApiError when the body is another one */
export const readServerInfo = (body: unknown): FrpServerInfo => {
  const { version, status } = check(infoSchema, body).data;
  return {
    version,
    clientCounts: status.clientCounts,
    curConns: status.curConns,
    today: { in: status.totalTrafficIn, out: status.totalTrafficOut },
    proxyTypeCount: Object.fromEntries(
      Object.entries(status.proxyTypeCount ?? {}).filter(([type]) => PROXY_TYPES.has(type)),
    ),
  };
};

/** @throws FrpApiError when the body is another one */
export const readServerProxies = (body: unknown): FrpServerProxyPage => {
  const { total, items } = check(pageSchema, body).data;
  return {
    total,
    proxies: (items ?? []).map(
      ({ name, type, spec, status: { phase, curConns, todayTrafficIn, todayTrafficOut } }) => ({
        name,
        type: spec?.type ?? type ?? '',
        online: phase === 'online',
        curConns,
        today: { in: todayTrafficIn, out: todayTrafficOut },
        yesterday: undefined,
        sinceStart: undefined,
        user: undefined,
        clientId: undefined,
        remotePort: undefined,
        group: undefined,
      }),
    ),
  };
};

const check = <Body>(schema: z.ZodType<Body>, body: unknown): Body => {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new FrpApiError(`unexpected answer at ${issue?.path.join('.') || 'the top'}: ${issue?.message ?? 'unknown'}`);
};
