import type { FrpServerClient, FrpServerInfo, FrpServerProxy } from '../../frp/api/FrpApi.js';
import { FrpApiError } from '../../frp/api/FrpApiError.js';
import { canAskFor, isLoggedBy, pathOf, SERVER_API_PARTS } from '../../frp/api/frpApiParts.js';
import type { ProxyHistory } from '../../frp/api/ProxyHistory.js';
import type { Listed } from '../../frp/api/readAnswer.js';
import { readTrafficMetrics, type TrafficMetrics } from '../../frp/api/readTrafficMetrics.js';
import * as v2 from '../../frp/api/serverApi.js';
import * as v1 from '../../frp/api/serverApiV1.js';
import { ApiRequestError } from './ApiRequestError.js';
import { type ApiRequests, MAX_LIST_BYTES } from './ApiRequests.js';
import { NoApiError } from './pollApi.js';

/**
 * frps builds and sorts its whole list again for each page (server/http/controller_v2.go): seen on 0.71.0 with 20,000
 * proxies, a page took 76 ms of its CPU, the whole list of the first API 170 ms. So long lists are asked from that one, and
 * those that change while their pages are read.
 */
const MAX_PAGES = 10;

interface Page<Item> extends Listed<Item> {
  readonly total: number;
  readonly count: number;
}

/**
 * The questions that one frps can be asked, whatever its version. What it has is found out by the first answers and does not
 * change while it runs: from then on a missing part is a fault.
 */
export class ServerApi {
  readonly #requests: ApiRequests;
  #api: 'v1' | 'v2' | undefined;
  #info: FrpServerInfo | undefined;
  /** Types that were asked for one by one; undefined while that was not needed. */
  #readTypes: ReadonlySet<string> | undefined;
  readonly #parts = new Map<'clients' | 'metrics', boolean>();

  constructor(requests: ApiRequests) {
    this.#requests = requests;
  }

  /** @throws NoApiError when it has neither API */
  async info(): Promise<FrpServerInfo> {
    this.#info = this.#api === undefined ? await this.#findApi() : await this.#readInfo(this.#api);
    return this.#info;
  }

