import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ContextSwitches } from '../../../src/sources/processes/ContextSwitches.js';
import { temporaryFolder } from '../../tools/fakePrograms.js';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const thread = (id: number, voluntary: number, involuntary: number): void => {
  const at = path.join(folder.path, '42/task', String(id));
  mkdirSync(at, { recursive: true });
  writeFileSync(
    path.join(at, 'status'),
    `Name:\tfrpc\nMems_allowed_list:\t0\nvoluntary_ctxt_switches:\t${voluntary}\nnonvoluntary_ctxt_switches:\t${involuntary}\n`,
  );
};
const end = (id: number): void => rmSync(path.join(folder.path, '42/task', String(id)), { recursive: true });

describe('ContextSwitches', () => {
  it('counts those of all threads', () => {
    thread(42, 18, 479);
    thread(43, 78, 12);
    const switches = new ContextSwitches(42, folder.path);
    expect(switches.count()).toEqual({ voluntary: 96, involuntary: 491 });
    thread(43, 80, 13);
    expect(switches.count()).toEqual({ voluntary: 98, involuntary: 492 });
  });

  it('keeps those of a thread that has ended, and adds those of one that came', () => {
    thread(42, 10, 1);
    thread(43, 100, 2);
    const switches = new ContextSwitches(42, folder.path);
    switches.count();
    end(43);
    thread(44, 5, 0);
    expect(switches.count()).toEqual({ voluntary: 115, involuntary: 3 });
  });

  it('adds all of a thread that has the id of one that has ended', () => {
    thread(42, 10, 1);
    thread(43, 100, 2);
    const switches = new ContextSwitches(42, folder.path);
    switches.count();
    thread(43, 7, 3);
    expect(switches.count()).toEqual({ voluntary: 117, involuntary: 6 });
  });

  it('tells nothing of a process that is gone, nor of one with hundreds of threads', () => {
    expect(new ContextSwitches(42, folder.path).count()).toBeUndefined();
    for (let id = 1; id <= 256; id += 1) thread(id, 1, 1);
    expect(new ContextSwitches(42, folder.path).count()).toEqual({ voluntary: 256, involuntary: 256 });
    thread(257, 1, 1);
    expect(new ContextSwitches(42, folder.path).count()).toBeUndefined();
  });

  it('counts this process, which has many threads', () => {
    const threads = readdirSync(`/proc/${process.pid}/task`).length;
    expect(threads).toBeGreaterThan(1);
    expect(new ContextSwitches(process.pid).count()?.voluntary).toBeGreaterThan(threads);
  });
});
