import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { isNoSuchPath, readErrorText } from '../../frp/api/readErrorText.js';
import type { FrpWebServer } from '../../frp/config/FrpConfig.js';
import { ApiRequestError } from './ApiRequestError.js';
import type { TlsTrust } from './trustCertificate.js';

const MAX_ERROR_BYTES = 4096;

// Own agents and not `fetch`: a proxy, a mock or a hook that the program has set up there would see frp's password.
const AGENTS = { http: new HttpAgent({ keepAlive: false }), https: new HttpsAgent({ keepAlive: false }) } as const;

export interface BodyRequest {
  readonly webServer: FrpWebServer;
  /** With the query, encoded. */
  readonly path: string;
  readonly timeoutMillis: number;
  readonly maxBytes: number;
  /** Whom to believe that he is frp, where its API is under TLS. */
  readonly trust: TlsTrust;
}

/**
 * Gets a body from frp's web server, with Basic authentication where the config has it. The request keeps the program alive
 * no longer than its time-out.
 *
 * @throws ApiRequestError and nothing else
 */
export const getBody = async (request: BodyRequest): Promise<string> => (await getBytes(request)).toString('utf8');

/** As `getBody`, not decoded. */
export const getBytes = async (request: BodyRequest): Promise<Buffer> => {
  try {
    return await send(request);
  } catch (error) {
    throw error instanceof ApiRequestError ? error : asRequestError(error as NodeJS.ErrnoException);
  }
};

const send = (request: BodyRequest): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const { webServer, path, timeoutMillis, maxBytes, trust } = request;
    const { tls, host, port } = webServer;
    const options: RequestOptions = { host, port, path, headers: headersOf(webServer) };
    const sent = tls
      ? httpsRequest({ ...options, ...trust, agent: AGENTS.https })
      : httpRequest({ ...options, agent: AGENTS.http });
    let refusal: (() => ApiRequestError) | undefined;
    const fail = (error: ApiRequestError): void => {
      clearTimeout(deadline);
      reject(refusal?.() ?? error);
      sent.destroy();
    };
    const deadline = setTimeout(() => {
      fail(new ApiRequestError(`no answer within ${timeoutMillis} ms`, { mayBeLogged: true }));
    }, timeoutMillis).unref();
    sent.on('error', (error) => fail(asRequestError(error)));
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const text = (): string => Buffer.concat(chunks).toString('utf8');
      if (response.statusCode !== 200) refusal = () => refusalOf(response, text(), webServer);
      const limit = refusal === undefined ? maxBytes : MAX_ERROR_BYTES;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > limit) fail(new ApiRequestError(`its answer is larger than ${limit} bytes`, { mayBeLogged: true }));
      });
      response.on('error', (error) => fail(asRequestError(error)));
      response.on('end', () => {
        clearTimeout(deadline);
        if (refusal === undefined) resolve(Buffer.concat(chunks));
        else reject(refusal());
      });
    });
    sent.end();
  });

const headersOf = ({ user, password }: FrpWebServer): Record<string, string> => {
  const headers: Record<string, string> = { accept: 'application/json, text/plain' };
  // frp: no authentication when both are empty (pkg/util/net/http.go)
  if (user !== '' || password.reveal() !== '') headers.authorization = `Basic ${basic(user, password.reveal())}`;
  return headers;
};

const basic = (user: string, password: string): string => Buffer.from(`${user}:${password}`).toString('base64');

const refusalOf = (
  { statusCode: status = 0 }: IncomingMessage,
  body: string,
  { user, password }: FrpWebServer,
): ApiRequestError => {
  if (status === 401) {
    const message =
      'it refused user and password (401): expected webServer.user and webServer.password of the config that it was started with';
    return new ApiRequestError(message, { status, mayBeLogged: false });
  }
  const text = readErrorText(body);
  // Whatever answers there may send back what it was given.
  const secrets = [password.reveal(), basic(user, password.reveal())].filter((secret) => secret !== '');
  const said = text === undefined || secrets.some((secret) => body.includes(secret)) ? '' : ` (${text})`;
  // Go's router redirects, and knows no path, before frp's logger.
  const mayBeLogged = !isNoSuchPath(status, body) && status !== 301;
  return new ApiRequestError(`it answered ${status}${said}, expected 200`, { status, mayBeLogged });
};

const asRequestError = (error: NodeJS.ErrnoException): ApiRequestError => {
  const { code = error.name, message } = error;
  const problem = NO_TLS.test(message) ? 'it speaks http, not https' : PROBLEMS[code];
  if (problem !== undefined) return new ApiRequestError(problem, { mayBeLogged: false });
  return new ApiRequestError(`the request failed (${code})`, { mayBeLogged: true });
};

/** OpenSSL's word for an answer that is no TLS; the code, EPROTO, is that of any fault of TLS. */
const NO_TLS = /wrong version number/;
const UNTRUSTED =
  'its certificate is not trusted: name it in webServer.tls.certFile of the config that is read here, or its CA in NODE_EXTRA_CA_CERTS';
const PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host, and not the one in webServer.tls.certFile',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
};
