import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { configOfCommandLine } from '../../../src/frp/config/configOfCommandLine.js';

const serverOf = (...args: string[]) => configOfCommandLine(args, 'server');
const clientOf = (...args: string[]) => configOfCommandLine(args, 'client');

describe('the config of an frps without a file', () => {
  it("has frp's defaults for flags", () => {
    expect(serverOf()).toMatchObject({
      format: 'flags',
      serverAddr: '0.0.0.0',
      serverPort: 7000,
      proxyBindAddr: '0.0.0.0',
      webServer: undefined,
      logTo: 'console',
    });
  });

  it('has its dashboard on all addresses, for admin with the password admin', () => {
    const webServer = serverOf('--dashboard_port', '7500')?.webServer;
    expect(webServer).toMatchObject({ host: '127.0.0.1', port: 7500, user: 'admin', tls: false });
    expect(webServer?.password.reveal()).toBe('admin');
  });

  it('has what its flags say, in any of their spellings', () => {
    const config = serverOf(
      ...['-p', '7001', '--bind-addr=127.0.0.1', '--kcp_bind_port', '7002', '--quic-bind-port=7003'],
      ...['--proxy_bind_addr', '127.0.0.2', '--vhost_http_port=8080', '--vhost_https_port', '8443'],
      ...['--dashboard_addr', '192.0.2.1', '--dashboard_port', '7500', '--dashboard_user', 'ann'],
      ...['--dashboard_pwd', 's3cr3t', '--enable_prometheus', '--log_file', 'frps.log', '--log_level=debug'],
      ...['--log_max_days', '9', '--disable_log_color=true', '--subdomain_host', 'frp.example', '-ts3cr3t'],
      ...['--allow_ports', '1-2,4', '--max_ports_per_client', '3', '--tls_only'],
    );
    expect(config).toMatchObject({
      serverAddr: '127.0.0.1',
      serverPort: 7001,
      kcpBindPort: 7002,
      quicBindPort: 7003,
      proxyBindAddr: '127.0.0.2',
      vhostHTTPPort: 8080,
      vhostHTTPSPort: 8443,
      webServer: { host: '192.0.2.1', port: 7500, user: 'ann' },
      enablePrometheus: true,
      log: { to: 'frps.log', level: 'debug', maxDays: 9, disablePrintColor: true },
      subDomainHost: 'frp.example',
      allowPorts: [
        { start: 1, end: 2 },
        { start: 4, end: 4 },
      ],
      maxPortsPerClient: 3,
      transport: { tls: true },
    });
    expect(config?.webServer?.password.reveal()).toBe('s3cr3t');
    expect(inspect(config, { depth: null }) + JSON.stringify(config)).not.toContain('s3cr3t');
  });

  // BoolFuncFlag in pkg/config/flags.go never sets it.
  it('speaks no TLS on its dashboard, whatever --dashboard_tls_mode says', () => {
    const tls = ['--dashboard_tls_mode', 'true', '--dashboard_tls_cert_file', 'a.crt', '--dashboard_port', '1'];
    expect(serverOf(...tls)?.webServer).toMatchObject({ port: 1, tls: false });
  });

  it.each([
    [['-c', 'frps.toml']],
    [['verify', '-c', 'frps.toml']],
    [['-v']],
    [['--bind_port', 'seven']],
    [['-p', '99999']],
  ])('given %j, there is none', (args) => {
    expect(serverOf(...args)).toBeUndefined();
  });
});

describe('the config of an frpc without a file', () => {
  it.each(['tcp', 'udp', 'http', 'https', 'tcpmux', 'stcp', 'sudp', 'xtcp'])('has one proxy of type %s', (type) => {
    expect(clientOf(type, '-n', 'a', '-l', '80')?.proxies).toMatchObject([{ name: 'a', type, localPort: 80 }]);
  });

  it('has what its flags say, and no web server', () => {
    const config = clientOf(
      ...['http', '--server_addr', 'frp.example', '-P', '7001', '-u', 'alice', '--client-id=c1', '-t', 's3cr3t'],
      ...['-p', 'kcp', '--log_file=frpc.log', '--log_level', 'warn', '--tls_enable=false', '--proxy_name', 'web'],
      ...['-i', '10.0.0.5', '-l=8080', '-d', 'a.example,b.example', '--custom_domain', 'c.example', '--sd', 'web'],
      ...['--ue', '--uc', '--bandwidth_limit', '1MB', '--bandwidth_limit_mode=server', '--http_pwd', 's3cr3t'],
    );
    expect(config).toMatchObject({
      serverAddr: 'frp.example',
      serverPort: 7001,
      user: 'alice',
      clientID: 'c1',
      webServer: undefined,
      log: { to: 'frpc.log', level: 'warn' },
      transport: { protocol: 'kcp', tls: false },
      proxies: [
        {
          name: 'web',
          type: 'http',
          localIP: '10.0.0.5',
          localPort: 8080,
          customDomains: ['a.example', 'b.example', 'c.example'],
          subdomain: 'web',
          useEncryption: true,
          useCompression: true,
          bandwidthLimit: 1_048_576,
          bandwidthLimitMode: 'server',
        },
      ],
      visitors: [],
    });
    expect(inspect(config, { depth: null })).not.toContain('s3cr3t');
  });

  it('looks for the server on 127.0.0.1, unlike a file', () => {
    expect(clientOf('tcp', '-r', '6022')).toMatchObject({ serverAddr: '127.0.0.1', proxies: [{ remotePort: 6022 }] });
  });

  it('has a visitor', () => {
    const flags = ['-n', 'v', '--server_name', 'vault', '--server-user=bob', '--bind_port', '9000', '--sk', 's3cr3t'];
    const config = clientOf('stcp', 'visitor', ...flags);
    expect(config?.proxies).toEqual([]);
    expect(config?.visitors).toEqual([
      {
        name: 'v',
        type: 'stcp',
        enabled: true,
        serverUser: 'bob',
        serverName: 'vault',
        bindAddr: '127.0.0.1',
        bindPort: 9000,
      },
    ]);
  });

  it.each([[[]], [['-c', 'frpc.toml']], [['--config_dir', 'conf.d']], [['status']], [['tcp', '--help']]])(
    'given %j, there is none',
    (args) => {
      expect(clientOf(...args)).toBeUndefined();
    },
  );
});
