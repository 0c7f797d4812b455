import { describe, expect, it } from '@jest/globals';
import { LEGACY_KEYS, LEGACY_PROXY_KEYS, LEGACY_VISITOR_KEYS } from '../../../src/frp/config/legacyConfig.js';
import { parseConfig, parseIncluded } from '../../../src/frp/config/parseConfig.js';

const server = (keys: string) => parseConfig(`[common]\n${keys}\n`, 'server');
const client = (keys: string) => parseConfig(`[common]\n${keys}\n`, 'client');

const SERVER_KEYS: readonly [line: string, expected: object][] = [
  ['authentication_method = oidc', { authMethod: 'oidc' }],
  ['log_file = ./a.log', { logTo: './a.log' }],
  ['log_level = trace', { log: expect.objectContaining({ level: 'trace' }) }],
  ['log_max_days = 9', { log: expect.objectContaining({ maxDays: 9 }) }],
  ['disable_log_color = true', { log: expect.objectContaining({ disablePrintColor: true }) }],
  ['tcp_mux = false', { transport: expect.objectContaining({ tcpMux: false, heartbeatTimeout: 90 }) }],
  ['tcp_mux_keepalive_interval = 7', { transport: expect.objectContaining({ tcpMuxKeepaliveInterval: 7 }) }],
  ['heartbeat_timeout = 33', { transport: expect.objectContaining({ heartbeatTimeout: 33 }) }],
  ['bind_addr = 192.0.2.1', { serverAddr: '192.0.2.1' }],
  ['bind_port = 7009', { serverPort: 7009 }],
  ['kcp_bind_port = 1', { kcpBindPort: 1 }],
  ['quic_bind_port = 2', { quicBindPort: 2 }],
  ['proxy_bind_addr = 192.0.2.2', { proxyBindAddr: '192.0.2.2' }],
  ['vhost_http_port = 80', { vhostHTTPPort: 80 }],
  ['vhost_https_port = 443', { vhostHTTPSPort: 443 }],
  ['tcpmux_httpconnect_port = 3', { tcpmuxHTTPConnectPort: 3 }],
  [
    'dashboard_addr = 192.0.2.3\ndashboard_port = 7500',
    { webServer: expect.objectContaining({ host: '192.0.2.3', port: 7500 }) },
  ],
  ['dashboard_port = 7500\ndashboard_user = u', { webServer: expect.objectContaining({ user: 'u' }) }],
  ['enable_prometheus = true', { enablePrometheus: true }],
  ['subdomain_host = frp.example', { subDomainHost: 'frp.example' }],
  ['max_pool_count = 4', { transport: expect.objectContaining({ poolCount: 4 }) }],
  ['tls_only = true', { transport: expect.objectContaining({ tls: true }) }],
  ['tls_trusted_ca_file = ca.crt', { transport: expect.objectContaining({ tls: true }) }],
  ['max_ports_per_client = 5', { maxPortsPerClient: 5 }],
  [
    'allow_ports = 1-2,4',
    {
      allowPorts: [
        { start: 1, end: 2 },
        { start: 4, end: 4 },
      ],
    },
  ],
];

const CLIENT_KEYS: readonly [line: string, expected: object][] = [
  ['server_addr = frp.example', { serverAddr: 'frp.example' }],
  ['server_port = 7009', { serverPort: 7009 }],
  ['user = ann', { user: 'ann' }],
  [
    'admin_addr = 192.0.2.3\nadmin_port = 7400\nadmin_user = u\npprof_enable = yes',
    { webServer: expect.objectContaining({ host: '192.0.2.3', port: 7400, user: 'u', pprofEnable: true }) },
  ],
  ['protocol = kcp', { transport: expect.objectContaining({ protocol: 'kcp' }) }],
  ['pool_count = 6', { transport: expect.objectContaining({ poolCount: 6 }) }],
  ['heartbeat_interval = 11', { transport: expect.objectContaining({ heartbeatInterval: 11 }) }],
  ['heartbeat_timeout = 33', { transport: expect.objectContaining({ heartbeatTimeout: 33 }) }],
  ['tls_enable = false', { transport: expect.objectContaining({ tls: false }) }],
  ['login_fail_exit = false', { loginFailExit: false }],
  ['start = a, b', { start: ['a', 'b'] }],
  ['includes = ./conf.d/*.ini,more.ini', { includes: ['./conf.d/*.ini', 'more.ini'] }],
];

