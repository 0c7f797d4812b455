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
    });
  });

  it('given a line without a session, has no run id, also where a bracket begins the message', () => {
    expect(parseLogLine(lineWith('wrong-token.frps.log', 'register control error'))).toStrictEqual({
      time: at('11:02:20.514'),
      level: 'W',
      caller: 'server/service.go:479',
      runId: undefined,
      message: "register control error: token in login doesn't match token from configuration",
    });
    const text = '2026-11-21 10:37:49.148 [E] [client/control.go:174] [ssh] start error: x';
    expect(parseLogLine(text)).toMatchObject({ runId: undefined, message: '[ssh] start error: x' });
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

  it('given the log format before frp 0.55, gives nothing', () => {
    const lines = fixtureLines('api-v1.frps.log', '0.52.3');
    expect(lines[0]).toBe('2026/11/21 11:07:15 [I] [root.go:102] frps uses config file: frps.toml');
    expect(lines.map(parseLogLine)).toEqual(lines.map(() => undefined));
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

  it('given text without colours, or with an escape that is none, leaves it alone', () => {
    expect(stripColours('[0m 1;34m')).toBe('[0m 1;34m');
    expect(stripColours('\x1b]0;title\x07 \x1b[')).toBe('\x1b]0;title\x07 \x1b[');
  });
});
