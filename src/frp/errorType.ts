/**
 * `error.type` of what frp and the operating system say, by the text and never by the log level: frp writes a W on every
 * normal disconnect. What no row knows is `_OTHER`, as the semantic conventions have it.
 */
export type FrpErrorType = (typeof CLASSES)[number][0] | (typeof OF_ROWS)[number] | '_OTHER';

/** The first row whose text is in the message counts. What quotes a stranger's words stands first: they may hold other rows. */
const CLASSES = [
  // server/control.go, server/proxy/proxy.go, server/visitor, pkg/util/vhost, pkg/nathole: sentences around names and paths
  ['no_route', 'no route found'],
  // the words after it are those of the token's library
  ['oidc_invalid', 'invalid OIDC token'],
  ['oidc_invalid', 'received different OIDC subject'],
  ['bad_response', 'malformed '],
  ['client_id_online', 'is already online'],
  ['address_in_use', 'address already in use'],
  ['proxy_exists', 'already exists'],
  ['proxy_exists', 'is already in use'],
  ['proxy_exists', '] is repeated'],
  ['proxy_not_found', "] doesn't exist"],
  ['visitor_not_allowed', '] not allowed'],
  ['visitor_auth_failed', '] auth failed'],
  ['unknown_run_id', 'no client control found for run id'],
  ['domain_invalid', 'should not belong to subdomain host'],
  // auth/token.go, auth/oidc.go
  ['token_mismatch', "token in login doesn't match"],
  ['token_mismatch', "token in heartbeat doesn't match"],
  ['token_mismatch', "token in NewWorkConn doesn't match"],
  ['oidc_unavailable', 'OIDC token for login'],
  // server/service.go, server/control.go
  ['run_id_invalid', 'invalid run id'],
  ['session_replaced', 'was replaced during login'],
  ['session_replaced', 'is no longer current'],
  ['plugin_error', 'request to plugin error'],
  ['protocol_mismatch', 'wire protocol'],
  ['protocol_mismatch', 'UDP packet codec'],
  ['protocol_mismatch', 'message type'],
  ['pool_count_invalid', 'pool count'],
  ['internal_error', 'unexpected error when creating new controller'],
  // server/ports/ports.go, server/control.go, server/proxy, server/group, server/visitor
  ['port_already_used', 'port already used'],
  ['port_not_allowed', 'port not allowed'],
  ['port_unavailable', 'port unavailable'],
  ['port_exhausted', 'no available port'],
  ['too_many_ports', 'exceed the max_ports_per_client'],
  ['route_conflict', 'router config conflict'],
  ['group_conflict', 'group auth failed'],
  ['group_conflict', 'group params invalid'],
  ['group_conflict', 'group should have same remote port'],
  ['group_conflict', 'group proxy repeated'],
  ['domain_invalid', 'should not be both empty'],
  ['not_supported', 'not support'],
  ['work_connection', 'get work connection'],
  ['heartbeat_timeout', 'heartbeat timeout'],
  // client/health/health.go
  ['health_check', 'do http health check'],
  // crypto/tls, crypto/x509, pkg/util/net/tls.go
  ['tls_required', 'non-TLS connection received'],
  ['tls_certificate', 'x509: '],
  ['tls_certificate', 'certificate'],
  ['tls_handshake', 'tls: '],
  // Go's net package and the operating system
  ['name_resolution', 'no such host'],
  ['name_resolution', 'server misbehaving'],
  ['name_resolution', ': lookup '],
  ['connection_refused', 'connection refused'],
  ['connection_reset', 'connection reset'],
  ['connection_reset', 'broken pipe'],
  ['connection_reset', 'connection abort'],
  ['unreachable', 'no route to host'],
  ['unreachable', 'network is unreachable'],
  ['unreachable', 'host is down'],
  ['file_descriptors', 'too many open files'],
  ['no_memory', 'no buffer space available'],
  ['no_memory', 'cannot allocate memory'],
  ['disk_full', 'no space left on device'],
  ['permission_denied', 'permission denied'],
  ['address_not_available', 'cannot assign requested address'],
  ['file_not_found', 'no such file or directory'],
  ['timeout', 'timeout'],
  ['timeout', 'timed out'],
  ['timeout', 'deadline'],
  ['canceled', 'context canceled'],
  ['closed', 'EOF'],
  ['closed', 'use of closed network connection'],
  ['closed', 'session shutdown'],
  ['closed', 'stream closed'],
  ['closed', 'already closed'],
  ['closed', 'is closed'],
] as const;

