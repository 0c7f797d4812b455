import { connect, createServer } from 'node:net';

/**
 * Stands between frpc and frps as a network does, and can break as one: then frpc sees its connection end, and frps does not.
 *
 * @param {number} port of frps
 * @returns {Promise<{ port: number, breakClientSide: () => void, stop: () => Promise<void> }>}
 */
export const startRelay = async (port) => {
  /** @type {Set<import('node:net').Socket>} */
  const clients = new Set();
  /** @type {Set<import('node:net').Socket>} */
  const servers = new Set();
  const server = createServer((client) => {
    const upstream = connect({ host: '127.0.0.1', port });
    clients.add(client);
    servers.add(upstream);
    client.on('error', () => client.destroy()).on('data', (chunk) => upstream.write(chunk));
    upstream.on('error', () => upstream.destroy()).on('data', (chunk) => client.writable && client.write(chunk));
    upstream.on('close', () => client.destroy());
  });
  await /** @type {Promise<void>} */ (new Promise((resolve) => server.listen(0, '127.0.0.1', resolve)));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    breakClientSide: () => {
      for (const client of clients) client.destroy();
      clients.clear();
    },
    stop: async () => {
      for (const socket of [...clients, ...servers]) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
