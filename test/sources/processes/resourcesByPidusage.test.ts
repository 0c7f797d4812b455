import { type StdioPipe, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { afterEach, describe, expect, it } from '@jest/globals';
import { resourcesByPidusage } from '../../../src/sources/processes/resourcesByPidusage.js';
import { Children, exitOf } from '../fakeFrp.js';

const STDIO: [StdioPipe, StdioPipe, StdioPipe] = ['pipe', 'pipe', 'pipe'];
const START = Date.UTC(2026, 10, 21);

const children = new Children();
afterEach(() => children[Symbol.asyncDispose]());

/** Answers of pidusage to one question after the other. */
const answers =
  (...given: readonly ({ ctime: number; elapsed: number; timestamp: number } | Error)[]) =>
  async () => {
    const next = [...given].at(asked++);
    if (next === undefined || next instanceof Error) throw next;
    return { memory: 20_000_000, ...next };
  };
let asked = 0;
afterEach(() => {
  asked = 0;
});

const gone = Object.assign(new Error('No matching pid found'), { code: 'ENOENT' });

describe('resourcesByPidusage', () => {
  it('tells CPU, not by mode, and memory, and that the rest is not known', async () => {
    const read = resourcesByPidusage(42, answers({ ctime: 1_500, elapsed: 60_000, timestamp: START + 60_000 }));
    expect(await read()).toEqual({
      cpuUser: 1.5,
      cpuSystem: undefined,
      cpuCount: availableParallelism(),
      memoryResident: 20_000_000,
      memoryVirtual: undefined,
      threads: undefined,
      openFiles: undefined,
      maxOpenFiles: undefined,
      stopped: false,
    });
  });

  it('tells when it is gone', async () => {
    const read = resourcesByPidusage(42, answers({ ctime: 1, elapsed: 0, timestamp: START }, gone));
    expect(await read()).toBeDefined();
    expect(await read()).toBeUndefined();
  });

  it('tells that it is gone when another has its pid, by when that started, to some seconds', async () => {
    const read = resourcesByPidusage(
      42,
      answers(
        { ctime: 1, elapsed: 5_000, timestamp: START + 5_900 },
        { ctime: 2, elapsed: 10_000, timestamp: START + 10_000 },
        { ctime: 3, elapsed: 9_000, timestamp: START + 15_000 },
      ),
    );
    expect(await read()).toBeDefined();
    expect(await read()).toBeDefined();
    expect(await read()).toBeUndefined();
  });

  it('throws what else goes wrong', async () => {
    await expect(resourcesByPidusage(42, answers(new Error('spawn ps EAGAIN')))()).rejects.toThrow('spawn ps EAGAIN');
  });

  it('asks pidusage itself', async () => {
    const child = children.add(spawn('sh', ['-c', 'read -r end'], { stdio: STDIO }));
    const read = resourcesByPidusage(child.pid as number);
    expect((await read())?.memoryResident).toBeGreaterThan(100_000);
    child.stdin.end();
    await exitOf(child);
    expect(await read()).toBeUndefined();
  });
});
