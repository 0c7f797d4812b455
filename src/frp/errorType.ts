/**
 * `error.type` of what frp and the operating system say, by the text and never by the log level: frp writes a W on every
 * normal disconnect. What no row knows is `_OTHER`, as the semantic conventions have it.
 */
export type FrpErrorType = (typeof CLASSES)[number][0] | '_OTHER';

const CLASSES = [
  // auth/token.go, auth/oidc.go, server/control.go
  ['token_mismatch', "token in login doesn't match"],
  ['oidc_invalid', 'invalid OIDC token'],
  ['client_id_online', 'is already online'],
  // server/ports/ports.go, server/control.go, server/proxy
  ['port_already_used', 'port already used'],
  ['port_not_allowed', 'port not allowed'],
  ['port_unavailable', 'port unavailable'],
  ['port_exhausted', 'no available port'],
  ['proxy_exists', 'already exists'],
  ['too_many_ports', 'exceed the max_ports_per_client'],
  ['route_conflict', 'router config conflict'],
  // Go's net package and the operating system
  ['connection_refused', 'connection refused'],
  ['connection_reset', 'connection reset'],
  ['name_resolution', 'no such host'],
  ['unreachable', 'no route to host'],
  ['unreachable', 'network is unreachable'],
  ['file_descriptors', 'too many open files'],
  ['timeout', 'timeout'],
  ['timeout', 'timed out'],
  ['closed', 'EOF'],
  ['closed', 'use of closed network connection'],
] as const;

export const errorTypeOf = (message: string): FrpErrorType =>
  CLASSES.find(([, text]) => message.includes(text))?.[0] ?? '_OTHER';

/** The classes each failure counter starts with at 0, so that a first burst counts as an increase. */
export const FAILURES = {
  login: ['token_mismatch', '_OTHER'],
  connect: ['token_mismatch', 'connection_refused', 'timeout', '_OTHER'],
  proxyStart: ['port_already_used', 'port_not_allowed', 'port_exhausted', 'proxy_exists', 'too_many_ports', '_OTHER'],
  localService: ['connection_refused', 'timeout', '_OTHER'],
} as const satisfies Record<string, readonly FrpErrorType[]>;
