// A process of its own: an OTLP/HTTP receiver that counts log records and keeps nothing. Answers `{}` on its IPC channel with its counts.
import { createServer } from 'node:http';
import { countLogRecords } from './countLogRecords.mjs';

/** @typedef {{ url: string, records: number, requests: number, bytes: number, error: string | undefined }} SinkCounts */

let counts = { records: 0, requests: 0, bytes: 0, error: /** @type {string | undefined} */ (undefined) };

const server = createServer((request, response) => {
  /** @type {Buffer[]} */
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    try {
      const body = Buffer.concat(chunks);
      counts.records += countLogRecords(body);
      counts.requests += 1;
      counts.bytes += body.length;
    } catch (error) {
      counts.error = `${request.url}: ${error}`;
    }
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
});
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
  process.send?.({ url, ...counts });
  process.on('message', (message) => {
    if (message === 'reset') counts = { records: 0, requests: 0, bytes: 0, error: undefined };
    process.send?.({ url, ...counts });
  });
});
process.on('disconnect', () => process.exit());
