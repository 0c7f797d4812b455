/** One config of frps, and one of frpc, in every format that frp reads: the real frps and frpc take them too (test/e2e/config.test.ts). */
export const SERVER_EXAMPLES = {
  toml: `bindAddr = "127.0.0.1"
bindPort = 7001
kcpBindPort = 7002
quicBindPort = 7003
proxyBindAddr = "127.0.0.2"
vhostHTTPPort = 8080
vhostHTTPSPort = 8443
tcpmuxHTTPConnectPort = 1337
subDomainHost = "frp.example"
maxPortsPerClient = 9
enablePrometheus = true
auth.method = "token"
auth.token = "s3cr3t-token"
allowPorts = [{ start = 2000, end = 3000 }, { single = 3001 }]

[webServer]
addr = "0.0.0.0"
port = 7500
user = "admin"
password = "s3cr3t-password"

[log]
to = "./frps.log"
level = "debug"
maxDays = 7
disablePrintColor = true

[transport]
tcpMux = false
heartbeatTimeout = 60
maxPoolCount = 8
tls.force = true

[[httpPlugins]]
name = "audit"
addr = "user:s3cr3t-plugin@127.0.0.1:9000"
path = "/handler"
ops = ["Login", "NewProxy"]
`,
  json: `{
  "bindAddr": "127.0.0.1", "bindPort": 7001, "kcpBindPort": 7002, "quicBindPort": 7003, "proxyBindAddr": "127.0.0.2",
  "vhostHTTPPort": 8080, "vhostHTTPSPort": 8443, "tcpmuxHTTPConnectPort": 1337, "subDomainHost": "frp.example",
  "maxPortsPerClient": 9, "enablePrometheus": true, "auth": { "method": "token", "token": "s3cr3t-token" },
  "allowPorts": [{ "start": 2000, "end": 3000 }, { "single": 3001 }],
  "webServer": { "addr": "0.0.0.0", "port": 7500, "user": "admin", "password": "s3cr3t-password" },
  "log": { "to": "./frps.log", "level": "debug", "maxDays": 7, "disablePrintColor": true },
  "transport": { "tcpMux": false, "heartbeatTimeout": 60, "maxPoolCount": 8, "tls": { "force": true } },
  "httpPlugins": [
    { "name": "audit", "addr": "user:s3cr3t-plugin@127.0.0.1:9000", "path": "/handler", "ops": ["Login", "NewProxy"] }
  ]
}
`,
  yaml: `bindAddr: 127.0.0.1
bindPort: 7001
kcpBindPort: 7002
quicBindPort: 7003
proxyBindAddr: 127.0.0.2
vhostHTTPPort: 8080
vhostHTTPSPort: 8443
tcpmuxHTTPConnectPort: 1337
subDomainHost: frp.example
maxPortsPerClient: 9
enablePrometheus: yes
auth:
  method: token
  token: s3cr3t-token
allowPorts:
  - { start: 2000, end: 3000 }
  - single: 3001
webServer:
  addr: 0.0.0.0
  port: 7500
  user: admin
  password: s3cr3t-password
log: { to: ./frps.log, level: debug, maxDays: 7, disablePrintColor: on }
transport:
  tcpMux: off
  heartbeatTimeout: 60
  maxPoolCount: 8
  tls:
    force: true
httpPlugins:
  - name: audit
    addr: user:s3cr3t-plugin@127.0.0.1:9000
    path: /handler
    ops: [Login, NewProxy]
`,
  ini: `[common]
bind_addr = 127.0.0.1
bind_port = 7001
kcp_bind_port = 7002
quic_bind_port = 7003
proxy_bind_addr = 127.0.0.2
vhost_http_port = 8080
vhost_https_port = 8443
tcpmux_httpconnect_port = 1337
subdomain_host = frp.example
max_ports_per_client = 9
enable_prometheus = true
authentication_method = token
token = s3cr3t-token
allow_ports = 2000-3000,3001
dashboard_port = 7500
dashboard_user = admin
dashboard_pwd = s3cr3t-password
log_file = ./frps.log
log_level = debug
log_max_days = 7
disable_log_color = true
tcp_mux = false
heartbeat_timeout = 60
max_pool_count = 8
tls_only = true

[plugin.audit]
addr = user:s3cr3t-plugin@127.0.0.1:9000
path = /handler
ops = Login, NewProxy
`,
} as const;

