import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FrpTraffic } from '../../../src/frp/api/FrpApi.js';

export interface FakeProxy {
  readonly name: string;
  readonly type?: string;
  readonly today?: FrpTraffic;
  readonly yesterday?: FrpTraffic;
  readonly sinceStart?: FrpTraffic;
}

const NONE: FrpTraffic = { in: 0, out: 0 };

/** Answers as frps does, from what a test sets. */
export class FakeServerApi {
  /** Before 0.67 without clients; before 0.70 without the second API. */
  version = '0.71.0';
  proxies: FakeProxy[] = [];
  clients: string[] = [];
  /** `/metrics` is there. */
  hasMetrics = false;
  /** A page has no more than that, whatever was asked for. */
  largestPage = Number.POSITIVE_INFINITY;
  /** Called before each answer, with the path. */
  beforeAnswer: (path: string) => void = () => {};

  readonly handler = ({ url = '' }: IncomingMessage, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    this.beforeAnswer(pathname);
    const body = this.#answer(pathname, searchParams);
    if (body === undefined) response.writeHead(404).end('404 page not found\n');
    else response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

  #answer(path: string, query: URLSearchParams): unknown {
    const segments = path.split('/').slice(1).map(decodeURIComponent);
    const minor = Number(this.version.split('.')[1]);
    if (segments[0] === 'metrics') return this.hasMetrics ? this.#metrics() : undefined;
    if (segments[1] === 'v2') return minor >= 70 ? this.#answerV2(segments.slice(2), query) : undefined;
    switch (segments[1]) {
      case 'serverinfo':
        return this.#info();
      case 'proxy':
        return { proxies: this.proxies.filter(({ type = 'tcp' }) => type === segments[2]).map(itemV1) };
      case 'clients':
        return minor >= 67 ? this.clients.map(client) : undefined;
      case 'traffic':
        return historyOf(this.proxies.find(({ name }) => name === segments[2]));
      default:
        return undefined;
    }
  }

  #answerV2([what, name, traffic]: string[], query: URLSearchParams): unknown {
    if (what === 'system') {
      const { version, ...status } = this.#info();
      return { data: { version, status } };
    }
    if (traffic === 'traffic') {
      const history = historyOf(this.proxies.find((proxy) => proxy.name === name));
      const days = [1, 0].map((day) => ({ trafficIn: history?.trafficIn[day], trafficOut: history?.trafficOut[day] }));
      return history && { data: { unit: 'bytes', granularity: 'day', history: days } };
    }
    const all = what === 'proxies' ? this.proxies.map(itemV2) : this.clients.map(client);
    const page = Number(query.get('page'));
    const size = Math.min(Number(query.get('pageSize')), this.largestPage);
    return { data: { total: all.length, items: all.slice((page - 1) * size, page * size) } };
  }

  #info() {
    const sum = (direction: 'in' | 'out') =>
      this.proxies.reduce((total, { today = NONE }) => total + today[direction], 0);
    const proxyTypeCount: Record<string, number> = {};
    for (const { type = 'tcp' } of this.proxies) proxyTypeCount[type] = (proxyTypeCount[type] ?? 0) + 1;
    return {
      version: this.version,
      clientCounts: this.clients.length,
      curConns: 0,
      totalTrafficIn: sum('in'),
      totalTrafficOut: sum('out'),
      proxyTypeCount,
    };
  }

  #metrics(): string {
    const lines = this.proxies.flatMap(({ name, type = 'tcp', sinceStart }) =>
      sinceStart === undefined
        ? []
        : (['in', 'out'] as const).map(
            (direction) => `frp_server_traffic_${direction}{name="${name}",type="${type}"} ${sinceStart[direction]}`,
          ),
    );
    return ['frp_server_client_counts 1', ...lines, ''].join('\n');
  }
}

const itemV1 = ({ name, today = NONE }: FakeProxy) => ({
  name,
  conf: null,
  status: 'online',
  todayTrafficIn: today.in,
  todayTrafficOut: today.out,
  curConns: 0,
});

const itemV2 = ({ name, type = 'tcp', today = NONE }: FakeProxy) => ({
  name,
  spec: { type },
  status: { phase: 'online', todayTrafficIn: today.in, todayTrafficOut: today.out, curConns: 0 },
});

const client = (key: string) => ({ key, online: true });

const historyOf = (proxy: FakeProxy | undefined) => {
  if (proxy === undefined) return undefined;
  const { today = NONE, yesterday = NONE } = proxy;
  return { trafficIn: [today.in, yesterday.in], trafficOut: [today.out, yesterday.out] };
};