const PROXY_KEYS: readonly [line: string, expected: object][] = [
  ['type = udp', { type: 'udp' }],
  ['local_ip = 10.0.0.1', { localIP: '10.0.0.1' }],
  ['local_port = 22', { localPort: 22 }],
  ['remote_port = 6022', { remotePort: 6022 }],
  ['custom_domains = a.example,b.example', { customDomains: ['a.example', 'b.example'] }],
  ['subdomain = a', { subdomain: 'a' }],
  ['plugin = socks5', { plugin: 'socks5' }],
  ['group = g', { group: 'g' }],
  ['bandwidth_limit = 100KB', { bandwidthLimit: 102_400 }],
  ['bandwidth_limit_mode = server', { bandwidthLimitMode: 'server' }],
  ['health_check_type = http', { healthCheck: 'http' }],
  ['use_encryption = true', { useEncryption: true }],
  ['use_compression = true', { useCompression: true }],
  ['multiplexer = httpconnect', { multiplexer: 'httpconnect' }],
];

const VISITOR_KEYS: readonly [line: string, expected: object][] = [
  ['type = xtcp', { type: 'xtcp' }],
  ['server_user = bob', { serverUser: 'bob' }],
  ['server_name = vault', { serverName: 'vault' }],
  ['bind_addr = 127.0.0.9', { bindAddr: '127.0.0.9' }],
  ['bind_port = -1', { bindPort: -1 }],
];

describe('a legacy key', () => {
  it.each(SERVER_KEYS)('of frps: %s', (line, expected) => expect(server(line)).toMatchObject(expected));
  it.each(CLIENT_KEYS)('of frpc: %s', (line, expected) => expect(client(line)).toMatchObject(expected));
  it.each(PROXY_KEYS)('of a proxy: %s', (line, expected) => {
    expect(client(`[p]\n${line}`).proxies).toEqual([expect.objectContaining({ name: 'p', ...expected })]);
  });
  it.each(VISITOR_KEYS)('of a visitor: %s', (line, expected) => {
    const [visitor] = client(`[v]\ntype = stcp\nrole = visitor\n${line}`).visitors;
    expect(visitor).toMatchObject({ name: 'v', ...expected });
  });

  it('that is read is tried above', () => {
    const tried = [...SERVER_KEYS, ...CLIENT_KEYS, ...PROXY_KEYS, ...VISITOR_KEYS].map(([line]) => line).join('\n');
    const read = [LEGACY_KEYS.server, LEGACY_KEYS.client, LEGACY_PROXY_KEYS, LEGACY_VISITOR_KEYS].flat();
    const passwords = ['dashboard_pwd', 'admin_pwd'];
    const untried = read.map(([key]) => key).filter((key) => !tried.includes(`${key} =`) && !passwords.includes(key));
    expect(untried).toEqual([]);
  });
});

