import { get } from 'node:http';
import { connect } from 'node:net';

const PAUSE_MS = 400;

/**
 * Visits both tunnels steadily: each round one TCP connection that has some bytes echoed, and one HTTP request.
 *
 * @param {{ echo: number, vhost: number }} ports
 */
export function startTraffic(ports) {
  let stopped = false;
  /** @type {() => void} */
  let wake = () => {};
  const pause = () =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, PAUSE_MS, undefined);
      wake = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });

  const rounds = async () => {
    for (let round = 1; !stopped; round += 1) {
      await Promise.allSettled([visitEcho(ports.echo, 1000 * (1 + (round % 10))), visitWeb(ports.vhost, `/${round}`)]);
      if (!stopped) await pause();
    }
  };
  const done = rounds();
  return {
    /** Resolves when the last visit is over. */
    stop: async () => {
      stopped = true;
      wake();
      await done;
    },
  };
}

/**
 * @param {number} port
 * @param {number} bytes
 * @returns {Promise<void>}
 */
function visitEcho(port, bytes) {
  return new Promise((resolve, reject) => {
    let received = 0;
    const socket = connect({ host: '127.0.0.1', port });
    socket.setTimeout(5_000, () => socket.destroy(new Error('no echo')));
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received === bytes) socket.end(); // not before: frp passes on no half-closed connection
    });
    socket.on('close', () => resolve());
    socket.write(Buffer.alloc(bytes, 'x'));
  });
}

/**
 * @param {number} port
 * @param {string} path
 * @returns {Promise<void>}
 */
function visitWeb(port, path) {
  return new Promise((resolve, reject) => {
    const headers = { host: 'web.example' };
    get({ host: '127.0.0.1', port, path, headers, agent: false, timeout: 5_000 }, (response) => {
      response.resume().on('close', () => resolve());
    }).on('error', reject);
  });
}
