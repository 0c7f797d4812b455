import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FrpRole } from '../../../src/frp/FrpRole.js';
import type { FrpLogMeaning } from '../../../src/frp/log/FrpLogMeaning.js';
import { parseLogLine } from '../../../src/frp/log/parseLogLine.js';
import { readBareMeaning, readLogMeaning } from '../../../src/frp/log/readLogMeaning.js';
import { fixtureLines } from '../fixture.js';

/** What a log says, without the lines that are no news. */
const meaningsIn = (role: FrpRole, log: string, version?: string): FrpLogMeaning[] =>
  fixtureLines(log, version)
    .flatMap((text) => readLogMeaning(role, parseLogLine(text)?.message ?? '') ?? [])
    .filter(({ kind }) => kind !== 'note');

/** What frpc 0.71.0 told of itself in the recordings. */
const ON_VM = { version: '0.71.0', hostname: 'vm', os: 'linux', arch: 'amd64' };

describe('readLogMeaning of frps', () => {
  it('reads a session from start to the loss of its client, and what a reload removed', () => {
    expect(meaningsIn('server', 'frps.console.log')).toStrictEqual([
      { kind: 'server.started' },
      { kind: 'client.login', address: '127.0.0.1:39498', ...ON_VM },
      { kind: 'proxy.listening', proxy: 'dead', port: '17023' },
      { kind: 'proxy.started', proxy: 'dead', type: 'tcp' },
      { kind: 'proxy.listening', proxy: 'echo', port: '17022' },
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
      { kind: 'client.login', address: '127.0.0.1:45710', ...ON_VM },
      {
        kind: 'client.login.refused',
        error: "token in login doesn't match token from configuration",
        errorType: 'token_mismatch',
      },
    ]);
  });

  it('reads why proxies were refused', () => {
    const refused = { kind: 'proxy.start.refused', type: 'tcp' };
    expect(meaningsIn('server', 'start-errors.frps.log').filter(({ kind }) => kind === refused.kind)).toStrictEqual([
      { ...refused, proxy: 'ssh', error: 'proxy [ssh] already exists', errorType: 'proxy_exists' },
      { ...refused, proxy: 'db', error: 'port already used', errorType: 'port_already_used' },
      { ...refused, proxy: 'mail', error: 'port not allowed', errorType: 'port_not_allowed' },
    ]);
  });

  it('reads names with blanks and with what looks like the grammar itself', () => {
    expect(meaningsIn('server', 'names.frps.log').slice(2)).toStrictEqual([
      { kind: 'proxy.listening', proxy: 'a] type [b', port: '35361' },
      { kind: 'proxy.started', proxy: 'a] type [b', type: 'tcp' },
      { kind: 'proxy.listening', proxy: 'my home ssh', port: '39749' },
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
      errorType: 'port_exhausted',
    });
  });

  it('given frps 0.61.2, which begins some messages with a capital, reads them too', () => {
    expect(meaningsIn('server', 'api-v1.frps.log', '0.61.2')).toStrictEqual([
      { kind: 'server.started' },
      { kind: 'api.request', path: '/api/serverinfo' },
      { kind: 'api.response', path: '/api/serverinfo' },
    ]);
    expect(meaningsIn('server', 'user.frps.log', '0.61.2')).toHaveLength(11);
  });

  it('reads an IPv6 address, of a client and of a visitor', () => {
    const login = 'client login info: ip [[2001:db8::1]:39498] version [0.71.0] hostname [] os [linux] arch [arm64]';
    expect(readLogMeaning('server', login)).toStrictEqual({
      kind: 'client.login',
      address: '[2001:db8::1]:39498',
      version: '0.71.0',
      hostname: '',
      os: 'linux',
      arch: 'arm64',
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
        errorType: 'connection_refused',
      },
      { kind: 'api.request', path: '/api/reload' },
      { kind: 'proxies.removed', proxies: ['dead', 'web'] },
      { kind: 'config.reloaded' },
      { kind: 'api.response', path: '/api/reload' },
    ]);
  });

  it('reads failed logins between two sessions', () => {
    const refused = {
      kind: 'login.failed',
      error: 'dial tcp 127.0.0.1:36331: connect: connection refused',
      errorType: 'connection_refused',
    };
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
      { kind: 'proxy.start.failed', proxy: 'ssh', error: 'proxy [ssh] already exists', errorType: 'proxy_exists' },
      { kind: 'proxy.start.failed', proxy: 'db', error: 'port already used', errorType: 'port_already_used' },
      { kind: 'proxy.start.failed', proxy: 'mail', error: 'port not allowed', errorType: 'port_not_allowed' },
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
        errorType: 'connection_refused',
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

  it.each(['server', 'client'] as const)('given any text at all, never throws (%s)', (role) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(() => readLogMeaning(role, text)).not.toThrow();
        expect(() => readLogMeaning(role, `[${text}`)).not.toThrow();
        expect(() => readBareMeaning(role, text)).not.toThrow();
      }),
    );
  });

  it('given letters that become two in lower case, gives back the name as it is', () => {
    expect(readLogMeaning('client', '[İSTANBUL] START PROXY SUCCESS')).toEqual({
      kind: 'proxy.running',
      proxy: 'İSTANBUL',
    });
  });
});

