import { type StdioPipe, spawn } from 'node:child_process';
import { mkdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findInTree } from '../../../src/sources/processes/findInTree.js';
import { childrenOf, identifyProcess, startTicksOf } from '../../../src/sources/processes/procfs.js';
import { temporaryFolder, until } from '../../tools/fakePrograms.js';
import { Children, copyShellAs, exitOf, writeObedientScript } from '../fakeFrp.js';
import { type MadeUp, writeProcess } from './madeUpProc.js';

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

const write = (pid: number, process?: MadeUp): void => writeProcess(root, pid, process);

describe('startTicksOf', () => {
  it('tells when a process started, whatever its name', () => {
    write(42, { name: 'a (b) c) S 1', startTicks: 123 });
    expect(startTicksOf(42, root)).toBe(123);
  });

  it.each(['Z', 'X'])('tells nothing in state %s, nor of a process that is not there', (state) => {
    write(42, { state });
    expect(startTicksOf(42, root)).toBeUndefined();
    expect(startTicksOf(43, root)).toBeUndefined();
  });

  it('throws where it cannot be known', () => {
    mkdirSync(path.join(root, '42/stat'), { recursive: true }); // EISDIR
    expect(() => startTicksOf(42, root)).toThrow('EISDIR');
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
