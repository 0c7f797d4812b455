import type { ClientLogMeaning } from './FrpLogMeaning.js';
import { tableOf } from './LogRow.js';

/**
 * frpc's log. Its names are its own config's and what it ends with is often the server's: the row that ends with free words
 * stands before the one that an error text could imitate.
 */
export const CLIENT_ROWS = tableOf<ClientLogMeaning>()([
  // cmd/frpc/sub/root.go
  {
    kind: 'note',
    level: 'I',
    text: 'start frpc service for config file [{}] with aggregated configuration',
    since: '0.68.0',
  },
  { kind: 'note', level: 'I', text: 'start frpc service for config file [{}]', until: '0.67.0' },
  { kind: 'note', level: 'I', text: 'frpc service for config file [{}] stopped' },

  // client/service.go
  { kind: 'login.started', level: 'I', text: 'try to connect to server...', since: '0.53.2' },
  { kind: 'login.started', level: 'I', text: 'try to reconnect to server...', until: '0.52.3' },
  {
    kind: 'login.succeeded',
    level: 'I',
    text: 'login to server success, get run id [{runId}]',
    event: 'client.connected',
  },
  {
    kind: 'login.failed',
    level: 'W',
    text: 'connect to server error: {error}',
    since: '0.53.2',
    event: 'client.login.failed',
  },
  {
    kind: 'login.failed',
    level: 'W',
    text: 'login to server failed: {error}',
    until: '0.52.3',
    event: 'client.login.failed',
  },
  {
    kind: 'login.failed',
    level: 'W',
    text: 'reconnect to server error: {error}, wait {} for another retry',
    until: '0.52.3',
    event: 'client.login.failed',
  },
  { kind: 'note', level: 'I', text: 'wait {} to reconnect', until: '0.52.3' },
  // The server's reason in a line of its own, before the line of the failed login repeats it.
  { kind: 'note', level: 'E', text: "token in login doesn't match token from configuration", until: '0.68.1' },
  { kind: 'note', level: 'E', text: 'register control error', until: '0.68.1' },
  { kind: 'note', level: 'E', text: 'send Login request to plugin error', until: '0.68.1' },
  { kind: 'note', level: 'E', text: 'invalid OIDC token in login: {}', until: '0.68.1' },
  {
    kind: 'note',
    level: 'E',
    text: 'client_id [{}] for user [{}] is already online',
    since: '0.67.0',
    until: '0.68.1',
  },
  { kind: 'fault', level: 'E', text: 'new control error: {error}', since: '0.62.1' },
  { kind: 'fault', level: 'E', text: 'NewControl error: {error}', since: '0.53.2', until: '0.62.0' },
  { kind: 'note', level: 'I', text: 'admin server listen on {}' },
  { kind: 'fault', level: 'W', text: 'admin server exit with error: {error}', since: '0.53.2' },
  { kind: 'fault', level: 'W', text: 'run admin server error: {error}', until: '0.52.3' },
  {
    kind: 'fault',
    level: 'E',
    text: 'init virtual network controller error: {error}',
    since: '0.62.0',
    errorType: 'virtual_net',
  },
  { kind: 'note', level: 'I', text: 'virtual network controller start...', since: '0.62.0' },
  {
    kind: 'fault',
    level: 'W',
    text: 'virtual network controller exit with error: {error}',
    since: '0.62.0',
    errorType: 'virtual_net',
  },

  // client/connector.go (client/service.go in 0.52): the failed login follows
  { kind: 'note', level: 'W', text: 'fail to build tls configuration, err: {}' },
  { kind: 'note', level: 'E', text: 'fail to parse proxy url' },

  // client/control.go: the session
  { kind: 'heartbeat.timeout', level: 'W', text: 'heartbeat timeout', event: 'client.disconnected' },
  {
    kind: 'fault',
    level: 'E',
    text: 'pong message contains error: {error}',
    since: '0.53.2',
    errorType: 'heartbeat_refused',
  },
  { kind: 'fault', level: 'E', text: 'Pong contains error: {error}', until: '0.52.3', errorType: 'heartbeat_refused' },
  {
    kind: 'fault',
    level: 'W',
    text: 'error during ping authentication: {error}, skip sending ping message',
    since: '0.53.2',
  },
  { kind: 'fault', level: 'W', text: 'error during ping authentication: {error}', until: '0.52.3' },
  { kind: 'note', level: 'D', text: 'send heartbeat to server' },
  { kind: 'note', level: 'D', text: 'receive heartbeat from server' },
  { kind: 'note', level: 'D', text: 'control message dispatcher exited', since: '0.65.0' },
  { kind: 'note', level: 'D', text: 'read from control connection EOF', until: '0.52.3' },
  { kind: 'note', level: 'W', text: 'read error: {}', until: '0.52.3' },
  { kind: 'note', level: 'W', text: 'write message to control connection error: {}', until: '0.52.3' },
  { kind: 'note', level: 'I', text: 'control writer is closing', until: '0.52.3' },
  { kind: 'fault', level: 'E', text: 'crypto new writer error: {error}', until: '0.52.3', errorType: 'encryption' },
  { kind: 'fault', level: 'E', text: 'panic error: {error}', until: '0.52.3', errorType: 'panic' },
  { kind: 'note', level: 'E', text: 'goroutine {} [{}]:' },

  // client/control.go: work connections
  { kind: 'fault', level: 'W', text: 'start new connection to server error: {error}', errorType: 'work_connection' },
  { kind: 'fault', level: 'W', text: 'error during NewWorkConn authentication: {error}', errorType: 'work_connection' },
  { kind: 'fault', level: 'W', text: 'work connection write to server error: {error}', errorType: 'work_connection' },
  // frps has enough of them.
  { kind: 'note', level: 'E', text: 'StartWorkConn contains error: work connection pool is full, discarding' },
  { kind: 'fault', level: 'E', text: 'StartWorkConn contains error: {error}', errorType: 'work_connection' },

  // client/control.go, client/proxy/proxy_manager.go: proxies
  // The answer came when the proxy was not waiting for one, as after a reload (client/proxy/proxy_wrapper.go).
  { kind: 'note', level: 'W', text: '[{}] start error: status not wait start, ignore start message' },
  { kind: 'proxy.start.failed', level: 'W', text: '[{proxy}] start error: {error}', event: 'proxy.error' },
  { kind: 'proxy.running', level: 'I', text: '[{proxy}] start proxy success', event: 'proxy.connected' },
  { kind: 'proxies.added', level: 'I', text: 'proxy added: [{proxies}]', event: 'proxy.created' },
  { kind: 'proxies.removed', level: 'I', text: 'proxy removed: [{proxies}]', event: 'proxy.closed' },

  // client/proxy/proxy.go, proxy_wrapper.go
  {
    kind: 'local.connect.failed',
    level: 'E',
    text: '[{proxy}] connect to local service [{}] error: {error}',
    event: 'proxy.error',
  },
  { kind: 'note', level: 'D', text: '[{}] start a new work connection, localAddr: {} remoteAddr: {}' },
  { kind: 'note', level: 'D', text: '[{}] handle by plugin: {}' },
  { kind: 'note', level: 'D', text: '[{}] handle by plugin finished' },
  { kind: 'note', level: 'D', text: '[{}] join connections, localConn(l[{}] r[{}]) workConn(l[{}] r[{}])' },
  { kind: 'note', level: 'D', text: '[{}] join connections closed' },
  {
    kind: 'proxy.fault',
    level: 'E',
    text: '[{proxy}] create encryption stream error: {error}',
    errorType: 'encryption',
  },
  {
    kind: 'proxy.fault',
    level: 'E',
    text: '[{proxy}] wrap work connection: {error}',
    since: '0.68.0',
    errorType: 'encryption',
  },
  {
    kind: 'proxy.fault',
    level: 'E',
    text: '[{proxy}] write proxy protocol header to local conn error: {error}',
    errorType: 'proxy_protocol',
  },
  {
    kind: 'proxy.fault',
    level: 'W',
    text: '[{proxy}] resolve source address [{}] error: {error}',
    since: '0.71.0',
    errorType: 'proxy_protocol',
  },
  {
    kind: 'proxy.fault',
    level: 'W',
    text: '[{proxy}] resolve destination address [{}] error: {error}',
    since: '0.71.0',
    errorType: 'proxy_protocol',
  },

  // client/health/health.go, client/proxy/proxy_wrapper.go
  { kind: 'note', level: 'I', text: '[{}] health check status change to success' },
  { kind: 'note', level: 'W', text: '[{}] health check status change to failed' },
  {
    kind: 'proxy.check.error',
    level: 'W',
    text: '[{proxy}] do one health check failed: {error}',
    event: 'proxy.error',
    errorType: 'health_check',
  },
  { kind: 'proxy.check.failed', level: 'I', text: '[{proxy}] health check failed' },
  { kind: 'proxy.check.recovered', level: 'I', text: '[{proxy}] health check success' },

  // client/proxy/{udp,sudp}.go
  { kind: 'note', level: 'I', text: '[{}] incoming a new work connection for udp proxy, {}' },
  { kind: 'note', level: 'I', text: '[{}] incoming a new work connection for sudp proxy, {}' },
  { kind: 'note', level: 'W', text: '[{}] read from workConn for udp error: {}' },
  { kind: 'note', level: 'W', text: '[{}] read from workConn for sudp error: {}' },
  { kind: 'note', level: 'I', text: '[{}] reader goroutine for udp work connection closed: {}' },
  { kind: 'note', level: 'W', text: '[{}] reader goroutine for sudp work connection closed: {}' },
  { kind: 'note', level: 'I', text: '[{}] writer goroutine for udp work connection closed' },
  { kind: 'note', level: 'I', text: '[{}] writer goroutine for sudp work connection closed' },
  { kind: 'note', level: 'W', text: '[{}] heartbeat goroutine for sudp work connection closed' },
  { kind: 'proxy.fault', level: 'E', text: '[{proxy}] udp work write error: {error}' },
  { kind: 'proxy.fault', level: 'E', text: '[{proxy}] sudp work write error: {error}' },
  { kind: 'proxy.fault', level: 'E', text: '[{proxy}] create UDP packet read writer: {error}', since: '0.71.0' },

  // client/config_manager.go (client/admin_api.go before 0.67)
  { kind: 'config.reloaded', level: 'I', text: 'success reload conf', event: 'client.config.reloaded' },
  {
    kind: 'config.reload.failed',
    level: 'W',
    text: 'load frpc config file error: {error}',
    until: '0.67.0',
    errorType: 'config_invalid',
  },
  {
    kind: 'config.reload.failed',
    level: 'W',
    text: 'reload frpc proxy config error: {error}',
    until: '0.67.0',
    errorType: 'config_invalid',
  },
  { kind: 'config.reload.failed', level: 'W', text: 'frpc has no config file path', until: '0.66.0' },
  { kind: 'note', level: 'W', text: "body can't be empty", until: '0.66.0' },
  { kind: 'fault', level: 'W', text: 'read request body error: {error}', until: '0.66.0' },
  { kind: 'fault', level: 'W', text: 'write content to frpc config file error: {error}', until: '0.66.0' },
  { kind: 'note', level: 'I', text: 'store: created proxy {}', since: '0.68.0' },
  { kind: 'note', level: 'I', text: 'store: updated proxy {}', since: '0.68.0' },
  { kind: 'note', level: 'I', text: 'store: deleted proxy {}', since: '0.68.0' },
  { kind: 'note', level: 'I', text: 'store: created visitor {}', since: '0.68.0' },
  { kind: 'note', level: 'I', text: 'store: updated visitor {}', since: '0.68.0' },
  { kind: 'note', level: 'I', text: 'store: deleted visitor {}', since: '0.68.0' },

  // pkg/util/http (client/admin_api.go before 0.67)
  { kind: 'api.request', level: 'I', text: 'http request: [{path}]', since: '0.67.0' },
  { kind: 'api.request', level: 'I', text: 'http request [{path}]', until: '0.66.0' },
  { kind: 'api.request', level: 'I', text: 'http get request [{path}]', until: '0.66.0' },
  { kind: 'api.request', level: 'I', text: 'http put request [{path}]', until: '0.66.0' },
  { kind: 'api.request', level: 'I', text: 'api request [{path}]', until: '0.66.0' },
  { kind: 'api.response', level: 'I', text: 'http response [{path}]: code [{}]', since: '0.67.0' },
  {
    kind: 'config.reload.failed',
    level: 'W',
    text: 'http response [/api/reload]: error: {error}',
    errorType: 'config_invalid',
  },
  { kind: 'note', level: 'W', text: 'http response [{}]: error: {}', since: '0.67.0' },
  { kind: 'api.response', level: 'I', text: 'http response [{path}]', until: '0.66.0' },
  { kind: 'api.response', level: 'I', text: 'http get response [{path}], code [{}]', until: '0.66.0' },
  { kind: 'api.response', level: 'I', text: 'http put response [{path}], code [{}]', until: '0.66.0' },
  { kind: 'api.response', level: 'I', text: 'api response [{path}], code [{}]', until: '0.66.0' },

  // pkg/plugin/client
  {
    kind: 'proxy.fault',
    level: 'W',
    text: '[{proxy}] tls handshake error: {error}',
    since: '0.60.0',
    errorType: 'tls_handshake',
  },
  {
    kind: 'local.connect.failed',
    level: 'W',
    text: '[{proxy}] dial to local addr error: {error}',
    since: '0.60.0',
    event: 'proxy.error',
  },
  {
    kind: 'local.connect.failed',
    level: 'W',
    text: '[{proxy}] dial to uds {} error: {error}',
    since: '0.60.0',
    event: 'proxy.error',
  },
  {
    kind: 'proxy.fault',
    level: 'W',
    text: '[{proxy}] tls2raw write proxy protocol header to local conn error: {error}',
    since: '0.70.0',
    errorType: 'proxy_protocol',
  },
  { kind: 'fault', level: 'W', text: 'http: proxy error: {error}' },
  { kind: 'fault', level: 'W', text: 'httputil: ReverseProxy read error during body copy: {error}' },
]);
