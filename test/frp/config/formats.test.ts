import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../src/frp/config/parseConfig.js';
import { CLIENT_EXAMPLES, SERVER_EXAMPLES } from './examples.js';

const formats = ['toml', 'json', 'yaml', 'ini'] as const;

describe('one config in four formats', () => {
  it.each(formats)('of frps, in %s, is the same config', (format) => {
    expect(parseConfig(SERVER_EXAMPLES[format], 'server')).toEqual({
      role: 'server',
      format,
      serverAddr: '127.0.0.1',
      serverPort: 7001,
      user: '',
      clientID: undefined,
      webServer: expect.objectContaining({
        host: '127.0.0.1',
        port: 7500,
        tls: false,
        user: 'admin',
        pprofEnable: false,
      }),
      enablePrometheus: true,
      logTo: './frps.log',
      log: { to: './frps.log', level: 'debug', maxDays: 7, disablePrintColor: true },
      authMethod: 'token',
      transport: {
        protocol: 'tcp',
        tcpMux: false,
        tcpMuxKeepaliveInterval: 30,
        heartbeatInterval: undefined,
        heartbeatTimeout: 60,
        poolCount: 8,
        tls: true,
      },
      proxyBindAddr: '127.0.0.2',
      kcpBindPort: 7002,
      quicBindPort: 7003,
      vhostHTTPPort: 8080,
      vhostHTTPSPort: 8443,
      tcpmuxHTTPConnectPort: 1337,
      sshTunnelGatewayPort: undefined,
      subDomainHost: 'frp.example',
      allowPorts: [
        { start: 2000, end: 3000 },
        { start: 3001, end: 3001 },
      ],
      maxPortsPerClient: 9,
      httpPlugins: [{ name: 'audit', addr: '127.0.0.1:9000', ops: ['Login', 'NewProxy'] }],
      loginFailExit: true,
      start: [],
      includes: [],
      storePath: undefined,
      proxies: [],
      visitors: [],
    });
  });

  it.each(formats)('of frpc, in %s, is the same config', (format) => {
    const proxy = {
      enabled: true,
      localIP: '127.0.0.1',
      localPort: undefined,
      remotePort: undefined,
      customDomains: [],
      subdomain: undefined,
      plugin: undefined,
      group: undefined,
      bandwidthLimit: undefined,
      bandwidthLimitMode: 'client',
      healthCheck: undefined,
      useEncryption: false,
      useCompression: false,
      multiplexer: undefined,
    };
    expect(parseConfig(CLIENT_EXAMPLES[format], 'client')).toEqual({
      role: 'client',
      format,
      serverAddr: 'frp.example',
      serverPort: 7001,
      user: 'alice',
      clientID: undefined,
      webServer: expect.objectContaining({ host: '127.0.0.1', port: 7400, tls: false, user: 'admin' }),
      enablePrometheus: false,
      logTo: './frpc.log',
      log: { to: './frpc.log', level: 'warn', maxDays: 3, disablePrintColor: false },
      authMethod: 'token',
      transport: {
        protocol: 'quic',
        tcpMux: true,
        tcpMuxKeepaliveInterval: 30,
        heartbeatInterval: 10,
        heartbeatTimeout: 40,
        poolCount: 3,
        tls: true,
      },
      proxyBindAddr: undefined,
      kcpBindPort: undefined,
      quicBindPort: undefined,
      vhostHTTPPort: undefined,
      vhostHTTPSPort: undefined,
      tcpmuxHTTPConnectPort: undefined,
      sshTunnelGatewayPort: undefined,
      subDomainHost: undefined,
      allowPorts: [],
      maxPortsPerClient: 0,
      httpPlugins: [],
      loginFailExit: false,
      start: ['ssh', 'web', 'secret'],
      includes: [],
      storePath: undefined,
      proxies: [
        {
          ...proxy,
          name: 'ssh',
          type: 'tcp',
          localIP: '10.0.0.5',
          localPort: 22,
          remotePort: 6022,
          group: 'shells',
          bandwidthLimit: 1_048_576,
          bandwidthLimitMode: 'server',
          healthCheck: 'tcp',
          useEncryption: true,
          useCompression: true,
        },
        {
          ...proxy,
          name: 'web',
          type: 'http',
          localPort: 8080,
          customDomains: ['a.example', 'b.example'],
          subdomain: 'web',
        },
        {
          ...proxy,
          name: 'mux',
          type: 'tcpmux',
          localPort: 8081,
          customDomains: ['mux.example'],
          multiplexer: 'httpconnect',
        },
        { ...proxy, name: 'files', type: 'tcp', remotePort: 6023, plugin: 'static_file' },
      ],
      visitors: [
        {
          name: 'secret',
          type: 'stcp',
          enabled: true,
          serverUser: 'bob',
          serverName: 'vault',
          bindAddr: '127.0.0.1',
          bindPort: 6024,
        },
      ],
    });
  });

  describe.each([
    ['server', SERVER_EXAMPLES],
    ['client', CLIENT_EXAMPLES],
  ] as const)('of the %s', (role, examples) => {
    it.each(formats)('in %s, keeps no secret but the password of the web server, and prints that nowhere', (format) => {
      const config = parseConfig(examples[format], role);
      expect(config.webServer?.password.reveal()).toBe('s3cr3t-password');
      for (const printed of [
        JSON.stringify(config),
        inspect(config, { depth: null, showHidden: true, getters: true }),
        `${config.webServer?.password}`,
      ]) {
        expect(printed).toContain('[secret]');
        expect(printed).not.toContain('s3cr3t');
      }
    });
  });
});
