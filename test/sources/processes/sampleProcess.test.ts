import { type StdioPipe, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sampleProcess } from '../../../src/sources/processes/sampleProcess.js';
import { temporaryFolder } from '../../tools/fakePrograms.js';
import { Children, exitOf, writeObedientScript } from '../fakeFrp.js';
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

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max processes             127236               127236               processes
Max open files            1024                 1048576              files
`;

// Of frps 0.71.0 on Linux 6.18, a second after its start.
const IO = `rchar: 3122
wchar: 248
syscr: 24
syscw: 4
read_bytes: 806912
write_bytes: 8192
cancelled_write_bytes: 0
`;

describe('sampleProcess', () => {
  it('reads what the kernel says, each value in its unit', () => {
    write(42, { limits: LIMITS, io: IO });
    expect(sampleProcess(42, root)).toEqual({
      startTicks: 987_654,
      resources: {
        cpuUser: 12.34,
        cpuSystem: 5.67,
        cpuCount: availableParallelism(),
        memoryResident: 312 * 1024,
        memoryVirtual: 1240 * 1024,
        threads: 9,
        openFiles: undefined,
        maxOpenFiles: 1024,
        stopped: false,
        pagingFaults: { minor: 300, major: 4 },
        diskIo: { read: 806_912, write: 8_192 },
      },
    });
  });

  it('is not confused by a name with spaces and parentheses', () => {
    write(42, { name: 'a (b) c) S 1' });
    expect(sampleProcess(42, root)).toMatchObject({ startTicks: 987_654, resources: { threads: 9 } });
  });

  it('leaves undefined what the kernel hides, as it does of another user’s, and tells the rest', () => {
    write(42);
    expect(sampleProcess(42, root)?.resources).toMatchObject({
      openFiles: undefined,
      maxOpenFiles: undefined,
      diskIo: undefined,
      memoryResident: 312 * 1024,
    });
  });

  it('is undefined for a process that ends and has no memory any more: that is no process of 0 bytes', () => {
    write(42);
    writeFileSync(path.join(root, '42', 'status'), 'Name:\tfrpc\nThreads:\t1\n');
    expect(sampleProcess(42, root)).toBeUndefined();
  });

  it('leaves the limit undefined where there is none', () => {
    write(42, { limits: LIMITS.replace('1024 ', 'unlimited') });
    expect(sampleProcess(42, root)?.resources.maxOpenFiles).toBe(undefined);
  });

  it.each([
    ['R', false],
    ['S', false],
    ['D', false],
    ['T', true],
    ['t', true],
  ])('state %s: stopped is %s', (state, stopped) => {
    write(42, { state });
    expect(sampleProcess(42, root)?.resources.stopped).toBe(stopped);
  });

  it.each(['Z', 'X'])('state %s: it is gone', (state) => {
    write(42, { state });
    expect(sampleProcess(42, root)).toBe(undefined);
  });

  it('gives nothing for a process that is not there', () => {
    expect(sampleProcess(42, root)).toBe(undefined);
  });

  it('throws where it cannot be known whether it is', () => {
    mkdirSync(path.join(root, '42/stat'), { recursive: true }); // EISDIR
    expect(() => sampleProcess(42, root)).toThrow('EISDIR');
  });

  it('samples a real process, then sees it stopped, then gone, also before it is reaped', async () => {
    const child = children.add(spawn('sh', [writeObedientScript(folder.path)], { stdio: STDIO }));
    const pid = child.pid as number;
    child.stdin.write('it runs\n');
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const first = sampleProcess(pid);
    expect(first?.resources).toMatchObject({ threads: 1, stopped: false, cpuCount: availableParallelism() });
    expect(first?.resources.openFiles).toBe(readdirSync(`/proc/${pid}/fd`).length);
    expect(first?.resources.diskIo?.read).toBeGreaterThanOrEqual(0);
    expect(first?.resources.pagingFaults?.minor).toBeGreaterThan(0);
    expect(first?.resources.maxOpenFiles).toBeGreaterThan(0);
    expect(first?.resources.memoryResident).toBeGreaterThan(50_000);
    expect(first?.resources.memoryVirtual).toBeGreaterThan(first?.resources.memoryResident ?? Number.NaN);

    child.kill('SIGSTOP');
    let sample = first;
    const deadline = performance.now() + 4_000;
    const inTime = (): boolean => performance.now() < deadline;
    while (sample?.resources.stopped === false && inTime()) sample = sampleProcess(pid);
    expect(sample).toMatchObject({ startTicks: first?.startTicks, resources: { stopped: true } });

    child.kill('SIGKILL');
    while (sample !== undefined && inTime()) sample = sampleProcess(pid);
    expect(sample).toBe(undefined);
    await exitOf(child);
    expect(sampleProcess(pid)).toBe(undefined);
  });
});
