import { describe, expect, it } from '@jest/globals';
import { ERROR_TYPES, errorTypeOf, FAILURES } from '../../src/frp/errorType.js';
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
    ["token in heartbeat doesn't match token from configuration", 'token_mismatch'],
    ["couldn't acquire OIDC token for login: oauth2: server response missing access_token", 'oidc_unavailable'],
    ['send NewProxy request to plugin error', 'plugin_error'],
    ['proxy name [ssh] is already in use', 'proxy_exists'],
    ['listen tcp 0.0.0.0:7000: bind: address already in use', 'address_in_use'],
    ['listen tcp 0.0.0.0:80: bind: permission denied', 'permission_denied'],
    ["custom listener for [ssh] doesn't exist", 'proxy_not_found'],
    ['visitor connection of [ssh] user [bob] not allowed', 'visitor_not_allowed'],
    ['visitor connection of [ssh] auth failed', 'visitor_auth_failed'],
    ['group params invalid', 'group_conflict'],
    ['custom domain [a.b] should not belong to subdomain host [b]', 'domain_invalid'],
    ['type [http] not supported when vhost http port is not set', 'not_supported'],
    ['proxy type not support', 'not_supported'],
    ['unsupported wire protocol "v9"', 'protocol_mismatch'],
    ['invalid run id: run id contains non-printable character', 'run_id_invalid'],
    ['control was replaced during login', 'session_replaced'],
    ['timeout trying to get work connection', 'work_connection'],
    ['non-TLS connection received on a TlsOnly server', 'tls_required'],
    ['remote error: tls: bad certificate', 'tls_certificate'],
    ['tls: failed to verify certificate: x509: certificate signed by unknown authority', 'tls_certificate'],
    ['tls: first record does not look like a TLS handshake', 'tls_handshake'],
    ['dial tcp: lookup frp.example on 192.0.2.53:53: read udp 192.0.2.1:9: i/o timeout', 'name_resolution'],
    ['write tcp 127.0.0.1:1->127.0.0.1:2: write: broken pipe', 'connection_reset'],
    ['context deadline exceeded', 'timeout'],
    ['i/o deadline reached', 'timeout'],
    ['write: no buffer space available', 'no_memory'],
    ['dial unix /run/x.sock: connect: no such file or directory', 'file_not_found'],
    ['do http health check, StatusCode is [503] not 2xx', 'health_check'],
    ['malformed HTTP response "too many open files"', 'bad_response'],
    ["no route found: a.example /token in login doesn't match", 'no_route'],
    ['session shutdown', 'closed'],
    ['EOF', 'closed'],
    ['accept tcp 127.0.0.1:1: use of closed network connection', 'closed'],
  ])('given %p, it is %s', (message, type) => {
    expect(errorTypeOf(message)).toBe(type);
  });

  it.each(['', 'the plugin said no', 'Port Already Used'])('given %p, which no row knows, it is _OTHER', (message) => {
    expect(errorTypeOf(message)).toBe('_OTHER');
  });

  it('knows every class by its name in lower snake case', () => {
    expect(ERROR_TYPES.at(-1)).toBe('_OTHER');
    expect(new Set(ERROR_TYPES).size).toBe(ERROR_TYPES.length);
    for (const type of ERROR_TYPES.slice(0, -1)) expect(type).toMatch(/^[a-z]+(_[a-z]+)*$/);
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
