import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A process as /proc tells of it. */
export interface MadeUp {
  readonly name?: string;
  readonly state?: string;
  readonly executable?: string;
  /** Whether it is another user's, whose links may not be read. */
  readonly isHidden?: boolean;
  readonly args?: readonly string[];
  readonly workingFolder?: string;
  /** Whether the kernel has not set up its arguments yet. */
  readonly starting?: boolean;
  readonly startTicks?: number;
  readonly uid?: number;
  readonly groups?: readonly number[];
  readonly limits?: string;
  readonly io?: string;
  /** Children by thread. */
  readonly threads?: Readonly<Record<number, readonly number[]>>;
  /** Its own, `ns/net`. */
  readonly namespaces?: Readonly<Record<string, string>>;
  readonly root?: string;
}

/** Writes a process into a made-up /proc, field by field as proc(5) has them. */
export const writeProcess = (root: string, pid: number | 'self', process: MadeUp = {}): void => {
  const { name = 'frpc', state = 'S', executable = '/opt/frpc', args = [], workingFolder = '/' } = process;
  const { threads = {}, namespaces = {}, startTicks = 987_654, uid = 0, groups = [] } = process;
  const at = path.join(root, String(pid));
  mkdirSync(at, { recursive: true });
  // 10 minflt, 12 majflt, 14 utime, 15 stime, 20 num_threads, 22 starttime
  const fields = `1 42 42 0 -1 4194304 300 0 4 0 1234 567 0 0 20 0 9 0 ${startTicks} 7777777 888 18446744073709551615`;
  writeFileSync(path.join(at, 'stat'), `${pid} (${name}) ${state} ${fields}\n`);
  writeFileSync(
    path.join(at, 'status'),
    `Name:\t${name}\nUid:\t${uid}\t0\t0\t${uid}\nGid:\t${uid}\t0\t0\t${uid}\nGroups:\t${groups.join(' ')} \nVmPeak:\t  99999 kB\nVmSize:\t  1240 kB\nVmRSS:\t   312 kB\n`,
  );
  writeFileSync(path.join(at, 'cmdline'), process.starting ? '' : [executable, ...args, ''].join('\0'));
  if (!process.isHidden) {
    symlinkSync(executable, path.join(at, 'exe'));
    symlinkSync(workingFolder, path.join(at, 'cwd'));
  }
  if (process.root !== undefined) symlinkSync(process.root, path.join(at, 'root'));
  if (process.limits !== undefined) writeFileSync(path.join(at, 'limits'), process.limits);
  if (process.io !== undefined) writeFileSync(path.join(at, 'io'), process.io);
  for (const [thread, pids] of Object.entries(threads)) {
    mkdirSync(path.join(at, 'task', thread), { recursive: true });
    writeFileSync(path.join(at, 'task', thread, 'children'), pids.map((child) => `${child} `).join(''));
  }
  mkdirSync(path.join(at, 'ns'));
  for (const [namespace, id] of Object.entries(namespaces)) symlinkSync(id, path.join(at, 'ns', namespace));
};
