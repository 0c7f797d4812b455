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
  it("given frpc's config, keeps what is needed and nothing else", () => {
    const { webServer, ...config } = parseConfig(CLIENT, 'client');
    expect(config).toStrictEqual({
      role: 'client',
      serverAddr: 'frp.example',
      serverPort: 7001,
      user: 'alice',
      logTo: './frpc.log',
      proxies: [
        { name: 'ssh', type: 'tcp', localIP: '10.0.0.5', localPort: 22, remotePort: 6022, customDomains: [] },
        {
          name: 'web',
          type: 'http',
          localIP: '127.0.0.1',
          localPort: 8080,
          remotePort: undefined,
          customDomains: ['a.example', 'b.example'],
        },
      ],
    });
    expect(webServer).toMatchObject({ host: '127.0.0.1', port: 7400, tls: false, user: 'admin' });
    expect(webServer?.password.reveal()).toBe('s3cr3t-password');
  });

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
    ['server', { role: 'server', serverAddr: '0.0.0.0', serverPort: 7000 }],
    ['client', { role: 'client', serverAddr: '0.0.0.0', serverPort: 7000 }],
  ] as const)("given an empty file of the %s, has frp's defaults", (role, address) => {
    const rest = { user: '', webServer: undefined, logTo: 'console', proxies: [] };
    expect(parseConfig('', role)).toStrictEqual({ ...address, ...rest });
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
    ['[common]\nbind_port = 7000\n', /^expected TOML, found legacy INI \(a \[common\] section\)$/],
    ['; old\n  [common]\nserver_addr = 1.2.3.4\n', /legacy INI/],
    ['{\n  "bindPort": 7000 }', /^expected TOML, found JSON$/],
    ['serverAddr = "{{ .Envs.SERVER }}"', /^expected TOML, found a Go template \(\{\{ … \}\}\)$/],
    ['bindPort: 7000\n', /^expected TOML, found something else \(line 1, column \d+\)$/],
    ['bindPort = 1\nbindPort = 2\n', /^expected TOML, found something else \(line 2, column \d+\)$/],
    ['\0\xff', /^expected TOML, found something else/],
    ['bindPort = "7000"', /^bindPort: .*expected number/],
    ['bindPort = 65536', /^bindPort: /],
    ['bindPort = -1', /^bindPort: /],
    ['bindPort = 70.5', /^bindPort: /],
    ['webServer = 7500', /^webServer: .*expected object/],
    ['webServer.password = 12345678', /^webServer\.password: /],
    ['log.to = true', /^log\.to: /],
    ['[[proxies]]\nname = "ssh"\n', /^proxies\.0\.type: /],
    ['bindPort = "a"\nuser = 1\n', /^bindPort: .*; user: /],
  ])('given %j, says what is wrong', (text, message) => {
    const error = thrownBy(() => parseConfig(text, 'server'));
    expect(error).toBeInstanceOf(FrpConfigError);
    expect((error as Error).message).toMatch(message);
  });

  it('given a valid file cut at any byte, either reads it or says so, and never quotes it', () => {
    let read = 0;
    let refused = 0;
    for (let end = 0; end <= CLIENT.length; end += 1) {
      const text = CLIENT.slice(0, end);
      const error = thrownBy(() => parseConfig(text, 'client'));
      if (error === undefined) read += 1;
      else {
        refused += 1;
        expect(error).toBeInstanceOf(FrpConfigError);
        expect(inspect(error)).not.toMatch(/s3cr|alice|frp\.example/);
      }
    }
    expect(read + refused).toBe(CLIENT.length + 1);
    expect(read).toBeGreaterThan(20);
    expect(refused).toBeGreaterThan(200);
  });

  it('given secrets in values of the wrong type, does not quote them', () => {
    const text = 'auth = "s3cr3t"\nwebServer.port = "s3cr3t"\nuser = ["s3cr3t"]\nlog = "s3cr3t"\nproxies = "s3cr3t"\n';
    expect(inspect(thrownBy(() => parseConfig(text, 'client')))).not.toContain('s3cr3t');
  });
});
