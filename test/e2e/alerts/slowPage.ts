import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web service that takes its time: so many milliseconds, which may change. */
export interface SlowPage {
  readonly port: number;
  delayMillis: number;
  readonly stop: () => Promise<void>;
}

export const startSlowPage = async (): Promise<SlowPage> => {
  const server = createServer((_request, response) => {
    setTimeout(() => response.end('at last\n'), page.delayMillis);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const page: SlowPage = {
    port: (server.address() as AddressInfo).port,
    delayMillis: 0,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return page;
};
