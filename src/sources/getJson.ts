import type { FrpWebServer } from '../frp/FrpConfig.js';

const MAX_BYTES = 8 * 1024 * 1024;

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
 * Gets a JSON body of at most 8 MiB from frp's API, with Basic authentication where the config has it.
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
  const response = await request(url, headers, timeoutMillis);
  if (response.status === 401) {
    await discard(response);
    const message = 'it refused webServer.user and webServer.password (401)';
    throw new ApiRequestError(message, { status: 401, mayBeLogged: false });
  }
  if (!response.ok) {
    await discard(response);
    const { status } = response;
    throw new ApiRequestError(`it answered ${status}, expected 200`, { status, mayBeLogged: true });
  }
  return parse(await readBody(response, timeoutMillis));
};

const request = async (url: string, headers: Record<string, string>, timeoutMillis: number): Promise<Response> => {
  try {
    return await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(timeoutMillis) });
  } catch (error) {
    throw asRequestError(error, timeoutMillis);
  }
};

const readBody = async (response: Response, timeoutMillis: number): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_BYTES) break; // leaving the loop cancels the stream
    }
  } catch (error) {
    throw asRequestError(error, timeoutMillis);
  }
  if (bytes > MAX_BYTES) {
    throw new ApiRequestError(`its answer is larger than ${MAX_BYTES} bytes`, { mayBeLogged: true });
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    throw new ApiRequestError('its answer is not JSON', { mayBeLogged: true });
  }
};

const discard = async (response: Response): Promise<void> => {
  await response.body?.cancel().catch(() => undefined); // the answer is refused already: nothing to add
};

const asRequestError = (error: unknown, timeoutMillis: number): ApiRequestError => {
  const { name, cause } = error as Error & { cause?: { code?: string } };
  if (name === 'TimeoutError') {
    return new ApiRequestError(`no answer within ${timeoutMillis} ms`, { mayBeLogged: true });
  }
  const code = cause?.code ?? name;
  const refused = code === 'ECONNREFUSED';
  return new ApiRequestError(refused ? 'connection refused' : `the request failed (${code})`, {
    mayBeLogged: !refused,
  });
};
