import type { ClientLogMeaning, ServerLogMeaning } from './FrpLogMeaning.js';
import { tableOf } from './LogRow.js';

/** The config, refused before there is a log (pkg/config/load.go). */
const CONFIG_ROWS = [
  { kind: 'fault', text: 'toml: {error}', errorType: 'config_invalid' },
  { kind: 'fault', text: 'json: {error}', errorType: 'config_invalid' },
  { kind: 'fault', text: 'yaml: {error}', errorType: 'config_invalid' },
  { kind: 'fault', text: 'error unmarshaling JSON: {error}', errorType: 'config_invalid' },
  { kind: 'fault', text: 'error converting YAML to JSON: {error}', errorType: 'config_invalid' },
  { kind: 'fault', text: 'field "{}": {error}', errorType: 'config_invalid' },
  { kind: 'fault', text: 'template: {error}', errorType: 'config_invalid' },
  { kind: 'fault', text: 'open {}: {error}', errorType: 'config_invalid' },
] as const;

/** Go's own words, and those of its net/http: of the web servers, and on frps of http visitors, whose doing the last two are. */
const GO_ROWS = [
  { kind: 'fault', text: 'panic: {error}', errorType: 'panic' },
  { kind: 'fault', text: 'fatal error: {error}', errorType: 'panic' },
  { kind: 'note', text: 'goroutine {} [{}]:' },
  { kind: 'fault', text: 'http: Accept error: {error}; retrying in {}' },
  { kind: 'fault', text: 'http: panic serving {}: {error}', errorType: 'panic' },
  { kind: 'note', text: 'http: TLS handshake error from {}: {}' },
  { kind: 'note', text: 'http: superfluous response.WriteHeader call from {}' },
] as const;

/**
 * What frps prints outside its log, on stdout or stderr, wherever its log goes: errors that end it, at the start
 * (cmd/frps/root.go prints what server/service.go returns), and Go's own words.
 */
export const BARE_SERVER_ROWS = tableOf<ServerLogMeaning>()([
  ...CONFIG_ROWS,
  { kind: 'fault', text: 'create server listener error, {error}', errorType: 'listen' },
  { kind: 'fault', text: 'listen on kcp udp address {} error: {error}', errorType: 'listen' },
  { kind: 'fault', text: 'listen on quic udp address {} error: {error}', errorType: 'listen' },
  { kind: 'fault', text: 'create ssh gateway error: {error}', errorType: 'ssh_gateway' },
  { kind: 'fault', text: 'create vhost http listener error, {error}', errorType: 'listen' },
  { kind: 'fault', text: 'create vhost httpsMuxer error, {error}', errorType: 'listen' },
  { kind: 'fault', text: 'create vhost tcpMuxer error, {error}', errorType: 'listen' },
  { kind: 'fault', text: 'create nat hole controller error, {error}', errorType: 'listen' },
  { kind: 'fault', text: 'create dashboard web server error, {error}', errorType: 'listen' },
  { kind: 'fault', text: 'failed to complete server config: {error}', errorType: 'config_invalid' },
  { kind: 'note', text: 'WARNING: {}' },
  { kind: 'note', text: 'frps: the configuration file {} syntax is ok' },
  ...GO_ROWS,
]);

/** What frpc prints outside its log (cmd/frpc/sub). */
export const BARE_CLIENT_ROWS = tableOf<ClientLogMeaning>()([
  ...CONFIG_ROWS,
  { kind: 'fault', text: 'unknown proxy type: {error}', errorType: 'config_invalid' },
  { kind: 'fault', text: 'decode {} at index {}: {error}', errorType: 'config_invalid' },
  { kind: 'fault', text: 'proxy {}: {error}', errorType: 'config_invalid' },
  { kind: 'fault', text: 'visitor {}: {error}', errorType: 'config_invalid' },
  // A line of the log has told of the failed login: `connect to server error`.
  { kind: 'note', text: 'login to the server failed: {}' },
  // 0.52 prints the bare reason, after its log's `login to server failed`.
  { kind: 'note', text: "token in login doesn't match token from configuration", until: '0.52.3' },
  { kind: 'note', text: 'register control error', until: '0.52.3' },
  { kind: 'note', text: 'dial tcp {}', until: '0.52.3' },
  { kind: 'note', text: 'EOF', until: '0.52.3' },
  { kind: 'fault', text: 'frpc service error for config file [{}]' },
  { kind: 'note', text: 'WARNING: {}' },
  { kind: 'note', text: 'WARNING! {}' },
  { kind: 'note', text: 'frpc: the configuration file {} syntax is ok' },
  { kind: 'note', text: 'reload success' },
  { kind: 'note', text: 'stop success' },
  ...GO_ROWS,
]);
