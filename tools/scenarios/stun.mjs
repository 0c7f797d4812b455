import { createSocket } from 'node:dgram';

const BINDING_RESPONSE = 0x0101;
const MAPPED_ADDRESS = 0x0001;
const OTHER_ADDRESS = 0x802c;

/**
 * A STUN server (RFC 5389, RFC 5780) on two loopback ports: what frpc asks for its address when it makes an xtcp hole.
 *
 * @returns {Promise<{ port: number, stop: () => void }>}
 */
export const startStun = async () => {
  const sockets = [createSocket('udp4'), createSocket('udp4')];
  await Promise.all(
    sockets.map((socket) => new Promise((resolve) => socket.bind(0, '127.0.0.1', () => resolve(undefined)))),
  );
  const [port = 0, otherPort = 0] = sockets.map((socket) => socket.address().port);
  for (const socket of sockets) {
    socket.on('message', (request, from) => {
      const attributes = Buffer.concat([address(MAPPED_ADDRESS, from.port), address(OTHER_ADDRESS, otherPort)]);
      const head = Buffer.alloc(4);
      head.writeUInt16BE(BINDING_RESPONSE, 0);
      head.writeUInt16BE(attributes.length, 2);
      // magic cookie and transaction id as they came
      socket.send(Buffer.concat([head, request.subarray(4, 20), attributes]), from.port, from.address);
    });
  }
  return {
    port,
    stop: () => {
      for (const socket of sockets) socket.close();
    },
  };
};

/**
 * @param {number} type
 * @param {number} port
 */
const address = (type, port) => {
  const attribute = Buffer.from([0, 0, 0, 8, 0, 1, 0, 0, 127, 0, 0, 1]);
  attribute.writeUInt16BE(type, 0);
  attribute.writeUInt16BE(port, 6);
  return attribute;
};
