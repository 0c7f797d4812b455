import { connect, createServer, type Server } from 'node:net';

/** A service that sends back what it gets. */
export const startEcho = async (): Promise<{ port: number; stop: () => Promise<void> }> => {
  const server: Server = createServer((socket) => socket.on('error', () => socket.destroy()).pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
};

/** Sends so many bytes, waits until they are back, and closes. */
export const visit = (port: number, bytes: number): Promise<void> =>
  new Promise((resolve, reject) => {
    let received = 0;
    const socket = connect({ host: '127.0.0.1', port });
    socket.setTimeout(10_000, () => socket.destroy(new Error(`${received} of ${bytes} bytes came back`)));
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received === bytes) socket.end();
    });
    socket.on('close', () => resolve());
    socket.write(Buffer.alloc(bytes, 'x'));
  });

/** Connects and waits until the other end closes. */
export const visitDead = (port: number): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('error', () => undefined).on('close', () => resolve());
    socket.resume();
  });
