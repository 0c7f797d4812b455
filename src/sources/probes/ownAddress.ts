import type { Socket } from 'node:net';

/** Our end of a connection as frps, on the other end, logs it: `127.0.0.1:51234`, `[::1]:51234`. */
export const ownAddress = ({ localAddress = '', localPort }: Socket): string => {
  const plain = localAddress.replace(/^::ffff:/, '');
  return `${plain.includes(':') ? `[${plain}]` : plain}:${localPort}`;
};
