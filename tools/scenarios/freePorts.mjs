import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

// Below what the kernel gives to outgoing connections (ip_local_port_range), and a run begins where others hardly do: no two
// worlds of one program get the same port, and none is taken by a connection of another.
const FIRST = 10_000;
const COUNT = 20_000;
let next = FIRST + ((process.pid * 97) % COUNT);

/**
 * Ports of 127.0.0.1 that are free for both TCP and UDP.
 *
 * @param {number} count
 * @returns {Promise<number[]>}
 */
export const freePorts = async (count) => {
  const found = [];
  while (found.length < count) {
    const port = FIRST + (next++ % COUNT);
    if ((await isFree(port, tcp)) && (await isFree(port, udp))) found.push(port);
  }
  return found;
};

/**
 * @param {number} port
 * @param {(port: number, done: (error?: Error) => void) => void} bind
 */
const isFree = (port, bind) =>
  new Promise((resolve) => {
    bind(port, (error) => resolve(error === undefined));
  });

/** @type {Parameters<typeof isFree>[1]} */
const tcp = (port, done) => {
  const server = createServer();
  server.once('error', done).listen(port, '127.0.0.1', () => server.close(() => done()));
};

/** @type {Parameters<typeof isFree>[1]} */
const udp = (port, done) => {
  const socket = createSocket('udp4');
  socket.once('error', done).bind(port, '127.0.0.1', () => socket.close(() => done()));
};
