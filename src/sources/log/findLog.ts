import { accessSync, constants, readFileSync, readlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { FrpConfig } from '../../frp/config/FrpConfig.js';
import type { FrpProcess } from '../processes/FrpProcess.js';
import { resolveInRoot } from '../processes/resolveInRoot.js';
import { programFolders } from '../programPath.js';

/** Where the log of a process can be read. */
export type LogLocation =
  /** Its stdout is a pipe of this program: the caller hands in its lines. */
  | { readonly kind: 'output' }
  /** @property path where we find it. @property name as frp names it, absolute */
  | { readonly kind: 'file'; readonly path: string; readonly name: string }
  | { readonly kind: 'journal'; readonly unit: string }
  | { readonly kind: 'none'; readonly reason: string };

const WAYS =
  'set log.to to the path of a file, or run it by "frp-otel exec" (a program that spawns it: with stdio "pipe")';

/** `log.to` that is one of the process's own descriptors. */
const DESCRIPTORS: Readonly<Record<string, number>> = { console: 1, '/dev/stdout': 1, '/dev/stderr': 2 };

/**
 * Finds where a process logs to: by its config, and where that is the console, by what its stdout is.
 *
 * @param config without it, it is taken to log to the console, as frp does by default
 * @param hasOutput whether the caller can read its stdout
 */
export const findLog = (
  frp: FrpProcess,
  config: FrpConfig | undefined,
  hasOutput: boolean,
  root = '/proc',
): LogLocation => {
  const to = config?.logTo ?? 'console';
  const descriptor = DESCRIPTORS[to];
  if (descriptor === undefined) return fileOf(frp, resolve(frp.workingFolder, to));
  if (hasOutput && descriptor === 1) return { kind: 'output' };
  try {
    return behindDescriptor(frp, readlinkSync(`${root}/${frp.pid}/fd/${descriptor}`), root);
  } catch (error) {
    return none(whyUnknown(error));
  }
};

const fileOf = ({ root }: FrpProcess, name: string): LogLocation => {
  try {
    return { kind: 'file', path: resolveInRoot(root, name), name };
  } catch {
    return none(`its log file ${name} is a link that leads nowhere`);
  }
};

const none = (reason: string): LogLocation => ({ kind: 'none', reason });

/** @param link what /proc/PID/fd says: a path, `pipe:[123]`, `socket:[123]` */
const behindDescriptor = (frp: FrpProcess, link: string, root: string): LogLocation => {
  if (link.startsWith('pipe:')) return none(`its output is a pipe of another program: ${WAYS}`);
  if (link.startsWith('socket:')) return behindSocket(frp.pid, root);
  if (link.startsWith('/dev/pts/') || link.startsWith('/dev/tty') || link === '/dev/console') {
    return none(`its output is a terminal (${link}): ${WAYS}`);
  }
  if (link.startsWith('/dev/')) return none(`its output goes to ${link}: ${WAYS}`);
  if (link.endsWith(' (deleted)')) return none(`the file of its output was deleted: restart it, or ${WAYS}`);
  return link.startsWith('/') ? fileOf(frp, link) : none(`its output is no file (${link}): ${WAYS}`);
};

const behindSocket = (pid: number, root: string): LogLocation => {
  const unit = unitOf(readFileSync(`${root}/${pid}/cgroup`, 'utf8'));
  if (unit === undefined) return none(`its output is a socket of another program: ${WAYS}`);
  if (!hasJournalctl()) return none(`it logs to the journal, and journalctl is not there: install it, or ${WAYS}`);
  return { kind: 'journal', unit };
};

/**
 * The systemd service of a process, of lines like `0::/system.slice/frps.service` and
 * `1:name=systemd:/user.slice/user-1000.slice/user@1000.service/app.slice/frpc.service`.
 */
const unitOf = (cgroups: string): string | undefined => {
  const path = /^(?:0:|\d+:name=systemd):(\/.*)$/gm;
  for (const [, folders = ''] of cgroups.matchAll(path)) {
    const unit = folders.split('/').findLast((folder) => folder.endsWith('.service') && !folder.startsWith('user@'));
    if (unit !== undefined) return unit;
  }
  return undefined;
};

const hasJournalctl = (): boolean =>
  programFolders().some((folder) => {
    try {
      accessSync(join(folder, 'journalctl'), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

const whyUnknown = (error: unknown): string => {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') {
    return `where its output goes is known to its own user only: run as that user or root, or ${WAYS}`;
  }
  if (code === 'ENOENT') return `it has no stdout, or has ended: ${WAYS}`;
  return `where its output goes is not known (${code ?? 'unknown fault'}): ${WAYS}`;
};
