import { describe, expect, it } from '@jest/globals';
import { configLines, type Setting } from '../../../src/cli/doctor/configLines.js';
import { configOfCommandLine } from '../../../src/frp/config/configOfCommandLine.js';
import type { FrpConfig, FrpConfigFormat } from '../../../src/frp/config/FrpConfig.js';
import { parseConfig } from '../../../src/frp/config/parseConfig.js';
import type { FrpRole } from '../../../src/frp/FrpRole.js';

const API: readonly Setting[] = [
  ['webServer.addr', '127.0.0.1'],
  ['webServer.port', 7501],
  ['webServer.user', 'admin'],
  ['webServer.password', '<choose a password>'],
];
const LOG: readonly Setting[] = [
  ['log.to', '/var/log/frp.log'],
  ['log.level', 'debug'],
  ['log.disablePrintColor', true],
];

const PORT_KEYS: Readonly<Record<FrpRole, string>> = { server: 'bindPort', client: 'serverPort' };
const LEGACY_PORT_KEYS: Readonly<Record<FrpRole, string>> = { server: 'bind_port', client: 'server_port' };

/** What frp would read from a config with these lines in it. */
const READERS: Readonly<Record<FrpConfigFormat, (lines: readonly string[], role: FrpRole) => FrpConfig | undefined>> = {
  toml: (lines, role) => parseConfig([...lines, `${PORT_KEYS[role]} = 7000`, '[auth]', 'token = "t"'].join('\n'), role),
  yaml: (lines, role) => parseConfig([...lines, `${PORT_KEYS[role]}: 7000`].join('\n'), role),
  json: (lines, role) => parseConfig(['{', ...lines, `"${PORT_KEYS[role]}": 7000`, '}'].join('\n'), role),
  ini: (lines, role) => parseConfig(['[common]', ...lines, `${LEGACY_PORT_KEYS[role]} = 7000`].join('\n'), role),
  flags: ([line = ''], role) => {
    const words = line.match(/'[^']*'|\S+/g) ?? [];
    const args = words.map((word) => word.replaceAll("'", ''));
    return configOfCommandLine(role === 'server' ? args : ['tcp', ...args], role, undefined);
  },
};

const FORMATS = Object.keys(READERS) as FrpConfigFormat[];
const ROLES: readonly FrpRole[] = ['server', 'client'];
const EVERY = FORMATS.flatMap((format) => ROLES.map((role) => [format, role] as const));

describe('configLines', () => {
  it.each(EVERY.filter(([format, role]) => format !== 'flags' || role === 'server'))(
    'turn on the API in %s of the %s',
    (format, role) => {
      const webServer = READERS[format](configLines(API, format, role) ?? [], role)?.webServer;
      expect({ ...webServer, password: webServer?.password.reveal() }).toMatchObject({
        host: '127.0.0.1',
        port: 7501,
        user: 'admin',
        password: '<choose a password>',
      });
    },
  );

  it.each(EVERY)('say where and what to log in %s of the %s', (format, role) => {
    expect(READERS[format](configLines(LOG, format, role) ?? [], role)?.log).toMatchObject({
      to: '/var/log/frp.log',
      level: 'debug',
      disablePrintColor: true,
    });
  });

  it('are none where frpc cannot be told so by flags', () => {
    expect(configLines(API, 'flags', 'client')).toBeUndefined();
  });

  it.each([
    ['toml', ['transport.bandwidthLimitMode = "client"']],
    ['yaml', ['transport:', '  bandwidthLimitMode: "client"']],
    ['json', ['"transport": {"bandwidthLimitMode":"client"},']],
    ['ini', ['bandwidth_limit_mode = client']],
    ['flags', ['--bandwidth_limit_mode client']],
  ] as const)('are of a proxy, too, in %s', (format, lines) => {
    expect(configLines([['transport.bandwidthLimitMode', 'client']], format, 'client', 'proxy')).toEqual(lines);
  });
});
