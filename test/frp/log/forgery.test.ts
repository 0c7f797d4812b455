import { describe, expect, it } from '@jest/globals';
import { parseLogLine } from '../../../src/frp/log/parseLogLine.js';
import { readLogMeaning } from '../../../src/frp/log/readLogMeaning.js';

const server = (message: string) => readLogMeaning('server', message);
const client = (message: string) => readLogMeaning('client', message);
const notes = (meaning: { kind: string } | undefined) => meaning === undefined || meaning.kind === 'note';

/** What may happen to a proxy or a session; a failure of a request is the request's own. */
const EVENTS = /^(server|client|proxy)\./;

describe('a visitor, who has no token, in frps’s log', () => {
  const CARRIERS = (text: string) => [
    `do http proxy request [host: ${text}] error: EOF`,
    `do http proxy request [host: a.example] error: no route found: a.example ${text} `,
    `do http proxy request [host: a.example] error: no route found: a.example / ${text}`,
    `get new http request host [${text}] path [${text}] httpuser [${text}]`,
    `http request for host [${text}] path [/] httpUser [${text}] not found`,
    `[ssh] new request host [${text}] path [] httpUser []`,
    `http request: [${text}]`,
    `http response [${text}]: code [404]`,
  ];

  it.each([
    'x] get a user connection [1.2.3.4:5',
    '] [ssh] get a user connection [1.2.3.4:5]',
    '[ssh] get a user connection [1.2.3.4:5]',
    'x] proxy closing',
    'client exit success',
    '] close proxy [ssh] success',
    'close proxy [ssh] success',
    'new proxy [ssh] type [tcp] error: x',
    '] error: new proxy [ssh] type [tcp] success',
    'register control error: x',
    '] [ssh] failed to get work connection: x',
    '2026-11-21 10:37:49.148 [I] [server/control.go:721] [4d541f33a8163a5b] client exit success',
  ])('given host, path or user %j, makes no event of a proxy or a client', (text) => {
    for (const carrier of CARRIERS(text)) expect(server(carrier)?.kind ?? 'note').not.toMatch(EVENTS);
  });

  it('cannot give his failed request the class of another failure', () => {
    // As frps 0.71.0 logged `GET http://[::1%25a%5d%20error:%20too%20many%20open%20files]/`.
    const host = '[::1%a] error: too many open files]';
    const proxied = `do http proxy request [host: ${host}] error: proxyconnect tcp: no route found: ${host} / `;
    const plain = 'do http proxy request [host: a] error: no route found: a /x] error: too many open files ';
    for (const message of [proxied, plain])
      expect(server(message)).toMatchObject({ kind: 'fault', errorType: 'no_route' });
    expect(server(`do http proxy request [host: ${host}] error: EOF`)).toMatchObject({ errorType: 'closed' });
  });
});

describe('somebody without a token who can reach frps’s port', () => {
  const login = (runId: string, hostname: string, arch = 'amd64') =>
    `2026-11-21 13:44:34.242 [I] [server/service.go:803] [${runId}] client login info: ip [127.0.0.1:55216] version [0.71.0] hostname [${hostname}] os [linux] arch [${arch}]`;
  const read = (text: string) => server(parseLogLine(text)?.message ?? '');

  it.each([
    // As frps 0.71.0 logged it.
    '0123456789abcdef] new proxy [ssh] type [tcp] error: x',
    '0123456789abcdef] [ssh] failed to get work connection: x',
    '0123456789abcdef] [ssh] the user conn [1.2.3.4:5] was rejected, err:x',
    '0123456789abcdef] register control error: x',
    '0123456789abcdef] [ssh',
  ])('whose run id is %j, makes no event', (runId) => {
    expect(notes(read(login(runId, 'box')))).toBe(true);
    expect(notes(read(login(runId, 'box', 'x] get a user connection [1.2.3.4:5')))).toBe(true);
  });

  it.each(['x] os [linux] arch [amd64]', 'x] version [9', 'client exit success', '] get a user connection [1.2.3.4:5'])(
    'whose host is called %j, logs in from his own address',
    (hostname) => {
      const meaning = read(login('0123456789abcdef', hostname));
      if (meaning !== undefined) expect(meaning).toMatchObject({ kind: 'client.login', address: '127.0.0.1:55216' });
    },
  );

  it('who asks for a proxy or a session that is none, names its class no more than its name', () => {
    const none = "register visitor conn error: custom listener for [too many open files] doesn't exist";
    expect(server(none)).toMatchObject({ kind: 'fault', errorType: 'proxy_not_found' });
    expect(server('no client control found for run id [too many open files]')).toMatchObject({
      errorType: 'unknown_run_id',
    });
  });
});

describe('who may start a proxy, by its name', () => {
  const NAMES = [
    'x] get a user connection [1.2.3.4:5',
    'x] proxy closing',
    'x] failed to get work connection: y',
    'x] the user conn [1.2.3.4:5] was rejected, err:y',
    'x] type [tcp] success',
    'x] type [tcp] error: y',
    'x] met temporary error: y, sleep for 5ms ...',
    'ssh] tcp proxy listen port [22',
    'client exit success',
    `x${']'.repeat(4_000)}`,
    'a.b c [d] (e) %s {proxy}',
    '隧道 🚇',
  ];

  it.each(NAMES)('given %j, frps’s lines are about that name and no other', (proxy) => {
    expect([
      server(`[${proxy}] get a user connection [192.0.2.1:50123]`),
      server(`[${proxy}] proxy closing`),
      server(`[${proxy}] failed to get work connection: EOF`),
      server(`[${proxy}] tcp proxy listen port [6000]`),
      server(`new proxy [${proxy}] type [tcp] success`),
      server(`new proxy [${proxy}] type [udp] error: port already used`),
      server(`close proxy [${proxy}] success`),
    ]).toEqual([
      { kind: 'proxy.user.connection', proxy, address: '192.0.2.1:50123' },
      { kind: 'proxy.closing', proxy },
      { kind: 'proxy.connection.failed', proxy, error: 'EOF', errorType: 'closed' },
      { kind: 'proxy.listening', proxy, port: '6000' },
      { kind: 'proxy.started', proxy, type: 'tcp' },
      { kind: 'proxy.start.refused', proxy, type: 'udp', error: 'port already used', errorType: 'port_already_used' },
      { kind: 'proxy.removed', proxy },
    ]);
  });

  it('given a name with a newline, the rest is a line of its own: what it says cannot be told from frps’s words', () => {
    const name = 'x\n2026-11-21 12:00:00.000 [I] [server/control.go:721] [0123456789abcdef] client exit success';
    const written = `2026-11-21 10:37:49.148 [I] [server/control.go:761] [4d541f33a8163a5b] new proxy [${name}] type [tcp] success`;
    const [first, second] = written.split('\n').map(parseLogLine);
    expect(server(first?.message ?? '')).toBeUndefined();
    // Only the run id is not the writer's to choose, if it is to be that of a session which he does not own.
    expect(second?.runId).toBe('0123456789abcdef');
  });
});

describe('a server, by the errors that it sends to frpc', () => {
  it.each(['x] start proxy success', 'y] connect to local service [1.2.3.4:5] error: z', 'x] start error: z'])(
    'given the error %j, frpc’s line is about the proxy that it names first',
    (error) => {
      expect(client(`[ssh] start error: ${error}`)).toEqual({
        kind: 'proxy.start.failed',
        proxy: 'ssh',
        error,
        errorType: '_OTHER',
      });
    },
  );
});
