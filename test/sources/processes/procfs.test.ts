import { type StdioPipe, spawn } from 'node:child_process';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findInTree } from '../../../src/sources/processes/findInTree.js';
import { childrenOf, identifyProcess, sampleProcess } from '../../../src/sources/processes/procfs.js';
import { temporaryFolder, until } from '../../tools/fakePrograms.js';
import { Children, copyShellAs, exitOf, writeObedientScript } from '../fakeFrp.js';

const STDIO: [StdioPipe, StdioPipe, StdioPipe] = ['pipe', 'pipe', 'pipe'];

let folder: ReturnType<typeof temporaryFolder>;
let root: string;
let children: Children;
beforeEach(() => {
  folder = temporaryFolder();
  root = path.join(folder.path, 'proc');
  children = new Children();
});
afterEach(async () => {
  await children[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

interface MadeUp {
  name?: string;
  state?: string;
  executable?: string;
  args?: readonly string[];
  workingFolder?: string;
  starting?: boolean;
  openFiles?: number;
  limits?: string;
  /** Children by thread. */
  threads?: Record<number, readonly number[]>;
}

/** Writes a process into the made-up /proc, field by field as proc(5) has them. */
const write = (pid: number, process: MadeUp = {}): void => {
  const {
    name = 'frpc',
    state = 'S',
    executable = '/opt/frpc',
    args = [],
    workingFolder = '/',
    threads = {},
  } = process;
  const at = path.join(root, String(pid));
  mkdirSync(at, { recursive: true });
  // 14 utime, 15 stime, 20 num_threads, 22 starttime
  const fields = '1 42 42 0 -1 4194304 100 0 0 0 1234 567 0 0 20 0 9 0 987654 7777777 888 18446744073709551615';
  writeFileSync(path.join(at, 'stat'), `${pid} (${name}) ${state} ${fields}\n`);
  writeFileSync(
    path.join(at, 'status'),
    `Name:\t${name}\nVmPeak:\t  99999 kB\nVmSize:\t  1240 kB\nVmRSS:\t   312 kB\n`,
  );
  writeFileSync(path.join(at, 'cmdline'), process.starting ? '' : [executable, ...args, ''].join('\0'));
  symlinkSync(executable, path.join(at, 'exe'));
  symlinkSync(workingFolder, path.join(at, 'cwd'));
  if (process.openFiles !== undefined) {
    mkdirSync(path.join(at, 'fd'));
    for (let fd = 0; fd < process.openFiles; fd += 1) writeFileSync(path.join(at, 'fd', String(fd)), '');
  }
  if (process.limits !== undefined) writeFileSync(path.join(at, 'limits'), process.limits);
  for (const [thread, pids] of Object.entries(threads)) {
    mkdirSync(path.join(at, 'task', thread), { recursive: true });
    writeFileSync(path.join(at, 'task', thread, 'children'), pids.map((child) => `${child} `).join(''));
  }
};

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max processes             127236               127236               processes
Max open files            1024                 1048576              files
`;

describe('sampleProcess', () => {
  it('reads what the kernel says, each value in its unit', async () => {
    write(42, { openFiles: 11, limits: LIMITS });
    expect(await sampleProcess(42, root)).toEqual({
      startTicks: 987_654,
      resources: {
        cpuUser: 12.34,
        cpuSystem: 5.67,
        cpuCount: availableParallelism(),
        memoryResident: 312 * 1024,
        memoryVirtual: 1240 * 1024,
        threads: 9,
        openFiles: 11,
        maxOpenFiles: 1024,
        stopped: false,
      },
    });
  });

  it('is not confused by a name with spaces and parentheses', async () => {
    write(42, { name: 'a (b) c) S 1' });
    expect(await sampleProcess(42, root)).toMatchObject({ startTicks: 987_654, resources: { threads: 9 } });
  });

  it('leaves open files undefined where the kernel hides them, as it does another user’s', async () => {
    write(42);
    expect((await sampleProcess(42, root))?.resources).toMatchObject({
      openFiles: undefined,
      maxOpenFiles: undefined,
      memoryResident: 312 * 1024,
    });
  });

  it('is undefined for a process that ends and has no memory any more: that is no process of 0 bytes', async () => {
    write(42);
    writeFileSync(path.join(root, '42', 'status'), 'Name:\tfrpc\nThreads:\t1\n');
    expect(await sampleProcess(42, root)).toBeUndefined();
  });

  it('leaves the limit undefined where there is none', async () => {
    write(42, { limits: LIMITS.replace('1024 ', 'unlimited') });
    expect((await sampleProcess(42, root))?.resources.maxOpenFiles).toBe(undefined);
  });

  it.each([
    ['R', false],
    ['S', false],
    ['D', false],
    ['T', true],
    ['t', true],
  ])('state %s: stopped is %s', async (state, stopped) => {
    write(42, { state });
    expect((await sampleProcess(42, root))?.resources.stopped).toBe(stopped);
  });

  it.each(['Z', 'X'])('state %s: it is gone', async (state) => {
    write(42, { state });
    expect(await sampleProcess(42, root)).toBe(undefined);
  });

  it('gives nothing for a process that is not there', async () => {
    expect(await sampleProcess(42, root)).toBe(undefined);
  });

  it('samples a real process, then sees it stopped, then gone, also before it is reaped', async () => {
    const child = children.add(spawn('sh', [writeObedientScript(folder.path)], { stdio: STDIO }));
    const pid = child.pid as number;
    child.stdin.write('it runs\n');
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const first = await sampleProcess(pid);
    expect(first?.resources).toMatchObject({ threads: 1, stopped: false, cpuCount: availableParallelism() });
    expect(first?.resources.openFiles).toBeGreaterThanOrEqual(3);
    expect(first?.resources.maxOpenFiles).toBeGreaterThan(0);
    expect(first?.resources.memoryResident).toBeGreaterThan(50_000);
    expect(first?.resources.memoryVirtual).toBeGreaterThan(first?.resources.memoryResident ?? Number.NaN);

    child.kill('SIGSTOP');
    let sample = first;
    const deadline = performance.now() + 4_000;
    const inTime = (): boolean => performance.now() < deadline;
    while (sample?.resources.stopped === false && inTime()) sample = await sampleProcess(pid);
    expect(sample).toMatchObject({ startTicks: first?.startTicks, resources: { stopped: true } });

    child.kill('SIGKILL');
    while (sample !== undefined && inTime()) sample = await sampleProcess(pid);
    expect(sample).toBe(undefined);
    await exitOf(child);
    expect(await sampleProcess(pid)).toBe(undefined);
  });
});

describe('identifyProcess', () => {
  it('tells the executable, the arguments behind it and the working folder', () => {
    write(42, { executable: '/opt/frp 1/frpc', args: ['-c', 'my file.toml', ''], workingFolder: '/srv/tunnels' });
    expect(identifyProcess(42, root)).toEqual({
      pid: 42,
      executable: '/opt/frp 1/frpc',
      args: ['-c', 'my file.toml', ''],
      workingFolder: '/srv/tunnels',
    });
  });

  it('knows an executable that was replaced while it runs', () => {
    write(42, { executable: '/opt/frpc (deleted)' });
    expect(identifyProcess(42, root)?.executable).toBe('/opt/frpc');
  });

  it('knows the moment in which a process runs but has no arguments yet', () => {
    write(42, { args: ['-c', 'x'], starting: true });
    expect(identifyProcess(42, root)).toEqual({
      pid: 42,
      executable: '/opt/frpc',
      args: undefined,
      workingFolder: '/',
    });
  });

  it('gives nothing for a process that is not there, or whose files another user may not read', () => {
    expect(identifyProcess(42, root)).toBe(undefined);
    mkdirSync(path.join(root, '43'), { recursive: true });
    expect(identifyProcess(43, root)).toBe(undefined);
  });

  it('identifies a real child by its binary, whatever it calls itself', async () => {
    const frpc = copyShellAs(folder.path, 'frpc');
    const script = writeObedientScript(folder.path);
    const child = children.add(
      spawn(frpc, [script, '-c', 'x.toml'], { stdio: STDIO, cwd: folder.path, argv0: 'nonsense' }),
    );
    await until('it has its arguments', () => identifyProcess(child.pid as number)?.args !== undefined);
    expect(identifyProcess(child.pid as number)).toEqual({
      pid: child.pid,
      executable: realpathSync(frpc),
      args: [script, '-c', 'x.toml'],
      workingFolder: realpathSync(folder.path),
    });
  });
});

describe('childrenOf', () => {
  it('tells what any thread of it has started', () => {
    write(1, { threads: { 1: [10, 11], 2: [], 3: [12] } });
    expect(childrenOf(1, root)).toEqual([10, 11, 12]);
  });

  it('tells nothing of a process that is not there', () => {
    expect(childrenOf(1, root)).toEqual([]);
  });
});

describe('findInTree', () => {
  const isFrpc = ({ executable }: { executable: string }): boolean => executable.endsWith('/frpc');

  it('finds the process itself first, then what is nearest', () => {
    write(1, { executable: '/bin/sh', threads: { 1: [2, 3] } });
    write(2, { executable: '/bin/sh', threads: { 2: [4] } });
    write(3, { executable: '/near/frpc' });
    write(4, { executable: '/far/frpc' });
    expect(findInTree(1, isFrpc, root)?.pid).toBe(3);
    expect(findInTree(3, isFrpc, root)?.pid).toBe(3);
    expect(findInTree(2, isFrpc, root)?.pid).toBe(4);
  });

  it('finds nothing where nothing fits, and passes over what ended meanwhile', () => {
    write(1, { executable: '/bin/sh', threads: { 1: [99, 2] } });
    write(2, { executable: '/bin/cat' });
    expect(findInTree(1, isFrpc, root)).toBe(undefined);
    expect(findInTree(5, isFrpc, root)).toBe(undefined);
  });

  it('looks at 256 processes and no more', () => {
    const pids = Array.from({ length: 256 }, (_, index) => index + 2);
    write(1, { executable: '/bin/sh', threads: { 1: pids } });
    for (const pid of pids) write(pid, { executable: pid === 256 || pid === 257 ? `/n${pid}/frpc` : '/bin/cat' });
    expect(findInTree(1, ({ executable }) => executable === '/n256/frpc', root)?.pid).toBe(256);
    expect(findInTree(1, ({ executable }) => executable === '/n257/frpc', root)).toBe(undefined);
  });

  it('does not turn in circles', () => {
    write(1, { executable: '/bin/sh', threads: { 1: [1, 2] } });
    write(2, { executable: '/bin/sh', threads: { 2: [1] } });
    expect(findInTree(1, isFrpc, root)).toBe(undefined);
  });

  it('finds a real grandchild', async () => {
    const frpc = copyShellAs(folder.path, 'frpc');
    const script = writeObedientScript(folder.path);
    // `; true` keeps each shell from becoming what it starts.
    const command = `sh -c '${frpc} ${script}; true'; true`;
    const child = children.add(spawn('sh', ['-c', command], { stdio: STDIO }));
    await until('frpc runs', () => findInTree(child.pid as number, isFrpc) !== undefined);
    const found = findInTree(child.pid as number, isFrpc);
    expect(found).toMatchObject({ executable: realpathSync(frpc), args: [script] });
    expect(found?.pid).not.toBe(child.pid);
    child.stdin.end();
    await exitOf(child);
  });
});
