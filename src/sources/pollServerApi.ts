import type { FrpServerProxy } from '../frp/api/FrpApi.js';
import { type FrpApiError, readServerInfo, readServerProxies, SERVER_API } from '../frp/api/serverApi.js';
import type { FrpWebServer } from '../frp/config/FrpConfig.js';
import { hostAndPort } from '../frp/hostAndPort.js';
import type { SourceState, TargetId } from '../model/FrpSignal.js';
import { ApiRequestError, getJson } from './getJson.js';
import type { OwnRequests } from './OwnRequests.js';
import { repeat } from './repeat.js';
import type { Emit, Source } from './Source.js';

const MAX_PROXIES = 100_000;
/** frps opens its API some time after it starts: until then no answer is no fault. */
const START_MILLIS = 3_000;
const START_INTERVAL_MILLIS = 250;
const UNREAD =
  'not asked, since nobody reads its stdout and each request adds lines to it: read it (child.stdout.resume()) or use stdio "ignore"';

export interface ServerApiOptions {
  readonly target: TargetId;
  readonly webServer: FrpWebServer;
  readonly intervalMillis: number;
  readonly timeoutMillis: number;
  readonly ownRequests: OwnRequests;
  /** Runs a request so that the program's own tracing does not see it. */
  readonly untraced: <Result>(request: () => Promise<Result>) => Promise<Result>;
  /** Whether frp's output has room for the lines that it writes about our requests. */
  readonly hasRoom: () => boolean;
  readonly emit: Emit;
}

/**
 * Polls the v2 API of frps (>= 0.70): server totals and all proxies, page by page. Emits `api.answered` with the time of the
 * question, since the answer may be older than what the log has said meanwhile.
 */
export const pollServerApi = (options: ServerApiOptions): Source => {
  const { target, webServer, intervalMillis, emit } = options;
  const startedAt = Date.now();
  let reported: string | undefined;

  const report = (state: SourceState, reason?: string): void => {
    if (reported === `${state} ${reason}`) return;
    reported = `${state} ${reason}`;
    emit({ kind: 'source.changed', time: Date.now(), target, source: 'api', state, reason });
  };

  const isStarting = (): boolean => reported === undefined && Date.now() - startedAt < START_MILLIS;

  const poll = async (): Promise<number | undefined> => {
    if (!options.hasRoom()) {
      // frp blocks on its log, and its tunnels with it, once nobody reads a full pipe: our lines must not fill it.
      if (!isStarting()) report('degraded', UNREAD);
      return Math.min(START_INTERVAL_MILLIS, intervalMillis); // looking costs nothing
    }
    const time = Date.now();
    try {
      const info = readServerInfo(await get(SERVER_API.info));
      emit({ kind: 'server.api.answered', time, target, info, proxies: await getProxies(), clients: undefined });
      report('ok');
      return intervalMillis;
    } catch (error) {
      const failure = error as ApiRequestError | FrpApiError;
      if (failure instanceof ApiRequestError && failure.status === 404) {
        report('degraded', `${origin(webServer)} has no /api/v2: bytes and open connections need frps 0.70 or newer`);
        return undefined;
      }
      // Wrong credentials do not mend themselves; all else may, while frps starts.
      const mayMend = !(failure instanceof ApiRequestError && failure.status === 401);
      if (mayMend && isStarting()) return Math.min(START_INTERVAL_MILLIS, intervalMillis);
      report('degraded', `${origin(webServer)}: ${failure.message}`);
      return intervalMillis;
    }
  };

  const getProxies = async (): Promise<FrpServerProxy[]> => {
    const all: FrpServerProxy[] = [];
    for (let page = 1; all.length < MAX_PROXIES; page += 1) {
      const { total, proxies } = readServerProxies(
        await get(SERVER_API.proxies, `?page=${page}&pageSize=${SERVER_API.pageSize}`),
      );
      all.push(...proxies);
      if (proxies.length === 0 || all.length >= total) break;
    }
    return all;
  };

  const get = async (path: string, query = ''): Promise<unknown> => {
    const { ownRequests, timeoutMillis, untraced } = options;
    ownRequests.sending(path, Date.now());
    try {
      return await untraced(() => getJson(origin(webServer) + path + query, webServer, timeoutMillis));
    } catch (error) {
      if (error instanceof ApiRequestError && !error.mayBeLogged) ownRequests.notLogged(path);
      throw error;
    }
  };

  return repeat(poll);
};

const origin = ({ tls, host, port }: FrpWebServer): string => `${tls ? 'https' : 'http'}://${hostAndPort(host, port)}`;
