import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { FrpConfigError, parseConfig } from '../../../src/frp/config/parseConfig.js';

const CLIENT = `serverAddr = "frp.example"
serverPort = 7001
user = "alice"
auth.token = "s3cr3t-token"
log.to = "./frpc.log"

[webServer]
addr = "0.0.0.0"
port = 7400
user = "admin"
password = "s3cr3t-password"

[[proxies]]
name = "ssh"
type = "tcp"
localIP = "10.0.0.5"
localPort = 22
remotePort = 6022

[[proxies]]
name = "web"
type = "http"
localPort = 8080
customDomains = ["a.example", "b.example"]
metadatas.secret = "s3cr3t-metadata"
`;

const thrownBy = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('parseConfig', () => {
  it('prints no secret of the file: not by String, JSON or util.inspect', () => {
    const config = parseConfig(CLIENT, 'client');
    for (const printed of [
      JSON.stringify(config),
      inspect(config, { depth: null, showHidden: true }),
      String(config.webServer?.password),
    ]) {
      expect(printed).not.toContain('s3cr3t');
      expect(printed).toContain('[secret]');
    }
  });

  it.each([
    ['server', { poolCount: 5, heartbeatInterval: undefined, tls: false }],
    ['client', { poolCount: 1, heartbeatInterval: -1, tls: true }],
  ] as const)("given an empty file of the %s, has frp's defaults", (role, transport) => {
    for (const text of ['', '{}', '# nothing\n', '[common]\n']) {
      expect(parseConfig(text, role)).toMatchObject({
        role,
        serverAddr: '0.0.0.0',
        serverPort: 7000,
        user: '',
        webServer: undefined,
        log: { to: 'console', level: 'info', maxDays: 3, disablePrintColor: false },
        authMethod: 'token',
        enablePrometheus: false,
        loginFailExit: true,
        transport: { protocol: 'tcp', tcpMux: true, tcpMuxKeepaliveInterval: 30, heartbeatTimeout: -1, ...transport },
        proxies: [],
        visitors: [],
      });
    }
  });

  it.each([
    ['0.52.3', true, { heartbeatInterval: 30, heartbeatTimeout: 90, tcpMuxKeepaliveInterval: 60 }],
    ['0.57.0', true, { heartbeatInterval: 30, heartbeatTimeout: 90, tcpMuxKeepaliveInterval: 60 }],
    ['0.58.0', true, { heartbeatInterval: -1, heartbeatTimeout: -1, tcpMuxKeepaliveInterval: 60 }],
    ['0.58.1', true, { heartbeatInterval: -1, heartbeatTimeout: -1, tcpMuxKeepaliveInterval: 30 }],
    ['0.71.0', true, { heartbeatInterval: -1, heartbeatTimeout: -1, tcpMuxKeepaliveInterval: 30 }],
    ['1.0.0', true, { heartbeatInterval: -1, heartbeatTimeout: -1, tcpMuxKeepaliveInterval: 30 }],
    ['0.71.0', false, { heartbeatInterval: 30, heartbeatTimeout: 90, tcpMuxKeepaliveInterval: 30 }],
    [undefined, true, { heartbeatInterval: -1, heartbeatTimeout: -1, tcpMuxKeepaliveInterval: 30 }],
  ])('of frp %s, with tcpMux %s, has the defaults %j', (version, tcpMux, defaults) => {
    expect(parseConfig(`transport.tcpMux = ${tcpMux}`, 'client', { version }).transport).toMatchObject(defaults);
    const { heartbeatTimeout, tcpMuxKeepaliveInterval } = defaults;
    expect(parseConfig(`transport.tcpMux = ${tcpMux}`, 'server', { version }).transport).toMatchObject({
      heartbeatTimeout,
      tcpMuxKeepaliveInterval,
    });
  });

  it('reads what INI has no key for', () => {
    const text =
      'clientID = "c1"\nstore.path = "db.json"\nincludes = ["conf.d/*.toml"]\n[[proxies]]\nname = "a"\ntype = "tcp"\nenabled = false\n';
    expect(parseConfig(text, 'client')).toMatchObject({
      clientID: 'c1',
      storePath: 'db.json',
      includes: ['conf.d/*.toml'],
      proxies: [{ name: 'a', enabled: false }],
    });
    expect(parseConfig('sshTunnelGateway.bindPort = 2200', 'server').sshTunnelGatewayPort).toBe(2200);
  });

  it('given null, has the default', () => {
    expect(parseConfig('{"bindPort": null, "webServer": null, "log": null}', 'server').serverPort).toBe(7000);
    expect(parseConfig('bindPort:\nwebServer:\nallowPorts:\n', 'server').serverPort).toBe(7000);
  });

  it('takes key names of any case, as Go does', () => {
    const text = 'BINDPORT = 7001\n[webserver]\nPort = 7500\n';
    expect(parseConfig(text, 'server')).toMatchObject({ serverPort: 7001, webServer: { port: 7500 } });
  });

  it("reads YAML as frp's library does", () => {
    const yaml = (text: string) => parseConfig(text, 'server');
    expect(yaml('bindPort: 010\nenablePrometheus: y\n')).toMatchObject({ serverPort: 8, enablePrometheus: true });
    expect(yaml('bindPort: 7001\n---\nbindPort: nonsense\n').serverPort).toBe(7001);
    expect(yaml('bindPort: 7001\nbindPort: 7002\n').serverPort).toBe(7002);
    expect(yaml('.web: &web\n  port: 7500\nwebServer:\n  <<: *web\n  user: ann\n').webServer).toMatchObject({
      port: 7500,
      user: 'ann',
    });
    expect(yaml('webServer: { port: 1, password: 123456, user: 2024-01-01 }').webServer).toMatchObject({
      user: '2024-01-01',
    });
    expect(yaml('webServer: { port: 1, password: 123456 }').webServer?.password.reveal()).toBe('123456');
  });

  it('passes over keys that it does not know, whatever they hold', () => {
    const text = '{"__proto__": {"bindPort": 1}, "constructor": 5, "new": [[]], "bindPort": 7001}';
    expect(parseConfig(text, 'server').serverPort).toBe(7001);
    expect(({} as { bindPort?: number }).bindPort).toBeUndefined();
    expect(parseConfig('big = 9223372036854775807\nday = 2024-01-01\n', 'server').serverPort).toBe(7000);
  });

  it.each([
    ['127.0.0.1:9000', '127.0.0.1:9000'],
    ['https://hooks.example/a?key=secret', 'https://hooks.example'],
    ['http://user:se/cr@t@hooks.example:9000/x', 'http://hooks.example:9000'],
    ['user:secret@hooks.example', 'hooks.example'],
  ])('given the plugin address %s, keeps %s', (addr, kept) => {
    const [plugin] = parseConfig(`[[httpPlugins]]\nname = "p"\naddr = "${addr}"\n`, 'server').httpPlugins;
    expect(plugin).toEqual({ name: 'p', addr: kept, ops: [] });
  });

  it.each([
    ['1MB', 1_048_576],
    [' 1.5KB ', 1536],
    ['', undefined],
    ['1GB', undefined],
    ['1', undefined],
  ])('given the bandwidth limit %j, has %s bytes', (limit, bytes) => {
    const text = `[[proxies]]\nname = "a"\ntype = "tcp"\ntransport.bandwidthLimit = "${limit}"\n`;
    expect(parseConfig(text, 'client').proxies[0]?.bandwidthLimit).toBe(bytes);
  });

  it('given "" and 0, has frp\'s defaults, as frps 0.71.0 listens on 0.0.0.0:7000 then', () => {
    const defaults = { serverAddr: '0.0.0.0', serverPort: 7000, logTo: 'console', webServer: undefined };
    const both = 'log.to = ""\nwebServer.port = 0\n';
    expect(parseConfig(`bindAddr = ""\nbindPort = 0\n${both}`, 'server')).toMatchObject(defaults);
    expect(parseConfig(`serverAddr = ""\nserverPort = 0\n${both}`, 'client')).toMatchObject(defaults);
  });

  it("reads the server's address from its own keys, the client's from its own", () => {
    const text = 'bindAddr = "1.1.1.1"\nbindPort = 1\nserverAddr = "2.2.2.2"\nserverPort = 2\n';
    expect(parseConfig(text, 'server')).toMatchObject({ serverAddr: '1.1.1.1', serverPort: 1 });
    expect(parseConfig(text, 'client')).toMatchObject({ serverAddr: '2.2.2.2', serverPort: 2 });
  });

  it.each([
    ['', '127.0.0.1'],
    ['0.0.0.0', '127.0.0.1'],
    ['::', '::1'],
    ['192.0.2.7', '192.0.2.7'],
    ['::1', '::1'],
  ])('given a web server on %j, is to be reached on %s', (addr, host) => {
    expect(parseConfig(`webServer.addr = "${addr}"\nwebServer.port = 7500\n`, 'server').webServer?.host).toBe(host);
  });

  it('tells whether the web server speaks TLS', () => {
    const tls = (text: string) => parseConfig(`webServer.port = 7500\n${text}`, 'server').webServer?.tls;
    expect(tls('')).toBe(false);
    expect(tls('webServer.tls.certFile = ""')).toBe(false);
    expect(tls('webServer.tls.certFile = "server.crt"')).toBe(true);
  });

  it.each([
    ['bindPort = 1\nbindPort = 2\n', /found something else: not TOML \(line 2, column \d+\), not YAML$/],
    ['bindPort: 1\n  x: 2\n', /not TOML \(line 1, column 9\), not YAML \(line 1, column \d+\)$/],
    ['{\n "bindPort": }', /^expected JSON, found something else( \(line 2, column 14\))?$/],
    ['[common]\nalone\n', /^expected TOML, JSON, YAML or INI with a \[common\] section, found something else/],
    [
      'serverAddr = "{{ .Envs.SERVER }}"',
      /^the Go template at line 1, column 15: the process's environment is not known/,
    ],
    ['\0\xff', /found something else/],
    ['[1, 2]', /found something else/],
    ['bindPort = "7000"', /^bindPort: .*expected number/],
    ['bindPort = 65536', /^bindPort: /],
    ['bindPort = -1', /^bindPort: /],
    ['bindPort = 70.5', /^bindPort: /],
    ['webServer = 7500', /^webServer: .*expected object/],
    ['webServer.password = 12345678', /^webServer\.password: /],
    ['log.to = true', /^log\.to: /],
    ['bindPort = "a"\nlog.to = 1\n', /^log\.to: .*; bindPort: /],
    ['bindPort = "a"\nbindAddr = 1\nlog.to = 1\nlog.level = 1\n', /; and 1 more$/],
  ])('given %j, says what is wrong', (text, message) => {
    const error = thrownBy(() => parseConfig(text, 'server'));
    expect(error).toBeInstanceOf(FrpConfigError);
    expect((error as Error).message).toMatch(message);
  });

  it('names the proxy that is wrong by its place', () => {
    const error = thrownBy(() => parseConfig('[[proxies]]\nname = "ssh"\n', 'client'));
    expect(error).toEqual(new FrpConfigError('proxies.0.type: Invalid input: expected string, received undefined'));
  });

  it('given secrets in values of the wrong type, does not quote them', () => {
    const text = 'auth = "s3cr3t"\nwebServer.port = "s3cr3t"\nuser = ["s3cr3t"]\nlog = "s3cr3t"\nproxies = "s3cr3t"\n';
    expect(inspect(thrownBy(() => parseConfig(text, 'client')))).not.toContain('s3cr3t');
  });
});
