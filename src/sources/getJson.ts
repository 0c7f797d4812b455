import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { FrpWebServer } from '../frp/config/FrpConfig.js';

const MAX_BYTES = 8 * 1024 * 1024;

// Own agents and not `fetch`: a proxy, a mock or a hook that the program has set up there would see frp's password.
const AGENTS = { http: new HttpAgent({ keepAlive: false }), https: new HttpsAgent({ keepAlive: false }) } as const;

/** A request that gave nothing to read; the message holds no secret and nothing of the body. */
export class ApiRequestError extends Error {
  override readonly name = 'ApiRequestError';
  readonly status: number | undefined;
  /** Whether frp may have logged the request: it logs neither what never came nor what it refused to authorise. */
  readonly mayBeLogged: boolean;

  constructor(message: string, options: { status?: number; mayBeLogged: boolean }) {
    super(message);
    this.status = options.status;
    this.mayBeLogged = options.mayBeLogged;
  }
}

/**
 * Gets a JSON body of at most 8 MiB from frp's API, with Basic authentication where the config has it. The request
 * keeps the program alive no longer than its time-out.
 *
 * @throws ApiRequestError and nothing else
 */
export const getJson = async (
  url: string,
  { user, password }: FrpWebServer,
  timeoutMillis: number,
): Promise<unknown> => {
  const headers: Record<string, string> = { accept: 'application/json' };
  // frp: no authentication when both are empty (pkg/util/net/http.go)
  if (user !== '' || password.reveal() !== '') {
    headers.authorization = `Basic ${Buffer.from(`${user}:${password.reveal()}`).toString('base64')}`;
  }
  if (!URL.canParse(url)) throw new ApiRequestError(`${url} is no address`, { mayBeLogged: false });
  return parse(await getBody(url, headers, timeoutMillis));
};

const getBody = (url: string, headers: Record<string, string>, timeoutMillis: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const isTls = url.startsWith('https:');
    const options: RequestOptions = { headers, agent: isTls ? AGENTS.https : AGENTS.http };
    const sent = (isTls ? httpsRequest : httpRequest)(url, options);
    const fail = (error: ApiRequestError): void => {
      clearTimeout(deadline);
      reject(error);
      sent.destroy();
    };
    const deadline = setTimeout(() => {
      fail(new ApiRequestError(`no answer within ${timeoutMillis} ms`, { mayBeLogged: true }));
    }, timeoutMillis).unref();
    sent.on('error', (error) => fail(asRequestError(error)));
    sent.on('response', (response) => {
      const refusal = refusalOf(response);
      if (refusal !== undefined) {
        fail(refusal);
        return;
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > MAX_BYTES) {
          fail(new ApiRequestError(`its answer is larger than ${MAX_BYTES} bytes`, { mayBeLogged: true }));
        }
      });
      response.on('error', (error) => fail(asRequestError(error)));
      response.on('end', () => {
        clearTimeout(deadline);
        resolve(Buffer.concat(chunks).toString('utf8'));
      });
    });
    sent.end();
  });

const refusalOf = ({ statusCode: status = 0 }: IncomingMessage): ApiRequestError | undefined => {
  if (status === 200) return undefined;
  if (status !== 401) return new ApiRequestError(`it answered ${status}, expected 200`, { status, mayBeLogged: true });
  const message = 'it refused webServer.user and webServer.password (401)';
  return new ApiRequestError(message, { status, mayBeLogged: false });
};

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    throw new ApiRequestError('its answer is not JSON', { mayBeLogged: true });
  }
};

const asRequestError = (error: NodeJS.ErrnoException): ApiRequestError => {
  const refused = error.code === 'ECONNREFUSED';
  const message = refused ? 'connection refused' : `the request failed (${error.code ?? error.name})`;
  return new ApiRequestError(message, { mayBeLogged: !refused });
};