export const CLIENT_EXAMPLES = {
  toml: `serverAddr = "frp.example"
serverPort = 7001
user = "alice"
auth.token = "s3cr3t-token"
loginFailExit = false
start = ["ssh", "web", "secret"]

[webServer]
port = 7400
user = "admin"
password = "s3cr3t-password"

[log]
to = "./frpc.log"
level = "warn"

[transport]
protocol = "quic"
tcpMux = true
heartbeatInterval = 10
heartbeatTimeout = 40
poolCount = 3
tls.enable = true

[[proxies]]
name = "ssh"
type = "tcp"
localIP = "10.0.0.5"
localPort = 22
remotePort = 6022
transport = { useEncryption = true, useCompression = true, bandwidthLimit = "1MB", bandwidthLimitMode = "server" }
loadBalancer = { group = "shells", groupKey = "s3cr3t-group" }
healthCheck = { type = "tcp", timeoutSeconds = 3, maxFailed = 3, intervalSeconds = 10 }

[[proxies]]
name = "web"
type = "http"
localPort = 8080
customDomains = ["a.example", "b.example"]
subdomain = "web"
httpUser = "u"
httpPassword = "s3cr3t-http"
metadatas.key = "s3cr3t-metadata"

[[proxies]]
name = "mux"
type = "tcpmux"
localPort = 8081
customDomains = ["mux.example"]
multiplexer = "httpconnect"

[[proxies]]
name = "files"
type = "tcp"
remotePort = 6023
[proxies.plugin]
type = "static_file"
localPath = "/tmp"
httpPassword = "s3cr3t-files"

[[visitors]]
name = "secret"
type = "stcp"
serverUser = "bob"
serverName = "vault"
secretKey = "s3cr3t-key"
bindPort = 6024
`,
  json: `{
  "serverAddr": "frp.example", "serverPort": 7001, "user": "alice", "auth": { "token": "s3cr3t-token" },
  "loginFailExit": false, "start": ["ssh", "web", "secret"],
  "webServer": { "port": 7400, "user": "admin", "password": "s3cr3t-password" },
  "log": { "to": "./frpc.log", "level": "warn" },
  "transport": {
    "protocol": "quic", "tcpMux": true, "heartbeatInterval": 10, "heartbeatTimeout": 40, "poolCount": 3, "tls": { "enable": true }
  },
  "proxies": [
    {
      "name": "ssh", "type": "tcp", "localIP": "10.0.0.5", "localPort": 22, "remotePort": 6022,
      "transport": { "useEncryption": true, "useCompression": true, "bandwidthLimit": "1MB", "bandwidthLimitMode": "server" },
      "loadBalancer": { "group": "shells", "groupKey": "s3cr3t-group" },
      "healthCheck": { "type": "tcp", "timeoutSeconds": 3, "maxFailed": 3, "intervalSeconds": 10 }
    },
    {
      "name": "web", "type": "http", "localPort": 8080, "customDomains": ["a.example", "b.example"], "subdomain": "web",
      "httpUser": "u", "httpPassword": "s3cr3t-http", "metadatas": { "key": "s3cr3t-metadata" }
    },
    { "name": "mux", "type": "tcpmux", "localPort": 8081, "customDomains": ["mux.example"], "multiplexer": "httpconnect" },
    {
      "name": "files", "type": "tcp", "remotePort": 6023,
      "plugin": { "type": "static_file", "localPath": "/tmp", "httpPassword": "s3cr3t-files" }
    }
  ],
  "visitors": [
    { "name": "secret", "type": "stcp", "serverUser": "bob", "serverName": "vault", "secretKey": "s3cr3t-key", "bindPort": 6024 }
  ]
}
`,
  yaml: `serverAddr: frp.example
serverPort: 7001
user: alice
auth: { token: s3cr3t-token }
loginFailExit: no
start: [ssh, web, secret]
webServer: { port: 7400, user: admin, password: s3cr3t-password }
log:
  to: ./frpc.log
  level: warn
transport:
  protocol: quic
  tcpMux: true
  heartbeatInterval: 10
  heartbeatTimeout: 40
  poolCount: 3
  tls: { enable: true }
proxies:
  - name: ssh
    type: tcp
    localIP: 10.0.0.5
    localPort: 22
    remotePort: 6022
    transport:
      useEncryption: true
      useCompression: true
      bandwidthLimit: 1MB
      bandwidthLimitMode: server
    loadBalancer: { group: shells, groupKey: s3cr3t-group }
    healthCheck: { type: tcp, timeoutSeconds: 3, maxFailed: 3, intervalSeconds: 10 }
  - name: web
    type: http
    localPort: 8080
    customDomains: [a.example, b.example]
    subdomain: web
    httpUser: u
    httpPassword: s3cr3t-http
    metadatas: { key: s3cr3t-metadata }
  - { name: mux, type: tcpmux, localPort: 8081, customDomains: [mux.example], multiplexer: httpconnect }
  - name: files
    type: tcp
    remotePort: 6023
    plugin: { type: static_file, localPath: /tmp, httpPassword: s3cr3t-files }
visitors:
  - { name: secret, type: stcp, serverUser: bob, serverName: vault, secretKey: s3cr3t-key, bindPort: 6024 }
`,
  ini: `[common]
server_addr = frp.example
server_port = 7001
user = alice
token = s3cr3t-token
login_fail_exit = false
start = ssh,web,secret
admin_port = 7400
admin_user = admin
admin_pwd = s3cr3t-password
log_file = ./frpc.log
log_level = warn
protocol = quic
tcp_mux = true
heartbeat_interval = 10
heartbeat_timeout = 40
pool_count = 3
tls_enable = true

[ssh]
type = tcp
local_ip = 10.0.0.5
local_port = 22
remote_port = 6022
use_encryption = true
use_compression = true
bandwidth_limit = 1MB
bandwidth_limit_mode = server
group = shells
group_key = s3cr3t-group
health_check_type = tcp
health_check_timeout_s = 3
health_check_max_failed = 3
health_check_interval_s = 10

[web]
type = http
local_port = 8080
custom_domains = a.example, b.example
subdomain = web
http_user = u
http_pwd = s3cr3t-http
meta_key = s3cr3t-metadata

[mux]
type = tcpmux
local_port = 8081
custom_domains = mux.example
multiplexer = httpconnect

[files]
type = tcp
remote_port = 6023
plugin = static_file
plugin_local_path = /tmp
plugin_http_passwd = s3cr3t-files

[secret]
type = stcp
role = visitor
server_user = bob
server_name = vault
sk = s3cr3t-key
bind_port = 6024
`,
} as const;

/** Written with the templates that frp evaluates. */
export const TEMPLATE_EXAMPLE = `serverAddr = "{{ .Envs.FRP_SERVER }}"
{{ if .Envs.FRP_USER }}user = {{ .Envs.FRP_USER | printf "%q" }}{{ else }}user = "nobody"{{ end }}
{{- /* ports of the game server */}}
{{- range $index, $port := parseNumberRangePair "6000-6002,6007" "7000-7002,7007" }}
[[proxies]]
name = "game-{{ $index }}"
type = "tcp"
localPort = {{ $port.First }}
remotePort = {{ $port.Second }}
{{- end }}
{{ range $port := parseNumberRange "53,123" }}
[[proxies]]
name = "udp-{{ $port }}"
type = "udp"
localPort = {{ $port }}
remotePort = {{ . }}
{{ end }}
`;
