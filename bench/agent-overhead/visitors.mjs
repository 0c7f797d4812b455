// A process of its own: the visitors of the tunnels. Each message is an order in JSON; the answer comes when it is carried out.
import { connect } from 'node:net';

/** @typedef {{ kind: 'hold', ports: number[], connections: number }} Hold connections that stay open and say a little each second */
/** @typedef {{ kind: 'flood', port: number, streams: number }} Flood streams that send as fast as they can, until `release` */
/** @typedef {{ kind: 'release' }} Release ends all that is held or floods */
/** @typedef {{ kind: 'churn', ports: number[], rate: number, seconds: number }} Churn short connections, so many per second */
/** @typedef {Hold | Flood | Release | Churn} Order */
/** @typedef {{ started: number, answered: number, failed: number, seconds: number, latencies: number[] }} ChurnResult */

const HELD_MESSAGE = Buffer.alloc(100, 'x');
const SHORT_MESSAGE = Buffer.alloc(16, 'x');
const FLOOD_CHUNK = Buffer.alloc(65_536, 'x');
/** What is not answered by then is a failure. */
const ANSWER_MILLIS = 10_000;

/** @type {Set<import('node:net').Socket>} */
const open = new Set();
/** @type {Set<import('node:net').Socket>} */
const talking = new Set();
setInterval(() => {
  for (const socket of talking) socket.write(HELD_MESSAGE);
}, 1_000).unref();

process.on('message', async (text) => process.send?.(await carryOut(JSON.parse(String(text)))));
process.on('disconnect', () => process.exit());

/** @param {Order} order */
async function carryOut(order) {
  switch (order.kind) {
    case 'hold':
      for (let index = 0; index < order.connections; index += 1) talking.add(await hold(portAt(order.ports, index)));
      return {};
    case 'flood':
      for (let index = 0; index < order.streams; index += 1) flood(await hold(order.port));
      return {};
    case 'release':
      for (const socket of [...open]) socket.destroy();
      return {};
    case 'churn':
      return churn(order);
  }
}

/**
 * @param {readonly number[]} ports
 * @param {number} index
 */
function portAt(ports, index) {
  return /** @type {number} */ (ports[index % ports.length]);
}

/**
 * @param {number} port
 * @returns {Promise<import('node:net').Socket>}
 */
function hold(port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', reject).once('connect', () => {
      open.add(socket);
      socket.on('error', () => {}).on('close', () => open.delete(socket) && talking.delete(socket));
      socket.resume();
      resolve(socket);
    });
  });
}

/** @param {import('node:net').Socket} socket */
function flood(socket) {
  const send = () => {
    while (!socket.destroyed && socket.write(FLOOD_CHUNK));
  };
  socket.on('drain', send);
  send();
}

/**
 * Starts them when they are due, whether or not those before are answered; a latency counts from when it was due.
 *
 * @param {Churn} order
 * @returns {Promise<ChurnResult>}
 */
function churn({ ports, rate, seconds }) {
  const began = performance.now();
  const total = Math.round(rate * seconds);
  /** @type {number[]} */
  const latencies = [];
  let started = 0;
  let failed = 0;
  return new Promise((resolve) => {
    const endOne = () => {
      if (latencies.length + failed < total) return;
      const took = (performance.now() - began) / 1000;
      resolve({ started, answered: latencies.length, failed, seconds: took, latencies });
    };
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * rate));
      for (; started < due; started += 1) {
        visit(portAt(ports, started), began + (started * 1000) / rate, (latency) => {
          if (latency === undefined) failed += 1;
          else latencies.push(latency);
          endOne();
        });
      }
      if (started === total) clearInterval(timer);
    }, 2);
  });
}

/**
 * @param {number} port
 * @param {number} due
 * @param {(latency: number | undefined) => void} done milliseconds; undefined when it failed
 */
function visit(port, due, done) {
  let received = 0;
  /** @type {number | undefined} */
  let latency;
  const socket = connect({ host: '127.0.0.1', port });
  socket.setTimeout(ANSWER_MILLIS, () => socket.destroy());
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    received += chunk.length;
    if (received < SHORT_MESSAGE.length) return;
    latency = performance.now() - due;
    socket.destroy();
  });
  socket.on('close', () => done(latency));
  socket.write(SHORT_MESSAGE);
}
