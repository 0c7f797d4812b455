import { createSocket } from 'node:dgram';
import { get } from 'node:http';
import { connect } from 'node:net';

const LIMIT_MILLIS = 15_000;

/**
 * A connection through a tunnel to an echo service: sends so many bytes and waits until they are back.
 *
 * @param {number} port
 * @param {number} bytes
 * @returns {Promise<{ close: () => Promise<void>, stop: () => Promise<void> }>} still open
 */
export const hold = (port, bytes) =>
  new Promise((resolve, reject) => {
    let received = 0;
    const socket = connect({ host: '127.0.0.1', port });
    const closed = /** @type {Promise<void>} */ (new Promise((done) => socket.once('close', () => done())));
    const close = async () => {
      socket.end();
      await closed;
    };
    const timer = setTimeout(() => socket.destroy(new Error(`${received} of ${bytes} bytes came back`)), LIMIT_MILLIS);
    socket.on('error', reject);
    socket.on('close', () => {
      clearTimeout(timer);
      reject(new Error(`it was closed after ${received} of ${bytes} bytes`));
    });
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received !== bytes) return;
      clearTimeout(timer);
      const stop = async () => void socket.destroy();
      resolve({ close, stop });
    });
    socket.write(Buffer.alloc(bytes, 'x'));
  });

/**
 * As {@link hold}, and closes.
 *
 * @param {number} port
 * @param {number} bytes
 */
export const visit = async (port, bytes) => (await hold(port, bytes)).close();

/**
 * Connects, sends what is given, reads until the other end closes.
 *
 * @param {number | string} where a port, or the path of a unix socket
 * @param {string | Buffer} [request]
 * @returns {Promise<Buffer>} what came
 */
export const visitUntilClosed = (where, request) =>
  new Promise((resolve, reject) => {
    /** @type {Buffer[]} */
    const chunks = [];
    const socket = typeof where === 'string' ? connect(where) : connect({ host: '127.0.0.1', port: where });
    const timer = setTimeout(() => {
      reject(new Error(`the connection was not closed within ${LIMIT_MILLIS} ms`));
      socket.destroy();
    }, LIMIT_MILLIS);
    socket.on('error', () => undefined); // a reset closes it as well
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks));
    });
    if (request !== undefined) socket.write(request);
  });

/**
 * A GET of `/` on a connection of its own.
 *
 * @param {number} port
 * @param {string} host as the Host header has it
 * @param {string} [path]
 * @returns {Promise<number>} the status
 */
export const httpGet = (port, host, path = '/') =>
  new Promise((resolve, reject) => {
    const request = get(
      { host: '127.0.0.1', port, path, agent: false, headers: { host }, timeout: LIMIT_MILLIS },
      (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', reject);
  });

/**
 * Opens a tunnel by CONNECT, then sends so many bytes to the echo service behind it and closes.
 *
 * @param {number} port
 * @param {string} host
 * @param {number} bytes
 */
export const visitByConnect = (port, host, bytes) =>
  /** @type {Promise<void>} */ (
    new Promise((resolve, reject) => {
      let text = '';
      let received = 0;
      const socket = connect({ host: '127.0.0.1', port });
      const timer = setTimeout(() => socket.destroy(new Error(`CONNECT ${host}: ${text}`)), LIMIT_MILLIS);
      socket.on('error', reject);
      socket.on('close', () => {
        clearTimeout(timer);
        resolve();
      });
      socket.write(`CONNECT ${host}:80 HTTP/1.1\r\nHost: ${host}:80\r\n\r\n`);
      socket.on('data', (chunk) => {
        if (text.includes('\r\n\r\n')) received += chunk.length;
        else {
          text += chunk.toString('latin1');
          if (!text.includes('\r\n\r\n')) return;
          if (!text.startsWith('HTTP/1.1 200')) return void socket.end();
          socket.write(Buffer.alloc(bytes, 'x'));
        }
        if (received === bytes) socket.end();
      });
    })
  );

/**
 * Sends a datagram to an echo service, again every half second until it is back: the first ones may come before the tunnel
 * has its work connection.
 *
 * @param {number} port
 * @param {number} bytes
 * @returns {Promise<void>}
 */
export const exchangeDatagram = (port, bytes) =>
  new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    const send = () => socket.send(Buffer.alloc(bytes, 'x'), port, '127.0.0.1');
    const again = setInterval(send, 500);
    const end = () => {
      clearInterval(again);
      clearTimeout(timer);
      socket.close();
    };
    const timer = setTimeout(() => {
      end();
      reject(new Error(`no datagram came back within ${LIMIT_MILLIS} ms`));
    }, LIMIT_MILLIS);
    socket.on('message', () => {
      end();
      resolve();
    });
    socket.on('error', () => undefined); // ECONNREFUSED while nobody listens yet
    send();
  });

/**
 * The first message of a TLS 1.2 handshake (RFC 5246, RFC 6066): frps reads the server name of it.
 *
 * @param {string} host
 */
export const clientHello = (host) => {
  const name = Buffer.from(host);
  const serverName = Buffer.concat([u16(0), u16(name.length + 5), u16(name.length + 3), u8(0), u16(name.length), name]);
  const body = Buffer.concat([
    u16(0x0303),
    Buffer.alloc(32, 7),
    u8(0), // no session
    u16(2),
    u16(0x002f), // one cipher suite
    u8(1),
    u8(0), // no compression
    u16(serverName.length),
    serverName,
  ]);
  const handshake = Buffer.concat([u8(1), u8(0), u16(body.length), body]);
  return Buffer.concat([u8(22), u16(0x0301), u16(handshake.length), handshake]);
};

/** @param {number} value */
const u8 = (value) => Buffer.from([value]);
/** @param {number} value */
const u16 = (value) => Buffer.from([value >> 8, value & 255]);
