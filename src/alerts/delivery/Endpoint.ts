import type { DeliveryHooks, DeliveryTarget } from './DeliveryConfig.js';
import { DeliveryFault } from './DeliveryFault.js';
import { type PostAnswer, postJson } from './postJson.js';
import { readBearerToken } from './readBearerToken.js';
import { secretsOfUrl } from './secretsOfUrl.js';

/** Where alerts are posted to, one request at a time. */
export class Endpoint {
  /** Scheme, host and port: all that may be said of its URL, since a path may be a secret, too. */
  readonly origin: string;
  readonly #url: URL;
  readonly #target: DeliveryTarget;
  readonly #untraced: DeliveryHooks['untraced'];
  readonly #secretsOfUrl: readonly string[];
  #token: string | undefined;
  #giveUp: AbortController | undefined;

  /** @param path below the target's own */
  constructor(target: DeliveryTarget, untraced: DeliveryHooks['untraced'], path = '') {
    const url = new URL(target.url);
    this.origin = url.origin;
    this.#secretsOfUrl = secretsOfUrl(url);
    if (path !== '') url.pathname = url.pathname.replace(/\/*$/, path);
    this.#url = url;
    this.#target = target;
    this.#untraced = untraced;
  }

  /** What was sent with the last request, and is to be seen nowhere. */
  get secrets(): readonly string[] {
    return this.#token === undefined ? this.#secretsOfUrl : [...this.#secretsOfUrl, this.#token];
  }

  /** @throws DeliveryFault and nothing else */
  async post(body: unknown): Promise<PostAnswer> {
    const { bearerTokenFile: file, timeoutMillis } = this.#target;
    const giveUp = new AbortController();
    const { signal } = giveUp;
    this.#giveUp = giveUp;
    const deadline = setTimeout(() => {
      giveUp.abort(new DeliveryFault(`no answer within ${timeoutMillis} ms`));
    }, timeoutMillis).unref();
    try {
      this.#token = file === undefined ? undefined : await unlessGivenUp(signal, readBearerToken(file));
      const authorization = this.#token === undefined ? undefined : `Bearer ${this.#token}`;
      return await this.#untraced(() => postJson({ url: this.#url, body, authorization, signal }));
    } finally {
      clearTimeout(deadline);
    }
  }

  /** Gives up the request under way. */
  cut(): void {
    this.#giveUp?.abort(new DeliveryFault('it was stopped'));
  }
}

const unlessGivenUp = <Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
