import { closeSync, openSync, readSync } from 'node:fs';
import { saysEnded } from '../processes/procfs.js';

/** A TCP socket that waits for connections. */
export interface ListeningSocket {
  readonly port: number;
  readonly inode: number;
}

const TABLES = ['tcp', 'tcp6'];
const LISTEN = '0A';
/** The kernel gives a page at a time, some 27 rows (Linux 6.18). */
const buffer = Buffer.allocUnsafe(4_096);
/** Read without letting the program do something else: about a millisecond. */
const READS_AT_ONCE = 32;

/**
 * The listening TCP sockets of a process's network, its own and others' (/proc/PID/net/tcp{,6}, Linux); also where it is another
 * network than ours.
 *
 * @throws what keeps us from knowing, such as EMFILE
 */
export const listeningSockets = async (pid: number, root = '/proc'): Promise<readonly ListeningSocket[]> => {
  const found: ListeningSocket[] = [];
  for (const table of TABLES) await readTable(`${root}/${pid}/net/${table}`, found);
  return found;
};

/**
 * The kernel lists listening sockets first, and takes long over the others: reading ends where they begin. Synchronously: to read
 * a file of /proc by a thread costs five times as much.
 */
const readTable = async (path: string, found: ListeningSocket[]): Promise<void> => {
  const file = tryOpen(path);
  if (file === undefined) return;
  try {
    let pending = '';
    for (let reads = 1; ; reads += 1) {
      const length = readSync(file, buffer, 0, buffer.length, null);
      const text = pending + buffer.toString('latin1', 0, length);
      const end = takeRows(text, found);
      if (length === 0 || end === undefined) return;
      pending = text.slice(end);
      if (reads % READS_AT_ONCE === 0) await new Promise(setImmediate);
    }
  } catch (error) {
    if (!saysEnded(error)) throw error;
  } finally {
    closeSync(file);
  }
};

const tryOpen = (path: string): number | undefined => {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (saysEnded(error)) return undefined; // or there is no IPv6
    throw error;
  }
};

/** Number, local address, remote address, state, and the inode as the tenth column. */
const ROW = / *\d+: [\dA-F]+:([\dA-F]{4}) \S+ ([\dA-F]{2})(?: +\S+){5} +(\d+) .*\n/y;

/** @returns where the rows end that are whole; undefined behind the listening ones */
const takeRows = (text: string, found: ListeningSocket[]): number | undefined => {
  let end = text.startsWith('  sl') ? text.indexOf('\n') + 1 : 0;
  for (;;) {
    ROW.lastIndex = end;
    const row = ROW.exec(text);
    if (row === null) return end;
    const [, port = '', state, inode] = row;
    if (state !== LISTEN) return undefined;
    found.push({ port: Number.parseInt(port, 16), inode: Number(inode) });
    end = ROW.lastIndex;
  }
};
