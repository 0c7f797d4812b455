import { createSocket } from 'node:dgram';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';

/**
 * What a tunnel leads to, counting for itself what came and went.
 *
 * @typedef {object} Service
 * @property {number} port
 * @property {number} connections
 * @property {number} received bytes
 * @property {number} sent bytes
 * @property {() => Promise<void>} stop
 */

/**
 * Sends back what it gets.
 *
 * @param {number | string} [where] a port, any free one by default, or the path of a unix socket
 * @returns {Promise<Service>}
 */
export const echo = (where = 0) =>
  tcpService(where, (socket, service) => {
    socket.on('data', (chunk) => {
      service.sent += chunk.length;
      socket.write(chunk);
    });
    socket.on('end', () => socket.end());
  });

/**
 * Reads a first piece, answers so many bytes and hangs up.
 *
 * @param {number} bytes
 * @returns {Promise<Service>}
 */
export const answer = (bytes) =>
  tcpService(0, (socket, service) => {
    socket.once('data', () => {
      service.sent += bytes;
      socket.end(Buffer.alloc(bytes, 'x'));
    });
  });

/**
 * @param {number | string} where
 * @param {(socket: import('node:net').Socket, service: Service) => void} serve
 */
const tcpService = async (where, serve) => {
  /** @type {Set<import('node:net').Socket>} */
  const open = new Set();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    service.connections += 1;
    socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket));
    socket.on('data', (chunk) => {
      service.received += chunk.length;
    });
    serve(socket, service);
  });
  await /** @type {Promise<void>} */ (
    new Promise((resolve, reject) => {
      server.once('error', reject);
      if (typeof where === 'string') server.listen(where, resolve);
      else server.listen(where, '127.0.0.1', resolve);
    })
  );
  const service = serviceOf(server.address(), async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return service;
};

/**
 * @param {import('node:net').AddressInfo | string | null} address
 * @param {() => Promise<unknown>} stop
 * @returns {Service}
 */
const serviceOf = (address, stop) => {
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, connections: 0, received: 0, sent: 0, stop: async () => void (await stop()) };
};

/**
 * A web server that closes each connection after its answer, or keeps it.
 *
 * @param {{ keepAlive: boolean }} options
 * @returns {Promise<Service>}
 */
export const web = async ({ keepAlive }) => {
  const server = createHttpServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    request.resume();
    response.setHeader('date', 'Sat, 01 Jan 2000 00:00:00 GMT');
    if (!keepAlive) response.setHeader('connection', 'close');
    response.end('hello from behind the tunnel\n');
  });
  await /** @type {Promise<void>} */ (new Promise((resolve) => server.listen(0, '127.0.0.1', resolve)));
  const service = serviceOf(server.address(), async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  server.on('connection', (socket) => {
    service.connections += 1;
    socket.on('close', () => {
      service.received += socket.bytesRead;
      service.sent += socket.bytesWritten;
    });
  });
  return service;
};

/**
 * Sends back each datagram.
 *
 * @returns {Promise<Service>}
 */
export const udpEcho = async () => {
  const socket = createSocket('udp4');
  await /** @type {Promise<void>} */ (new Promise((resolve) => socket.bind(0, '127.0.0.1', resolve)));
  const service = serviceOf(socket.address(), async () => socket.close());
  socket.on('message', (datagram, from) => {
    service.received += datagram.length;
    service.sent += datagram.length;
    socket.send(datagram, from.port, from.address);
  });
  return service;
};
