import { describe, expect, it } from '@jest/globals';
import { errorTypeOf, FAILURES } from '../../src/frp/errorType.js';
import { parseLogLine } from '../../src/frp/log/parseLogLine.js';
import { readLogMeaning } from '../../src/frp/log/readLogMeaning.js';
import { fixtureLines } from './fixture.js';

const errorsIn = (role: 'server' | 'client', log: string): string[] =>
  fixtureLines(log).flatMap((text) => {
    const meaning = readLogMeaning(role, parseLogLine(text)?.message ?? '');
    return meaning !== undefined && 'error' in meaning ? [errorTypeOf(meaning.error)] : [];
  });

describe('errorTypeOf', () => {
  it('given what frps 0.71.0 logged, classes a wrong token and each refused proxy', () => {
    expect(errorsIn('server', 'wrong-token.frps.log')).toEqual(['token_mismatch']);
    expect(errorsIn('server', 'start-errors.frps.log')).toEqual([
      'proxy_exists',
      'port_already_used',
      'port_not_allowed',
    ]);
  });

  it('given what frpc 0.71.0 logged, classes the same failures the same way', () => {
    expect(errorsIn('client', 'wrong-token.frpc.console.log')).toEqual(['token_mismatch']);
    expect(errorsIn('client', 'start-errors.frpc.log')).toEqual([
      'proxy_exists',
      'port_already_used',
      'port_not_allowed',
    ]);
    expect(errorsIn('client', 'server-killed.frpc.log')).toEqual(['connection_refused', 'connection_refused']);
    expect(errorsIn('client', 'user.frpc.log')).toEqual(['connection_refused']);
  });

  it.each([
    ['invalid OIDC token in login: expired', 'oidc_invalid'],
    ['client_id [web] for user [alice] is already online', 'client_id_online'],
    ['port unavailable', 'port_unavailable'],
    ['no available port', 'port_exhausted'],
    ['exceed the max_ports_per_client', 'too_many_ports'],
    ['router config conflict', 'route_conflict'],
    ['read tcp 127.0.0.1:1->127.0.0.1:2: read: connection reset by peer', 'connection_reset'],
    ['dial tcp: lookup frp.example: no such host', 'name_resolution'],
    ['dial tcp 10.0.0.1:7000: connect: no route to host', 'unreachable'],
    ['dial tcp 10.0.0.1:7000: connect: network is unreachable', 'unreachable'],
    ['accept tcp [::]:7000: accept4: too many open files', 'file_descriptors'],
    ['dial tcp 10.0.0.1:7000: i/o timeout', 'timeout'],
    ['dial tcp 10.0.0.1:7000: connect: connection timed out', 'timeout'],
    ['EOF', 'closed'],
    ['accept tcp 127.0.0.1:1: use of closed network connection', 'closed'],
  ])('given %p, it is %s', (message, type) => {
    expect(errorTypeOf(message)).toBe(type);
  });

  it.each(['', 'the plugin said no', 'Port Already Used'])('given %p, which no row knows, it is _OTHER', (message) => {
    expect(errorTypeOf(message)).toBe('_OTHER');
  });

  it('of two classes in one message, the first row of the table counts', () => {
    expect(errorTypeOf('port already used: EOF')).toBe('port_already_used');
  });
});

describe('FAILURES', () => {
  it.each(Object.entries(FAILURES))('%s starts with distinct classes and ends with _OTHER', (_counter, classes) => {
    expect(new Set(classes).size).toBe(classes.length);
    expect(classes.at(-1)).toBe('_OTHER');
  });
});
