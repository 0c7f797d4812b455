import { describe, expect, it } from '@jest/globals';
import { parseCommandLine, runsService } from '../../../src/frp/config/parseCommandLine.js';

describe('parseCommandLine', () => {
  it.each([
    [['-c', 'frpc.toml'], 'frpc.toml'],
    [['-c=frpc.toml'], 'frpc.toml'],
    [['-cfrpc.toml'], 'frpc.toml'],
    [['--config', '/etc/frp/frps.toml'], '/etc/frp/frps.toml'],
    [['--config=/etc/frp/frps.toml'], '/etc/frp/frps.toml'],
    [['--strict_config=false', '-c', 'with blank.toml', '--log-level', 'debug'], 'with blank.toml'],
    [['-c', 'C:\\frp\\frpc.toml'], 'C:\\frp\\frpc.toml'],
    [['-c', 'first.toml', '-c', 'last.toml'], 'last.toml'],
  ])('given %j, the config file is %s', (args, configPath) => {
    expect(parseCommandLine(args)).toEqual({ configPath });
  });

  it.each([
    [[]],
    [['-c']],
    [['-c', '']],
    [['--config=']],
    [['-c=']],
    [['--config_dir', 'conf.d']],
    [['tcp', '-n', 'ssh']],
  ])('given %j, there is no config file', (args) => {
    expect(parseCommandLine(args)).toEqual({ configPath: undefined });
  });
});

describe('runsService', () => {
  it.each([
    [[]],
    [['-c', 'frps.toml']],
    [['tcp', '-n', 'ssh', '-l', '22']],
    [['--config=verify.toml']],
    [['-c', 'status']],
  ])('given %j, it serves', (args) => {
    expect(runsService(args)).toBe(true);
  });

  it.each([
    [['reload', '-c', 'frpc.toml']],
    [['-c', 'frpc.toml', 'status']],
    [['verify', '-c', 'frps.toml']],
    [['stop']],
    [['nathole', 'discover']],
    [['completion', 'bash']],
    [['help']],
    [['-v']],
    [['--version']],
    [['-h']],
    [['--help']],
  ])('given %j, it ends at once', (args) => {
    expect(runsService(args)).toBe(false);
  });
});