/** Classes of failures that the log's tables know by the line, not by its words. */
const OF_ROWS = [
  'config_invalid',
  'encryption',
  'heartbeat_refused',
  'listen',
  'nat_hole',
  'panic',
  'proxy_protocol',
  'ssh_gateway',
  'virtual_net',
] as const;

export const errorTypeOf = (message: string): FrpErrorType => {
  for (let index = 0; index < CLASSES.length; index += 1) {
    const [type, text] = CLASSES[index] as (typeof CLASSES)[number];
    if (message.includes(text)) return type;
  }
  return '_OTHER';
};

/** Every class, once. */
export const ERROR_TYPES: readonly FrpErrorType[] = [
  ...new Set([...CLASSES.map(([type]) => type), ...OF_ROWS, '_OTHER' as const]),
];

/** frps's own reasons to refuse a login; a plugin has its own words (server/service.go). */
export const LOGIN_REFUSALS = [
  'token_mismatch',
  'oidc_invalid',
  'client_id_online',
  'run_id_invalid',
  'session_replaced',
  'protocol_mismatch',
  'pool_count_invalid',
  'internal_error',
] as const satisfies readonly FrpErrorType[];

/** Of counters of one thing. */
const OF_ONE_KIND = {
  login: [...LOGIN_REFUSALS, 'plugin_error', '_OTHER'],
  connect: [
    'token_mismatch',
    'oidc_invalid',
    'oidc_unavailable',
    'client_id_online',
    'protocol_mismatch',
    'plugin_error',
    'name_resolution',
    'connection_refused',
    'connection_reset',
    'unreachable',
    'tls_certificate',
    'tls_handshake',
    'timeout',
    'closed',
    'process_exited',
    '_OTHER',
  ],
  proxyStart: [
    'port_already_used',
    'port_not_allowed',
    'port_unavailable',
    'port_exhausted',
    'address_in_use',
    'proxy_exists',
    'too_many_ports',
    'route_conflict',
    'group_conflict',
    'domain_invalid',
    'not_supported',
    'plugin_error',
    '_OTHER',
  ],
  reload: ['config_invalid', '_OTHER'],
  workConnection: ['work_connection', '_OTHER'],
  localService: ['connection_refused', 'timeout', '_OTHER'],
} as const satisfies Record<string, readonly (FrpErrorType | 'process_exited')[]>;

const SERVER_FAULTS = [
  'closed',
  'config_invalid',
  'connection_reset',
  'encryption',
  'file_descriptors',
  'listen',
  'nat_hole',
  'no_memory',
  'no_route',
  'panic',
  'proxy_not_found',
  'ssh_gateway',
  'timeout',
  'tls_handshake',
  'unknown_run_id',
  'visitor_auth_failed',
  'work_connection',
] as const satisfies readonly FrpErrorType[];

const CLIENT_FAULTS = [
  'encryption',
  'file_descriptors',
  'heartbeat_refused',
  'heartbeat_timeout',
  'nat_hole',
  'no_memory',
  'panic',
  'virtual_net',
  'work_connection',
] as const satisfies readonly FrpErrorType[];

/** Each once. */
const union = (...lists: readonly (readonly string[])[]): readonly string[] => {
  const all = new Set(lists.flat());
  all.delete('_OTHER');
  return [...all, '_OTHER'];
};

const { login, connect, proxyStart, reload } = OF_ONE_KIND;

/**
 * The classes that each failure counter starts with at 0: Prometheus's `increase()` sees no growth in a series that begins with
 * its first failure. A counter of an instance has all that frp's own code can give and what the network often does; one of a
 * proxy, of which there may be 10,000, the least that tells.
 */
export const FAILURES = {
  ...OF_ONE_KIND,
  server: union(login, proxyStart, SERVER_FAULTS),
  client: union(connect, reload, CLIENT_FAULTS),
};

/** Those of `frp.proxy.errors`: what goes wrong with a proxy that runs. What else does is counted elsewhere from 0, too. */
export const PROXY_FAILURES = {
  server: ['work_connection'],
  client: ['connection_refused', 'health_check'],
} as const satisfies Record<string, readonly FrpErrorType[]>;
