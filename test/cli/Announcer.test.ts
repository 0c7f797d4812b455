import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Announcer } from '../../src/cli/Announcer.js';
import type { FrpSignal } from '../../src/model/FrpSignal.js';
import type { InstanceSnapshot, SourceSnapshot } from '../../src/model/FrpSnapshot.js';
import { proxy, server, T0 } from '../telemetry/snapshots.js';

const OF = { time: T0, target: 1 } as const;
const FRPS = { instance: 'frps@host' };

const started: FrpSignal = {
  ...OF,
  kind: 'process.started',
  role: 'server',
  pid: 4711,
  hostName: 'host',
  configPath: undefined,
  config: undefined,
  seenFromStart: false,
};
const exited = (exitCode?: number, exitSignal?: string): FrpSignal => ({
  ...OF,
  kind: 'process.exited',
  exitCode,
  exitSignal,
});
const changed = (source: SourceSnapshot['source'], state: SourceSnapshot['state'], reason?: string): FrpSignal => ({
  ...OF,
  kind: 'source.changed',
  source,
  state,
  reason,
});
const ok = (source: SourceSnapshot['source']): SourceSnapshot => ({ source, state: 'ok', reason: undefined });

let instances: InstanceSnapshot[];
let said: string[];
let announcer: Announcer;
beforeEach(() => {
  jest.useFakeTimers();
  instances = [server({ sources: [ok('process'), ok('config')] })];
  said = [];
  announcer = new Announcer(
    () => ({ instances }),
    (text) => said.push(text),
    (state, text) => (state === 'degraded' ? `<${text}>` : text),
  );
});
afterEach(() => {
  jest.useRealTimers();
});

describe('Announcer', () => {
  it('shows a process once with all its sources, when they have looked', () => {
    instances = [
      server({
        version: '0.71.0',
        sources: [
          ok('process'),
          ok('config'),
          { source: 'log', state: 'degraded', reason: 'it is of another user' },
          { source: 'api', state: 'off', reason: 'set webServer.port' },
        ],
      }),
    ];
    announcer.hear(started, FRPS);
    announcer.hear(changed('log', 'degraded', 'it is of another user'), FRPS);
    expect(said).toEqual([]);
    jest.advanceTimersByTime(1_000);
    expect(said).toEqual([
      `frps@host: frps 0.71.0, pid 4711, server host:7000
  config   ok
  log      <degraded  it is of another user>
  api      off       set webServer.port
  process  ok`,
    ]);
    expect(announcer.count).toBe(1);
  });

  it('says without a process that there is none', () => {
    const [known] = instances;
    instances = known ? [{ ...known, process: { ...known.process, pid: undefined } }] : [];
    announcer.hear(started, FRPS);
    jest.advanceTimersByTime(1_000);
    expect(said[0]).toMatch(/^frps@host: frps, no process, server host:7000\n/);
  });

  it('says after that what changes, and nothing twice', () => {
    announcer.hear(started, FRPS);
    jest.advanceTimersByTime(1_000);
    said.length = 0;
    announcer.hear(changed('config', 'ok'), FRPS);
    announcer.hear(changed('api', 'degraded', 'connection refused'), FRPS);
    announcer.hear(changed('api', 'degraded', 'connection refused'), FRPS);
    announcer.hear(changed('api', 'ok'), FRPS);
    expect(said).toEqual(['frps@host: api: <degraded: connection refused>', 'frps@host: api: ok']);
  });

  it.each([
    [exited(1), 'frps@host: ended with exit code 1'],
    [exited(undefined, 'SIGKILL'), 'frps@host: ended by SIGKILL'],
    [exited(), 'frps@host: ended'],
  ])('says how a process ended, and shows the next one anew', (end, words) => {
    announcer.hear(started, FRPS);
    jest.advanceTimersByTime(1_000);
    announcer.hear(end, FRPS);
    expect(said.slice(1)).toEqual([words]);
    expect(announcer.count).toBe(0);
    announcer.hear(started, FRPS);
    jest.advanceTimersByTime(1_000);
    expect(said).toHaveLength(3);
    expect(said[2]).toBe(said[0]);
  });

  it('does not show one that ended before its sources had looked', () => {
    announcer.hear(started, FRPS);
    announcer.hear(exited(1), FRPS);
    jest.advanceTimersByTime(1_000);
    expect(said).toEqual(['frps@host: ended with exit code 1']);
  });

  it('lets nobody write to the terminal by a name or a reason', () => {
    const instance = 'frps@\u001b[2J';
    instances = [server({ name: instance, sources: [{ source: 'log', state: 'off', reason: '\u001b]0;x\u0007' }] })];
    announcer.hear(started, { instance });
    jest.advanceTimersByTime(1_000);
    announcer.hear(changed('log', 'off', '\u009b1m'), { instance });
    announcer.hear(exited(), { instance });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(said.join('')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  describe('of probes', () => {
    const probed = (proxy: string, seconds: number): FrpSignal => ({
      ...OF,
      kind: 'probe.ended',
      time: T0 + seconds * 1_000,
      proxy,
      duration: 0.01,
      errorType: undefined,
      message: undefined,
    });

    it('says once that no frp has such a proxy, when it was probed again', () => {
      announcer.hear(probed('wbe', 1), FRPS);
      announcer.hear(probed('wbe', 1), { instance: 'frpc@host' }); // the same probe, told to each of them
      expect(said).toEqual([]);
      for (const second of [2, 3]) announcer.hear(probed('wbe', second), FRPS);
      expect(said).toEqual([
        'probe: no frps and no frpc here has a proxy "wbe": what its probes find is not told until one has',
      ]);
    });

    it('says nothing of one that any of them has', () => {
      instances = [server(), server({ name: 'frps@other', proxies: [proxy({ name: 'web' })] })];
      for (const second of [1, 2, 3]) announcer.hear(probed('web', second), FRPS);
      expect(said).toEqual([]);
    });
  });
});
