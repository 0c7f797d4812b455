import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { heldSockets } from '../../../src/sources/sockets/heldSockets.js';
import { listeningSockets } from '../../../src/sources/sockets/listeningSockets.js';
import { temporaryFolder } from '../../tools/fakePrograms.js';

let folder: ReturnType<typeof temporaryFolder>;
let root: string;
beforeEach(() => {
  folder = temporaryFolder();
  root = path.join(folder.path, 'proc');
  for (const name of ['fd', 'net']) mkdirSync(path.join(root, '42', name), { recursive: true });
});
afterEach(() => folder[Symbol.dispose]());

describe('heldSockets', () => {
  it('are the sockets among the files that a process has open, however many', async () => {
    const files = Array.from({ length: 1_000 }, (_, fd) => (fd % 2 === 0 ? `socket:[${fd}]` : `pipe:[${fd}]`));
    for (const [fd, target] of files.entries()) symlinkSync(target, path.join(root, '42', 'fd', `${fd}`));
    const held = await heldSockets(42, root);
    expect(held?.size).toBe(500);
    expect(held?.has(998)).toBe(true);
    expect(held?.has(999)).toBe(false);
  });

  it('are none of a process that has ended', async () => {
    expect(await heldSockets(43, root)).toEqual(new Set());
  });
});

// Its file is a folder: what cannot be read for whatever reason, such as EMFILE, is not the same as nothing.
describe('what cannot be known', () => {
  it.each(['fd', 'net/tcp'])('is not taken for nothing, of %s', async (file) => {
    rmSync(path.join(root, '42', file), { recursive: true, force: true });
    const look = file === 'fd' ? heldSockets : listeningSockets;
    if (file === 'fd') writeFileSync(path.join(root, '42/fd'), '');
    else mkdirSync(path.join(root, '42/net/tcp'));
    await expect(look(42, root)).rejects.toThrow(file === 'fd' ? 'ENOTDIR' : 'EISDIR');
  });
});

describe('listeningSockets', () => {
  const row = (local: string, state: string, inode: number): string =>
    `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000000000000000 100 0 0 10 0\n`;
  const HEADER = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

  it('are read of both tables, up to the first socket that is none', async () => {
    const far = row('0100007F:0050', '0A', 9); // the kernel lists none behind connections: it is not to be read
    const connections = row('0100007F:1F90', '01', 3);
    writeFileSync(path.join(root, '42/net/tcp'), HEADER + row('0100007F:1F90', '0A', 1) + connections + far);
    writeFileSync(path.join(root, '42/net/tcp6'), HEADER + row('00000000000000000000000000000000:01BB', '0A', 2));
    expect(await listeningSockets(42, root)).toEqual([
      { port: 8080, inode: 1 },
      { port: 443, inode: 2 },
    ]);
  });

  it('are all of them where they are more than one read takes', async () => {
    const rows = Array.from({ length: 1_000 }, (_, index) => row('0100007F:1F90', '0A', index + 1));
    writeFileSync(path.join(root, '42/net/tcp'), HEADER + rows.join(''));
    const found = await listeningSockets(42, root);
    expect(found.map(({ inode }) => inode)).toEqual(rows.map((_, index) => index + 1));
  });

  it('are none of a process that has ended', async () => {
    expect(await listeningSockets(43, root)).toEqual([]);
  });
});

describe('on this machine', () => {
  let server: Server;
  beforeEach(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.close();
  });

  (process.platform === 'linux' ? it : it.skip)('a process holds the socket on which it listens', async () => {
    const { port } = server.address() as AddressInfo;
    const own = (await listeningSockets(process.pid)).find((each) => each.port === port);
    expect((await heldSockets(process.pid))?.has(own?.inode ?? 0)).toBe(true);
  });
});
