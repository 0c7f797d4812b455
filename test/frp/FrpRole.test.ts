import { describe, expect, it } from '@jest/globals';
import { frpRoleOf } from '../../src/frp/FrpRole.js';

describe('frpRoleOf', () => {
  it.each([
    ['frps', 'server'],
    ['frpc', 'client'],
    ['/usr/local/bin/frps', 'server'],
    ['./node_modules/.bin/frpc', 'client'],
    ['C:\\Program Files\\frp\\frpc.exe', 'client'],
    ['C:/frp/FRPS.EXE', 'server'],
    ['frpc_linux_amd64', 'client'],
    ['frps-0.71.0', 'server'],
    ['frpc-v0.71.0', 'client'],
    ['frps_darwin_arm64', 'server'],
    ['frpc_windows_amd64.exe', 'client'],
  ])('given %s, it is a %s', (executable, role) => {
    expect(frpRoleOf(executable)).toBe(role);
  });

  it.each([
    '',
    'frp',
    'node',
    'frpx',
    'myfrpc',
    'frpc.toml',
    'frpcat',
    'frpc-desktop',
    'frps-panel',
    '/opt/frpc/start.sh',
    'frpc ',
    '/usr/bin/frps/',
  ])('given %p, it is neither', (executable) => {
    expect(frpRoleOf(executable)).toBeUndefined();
  });

  describe('given names of the user’s', () => {
    const names = { server: /^relay/g, client: /^tunnel-\w+$/ };

    it.each([
      ['/opt/relay-7', 'server'],
      ['/opt/relay-7', 'server'], // a flag g keeps no place between two calls
      ['tunnel-eu', 'client'],
      ['frps', 'server'],
      ['/usr/bin/frpc', 'client'],
      ['/opt/tunnel-eu/run', undefined],
      ['node', undefined],
    ])('%s is %s', (executable, role) => {
      expect(frpRoleOf(executable, names)).toBe(role);
    });
  });
});
