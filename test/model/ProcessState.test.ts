import { describe, expect, it } from '@jest/globals';
import { ProcessState } from '../../src/model/ProcessState.js';
import { sampled, serverStarted } from './signals.js';

describe('ProcessState', () => {
  it('given a start, is up and has no resources yet', () => {
    expect(new ProcessState(serverStarted(1_000)).snapshot()).toStrictEqual({
      pid: 100,
      up: true,
      startedAt: 1_000,
      restarts: 0,
      resources: undefined,
      cpuUtilization: undefined,
      cpuTime: undefined,
      diskIo: undefined,
      contextSwitches: undefined,
      pagingFaults: undefined,
    });
  });

  it('given samples, has the last resources, CPU seconds since the start, and the share of all CPUs between the last two', () => {
    const process = new ProcessState(serverStarted(0));
    process.sampled(sampled(1_000, { cpuUser: 0.25, cpuSystem: 0.25 }));
    expect(process.snapshot().cpuUtilization).toBeUndefined();
    process.sampled(sampled(3_000, { cpuUser: 2.25, cpuSystem: 0.25, threads: 11 }));
    expect(process.snapshot()).toMatchObject({
      cpuUtilization: 0.25, // 2 s used in 2 s on 4 CPUs
      cpuTime: { user: 2.25, system: 0.25 },
      resources: { threads: 11, openFiles: 12, memoryResident: 20_000_000 },
    });
  });

  it('given a process that ran before, counts its CPU time from the first sample', () => {
    const process = new ProcessState(serverStarted(0, { seenFromStart: false }));
    process.sampled(sampled(1_000, { cpuUser: 900, cpuSystem: 90 }));
    expect(process.snapshot().cpuTime).toEqual({ user: 0, system: 0 });
    process.sampled(sampled(2_000, { cpuUser: 901, cpuSystem: 90.5 }));
    expect(process.snapshot().cpuTime).toEqual({ user: 1, system: 0.5 });
  });

  it('given samples closer than the ticks they come in, keeps the share between 0 and 1', () => {
    const process = new ProcessState(serverStarted(0));
    process.sampled(sampled(1_000, { cpuUser: 1 }));
    process.sampled(sampled(1_001, { cpuUser: 1.01 }));
    expect(process.snapshot().cpuUtilization).toBe(1);
    process.sampled(sampled(1_002, { cpuUser: 1 }));
    expect(process.snapshot().cpuUtilization).toBe(0);
    process.sampled(sampled(1_002, { cpuUser: 5 }));
    expect(process.snapshot().cpuUtilization).toBeUndefined();
  });

  it('given an exit, is down, keeps its CPU time and has no resources', () => {
    const process = new ProcessState(serverStarted(0));
    process.sampled(sampled(1_000, { cpuUser: 1 }));
    process.sampled(sampled(2_000, { cpuUser: 2 }));
    process.exited();
    expect(process.snapshot()).toMatchObject({
      up: false,
      resources: undefined,
      cpuUtilization: undefined,
      cpuTime: { user: 2, system: 0 },
    });
  });

  it('given a restart, counts it and adds the CPU time of the new process', () => {
    const process = new ProcessState(serverStarted(0));
    process.sampled(sampled(1_000, { cpuUser: 2 }));
    process.exited();
    process.restarted(serverStarted(5_000, { pid: 101 }));
    expect(process.snapshot()).toStrictEqual({
      pid: 101,
      up: true,
      startedAt: 5_000,
      restarts: 1,
      resources: undefined,
      cpuUtilization: undefined,
      cpuTime: { user: 2, system: 0 },
      diskIo: undefined,
      contextSwitches: undefined,
      pagingFaults: undefined,
    });
    process.sampled(sampled(6_000, { cpuUser: 3 }));
    expect(process.snapshot()).toMatchObject({ cpuTime: { user: 5, system: 0 }, cpuUtilization: undefined });
  });

  it('given a restart, adds up everything else that the kernel counts', () => {
    const process = new ProcessState(serverStarted(0));
    const counts = (sample: number) => ({
      diskIo: { read: sample, write: 2 * sample },
      contextSwitches: { voluntary: 3 * sample, involuntary: 4 * sample },
      pagingFaults: { minor: 5 * sample, major: 6 * sample },
    });
    process.sampled(sampled(1_000, counts(100)));
    process.exited();
    expect(process.snapshot()).toMatchObject(counts(100));
    process.restarted(serverStarted(5_000, { pid: 101 }));
    process.sampled(sampled(6_000, counts(10)));
    expect(process.snapshot()).toMatchObject(counts(110));
  });

  it('given CPU time that is not told by mode, has it in one, and the share of both', () => {
    const process = new ProcessState(serverStarted(0));
    process.sampled(sampled(0, { cpuUser: 1, cpuSystem: undefined }));
    process.sampled(sampled(1_000, { cpuUser: 3, cpuSystem: undefined }));
    expect(process.snapshot()).toMatchObject({ cpuTime: { user: 3 }, cpuUtilization: 0.5 }); // 2 s in 1 s on 4 CPUs
    expect(process.snapshot().cpuTime?.system).toBeUndefined();
  });

  it('given SIGSTOP, is not up until it goes on', () => {
    const process = new ProcessState(serverStarted(0));
    process.sampled(sampled(1_000, { stopped: true }));
    expect(process.snapshot().up).toBe(false);
    process.sampled(sampled(2_000));
    expect(process.snapshot().up).toBe(true);
  });

  it('given an API that never answered, is up; given one that does not any more, it is not', () => {
    const process = new ProcessState(serverStarted(0));
    const upAfter = (state: 'ok' | 'degraded' | 'off') => {
      process.apiChanged({ state });
      return process.snapshot().up;
    };
    expect(upAfter('off')).toBe(true);
    expect(upAfter('degraded')).toBe(true);
    process.apiAnswered();
    expect(upAfter('ok')).toBe(true);
    expect(upAfter('degraded')).toBe(false);
    process.apiChanged({ state: 'degraded', givesSome: true }); // it refuses, or leaves something out
    expect(process.snapshot().up).toBe(true);
    upAfter('degraded');
    process.restarted(serverStarted(5_000));
    expect(process.snapshot().up).toBe(true);
  });
});
