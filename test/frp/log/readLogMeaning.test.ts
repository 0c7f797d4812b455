import { describe, expect, it } from '@jest/globals';
import type { FrpRole } from '../../../src/frp/FrpRole.js';
import type { FrpLogMeaning } from '../../../src/frp/log/FrpLogMeaning.js';
import { parseLogLine, stripColours } from '../../../src/frp/log/parseLogLine.js';
import { readLogMeaning } from '../../../src/frp/log/readLogMeaning.js';
import { fixtureLines } from '../fixture.js';

const meaningsIn = (role: FrpRole, log: string, version?: string): FrpLogMeaning[] =>
  fixtureLines(log, version).flatMap((text) => readLogMeaning(role, parseLogLine(text)?.message ?? '') ?? []);

describe('readLogMeaning of frps', () => {
  it('reads a session from start to the loss of its client, and what a reload removed', () => {
    expect(meaningsIn('server', 'frps.console.log')).toStrictEqual([
      { kind: 'server.started' },
      { kind: 'client.login', address: '127.0.0.1:39498', version: '0.71.0' },
      { kind: 'proxy.started', proxy: 'dead', type: 'tcp' },
      { kind: 'proxy.started', proxy: 'echo', type: 'tcp' },
      { kind: 'proxy.started', proxy: 'web', type: 'http' },
      { kind: 'proxy.user.connection', proxy: 'echo', address: '127.0.0.1:37974' },
      { kind: 'proxy.user.connection', proxy: 'dead', address: '127.0.0.1:47362' },
      { kind: 'api.request', path: '/api/v2/system/info' },
      { kind: 'api.response', path: '/api/v2/system/info' },
      { kind: 'api.request', path: '/api/v2/proxies' },
      { kind: 'api.response', path: '/api/v2/proxies' },
      { kind: 'proxy.closing', proxy: 'dead' },
      { kind: 'proxy.removed', proxy: 'dead' },
      { kind: 'proxy.closing', proxy: 'web' },
      { kind: 'proxy.removed', proxy: 'web' },
      { kind: 'api.request', path: '/api/v2/proxies' },
      { kind: 'api.response', path: '/api/v2/proxies' },
      { kind: 'proxy.closing', proxy: 'echo' },
      { kind: 'client.exit' },
    ]);
  });

  it('reads a login with a wrong token', () => {
    expect(meaningsIn('server', 'wrong-token.frps.log')).toStrictEqual([
      { kind: 'server.started' },
      { kind: 'client.login', address: '127.0.0.1:45710', version: '0.71.0' },
      { kind: 'client.login.refused', error: "token in login doesn't match token from configuration" },
    ]);
  });

  it('reads why proxies were refused', () => {
    expect(meaningsIn('server', 'start-errors.frps.log').slice(4, 7)).toStrictEqual([
      { kind: 'proxy.start.refused', proxy: 'ssh', type: 'tcp', error: 'proxy [ssh] already exists' },
      { kind: 'proxy.start.refused', proxy: 'db', type: 'tcp', error: 'port already used' },
      { kind: 'proxy.start.refused', proxy: 'mail', type: 'tcp', error: 'port not allowed' },
    ]);
  });

  it('reads names with blanks and with what looks like the grammar itself', () => {
    expect(meaningsIn('server', 'names.frps.log').slice(2)).toStrictEqual([
      { kind: 'proxy.started', proxy: 'a] type [b', type: 'tcp' },
      { kind: 'proxy.started', proxy: 'my home ssh', type: 'tcp' },
      { kind: 'proxy.user.connection', proxy: 'my home ssh', address: '127.0.0.1:57450' },
      { kind: 'proxy.closing', proxy: 'a] type [b' },
      { kind: 'proxy.closing', proxy: 'my home ssh' },
      { kind: 'client.exit' },
    ]);
    expect(readLogMeaning('server', 'new proxy [a] type [b] type [tcp] error: no available port')).toStrictEqual({
      kind: 'proxy.start.refused',
      proxy: 'a] type [b',
      type: 'tcp',
      error: 'no available port',
    });
  });

  it('given frps 0.61.2, which begins some messages with a capital, reads them too', () => {
    expect(meaningsIn('server', 'api-v1.frps.log', '0.61.2')).toStrictEqual([
      { kind: 'server.started' },
      { kind: 'api.request', path: '/api/serverinfo' },
      { kind: 'api.response', path: '/api/serverinfo' },
    ]);
    expect(meaningsIn('server', 'user.frps.log', '0.61.2')).toHaveLength(9);
  });

  it('reads an IPv6 address, of a client and of a visitor', () => {
    const login = 'client login info: ip [[2001:db8::1]:39498] version [0.71.0] hostname [] os [linux] arch [arm64]';
    expect(readLogMeaning('server', login)).toStrictEqual({
      kind: 'client.login',
      address: '[2001:db8::1]:39498',
      version: '0.71.0',
    });
    expect(readLogMeaning('server', '[ssh] get a user connection [[::1]:50408]')).toStrictEqual({
      kind: 'proxy.user.connection',
      proxy: 'ssh',
      address: '[::1]:50408',
    });
  });
});

