import { connect } from 'node:net';
import { ownAddress } from './ownAddress.js';
import type { ProbeOptions, ProbeResult } from './Probe.js';
import { probeErrorType } from './probeErrorType.js';

/**
 * frps takes every connection first, and closes it when its client or the service does not: one that is still open after
 * this time goes through, though the service says nothing before it is spoken to.
 */
const QUIET_MILLIS = 1_000;

/** Connects through a tunnel and waits for the service's first byte. Never rejects. */
export const probeTcp = ({ url, timeoutMillis, onConnected }: ProbeOptions): Promise<ProbeResult> =>
  new Promise((resolve) => {
    const startedAt = performance.now();
    const elapsed = (): number => (performance.now() - startedAt) / 1000;
    const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) });
    socket.unref(); // it keeps no program alive
    let connected: number | undefined;
    let quiet: NodeJS.Timeout | undefined;
    const end = (duration: number, errorType?: string, message?: string): void => {
      clearTimeout(deadline);
      clearTimeout(quiet);
      socket.destroy();
      resolve({ duration, errorType, message });
    };
    const deadline = setTimeout(
      () => end(elapsed(), 'timeout', `no connection within ${timeoutMillis} ms`),
      timeoutMillis,
    ).unref();
    socket.once('connect', () => {
      const duration = elapsed();
      connected = duration;
      clearTimeout(deadline);
      onConnected(ownAddress(socket));
      quiet = setTimeout(() => end(duration), Math.min(QUIET_MILLIS, timeoutMillis)).unref();
    });
    socket.once('data', () => end(elapsed()));
    socket.once('end', () => end(elapsed(), 'closed', 'it was closed before the service said anything'));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const message =
        connected === undefined ? `it could not be connected (${error.code})` : `it broke (${error.code})`;
      end(elapsed(), probeErrorType(error), message);
    });
  });
