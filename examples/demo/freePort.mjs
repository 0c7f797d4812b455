import { createServer } from 'node:net';

const DEFAULT_METRICS_PORT = 9464;

/**
 * @param {number} [port] 0, the default, asks for any free one
 * @returns {Promise<number>} a port of 127.0.0.1 that is free now
 */
export function freePort(port = 0) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const { port: found } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(found));
    });
  });
}

/**
 * The port asked for; without one 9464, or a free one where that is taken.
 *
 * @param {number | undefined} asked
 * @param {(line: string) => void} say
 */
export async function metricsPort(asked, say) {
  if (asked !== undefined) return asked;
  try {
    return await freePort(DEFAULT_METRICS_PORT);
  } catch {
    say(`Port ${DEFAULT_METRICS_PORT} is taken: /metrics goes to a free one.`);
    return 0;
  }
}