describe('a legacy config', () => {
  it('gives the password of the web server, wrapped', () => {
    expect(server('dashboard_port = 1\ndashboard_pwd = pw').webServer?.password.reveal()).toBe('pw');
    expect(client('admin_port = 1\nadmin_pwd = pw').webServer?.password.reveal()).toBe('pw');
  });

  it('of frps has its dashboard on all addresses, of frpc on loopback: to be reached on loopback', () => {
    expect(server('dashboard_port = 7500').webServer?.host).toBe('127.0.0.1');
    expect(client('admin_port = 7400').webServer?.host).toBe('127.0.0.1');
  });

  it('turns the TLS and the profiler of the dashboard on together', () => {
    const keys = 'dashboard_port = 1\ndashboard_tls_cert_file = a.crt\npprof_enable = true\n';
    expect(server(keys).webServer).toMatchObject({ tls: false, pprofEnable: false });
    expect(server(`${keys}dashboard_tls_mode = true`).webServer).toMatchObject({ tls: true, pprofEnable: true });
  });

  it('has one proxy for each port of a range', () => {
    const { proxies } = client('[range:game]\ntype = udp\nlocal_port = 6000-6001,6005\nremote_port = 7000-7002\n');
    expect(proxies.map(({ name, type, localPort, remotePort }) => [name, type, localPort, remotePort])).toEqual([
      ['game_0', 'udp', 6000, 7000],
      ['game_1', 'udp', 6001, 7001],
      ['game_2', 'udp', 6005, 7002],
    ]);
  });

  it.each([
    ['local_port = 1-3\nremote_port = 1-2'],
    ['local_port = 1-3'],
    ['local_port = 3-1\nremote_port = 3-1'],
    ['local_port = 1-99999999\nremote_port = 1-99999999'],
    ['local_port = a\nremote_port = a'],
  ])('with the range %j, is refused', (ports) => {
    expect(() => client(`[range:x]\n${ports}`)).toThrow(/local_port and remote_port of a \[range:…\] section/);
  });

  it('whose ranges would copy a large section many times, is refused', () => {
    const section = `[range:x]\nlocal_port = 1-60000\nremote_port = 1-60000\ncustom_domains = ${'a'.repeat(1000)}`;
    expect(() => client(section)).toThrow('expected the [range:…] sections to make at most 16777216 characters');
  });

  it('passes over a number or switch that does not read as one, as frp does', () => {
    expect(server('bind_port = 70a0\ntcp_mux = maybe')).toMatchObject({ serverPort: 7000 });
    expect(server('bind_port = 70a0\ntcp_mux = maybe').transport.tcpMux).toBe(true);
  });

  it.each([
    ['0x1b58', 7000],
    ['7_000', 7000],
    ['010', 8],
  ])('reads the number %s as Go does', (text, port) => {
    expect(server(`bind_port = ${text}`).serverPort).toBe(port);
  });

  it('lends keys of [web] to [web.prod]', () => {
    const { proxies } = client('[web]\ntype = http\nlocal_port = 80\n[web.prod]\nlocal_port = 81\n');
    expect(proxies.map(({ name, type, localPort }) => [name, type, localPort])).toEqual([
      ['web', 'http', 80],
      ['web.prod', 'http', 81],
    ]);
  });

  it('with a reference to another key, is refused, and never put together', () => {
    expect(() => client('host = a\nserver_addr = %(host)s.example')).toThrow(
      'server_addr: expected a plain value, found a reference %(…)s to another key',
    );
    expect(client('server_addr = %(nothing)s').serverAddr).toBe('%(nothing)s');
  });

  it('with a role that frp does not know, is refused', () => {
    expect(() => client('[x]\nrole = guest')).toThrow("expected a section's role to be server or visitor");
  });

  it('evaluates environment variables, and has no number ranges', () => {
    const options = { environment: { HOST: 'frp.example' } };
    expect(parseConfig('[common]\nserver_addr = {{ .Envs.HOST }}\n', 'client', options).serverAddr).toBe('frp.example');
    expect(() => parseConfig('[common]\nserver_addr = {{ parseNumberRange "1" }}\n', 'client')).toThrow(
      'the Go template at line 2, column 15: frp has no parseNumberRange in INI files',
    );
  });

  it('includes files without a [common] section', () => {
    expect(parseIncluded('[ssh]\nlocal_port = 22\nremote_port = 6022\n', 'ini').proxies).toMatchObject([
      { name: 'ssh', type: 'tcp', localPort: 22, remotePort: 6022 },
    ]);
  });
});
