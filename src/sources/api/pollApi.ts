import { FrpApiError } from '../../frp/api/FrpApiError.js';
import { pathOf, SERVER_API_PARTS } from '../../frp/api/frpApiParts.js';
import { hostAndPort } from '../../frp/hostAndPort.js';
import type {
  ClientApiAnswered,
  ItemsDropped,
  ServerApiAnswered,
  SourceState,
  TargetId,
} from '../../model/FrpSignal.js';
import { faultReport } from '../faultReport.js';
import { jittered } from '../jittered.js';
import { repeat } from '../repeat.js';
import type { Emit, Source } from '../Source.js';
import { ApiRequestError } from './ApiRequestError.js';
import { ApiRequests, type ApiRequestsOptions } from './ApiRequests.js';

/** frp opens its API some time after it starts: until then no answer is no fault. */
const START_MILLIS = 3_000;
const START_INTERVAL_MILLIS = 250;
const UNREAD =
  'not asked, since nobody reads its stdout and each request adds lines to it: read it (child.stdout.resume()) or use stdio "ignore"';

export interface ApiOptions extends ApiRequestsOptions {
  readonly target: TargetId;
  readonly intervalMillis: number;
  /** Whether frp's output has room for the lines that it writes about our requests. */
  readonly hasRoom: () => boolean;
  readonly emit: Emit;
}

/** What a poll has brought, and what it could not tell. */
export interface PollAnswer {
  readonly signal: ServerApiAnswered | ClientApiAnswered;
  readonly dropped: readonly Pick<ItemsDropped, 'item' | 'reason' | 'count'>[];
  /** Undefined when all is well. */
  readonly reason: string | undefined;
}

/** Thrown by a poll: there is no API, and no sense in asking again. */
export class NoApiError extends Error {
  override readonly name = 'NoApiError';
}

/**
 * Polls the API of an frp now and then, and says how that goes: as `source.changed` when it changes, as `items.dropped` at
 * each poll that left something out.
 *
 * @param ask throws ApiRequestError, FrpApiError or NoApiError
 */
export const pollApi = (
  options: ApiOptions,
  ask: (requests: ApiRequests, time: number) => Promise<PollAnswer>,
): Source => {
  const { target, webServer, intervalMillis, emit } = options;
  const requests = new ApiRequests(options);
  const origin = `${webServer.tls ? 'https' : 'http'}://${hostAndPort(webServer.host, webServer.port)}`;
  const startedAt = Date.now();
  let reported: string | undefined;
  let hasAnswered = false;

  const report = (state: SourceState, reason?: string, givesSome = false): void => {
    if (reported === `${state} ${reason}`) return;
    reported = `${state} ${reason}`;
    const changed = { kind: 'source.changed', time: Date.now(), target, source: 'api', state, reason } as const;
    emit(givesSome ? { ...changed, givesSome } : changed);
  };
  const isStarting = (): boolean => reported === undefined && Date.now() - startedAt < START_MILLIS;

  const poll = async (): Promise<number | undefined> => {
    if (!options.hasRoom()) {
      // frp blocks on its log, and its tunnels with it, once nobody reads a full pipe: our lines must not fill it.
      if (!isStarting()) report('off', UNREAD);
      return Math.min(START_INTERVAL_MILLIS, intervalMillis); // looking costs nothing
    }
    const time = Date.now();
    try {
      const { signal, dropped, reason } = await ask(requests, time);
      for (const { item, reason, count } of dropped) {
        if (count > 0) emit({ kind: 'items.dropped', time, target, item, reason, count });
      }
      hasAnswered = true;
      if (reason === undefined) report('ok');
      else report('degraded', `${origin}: ${reason}`, true);
      emit(signal);
      return jittered(intervalMillis);
    } catch (error) {
      if (error instanceof NoApiError) {
        report('degraded', `${origin} ${error.message}`);
        return undefined;
      }
      // Wrong credentials do not mend themselves; all else may, while frp starts.
      const mayMend = !(error instanceof ApiRequestError && error.status === 401);
      if (mayMend && isStarting()) return Math.min(START_INTERVAL_MILLIS, intervalMillis);
      if (isAnswer(error)) report('degraded', `${origin}: ${messageOf(error)}`, true);
      else if (hasAnswered && (await isHealthy(requests, error))) {
        report('degraded', `${origin}: ${messageOf(error)}, though its web server is up`, true);
      } else report('degraded', `${origin}: ${messageOf(error)}`);
      return jittered(intervalMillis);
    }
  };
  return repeat(poll, (error) => report(...faultReport(error)));
};

/** A refusal, or what makes no sense: there is somebody who gives it. */
const isAnswer = (error: unknown): boolean =>
  error instanceof FrpApiError || (error instanceof ApiRequestError && error.status !== undefined);

/** Whether frp's web server answers where it is asked for nothing, after a question that it took and did not answer. */
const isHealthy = async (requests: ApiRequests, error: unknown): Promise<boolean> => {
  if (!(error instanceof ApiRequestError && error.mayBeLogged)) return false; // nobody was there
  return requests.text(pathOf(SERVER_API_PARTS.health), { isLogged: false }).then(
    () => true,
    () => false,
  );
};

/** Only what was made to be shown is. */
const messageOf = (error: unknown): string =>
  error instanceof ApiRequestError || error instanceof FrpApiError ? error.message : 'a fault in reading it';
