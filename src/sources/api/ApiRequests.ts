import type { ApiPath } from '../../frp/api/frpApiParts.js';
import type { FrpWebServer } from '../../frp/config/FrpConfig.js';
import { ApiRequestError } from './ApiRequestError.js';
import { getBytes } from './getBody.js';
import type { OwnRequests } from './OwnRequests.js';
import { type TlsTrust, trustCertificate } from './trustCertificate.js';

/** The web server of an frp. */
export interface ApiAddress extends FrpWebServer {
  /** Reads the certificate that it shows; undefined where that is not known. */
  readonly readCertificate?: (() => string) | undefined;
}

export interface ApiRequestsOptions {
  readonly webServer: ApiAddress;
  readonly timeoutMillis: number;
  readonly ownRequests: OwnRequests;
  /** Runs a request so that the program's own tracing does not see it. */
  readonly untraced: <Result>(request: () => Promise<Result>) => Promise<Result>;
}

export interface ApiRequest {
  /** With the question mark. */
  readonly query?: string;
  /** 8 MiB by default. */
  readonly maxBytes?: number;
  /** Whether this frp logs requests for this path; true by default. */
  readonly isLogged?: boolean;
}

/** A whole list in one body: 100,000 proxies are about 45 MB. */
export const MAX_LIST_BYTES = 64 * 1024 * 1024;
const MAX_BYTES = 8 * 1024 * 1024;

/** Asks one frp, and keeps its log free of our asking. */
export class ApiRequests {
  readonly #options: ApiRequestsOptions;
  readonly #lastAnswers = new Map<string, { readonly body: Buffer; readonly answer: unknown }>();
  #trust: TlsTrust | undefined;

  constructor(options: ApiRequestsOptions) {
    this.#options = options;
  }

  /** @throws ApiRequestError and nothing else */
  async json(path: ApiPath, request?: ApiRequest): Promise<unknown> {
    return parsed(await this.text(path, request));
  }

  /**
   * As `json`, for a list that is asked again and again. Most tunnels are quiet: a body that is the last one's is not read again,
   * and gives the same answer.
   *
   * @param read must give an answer that nobody changes
   * @throws ApiRequestError, and what `read` throws
   */
  async list<Answer>(path: ApiPath, read: (body: unknown) => Answer, request?: ApiRequest): Promise<Answer> {
    const body = await this.#bytes(path, request);
    const key = path.sent + (request?.query ?? '');
    const last = this.#lastAnswers.get(key);
    if (last?.body.equals(body)) return last.answer as Answer;
    const answer = read(parsed(body.toString('utf8')));
    this.#lastAnswers.set(key, { body, answer });
    return answer;
  }

  /** @throws ApiRequestError and nothing else */
  async text(path: ApiPath, request?: ApiRequest): Promise<string> {
    return (await this.#bytes(path, request)).toString('utf8');
  }

  async #bytes(path: ApiPath, { query = '', maxBytes = MAX_BYTES, isLogged = true }: ApiRequest = {}): Promise<Buffer> {
    const { webServer, timeoutMillis, ownRequests, untraced } = this.#options;
    if (isLogged) ownRequests.sending(path.logged, Date.now());
    this.#trust ??= webServer.tls ? trustCertificate(webServer.readCertificate) : {};
    const trust = this.#trust;
    try {
      return await untraced(() => getBytes({ webServer, path: path.sent + query, timeoutMillis, maxBytes, trust }));
    } catch (error) {
      if (error instanceof ApiRequestError && !error.mayBeLogged && isLogged) ownRequests.notLogged(path.logged);
      this.#trust = undefined; // the certificate may have been renewed
      throw error;
    }
  }
}

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    throw new ApiRequestError('its answer is not JSON', { mayBeLogged: true });
  }
};
