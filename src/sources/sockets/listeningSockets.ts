import { open } from 'node:fs/promises';

/** A TCP socket that waits for connections. */
export interface ListeningSocket {
  readonly port: number;
  readonly inode: number;
}

const TABLES = ['tcp', 'tcp6'];
const LISTEN = '0A';
const CHUNK = 65_536;

/**
 * The listening TCP sockets of a process's network, its own and others' (/proc/PID/net/tcp{,6}, Linux); also where it is another
 * network than ours.
 */
export const listeningSockets = async (pid: number, root = '/proc'): Promise<readonly ListeningSocket[]> =>
  (await Promise.all(TABLES.map((table) => readTable(`${root}/${pid}/net/${table}`)))).flat();

/** The kernel lists listening sockets first, and takes long over the others: reading ends where they begin. */
const readTable = async (path: string): Promise<ListeningSocket[]> => {
  const found: ListeningSocket[] = [];
  const file = await open(path).catch(() => undefined); // it has ended, or there is no IPv6
  if (file === undefined) return found;
  try {
    const buffer = Buffer.alloc(CHUNK);
    let pending = '';
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK, null);
      const lines = (pending + buffer.toString('latin1', 0, bytesRead)).split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines) {
        const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
        if (state === 'st') continue; // the header
        if (state !== LISTEN) return found;
        found.push({ port: Number.parseInt(local?.split(':')[1] ?? '', 16), inode: Number(inode) });
      }
      if (bytesRead === 0) return found;
    }
  } catch {
    return found; // ESRCH: it ended meanwhile
  } finally {
    await file.close();
  }
};