describe('what is counted, and what was told already', () => {
  const kindOf = (role: FrpRole, message: string) => readLogMeaning(role, message)?.kind;

  it('tells a proxy that its client removed from one whose client was lost', () => {
    expect(kindOf('server', 'close proxy [ssh] success')).toBe('proxy.removed');
    expect(kindOf('server', 'client exit success')).toBe('client.exit');
    expect(kindOf('server', '[ssh] proxy closing')).toBe('proxy.closing');
  });

  it('takes the warning of every normal disconnect for no failure, and an info of lacking descriptors for one', () => {
    const closed = 'accept tcp [::]:6000: use of closed network connection';
    expect(readLogMeaning('server', `[ssh] listener is closed: ${closed}`)).toEqual({ kind: 'note' });
    const temporary = 'accept tcp [::]:6000: accept4: too many open files';
    expect(readLogMeaning('server', `[ssh] met temporary error: ${temporary}, sleep for 5ms ...`)).toEqual({
      kind: 'proxy.fault',
      proxy: 'ssh',
      error: temporary,
      errorType: 'file_descriptors',
    });
  });

  it('counts one failed work connection once, whichever lines tell of it', () => {
    const lines = [
      'timeout trying to get work connection',
      '[ssh] failed to get work connection: timeout trying to get work connection',
    ];
    expect(lines.map((line) => kindOf('server', line))).toEqual(['note', 'proxy.connection.failed']);
  });

  it('counts a call to a plugin that failed by what it refused, and only where nothing else tells of it', () => {
    expect(kindOf('server', 'send Login request to plugin [guard] error: EOF')).toBe('note');
    expect(readLogMeaning('server', 'register control error: send Login request to plugin error')).toMatchObject({
      kind: 'client.login.refused',
      errorType: 'plugin_error',
    });
    expect(kindOf('server', 'send CloseProxy request to plugin [guard] error: EOF')).toBe('fault');
  });

  it('counts a failed login of frpc once: not the reason before it, nor the last words on stdout', () => {
    const reason = "token in login doesn't match token from configuration";
    expect(kindOf('client', reason)).toBe('note');
    expect(kindOf('client', `connect to server error: ${reason}`)).toBe('login.failed');
    expect(kindOf('client', `login to server failed: ${reason}`)).toBe('login.failed');
    const end = `login to the server failed: ${reason}. With loginFailExit enabled, no additional retries will be attempted`;
    expect(readBareMeaning('client', end)).toEqual({ kind: 'note' });
    expect(readBareMeaning('client', reason)).toEqual({ kind: 'note' });
  });

  it('takes the late answer to the start of a proxy for no failure', () => {
    expect(kindOf('client', '[ssh] start error: status not wait start, ignore start message')).toBe('note');
    expect(kindOf('client', '[ssh] start error: port already used')).toBe('proxy.start.failed');
  });

  it("takes the lines of frps's SSH gateway for those of its own little frpc", () => {
    for (const message of [
      '[sshVirtualClient] try to connect to server...',
      '[sshVirtualClient] heartbeat timeout',
      '[sshVirtualClient] [ssh] start proxy success',
      '[ssh] [sshVirtualClient] create encryption stream error: EOF',
    ]) {
      expect([message, readLogMeaning('server', message)]).toEqual([message, { kind: 'note' }]);
    }
  });

  it('reads why frps could not start from what it prints instead of logging it', () => {
    const error = 'listen tcp 0.0.0.0:7000: bind: address already in use';
    expect(readBareMeaning('server', `create server listener error, ${error}`)).toEqual({
      kind: 'fault',
      error,
      errorType: 'address_in_use',
    });
    expect(readBareMeaning('server', 'panic: runtime error: index out of range [3] with length 2')).toMatchObject({
      kind: 'fault',
      errorType: 'panic',
    });
    expect(readBareMeaning('server', '2026/11/21 11:07:15 http: TLS handshake error from 192.0.2.1:5: EOF')).toEqual({
      kind: 'note',
    });
  });
});

describe('what frp prints when it refuses its config, as frps and frpc 0.71.0, 0.61.2 and 0.52.3 were seen to', () => {
  it.each([
    ['server', 'toml: line 1, column 14: toml: basic strings cannot have new lines'],
    ['server', 'json: unknown field "bindPortt"'],
    ['server', 'json: cannot unmarshal string into Go struct field ServerConfig.bindPort of type int'],
    ['server', 'field "bindPort": cannot unmarshal string into int'],
    [
      'server',
      'error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go value of type v1.ServerConfig',
    ],
    ['server', 'error converting YAML to JSON: yaml: line 1: did not find expected node content'],
    ['server', 'template: frp:1:3: executing "frp" at <.Foo>: can\'t evaluate field Foo in type *config.Values'],
    ['client', 'decode proxy at index 0: unknown proxy type: nope'],
    ['client', 'unknown proxy type: nope'],
    ['client', 'proxy a: localPort: localPort: port number 99999 must be in the range 0..65535'],
  ] as const)('is a fault of the %s: %s', (role, text) => {
    expect(readBareMeaning(role, text)).toMatchObject({ kind: 'fault', errorType: 'config_invalid' });
  });

  it('says of a file that is not there just that', () => {
    expect(readBareMeaning('server', 'open none.toml: no such file or directory')).toMatchObject({
      kind: 'fault',
      errorType: 'file_not_found',
    });
  });
});
