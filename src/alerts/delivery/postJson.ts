import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { DeliveryFault } from './DeliveryFault.js';

/** Nothing of an answer is needed but its status and, of a refusal, the first words. */
const MAX_ANSWER_BYTES = 4096;

// Own agents and not `fetch`: a proxy, a mock or a hook that the program has set up there would see secrets, and where alerts go.
const AGENTS = { http: new HttpAgent({ keepAlive: false }), https: new HttpsAgent({ keepAlive: false }) } as const;

export interface Post {
  /** User and password in it are sent as Basic authentication. */
  readonly url: URL;
  readonly body: unknown;
  /** The header; it comes before user and password. */
  readonly authorization: string | undefined;
  /** Ends it, with a DeliveryFault for a reason. */
  readonly signal: AbortSignal;
}

export interface PostAnswer {
  readonly status: number;
  /** The beginning of it. */
  readonly text: string;
  /** The headers, as they came. */
  readonly retryAfter: string | undefined;
  readonly date: string | undefined;
}

/**
 * Posts JSON and follows no redirect, which would take secrets elsewhere. It keeps the program alive until it is answered or given up.
 *
 * @throws DeliveryFault and nothing else
 */
export const postJson = async (post: Post): Promise<PostAnswer> => {
  try {
    return await send(post);
  } catch (error) {
    throw error instanceof DeliveryFault ? error : new DeliveryFault(problemOf(error as NodeJS.ErrnoException));
  }
};

const send = ({ url, body, authorization, signal }: Post): Promise<PostAnswer> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const bytes = Buffer.from(JSON.stringify(body));
    const headers = {
      'content-type': 'application/json',
      'content-length': bytes.length,
      ...(authorization !== undefined && { authorization }),
    };
    const options = { method: 'POST', headers };
    const sent =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...options, agent: AGENTS.https })
        : httpRequest(url, { ...options, agent: AGENTS.http });
    let answer: (() => PostAnswer) | undefined;
    const end = (fault?: Error): void => {
      // Who has told the status has told all: what goes wrong with the rest of the answer changes nothing.
      if (answer !== undefined) resolve(answer());
      else reject(fault);
      sent.destroy();
    };
    signal.addEventListener('abort', () => end(signal.reason), { once: true });
    sent.on('error', end);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      answer = () => answerOf(response, Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES));
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length >= MAX_ANSWER_BYTES) end();
      });
      response.on('error', end);
      response.on('end', () => end());
    });
    sent.end(bytes);
  });

const answerOf = ({ statusCode = 0, headers }: IncomingMessage, body: Buffer): PostAnswer => ({
  status: statusCode,
  text: body.toString('utf8'),
  retryAfter: headers['retry-after'],
  date: headers.date,
});

const problemOf = ({ code, name, message }: NodeJS.ErrnoException): string => {
  if (NO_TLS.test(message)) return 'it speaks http, not https';
  return PROBLEMS[code ?? ''] ?? `the request failed (${code ?? name})`;
};

/** OpenSSL's word for an answer that is no TLS; the code, EPROTO, is that of any fault of TLS. */
const NO_TLS = /wrong version number/;
const UNTRUSTED = 'its certificate is not trusted: name its CA in NODE_EXTRA_CA_CERTS';
const PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'its host is not known',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
};
