import type { ServerLogMeaning } from './FrpLogMeaning.js';
import { tableOf } from './LogRow.js';

/**
 * frps's log. Of rows that begin alike, the one whose end is fixed stands before the one that ends with frp's free words:
 * a name chosen by a client may imitate the latter.
 */
export const SERVER_ROWS = tableOf<ServerLogMeaning>()([
  // cmd/frps/root.go
  { kind: 'note', level: 'I', text: 'frps uses config file: {}' },
  { kind: 'note', level: 'I', text: 'frps uses command line arguments for config' },
  { kind: 'server.started', level: 'I', text: 'frps started successfully', event: 'server.started' },

  // server/service.go: its listeners
  { kind: 'note', level: 'I', text: 'frps tcp listen on {}' },
  { kind: 'note', level: 'I', text: 'frps kcp listen on udp {}' },
  { kind: 'note', level: 'I', text: 'frps quic listen on quic {}', until: '0.52.3' },
  { kind: 'note', level: 'I', text: 'frps quic listen on {}', since: '0.53.2' },
  { kind: 'note', level: 'I', text: 'frps sshTunnelGateway listen on port {}', since: '0.53.2' },
  { kind: 'note', level: 'I', text: 'http service listen on {}' },
  { kind: 'note', level: 'I', text: 'https service listen on {}' },
  { kind: 'note', level: 'I', text: 'tcpmux httpconnect multiplexer listen on {}, passthough: {}', until: '0.67.0' },
  { kind: 'note', level: 'I', text: 'tcpmux httpconnect multiplexer listen on {}, passthrough: {}', since: '0.68.0' },
  { kind: 'note', level: 'I', text: 'plugin [{}] has been registered' },
  { kind: 'note', level: 'I', text: 'dashboard listen on {}' },
  { kind: 'fault', level: 'W', text: 'dashboard server exit with error: {error}', since: '0.53.2' },
  { kind: 'fault', level: 'W', text: 'listener for incoming connections from client closed', errorType: 'closed' },
  {
    kind: 'fault',
    level: 'W',
    text: 'QUICListener for incoming connections from client closed',
    until: '0.62.0',
    errorType: 'closed',
  },
  {
    kind: 'fault',
    level: 'W',
    text: 'quic listener for incoming connections from client closed',
    since: '0.62.1',
    errorType: 'closed',
  },

  // server/service.go: connections of clients, before anybody has shown a token
  {
    kind: 'fault',
    level: 'W',
    text: 'checkAndEnableTLSServerConnWithTimeout error: {error}',
    errorType: 'tls_handshake',
  },
  { kind: 'fault', level: 'W', text: 'failed to create mux connection: {error}' },
  { kind: 'note', level: 'D', text: 'accept new mux stream error: {}' },
  { kind: 'note', level: 'D', text: 'accept new quic mux stream error: {}' },
  { kind: 'fault', level: 'W', text: 'error message type for the new connection [{}]', errorType: 'protocol_mismatch' },
  {
    kind: 'client.login',
    level: 'I',
    text: 'client login info: ip [{address}] version [{version}] hostname [{hostname}] os [{os}] arch [{arch}]',
    event: 'server.client.connected',
  },
  { kind: 'client.login.refused', level: 'W', text: 'register control error: {error}', event: 'server.login.rejected' },
  // `register control error: unexpected error when creating new controller` follows.
  { kind: 'note', level: 'W', text: 'create new controller error: {}', since: '0.53.2' },
  { kind: 'note', level: 'W', text: 'write login error response error: {}', since: '0.69.0' },
  { kind: 'fault', level: 'W', text: 'write login response error: {error}', since: '0.69.0', until: '0.70.0' },
  { kind: 'fault', level: 'W', text: 'complete control login error: {error}', since: '0.70.1' },
  {
    kind: 'fault',
    level: 'W',
    text: "register visitor conn error: custom listener for [{}] doesn't exist",
    errorType: 'proxy_not_found',
  },
  {
    kind: 'fault',
    level: 'W',
    text: 'register visitor conn error: no client control found for run id [{}]',
    errorType: 'unknown_run_id',
  },
  {
    kind: 'fault',
    level: 'W',
    text: 'register visitor conn error: visitor connection of [{}] auth failed',
    errorType: 'visitor_auth_failed',
  },
  { kind: 'fault', level: 'W', text: 'register visitor conn error: {error}' },
  { kind: 'fault', level: 'W', text: 'no client control found for run id [{}]', errorType: 'unknown_run_id' },
  { kind: 'fault', level: 'W', text: 'invalid NewWorkConn with run id [{}]', errorType: 'work_connection' },

  // server/control.go: sessions
  { kind: 'client.replaced', level: 'I', text: 'replaced by client [{by}] (control ID {})', since: '0.70.1' },
  { kind: 'client.replaced', level: 'I', text: 'replaced by client [{by}]', until: '0.70.0' },
  { kind: 'client.heartbeat.timeout', level: 'W', text: 'heartbeat timeout', event: 'server.client.disconnected' },
  { kind: 'fault', level: 'W', text: 'received invalid ping: {error}' },
  { kind: 'note', level: 'D', text: 'receive heartbeat' },
  { kind: 'client.exit', level: 'I', text: 'client exit success', event: 'server.client.disconnected' },
  { kind: 'note', level: 'I', text: 'control writer is closing', until: '0.52.3' },
  { kind: 'note', level: 'D', text: 'control connection closed', until: '0.52.3' },
  // The end of the session follows.
  { kind: 'note', level: 'W', text: 'read error: {}', until: '0.52.3' },
  { kind: 'note', level: 'W', text: 'write message to control connection error: {}', until: '0.52.3' },
  { kind: 'fault', level: 'E', text: 'crypto new writer error: {error}', until: '0.52.3', errorType: 'encryption' },
  { kind: 'fault', level: 'E', text: 'panic error: {error}', errorType: 'panic' },
  { kind: 'note', level: 'E', text: 'goroutine {} [{}]:' },

  // server/control.go: proxies
  {
    kind: 'proxy.started',
    level: 'I',
    text: 'new proxy [{proxy}] type [{type}] success',
    event: 'proxy.connected',
  },
  {
    kind: 'proxy.start.refused',
    level: 'W',
    text: 'new proxy [{proxy}] type [{type}] error: {error}',
    event: 'proxy.error',
  },
  { kind: 'proxy.removed', level: 'I', text: 'close proxy [{proxy}] success', event: 'proxy.closed' },

  // server/control.go: work connections; proxy.go tells of what came of it
  { kind: 'note', level: 'D', text: 'new work connection registered' },
  { kind: 'note', level: 'D', text: 'work connection pool is full, discarding' },
  { kind: 'note', level: 'D', text: 'get work connection from pool' },
  { kind: 'note', level: 'W', text: 'no work connections available, {}' },
  { kind: 'note', level: 'W', text: 'timeout trying to get work connection' },

  // server/proxy/proxy.go
  {
    kind: 'proxy.user.connection',
    level: 'I',
    text: '[{proxy}] get a user connection [{address}]',
  },
  { kind: 'proxy.closing', level: 'I', text: '[{proxy}] proxy closing', event: 'proxy.disconnected' },
  {
    kind: 'proxy.user.rejected',
    level: 'W',
    text: '[{proxy}] the user conn [{address}] was rejected, err:{error}',
    event: 'proxy.error',
  },
  {
    kind: 'proxy.connection.failed',
    level: 'W',
    text: '[{proxy}] failed to get work connection: {error}',
    event: 'proxy.error',
    errorType: 'work_connection',
  },
  {
    kind: 'proxy.connection.failed',
    level: 'E',
    text: '[{proxy}] try to get work connection failed in the end',
    event: 'proxy.error',
    errorType: 'work_connection',
  },
  { kind: 'note', level: 'W', text: '[{}] failed to send message to work connection from pool: {}, times: {}' },
  { kind: 'note', level: 'D', text: '[{}] get a new work connection: [{}]' },
  // Every end of a tcp proxy: `accept tcp …: use of closed network connection`.
  { kind: 'note', level: 'W', text: '[{}] listener is closed: {}' },
  { kind: 'proxy.fault', level: 'I', text: '[{proxy}] met temporary error: {error}, sleep for {} ...' },
  {
    kind: 'proxy.fault',
    level: 'E',
    text: '[{proxy}] create encryption stream error: {error}',
    errorType: 'encryption',
  },
  { kind: 'note', level: 'D', text: '[{}] join connections, workConn(l[{}] r[{}]) userConn(l[{}] r[{}])' },
  { kind: 'note', level: 'D', text: '[{}] join connections closed' },
  { kind: 'note', level: 'I', text: '[{}] stcp proxy custom listen success' },
  { kind: 'note', level: 'I', text: '[{}] sudp proxy custom listen success' },
  {
    kind: 'note',
    level: 'I',
    text: '[{}] bridge mixed SUDP payload codecs, proxy [{}], visitor [{}]',
    since: '0.71.0',
  },
  {
    kind: 'note',
    level: 'I',
    text: '[{}] bridge mixed SUDP payload codecs, proxy wireProtocol [{}], visitor wireProtocol [{}]',
    since: '0.69.1',
    until: '0.70.1',
  },

  // server/proxy/{tcp,udp,http,https,tcpmux,xtcp}.go
  { kind: 'proxy.listening', level: 'I', text: '[{proxy}] tcp proxy listen port [{port}]' },
  { kind: 'proxy.listening', level: 'I', text: '[{proxy}] tcp proxy listen port [{port}] in group [{}]' },
  { kind: 'proxy.listening', level: 'I', text: '[{proxy}] udp proxy listen port [{port}]' },
  {
    kind: 'note',
    level: 'I',
    text: '[{}] http proxy listen for host [{}] location [{}] group [{}], routeByHTTPUser [{}]',
  },
  { kind: 'note', level: 'I', text: '[{}] https proxy listen for host [{}]', until: '0.65.0' },
  { kind: 'note', level: 'I', text: '[{}] https proxy listen for host [{}] group [{}]', since: '0.66.0' },
  {
    kind: 'note',
    level: 'I',
    text: '[{}] tcpmux httpconnect multiplexer listens for host [{}], group [{}] routeByHTTPUser [{}]',
  },
  { kind: 'proxy.fault', level: 'W', text: '[{proxy}] listen udp port error: {error}' },
  { kind: 'note', level: 'W', text: '[{}] read from workConn for udp error: {}' },
  { kind: 'proxy.fault', level: 'W', text: '[{proxy}] set read deadline error: {error}' },
  { kind: 'note', level: 'I', text: '[{}] reader goroutine for udp work connection closed' },
  { kind: 'note', level: 'I', text: '[{}] sender goroutine for udp work connection closed' },
  { kind: 'note', level: 'I', text: '[{}] sender goroutine for udp work connection closed: {}' },
  { kind: 'proxy.fault', level: 'E', text: '[{proxy}] create UDP packet read writer: {error}', since: '0.71.0' },
  { kind: 'proxy.fault', level: 'W', text: '[{proxy}] resolve TCP addr [{}] error: {error}' },
  {
    kind: 'proxy.fault',
    level: 'W',
    text: '[{proxy}] write nat hole sid package error, {error}',
    errorType: 'nat_hole',
  },

  // pkg/util/vhost: the host, the path and the user name are a visitor's
  { kind: 'note', level: 'W', text: 'do http proxy request [host: {*}] error: context canceled' },
  {
    kind: 'fault',
    level: 'W',
    text: 'do http proxy request [host: {*}] error: no route found: {}',
    errorType: 'no_route',
  },
  // Asked for as a proxy is, with the host in the request line.
  {
    kind: 'fault',
    level: 'W',
    text: 'do http proxy request [host: {*}] error: proxyconnect tcp: no route found: {}',
    errorType: 'no_route',
  },
  { kind: 'fault', level: 'W', text: 'do http proxy request [host: {*}] error: {error}' },
  { kind: 'fault', level: 'W', text: 'httputil: ReverseProxy read error during body copy: {error}' },
  { kind: 'note', level: 'D', text: 'get new http request host [{}] path [{}] httpuser [{}]' },
  { kind: 'note', level: 'D', text: 'get hostname from http/https request error: {}' },
  { kind: 'note', level: 'D', text: 'http request for host [{}] path [{}] httpUser [{}] not found' },
  { kind: 'note', level: 'I', text: '[{}] success func failure on vhost connection: {}' },
  { kind: 'note', level: 'D', text: '[{}] auth failed for user: {}' },
  { kind: 'note', level: 'D', text: '[{}] new request host [{}] path [{}] httpUser [{}]' },
  { kind: 'note', level: 'D', text: '[{}] rewrite host to [{}] success' },
  {
    kind: 'proxy.fault',
    level: 'W',
    text: '[{proxy}] listener is already closed, ignore this request',
    errorType: 'closed',
  },
  { kind: 'proxy.fault', level: 'W', text: '[{proxy}] host header rewrite failed: {error}' },
  { kind: 'fault', level: 'W', text: 'read custom 404 page error: {error}' },

  // pkg/nathole/controller.go
  { kind: 'note', level: 'I', text: 'sid [{}] report make hole success: true, mode {}, index {}' },
  {
    kind: 'fault',
    level: 'I',
    text: 'sid [{}] report make hole success: false, mode {}, index {}',
    errorType: 'nat_hole',
  },
  { kind: 'fault', level: 'W', text: 'handle visitorMsg error: {error}', errorType: 'nat_hole' },
  { kind: 'note', level: 'D', text: 'wait for NatHoleClient message timeout, sid [{}]' },
  { kind: 'note', level: 'D', text: 'sid [{}] analysis error: {}' },
  {
    kind: 'note',
    level: 'D',
    text: 'sid [{}] visitor nat: {}, candidateAddrs: {}; client nat: {}, candidateAddrs: {}, protocol: {}',
  },
  { kind: 'note', level: 'D', text: 'sid [{}] visitor detect behavior: {}' },
  { kind: 'note', level: 'D', text: 'sid [{}] client detect behavior: {}' },

  // pkg/plugin/server/manager.go: what is asked for is refused, and its own line says so; only CloseProxy has none
  { kind: 'note', level: 'W', text: 'send Login request to plugin [{}] error: {}' },
  { kind: 'note', level: 'W', text: 'send NewProxy request to plugin [{}] error: {}' },
  { kind: 'note', level: 'W', text: 'send Ping request to plugin [{}] error: {}' },
  { kind: 'note', level: 'W', text: 'send NewWorkConn request to plugin [{}] error: {}' },
  { kind: 'note', level: 'I', text: 'send NewUserConn request to plugin [{}] error: {}' },
  {
    kind: 'fault',
    level: 'W',
    text: 'send CloseProxy request to plugin [{}] error: {error}',
    errorType: 'plugin_error',
  },

  // pkg/ssh/{gateway,server}.go
  { kind: 'fault', level: 'E', text: 'load authorized keys file error: {error}', since: '0.53.2' },
  {
    kind: 'fault',
    level: 'E',
    text: 'ssh tunnel server run error: {error}',
    since: '0.53.2',
    errorType: 'ssh_gateway',
  },
  {
    kind: 'fault',
    level: 'W',
    text: 'wait proxy status ready error: {error}',
    since: '0.53.2',
    errorType: 'ssh_gateway',
  },

  // pkg/util/http (server/dashboard_api.go before 0.67), server/http/controller.go
  { kind: 'api.request', level: 'I', text: 'http request: [{path}]' },
  { kind: 'api.response', level: 'I', text: 'http response [{path}]: code [{}]' },
  { kind: 'note', level: 'W', text: 'http response [{}]: error: {}', since: '0.67.0' },
  { kind: 'note', level: 'I', text: 'cleared [{}] offline proxies, total [{}] proxies', since: '0.54.0' },
  { kind: 'fault', level: 'W', text: 'marshal proxy [{}] conf info error: {error}', until: '0.67.0' },
  { kind: 'fault', level: 'W', text: 'unmarshal proxy [{}] conf info error: {error}', until: '0.67.0' },

  // pkg/metrics/mem/server.go
  { kind: 'note', level: 'D', text: 'clear useless proxy statistics data count {}, cost {}' },
]);