  /** All proxies; each name once. */
  async proxies(): Promise<Listed<FrpServerProxy>> {
    this.#info ??= await this.info();
    const paged =
      this.#api === 'v2'
        ? await this.#pages(
            ({ name }: FrpServerProxy) => name,
            async (query) => {
              const path = pathOf(SERVER_API_PARTS.v2.proxies);
              const { proxies: items, ...page } = await this.#requests.list(path, v2.readServerProxies, { query });
              return { items, ...page };
            },
          )
        : undefined;
    this.#readTypes = paged === undefined ? new Set(typesOf(this.#info)) : undefined;
    return paged ?? this.#proxiesOf(this.#readTypes ?? []);
  }

  /** Whether the totals name a type of which the proxies were not asked for. */
  get hasUnreadTypes(): boolean {
    const read = this.#readTypes;
    return read !== undefined && typesOf(this.#info).some((type) => !read.has(type));
  }

  /** @returns undefined where frps does not tell (before 0.67) */
  clients(): Promise<Listed<FrpServerClient> | undefined> {
    return this.#optional('clients', async () => {
      const paged =
        this.#api === 'v2'
          ? await this.#pages(
              ({ key }: FrpServerClient) => key,
              async (query) => {
                const path = pathOf(SERVER_API_PARTS.v2.clients);
                const { clients: items, ...page } = await this.#requests.list(path, v2.readServerClients, { query });
                return { items, ...page };
              },
            )
          : undefined;
      const request = { maxBytes: MAX_LIST_BYTES };
      return paged ?? this.#requests.list(pathOf(SERVER_API_PARTS.v1.clients), v1.readServerClients, request);
    });
  }

  /** @returns undefined where there are none, whatever the config file says by now */
  metrics(): Promise<TrafficMetrics | undefined> {
    const { metrics } = SERVER_API_PARTS;
    return this.#optional('metrics', async () => {
      const isLogged = isLoggedBy(this.#info?.version ?? '', metrics);
      return readTrafficMetrics(await this.#requests.text(pathOf(metrics), { isLogged, maxBytes: MAX_LIST_BYTES }));
    });
  }

  /** @returns undefined when it does not tell of this proxy, or cannot be asked by such a name */
  async history(name: string): Promise<ProxyHistory | undefined> {
    const api = this.#api ?? 'v1';
    const part = SERVER_API_PARTS[api].history;
    if (!canAskFor(name, part)) return undefined;
    try {
      const body = await this.#requests.json(pathOf(part, name));
      return api === 'v2' ? v2.readProxyHistory(body) : v1.readProxyHistory(body);
    } catch (error) {
      const isOfThisProxy =
        error instanceof FrpApiError || (error instanceof ApiRequestError && error.status !== undefined);
      if (isOfThisProxy) return undefined;
      throw error;
    }
  }

  async #findApi(): Promise<FrpServerInfo> {
    for (const api of ['v2', 'v1'] as const) {
      const info = await orMissing(this.#readInfo(api));
      if (info === undefined) continue;
      this.#api = api;
      return info;
    }
    throw new NoApiError('has no API of frps');
  }

  async #readInfo(api: 'v1' | 'v2'): Promise<FrpServerInfo> {
    const body = await this.#requests.json(pathOf(SERVER_API_PARTS[api].info));
    return api === 'v2' ? v2.readServerInfo(body) : v1.readServerInfo(body);
  }

  async #optional<Answer>(part: 'clients' | 'metrics', ask: () => Promise<Answer>): Promise<Answer | undefined> {
    const has = this.#parts.get(part);
    if (has === true) return ask();
    if (has === false) return undefined;
    const answer = await orMissing(ask());
    this.#parts.set(part, answer !== undefined);
    return answer;
  }

  /** @returns undefined when there are too many pages, or they do not belong together */
  async #pages<Item>(
    keyOf: (item: Item) => string,
    ask: (query: string) => Promise<Page<Item>>,
  ): Promise<Listed<Item> | undefined> {
    const items = new Map<string, Item>();
    let malformed = 0;
    let seen = 0;
    let total: number | undefined;
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const answer = await ask(`?page=${page}&pageSize=${v2.PAGE_SIZE}`);
      total ??= answer.total;
      // Of one that has gone meanwhile the place is taken by the next one, and so on: one moves to a page that was read already.
      if (total > MAX_PAGES * v2.PAGE_SIZE || answer.total < total) return undefined;
      for (const item of answer.items) items.set(keyOf(item), item);
      malformed += answer.malformed;
      seen += answer.count;
      if (answer.count === 0 || seen >= total) return { items: [...items.values()], malformed };
    }
    return undefined;
  }

  async #proxiesOf(types: Iterable<string>): Promise<Listed<FrpServerProxy>> {
    const proxies = new Map<string, FrpServerProxy>();
    let malformed = 0;
    for (const type of types) {
      const read = (body: unknown) => v1.readServerProxies(body, type);
      const request = { maxBytes: MAX_LIST_BYTES };
      const answer = await this.#requests.list(pathOf(SERVER_API_PARTS.v1.proxies, type), read, request);
      for (const proxy of answer.items) proxies.set(proxy.name, proxy);
      malformed += answer.malformed;
    }
    return { items: [...proxies.values()], malformed };
  }
}

/** A type stays in the count when its last proxy is gone: what is not there, frps never had. */
const typesOf = (info: FrpServerInfo | undefined): string[] => Object.keys(info?.proxyTypeCount ?? {});

/** The answer, or undefined when there is nothing at its path. */
const orMissing = async <Answer>(answer: Promise<Answer>): Promise<Answer | undefined> => {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiRequestError && error.status === 404) return undefined;
    throw error;
  }
};
