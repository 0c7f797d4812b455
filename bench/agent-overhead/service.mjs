// A process of its own: the local services that the tunnels lead to, at any address of loopback (127.0.0.0/8). Its first message has
// their ports; to any message it answers what the discarding one has received so far, and when that was.
import { createServer } from 'node:net';

/** @typedef {{ echo: number, discard: number }} ServicePorts */
/** @typedef {{ bytes: number, millis: number }} Received */

let bytes = 0;

const echo = createServer((socket) => {
  socket.on('error', () => socket.destroy());
  socket.pipe(socket);
});
const discard = createServer((socket) => {
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    bytes += chunk.length;
  });
});

const [echoPort, discardPort] = await Promise.all([echo, discard].map(listen));
process.on('message', () => process.send?.({ bytes, millis: performance.now() }));
process.on('disconnect', () => process.exit());
process.send?.({ echo: echoPort, discard: discardPort });

/**
 * @param {import('node:net').Server} server
 * @returns {Promise<number>}
 */
function listen(server) {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen({ port: 0, host: '0.0.0.0', backlog: 4096 }, () => {
      resolve(/** @type {import('node:net').AddressInfo} */ (server.address()).port);
    });
  });
}
