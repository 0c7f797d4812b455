import { readlinkSync } from 'node:fs';
import { readRegularFile } from '../config/readRegularFile.js';
import type { Surroundings } from './FrpProcess.js';
import { resolveInRoot } from './resolveInRoot.js';

/** RFC 1123, as Docker and Kubernetes make them. */
const HOST_NAME = /^[a-z\d](?:[a-z\d._-]{0,251}[a-z\d])?$/i;

/**
 * What a process in a container sees that we do not, by its namespaces (namespaces(7)). What may not be looked at, in another
 * user's process, is taken for ours.
 *
 * @param proc where the kernel tells of processes
 */
export const surroundingsOf = (pid: number, proc = '/proc'): Surroundings => {
  const isOther = (namespace: string): boolean => {
    const its = linkOf(`${proc}/${pid}/ns/${namespace}`);
    return its !== undefined && its !== linkOf(`${proc}/self/ns/${namespace}`);
  };
  const folder = `${proc}/${pid}/root`;
  // systemd's PrivateTmp and the like make mounts of their own, too: its files are there, and not where ours have that name.
  const root = isOther('mnt') || chrootOf(pid, proc) !== '' ? folder : undefined;
  const hostName = isOther('uts') ? readHostName(folder) : undefined;
  return { root, hostName, hasOtherNetwork: isOther('net') };
};

/** Its root folder where that is below ours in the same mounts: the kernel puts it before each of its paths. Empty without. */
export const chrootOf = (pid: number, proc = '/proc'): string => {
  const root = linkOf(`${proc}/${pid}/root`) ?? '/';
  return root === '/' ? '' : root;
};

/** The kernel tells a namespace's name to who enters it only; whoever sets it writes it there. */
const readHostName = (root: string): string | undefined => {
  try {
    const [name = ''] = readRegularFile(resolveInRoot(root, '/etc/hostname')).split('\n', 1);
    return HOST_NAME.test(name) ? name : undefined;
  } catch {
    return undefined; // it has no such file
  }
};

const linkOf = (path: string): string | undefined => {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // EACCES, or it has ended
  }
};
