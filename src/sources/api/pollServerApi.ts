import type { FrpServerClient, FrpServerInfo, FrpServerProxy, FrpTraffic } from '../../frp/api/FrpApi.js';
import type { Listed } from '../../frp/api/readAnswer.js';
import { metricKey, type TrafficMetrics } from '../../frp/api/readTrafficMetrics.js';
import type { Source } from '../Source.js';
import { DailyTraffic } from './DailyTraffic.js';
import { type ApiOptions, type PollAnswer, pollApi } from './pollApi.js';
import { ServerApi } from './ServerApi.js';

const MAX_ITEMS = 100_000;
/** Each history is a request, and two lines in frps's log; all on one day need that many at its midnight. */
const MAX_HISTORIES = 200;
const NONE: FrpTraffic = { in: 0, out: 0 };

export interface ServerApiOptions extends ApiOptions {
  /** Whether `enablePrometheus` is set: its counters know no midnight. */
  readonly hasMetrics: boolean;
  /** Histories asked for in one poll; 200 by default. */
  readonly maxHistories?: number;
}

/** A list cut to what is kept of it. */
interface Kept<Item> extends Listed<Item> {
  readonly beyondLimit: number;
}

interface Reading {
  readonly info: FrpServerInfo;
  readonly proxies: Kept<FrpServerProxy>;
  readonly clients: Kept<FrpServerClient> | undefined;
  /** Whether its counts begin anew at frps's midnight: those of /metrics do not. */
  readonly isDaily: boolean;
}

/**
 * Polls the API of frps: its totals, all proxies and clients, and the bytes of the day before where today's count began
 * anew. One poll is one answer, whole or none.
 */
export const pollServerApi = (options: ServerApiOptions): Source => {
  const { target, hasMetrics, maxHistories = MAX_HISTORIES } = options;
  const daily = new DailyTraffic();
  let server: ServerApi | undefined;

  return pollApi(options, async (requests, time) => {
    server ??= new ServerApi(requests);
    let reading = await read(server, hasMetrics);
    if (reading.isDaily && daily.mayBeNewDay(reading.info, reading.proxies.items)) {
      // Some proxies may have been read before midnight and some after: read again, all are of the new day.
      reading = await read(server, hasMetrics);
    }
    const { info, proxies, clients, isDaily } = reading;
    const fallen = isDaily ? daily.needYesterday(info, proxies.items) : [];
    const yesterday = await readYesterday(server, fallen.slice(0, maxHistories));
    daily.keep(info, proxies.items);
    return {
      signal: {
        kind: 'server.api.answered',
        time,
        target,
        info,
        proxies:
          yesterday.size === 0
            ? proxies.items
            : proxies.items.map((proxy) => ({ ...proxy, yesterday: yesterday.get(proxy.name) })),
        isComplete: proxies.malformed === 0 && proxies.beyondLimit === 0,
        clients: clients?.malformed === 0 && clients.beyondLimit === 0 ? clients.items : undefined,
        answeredAt: Date.now(),
      },
      ...gapsOf(reading, fallen.length - yesterday.size),
    };
  });
};

/** The proxies before the totals: {@link DailyTraffic} relies on it. */
const read = async (server: ServerApi, hasMetrics: boolean): Promise<Reading> => {
  const listed = await server.proxies();
  const clients = await server.clients();
  const metrics = hasMetrics ? await server.metrics() : undefined;
  const proxies = keep(metrics === undefined ? listed : withCounters(listed, metrics));
  const info = await server.info();
  if (server.hasUnreadTypes) return read(server, hasMetrics); // at most once for each type
  return { info, proxies, clients: clients && keep(clients), isDaily: metrics === undefined };
};

/** A proxy without a counter has carried nothing; one whose counter cannot be read cannot be told of. */
const withCounters = (
  { items, malformed }: Listed<FrpServerProxy>,
  metrics: TrafficMetrics,
): Listed<FrpServerProxy> => {
  const counted = items.flatMap((proxy) => {
    const key = metricKey(proxy.type, proxy.name);
    const sinceStart = metrics.has(key) ? metrics.get(key) : NONE;
    return sinceStart === undefined ? [] : [{ ...proxy, sinceStart }];
  });
  return { items: counted, malformed: malformed + items.length - counted.length };
};

const keep = <Item>({ items, malformed }: Listed<Item>): Kept<Item> => ({
  items: items.length > MAX_ITEMS ? items.slice(0, MAX_ITEMS) : items,
  malformed,
  beyondLimit: Math.max(0, items.length - MAX_ITEMS),
});

const readYesterday = async (
  server: ServerApi,
  proxies: readonly FrpServerProxy[],
): Promise<ReadonlyMap<string, FrpTraffic>> => {
  const yesterday = new Map<string, FrpTraffic>();
  for (const { name, today } of proxies) {
    const history = await server.history(name);
    // Less than before: another midnight has come, and the day before it is the one that was read.
    if (history === undefined || history.today.in < today.in || history.today.out < today.out) continue;
    yesterday.set(name, history.yesterday);
  }
  return yesterday;
};

const gapsOf = ({ proxies, clients }: Reading, missing: number): Omit<PollAnswer, 'signal'> => ({
  dropped: [
    { item: 'proxy', reason: 'malformed', count: proxies.malformed },
    { item: 'proxy', reason: 'limit', count: proxies.beyondLimit },
    { item: 'client', reason: 'malformed', count: clients?.malformed ?? 0 },
    { item: 'client', reason: 'limit', count: clients?.beyondLimit ?? 0 },
    { item: 'proxy_history', reason: 'not_read', count: missing },
  ],
  reason:
    missing === 0
      ? undefined
      : `the bytes of ${missing} proxies are a lower bound: what they carried before frps began to count anew was not read`,
});