describe('readLogMeaning of frpc', () => {
  it('reads a login, a dead local service, and a reload that removes proxies', () => {
    expect(meaningsIn('client', 'frpc.console.log')).toStrictEqual([
      { kind: 'login.started' },
      { kind: 'login.succeeded', runId: '4d541f33a8163a5b' },
      { kind: 'proxies.added', proxies: ['dead', 'echo', 'web'] },
      { kind: 'proxy.running', proxy: 'dead' },
      { kind: 'proxy.running', proxy: 'echo' },
      { kind: 'proxy.running', proxy: 'web' },
      {
        kind: 'local.connect.failed',
        proxy: 'dead',
        error: 'dial tcp 127.0.0.1:9: connect: connection refused',
      },
      { kind: 'proxies.removed', proxies: ['dead', 'web'] },
      { kind: 'config.reloaded' },
    ]);
  });

  it('reads failed logins between two sessions', () => {
    const refused = { kind: 'login.failed', error: 'dial tcp 127.0.0.1:36331: connect: connection refused' };
    expect(meaningsIn('client', 'server-killed.frpc.log').slice(4, 9)).toStrictEqual([
      { kind: 'login.started' },
      refused,
      { kind: 'login.started' },
      refused,
      { kind: 'login.started' },
    ]);
  });

  it('reads why proxies did not start', () => {
    expect(meaningsIn('client', 'start-errors.frpc.log').slice(3)).toStrictEqual([
      { kind: 'proxy.start.failed', proxy: 'ssh', error: 'proxy [ssh] already exists' },
      { kind: 'proxy.start.failed', proxy: 'db', error: 'port already used' },
      { kind: 'proxy.start.failed', proxy: 'mail', error: 'port not allowed' },
    ]);
  });

  it('given names with blanks, reads a list of them as words, as frpc prints it', () => {
    expect(meaningsIn('client', 'names.frpc.log').slice(2)).toStrictEqual([
      { kind: 'proxies.added', proxies: ['a]', 'type', '[b', 'my', 'home', 'ssh'] },
      { kind: 'proxy.running', proxy: 'a] type [b' },
      { kind: 'proxy.running', proxy: 'my home ssh' },
      {
        kind: 'local.connect.failed',
        proxy: 'my home ssh',
        error: 'dial tcp 127.0.0.1:9: connect: connection refused',
      },
    ]);
  });
});

describe('readLogMeaning of any line', () => {
  it.each(['server', 'client'] as const)('given nothing, half lines and garbage of %s, knows nothing', (role) => {
    for (const message of [
      '',
      '[',
      '[]',
      '[] proxy closing',
      '[ssh] get a user connection [',
      'new proxy [ssh] type [tcp]',
      'client login info: ip [',
      'proxy added: []',
      'proxy removed: []',
      'login to server success, get run id []',
      '\0\uffff',
      'client exit success now',
    ]) {
      expect([message, readLogMeaning(role, message)]).toEqual([message, undefined]);
    }
  });

  it("does not read one role's lines by the other's grammar", () => {
    expect(readLogMeaning('client', 'client exit success')).toBeUndefined();
    expect(readLogMeaning('server', '[ssh] start proxy success')).toBeUndefined();
  });

  // Each is the beginning of a row, then text that makes its groups try every end. Quadratic work on 64 kB would be some 4
  // billion steps for each; a linear one takes some milliseconds.
  it.each([
    ['[', '] get a user connection ['],
    ['[', ']'],
    ['[', '] proxy closing'],
    ['new proxy [', '] type [tcp'],
    ['new proxy [', '] type [tcp] error:'],
    ['close proxy [', '] success'],
    ['http request: [', 'a]'],
    ['http response [', ']: code [1'],
    ['client login info: ip [', '] version ['],
    ['[', '] connect to local service [a'],
    ['[', `] connect to local service [${'a'.repeat(299)}`],
    ['[', '] start proxy success'],
    ['[', '] start error:'],
    ['proxy added: [', ' '],
    ['', '\x1b[0'],
    ['', '\x1b[0000000000000000'],
    ['', '2026-11-21 10:37:49.148 [I] ['],
    ['2026-11-21 10:37:49.148 [I] [', 'a:1'],
  ])('given 64 kB of %j and %j again and again, takes linear time', (begin, repeated) => {
    const hostile = (begin + repeated.repeat(65_536 / repeated.length + 1)).slice(0, 65_536);
    const before = performance.now();
    const text = stripColours(`${hostile}\n`);
    parseLogLine(text);
    readLogMeaning('server', text);
    readLogMeaning('client', text);
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});
