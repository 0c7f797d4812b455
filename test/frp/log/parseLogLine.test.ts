import { describe, expect, it } from '@jest/globals';
import { parseLogLine, stripColours } from '../../../src/frp/log/parseLogLine.js';
import { at, fixtureLines } from '../fixture.js';

const lineWith = (log: string, words: string): string => {
  const found = fixtureLines(log).find((text) => text.includes(words));
  if (found === undefined) throw new Error(`expected a line with ${words} in ${log}`);
  return found;
};

describe('parseLogLine', () => {
  it('given a line of a session, reads time, level, caller, run id and message', () => {
    expect(parseLogLine(lineWith('frps.console.log', 'new proxy [web]'))).toStrictEqual({
      time: at('10:37:49.148'),
      level: 'I',
      caller: 'server/control.go:761',
      runId: '4d541f33a8163a5b',
      message: 'new proxy [web] type [http] success',
      format: 'golib',
      requestId: undefined,
    });
  });

  it('given a line without a session, has no run id, also where a bracket begins the message', () => {
    expect(parseLogLine(lineWith('wrong-token.frps.log', 'register control error'))).toStrictEqual({
      time: at('11:02:20.514'),
      level: 'W',
      caller: 'server/service.go:479',
      runId: undefined,
      message: "register control error: token in login doesn't match token from configuration",
      format: 'golib',
      requestId: undefined,
    });
    const text = '2026-11-21 10:37:49.148 [E] [client/control.go:174] [ssh] start error: x';
    expect(parseLogLine(text)).toMatchObject({ runId: undefined, message: '[ssh] start error: x' });
  });

  it.each([
    '2026-13-01 10:00',
    '2026-00-01 10:00',
    '2026-01-32 10:00',
    '2026-01-00 10:00',
    '2026-01-01 24:00',
    '2026-01-01 10:60',
  ])('given the time %s, which there is not, is no line of the log', (minute) => {
    expect(parseLogLine(`${minute}:00.000 [I] [client/control.go:174] x`)).toBeUndefined();
  });

  it('keeps what is in the message as it is: brackets, blanks at the end, and nothing at all', () => {
    const head = '2026-11-21 10:37:49.148 [D] [client/control.go:174] ';
    expect(parseLogLine(`${head}[4d541f33a8163a5b] [a] type [b] x `)?.message).toBe('[a] type [b] x ');
    expect(parseLogLine(head)?.message).toBe('');
  });

  it.each([
    ['frps.console.log', 28, '0.71.0'],
    ['frpc.console.log', 13, '0.71.0'],
    ['reload.frps.log', 41, '0.71.0'],
    ['server-killed.frpc.log', 13, '0.71.0'],
    ['user.frps.log', 15, '0.61.2'],
  ])('reads every line of %s', (log, count, version) => {
    const lines = fixtureLines(log, version).map(parseLogLine);
    expect(lines).toHaveLength(count);
    expect(lines).not.toContain(undefined);
  });

  it.each(['T', 'D', 'I', 'W', 'E'])('knows the level %s', (level) => {
    expect(parseLogLine(`2026-11-21 10:37:49.148 [${level}] [a/b.go:1] x`)?.level).toBe(level);
  });

  it('reads the time as local time of this process, whatever its zone', () => {
    const text = '2026-02-03 04:05:06.007 [I] [a/b.go:1] x';
    expect(parseLogLine(text)?.time).toBe(new Date(2026, 1, 3, 4, 5, 6, 7).getTime());
  });

  it('given what frpc prints outside its log, gives nothing', () => {
    const fatal = lineWith('wrong-token.frpc.console.log', 'login to the server failed');
    expect(fatal).toMatch(/^login to the server failed: token in login/);
    expect(parseLogLine(fatal)).toBeUndefined();
  });

  it('given the log format before frp 0.55, reads it too: whole seconds, the file without its folder', () => {
    const [first, ...others] = fixtureLines('api-v1.frps.log', '0.52.3').map(parseLogLine);
    expect(first).toStrictEqual({
      time: at('11:07:15'),
      level: 'I',
      caller: 'root.go:102',
      runId: undefined,
      message: 'frps uses config file: frps.toml',
      format: 'beego',
      requestId: undefined,
    });
    expect(others).not.toContain(undefined);
    expect(parseLogLine('2023/11/21 11:07:15 [W] [control.go:498] [4d541f33a8163a5b] heartbeat timeout')).toMatchObject(
      {
        runId: '4d541f33a8163a5b',
        message: 'heartbeat timeout',
      },
    );
  });

  it('given the request id of a call to a plugin, keeps it apart from the message', () => {
    const head = '2026-11-21 10:37:49.148 [W] [server/manager.go:67] ';
    expect(parseLogLine(`${head}[reqid: 9c1e7d3b5a2f4e60] send Login request to plugin [a] error: EOF`)).toMatchObject({
      requestId: '9c1e7d3b5a2f4e60',
      message: 'send Login request to plugin [a] error: EOF',
    });
    expect(parseLogLine(`${head}[reqid: ${'x'.repeat(65)}] x`)).toMatchObject({ requestId: undefined });
    expect(parseLogLine(`${head}[reqid: unclosed`)).toMatchObject({
      requestId: undefined,
      message: '[reqid: unclosed',
    });
  });

  it('given the further lines of a message of several, such as a stack, gives nothing', () => {
    const [first, ...others] = [
      '2026-11-21 10:37:49.148 [E] [server/control.go:600] [4d541f33a8163a5b] goroutine 57 [running]:',
      'runtime/debug.Stack()',
      '\truntime/debug/stack.go:26 +0x5e',
      '',
    ].map(parseLogLine);
    expect(first?.message).toBe('goroutine 57 [running]:');
    expect(others).toEqual([undefined, undefined, undefined]);
  });

  it.each(['2026', '1999'])('in every quarter of an hour of %s, gives what Date makes of the same digits', (year) => {
    const text = (date: Date) => {
      const [day = '', clock = ''] = date.toISOString().split('T');
      return `${day} ${clock.slice(0, 12)} [I] [a/b.go:1] x`;
    };
    const begin = Date.UTC(+year, 0, 1, 0, 7, 3, 9);
    for (let index = 0; index < 366 * 96; index += 1) {
      const digits = new Date(begin + index * 15 * 60_000);
      const expected = new Date(
        digits.getUTCFullYear(),
        digits.getUTCMonth(),
        digits.getUTCDate(),
        digits.getUTCHours(),
        digits.getUTCMinutes(),
        3,
        9,
      );
      if (parseLogLine(text(digits))?.time !== expected.getTime()) expect(text(digits)).toBe(expected.toISOString());
    }
  });

  it('given many lines of different minutes in any order, confuses none with the one before', () => {
    const texts = ['10:37:49.148', '10:37:50.000', '10:38:00.000', '10:37:59.999', '23:59:59.000'];
    expect(texts.map((clock) => parseLogLine(`2026-11-21 ${clock} [I] [a/b.go:1] x`)?.time)).toEqual(texts.map(at));
  });

  it('given a real line cut before its message begins, gives nothing', () => {
    const text = lineWith('server-killed.frps.log', 'client exit success');
    const begin = text.indexOf('[12871caad759b5d2]');
    expect(parseLogLine(text.slice(0, begin))).toMatchObject({ runId: undefined, message: '' });
    for (let end = 0; end < begin; end += 1) expect(parseLogLine(text.slice(0, end))).toBeUndefined();
  });

  it.each([
    '',
    '\0\xff\ufffd',
    '{"level":"info"}',
    'panic: runtime error',
    ' 2026-11-21 10:37:49.148 [I] [a/b.go:1] x',
    '2026-11-21 10:37:49.148 [X] [a/b.go:1] x',
    '2026-11-21 10:37:4x.148 [I] [a/b.go:1] x',
    'YYYY-11-21 10:37:49.148 [I] [a/b.go:1] x',
    '2026/11-21 10:37:49 [I] [b.go:1] x',
    '2026/11/21 10:37:49.148 [I] [b.go:1] x',
    '2026-11-21 10:37:49 [I] [a/b.go:1] x',
    '2026-11-21 10:37:49.148 [I] [a/b.go] x',
    '2026-11-21 10:37:49.148 [I] [a b.go:1] x',
    '2026-11-21 10:37:49.148 [I] [:1] x',
    `2026-11-21 10:37:49.148 [I] [${'a'.repeat(300)}:1] x`,
    '2026/11/21 10:37:49 http: TLS handshake error from 192.0.2.1:5: EOF',
  ])('given %j, gives nothing', (text) => {
    expect(parseLogLine(text)).toBeUndefined();
  });

  it('given a run id of another length, takes it for a part of the message', () => {
    expect(parseLogLine('2026-11-21 10:37:49.148 [I] [a/b.go:1] [4d541f33a8163a5] x')).toMatchObject({
      runId: undefined,
      message: '[4d541f33a8163a5] x',
    });
  });
});

describe('stripColours', () => {
  it("given console output, removes each line's colour and the reset that follows its newline", () => {
    const raw = '\x1b[1;34mfirst\n\x1b[0m\x1b[1;31msecond\n\x1b[0m';
    expect(stripColours(raw)).toBe('first\nsecond\n');
  });

  it('given the log format before frp 0.55, removes the colour that follows the time', () => {
    expect(stripColours('2023/11/21 11:07:15 \x1b[1;34m[I] [root.go:102] x\x1b[0m')).toBe(
      '2023/11/21 11:07:15 [I] [root.go:102] x',
    );
  });

  it('given text without colours, or with an escape that is none, leaves it alone', () => {
    expect(stripColours('[0m 1;34m')).toBe('[0m 1;34m');
    expect(stripColours('\x1b]0;title\x07 \x1b[')).toBe('\x1b]0;title\x07 \x1b[');
  });
});
