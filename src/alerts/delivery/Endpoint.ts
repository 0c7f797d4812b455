import type { DeliveryHooks, DeliveryTarget } from './DeliveryConfig.js';
import { type PostAnswer, postJson } from './postJson.js';
import { readBearerToken } from './readBearerToken.js';

/** Where alerts are posted to. */
export class Endpoint {
  /** Scheme, host and port: all that may be said of its URL, since a path may be a secret, too. */
  readonly origin: string;
  readonly #url: URL;
  readonly #target: DeliveryTarget;
  readonly #untraced: DeliveryHooks['untraced'];
  readonly #secretsOfUrl: readonly string[];
  #token: string | undefined;

  /** @param path below the target's own */
  constructor(target: DeliveryTarget, untraced: DeliveryHooks['untraced'], path = '') {
    const url = new URL(target.url);
    this.origin = url.origin;
    this.#secretsOfUrl = [url.username, url.password, url.pathname.replace(/\/+$/, ''), url.search];
    if (path !== '') url.pathname = url.pathname.replace(/\/*$/, path);
    this.#url = url;
    this.#target = target;
    this.#untraced = untraced;
  }

  /** What was sent with the last request, and is to be seen nowhere. */
  get secrets(): readonly string[] {
    return [...this.#secretsOfUrl, this.#token ?? ''].filter((secret) => secret !== '');
  }

  /** @throws DeliveryFault and nothing else */
  async post(body: unknown): Promise<PostAnswer> {
    const { bearerTokenFile: file, timeoutMillis } = this.#target;
    this.#token = file === undefined ? undefined : await readBearerToken(file);
    const authorization = this.#token === undefined ? undefined : `Bearer ${this.#token}`;
    return this.#untraced(() => postJson({ url: this.#url, body, authorization, timeoutMillis }));
  }
}
