import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';

/** What the two tunnels lead to: an echo service and a web server, on free ports of 127.0.0.1. */
export async function startServices() {
  const echo = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  const web = createHttpServer((request, response) => {
    // frps adds the bytes of an http tunnel when the connection to the service ends: idle for a minute, or at once like this.
    response.writeHead(200, { 'content-type': 'text/plain', connection: 'close' });
    response.end(`${request.url} `.repeat(100));
  });
  const servers = [echo, web];
  const [echoPort = 0, webPort = 0] = await Promise.all(servers.map(listen));
  return {
    ports: { echo: echoPort, web: webPort },
    stop: async () => {
      web.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

/**
 * @param {import('node:net').Server} server
 * @returns {Promise<number>}
 */
function listen(server) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      resolve(/** @type {import('node:net').AddressInfo} */ (server.address()).port);
    });
  });
}
