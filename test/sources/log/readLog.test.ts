import { beforeEach, describe, expect, it } from '@jest/globals';
import { OwnRequests } from '../../../src/sources/api/OwnRequests.js';
import { readLog } from '../../../src/sources/log/readLog.js';
import { fixture } from '../fakeFrp.js';

const NOW = 1_800_000_000_000;
let ownRequests: OwnRequests;
beforeEach(() => {
  ownRequests = new OwnRequests();
});
const read = (text: string, role: 'server' | 'client' = 'server') =>
  readLog(text, { role, target: 7, ownRequests, now: NOW });

describe('readLog, given frp in another time zone', () => {
  const at = (...parts: [number, number, number]) => new Date(2026, 10, 21, ...parts, 147).getTime();
  const text = '2026-11-21 10:37:49.147 [I] [a/b.go:1] try to connect to server...';
  const timeAt = (now: number) =>
    readLog(text, { role: 'client', target: 7, ownRequests: new OwnRequests(), now })?.time;

  it.each([
    ['in ours, and read at once', at(10, 37, 49), at(10, 37, 49)],
    ['in ours, and read 9 minutes late', at(10, 46, 49), at(10, 37, 49)],
    ['9 hours behind', at(19, 37, 50), at(19, 37, 49)],
    ['5 hours ahead', at(5, 37, 49), at(5, 37, 49)],
    ['5:45 hours behind, and read 20 s late', at(16, 23, 9), at(16, 22, 49)],
  ])('%s, takes the line’s time in ours', (_, now, expected) => {
    expect(timeAt(now)).toBe(expected);
  });

  it('leaves a line alone that is older than zones can differ', () => {
    expect(timeAt(at(10, 37, 49) + 3 * 86_400_000)).toBe(at(10, 37, 49));
  });
});

describe('readLog', () => {
  it('makes a signal of a line: its own time, its text without colours, what it means', () => {
    const line =
      '\x1b[0m\x1b[1;34m2026-11-21 10:37:49.147 [I] [server/control.go:761] [4d541f33a8163a5b] new proxy [dead] type [tcp] success';
    expect(read(line)).toEqual({
      kind: 'log.line',
      time: new Date(2026, 10, 21, 10, 37, 49, 147).getTime(),
      observedTime: NOW,
      target: 7,
      text: '2026-11-21 10:37:49.147 [I] [server/control.go:761] [4d541f33a8163a5b] new proxy [dead] type [tcp] success',
      line: {
        time: new Date(2026, 10, 21, 10, 37, 49, 147).getTime(),
        level: 'I',
        caller: 'server/control.go:761',
        runId: '4d541f33a8163a5b',
        message: 'new proxy [dead] type [tcp] success',
        format: 'golib',
        requestId: undefined,
      },
      meaning: { kind: 'proxy.started', proxy: 'dead', type: 'tcp' },
      stream: 'stdout',
    });
  });

  it('keeps a line outside the log format, with the time at which it was read', () => {
    expect(read('main.main()')).toEqual({
      kind: 'log.line',
      time: NOW,
      observedTime: NOW,
      target: 7,
      text: 'main.main()',
      line: undefined,
      meaning: undefined,
      stream: 'stdout',
    });
  });

  it('tells no stream of a line that frp did not print to us: of the journal or a file', () => {
    const origin = { replayed: false, zoneShift: 0 };
    const fromJournal = readLog('main.main()', { role: 'server', target: 7, ownRequests, now: NOW, origin });
    expect(fromJournal).not.toHaveProperty('stream');
    const place = { path: '/var/log/frps.log', offset: 0 };
    const fromFile = { role: 'server', target: 7, ownRequests, now: NOW, origin: { ...origin, place } } as const;
    expect(readLog('main.main()', fromFile)).not.toHaveProperty('stream');
  });

  it('reads what frp prints outside its log, by the role', () => {
    const failed =
      'login to the server failed: EOF. With loginFailExit enabled, no additional retries will be attempted';
    expect(read(failed, 'client')?.meaning).toEqual({ kind: 'note' });
    expect(read(failed, 'server')?.meaning).toBeUndefined();
    expect(read('panic: runtime error')?.meaning).toEqual({
      kind: 'fault',
      error: 'runtime error',
      errorType: 'panic',
    });
  });

  it('reads the log of frp before 0.55, whose lines have whole seconds: one read within its second is as old as that', () => {
    const text = '2026/11/21 11:07:15 [I] [control.go:498] [4d541f33a8163a5b] client exit success';
    const second = new Date(2026, 10, 21, 11, 7, 15).getTime();
    const timeAt = (now: number) => readLog(text, { role: 'server', target: 1, ownRequests, now })?.time;
    expect([second - 5, second, second + 300, second + 999, second + 5_000].map(timeAt)).toEqual(
      [0, 0, 300, 999, 999].map((millis) => second + millis),
    );
  });

  it('knows what a line before 0.55 means', () => {
    expect(read('2026/11/21 11:07:15 [I] [control.go:498] [4d541f33a8163a5b] client exit success')).toMatchObject({
      line: { format: 'beego', runId: '4d541f33a8163a5b' },
      meaning: { kind: 'client.exit' },
    });
  });

  it.each(['', '\x1b[0m'])('drops %j, which says nothing', (text) => {
    expect(read(text)).toBeUndefined();
  });

  it('drops what frps logs of our own requests, and only that', () => {
    ownRequests.sending('/api/v2/proxies', NOW);
    const aboutProxies = fixture('frps.console.log')
      .split('\n')
      .filter((text) => text.includes('/api/v2/proxies]'))
      .slice(0, 2);
    expect(aboutProxies.map((text) => read(text))).toEqual([undefined, undefined]);
    expect(aboutProxies.map((text) => read(text)?.meaning)).toEqual([
      { kind: 'api.request', path: '/api/v2/proxies' },
      { kind: 'api.response', path: '/api/v2/proxies' },
    ]);
  });

  it('looks for no meaning in a message of more than 16,384 characters, but keeps it', () => {
    const head = '2026-11-21 10:37:49.147 [E] [sub/root.go:1] ';
    const rest = (length: number): string => 'connect to server error: '.padEnd(length, 'x');
    expect(read(head + rest(16_384), 'client')?.meaning?.kind).toBe('login.failed');
    expect(read(head + rest(16_385), 'client')).toMatchObject({
      meaning: undefined,
      text: head + rest(16_385),
      line: { level: 'E', message: rest(16_385) },
    });
    expect(read('panic: '.padEnd(16_384, 'x'))?.meaning?.kind).toBe('fault');
    expect(read('panic: '.padEnd(16_385, 'x'))?.meaning).toBeUndefined();
  });
});
