import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { ownAddress } from './ownAddress.js';
import type { ProbeOptions, ProbeResult } from './Probe.js';
import { probeErrorType } from './probeErrorType.js';

/** How services tell a probe from a visitor. */
const USER_AGENT = 'frp-otel-probe';

/** Asks for a page through a tunnel, on a connection of its own. Status 400 and above is an error. Never rejects. */
export const probeHttp = ({ url, timeoutMillis, onConnected }: ProbeOptions): Promise<ProbeResult> =>
  new Promise((resolve) => {
    const startedAt = performance.now();
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      agent: false,
      headers: { 'user-agent': USER_AGENT },
    });
    const end = (errorType?: string, message?: string): void => {
      clearTimeout(deadline);
      request.destroy();
      resolve({ duration: (performance.now() - startedAt) / 1000, errorType, message });
    };
    const deadline = setTimeout(() => end('timeout', `no answer within ${timeoutMillis} ms`), timeoutMillis).unref();
    request.once('socket', (socket) => {
      socket.unref(); // it keeps no program alive
      socket.once('connect', () => onConnected(ownAddress(socket)));
    });
    request.once('response', ({ statusCode = 0 }) => {
      if (statusCode < 400) end();
      else end(String(statusCode), `it answered ${statusCode}`);
    });
    // Also what comes after its end: nobody else would take it.
    request.on('error', (error: NodeJS.ErrnoException) =>
      end(probeErrorType(error), `the request failed (${error.code})`),
    );
    request.end();
  });
