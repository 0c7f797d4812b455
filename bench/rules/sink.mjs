// A process of its own: takes what a Collector sends to it (remote write, OTLP), keeps nothing, and counts requests and bytes.
import { createServer } from 'node:http';

/** @typedef {{ url: string, requests: number, bytes: number }} SinkCounts */

let counts = { requests: 0, bytes: 0 };

const server = createServer((request, response) => {
  request.on('data', (chunk) => {
    counts.bytes += chunk.length;
  });
  request.on('end', () => {
    counts.requests += 1;
    // As Prometheus answers a remote write; an answer to OTLP is a message, and an empty one is of no bytes.
    if (request.url?.startsWith('/v1/')) response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    else response.writeHead(204).end();
  });
});
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
  process.send?.({ url, ...counts });
  process.on('message', (message) => {
    if (message === 'reset') counts = { requests: 0, bytes: 0 };
    process.send?.({ url, ...counts });
  });
});
process.on('disconnect', () => process.exit());
