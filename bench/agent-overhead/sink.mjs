// A process of its own: an OTLP/HTTP receiver that counts requests and their bytes by signal, and keeps nothing. Answers any
// message with its counts.
import { createServer } from 'node:http';

/** @typedef {{ url: string, requests: Record<string, number>, bytes: number }} SinkCounts */

/** @type {Record<string, number>} */
const requests = {};
let bytes = 0;

const server = createServer((request, response) => {
  request.on('data', (chunk) => {
    bytes += chunk.length;
  });
  request.on('end', () => {
    const signal = request.url?.split('/').at(-1) ?? '';
    requests[signal] = (requests[signal] ?? 0) + 1;
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
});
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
  process.send?.({ url, requests, bytes });
  process.on('message', () => process.send?.({ url, requests, bytes }));
});
process.on('disconnect', () => process.exit());
