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
    [['--strict_config', '-c', 'frpc.toml'], 'frpc.toml'],
    [['--allow-unsafe', 'TokenSourceExec', '-c', 'frpc.toml'], 'frpc.toml'],
    [['--allow-unsafe', '-c', '-c', 'frpc.toml'], 'frpc.toml'],
    [['-c', 'C:\\frp\\frpc.toml'], 'C:\\frp\\frpc.toml'],
    [['-c', 'first.toml', '-c', 'last.toml'], 'last.toml'],
    [['-v=false', '-c', '-v'], '-v'],
  ])('given %j, the config file is %s', (args, configPath) => {
    const file = { configPath, configFolder: undefined, isDefaultPath: false };
    expect(parseCommandLine(args, 'client')).toEqual(file);
    expect(parseCommandLine(args, 'server')).toEqual(file);
  });

  it.each([[[]], [['-c']], [['-c', '']], [['--config=']], [['--', '-c', 'x']], [['--user', '-c']]])(
    'given %j, frpc looks for ./frpc.ini, and frps has no config file',
    (args) => {
      const file = { configPath: './frpc.ini', configFolder: undefined, isDefaultPath: true };
      expect(parseCommandLine(args, 'client')).toEqual(file);
      expect(parseCommandLine(args, 'server').configPath).toBeUndefined();
    },
  );

  it.each([[['--config_dir', 'conf.d']], [['--config-dir=conf.d', '-c', 'frpc.toml']]])(
    'given %j, frpc reads a folder',
    (args) => {
      const folder = { configPath: undefined, configFolder: 'conf.d', isDefaultPath: false };
      expect(parseCommandLine(args, 'client')).toEqual(folder);
    },
  );

  it('given the proxy of `frpc tcp`, frpc reads no file', () => {
    const none = { configPath: undefined, configFolder: undefined, isDefaultPath: false };
    expect(parseCommandLine(['tcp', '-n', 'ssh', '-c', 'frpc.toml'], 'client')).toEqual(none);
  });
});

describe('runsService', () => {
  it.each([
    [[]],
    [['-c', 'frps.toml']],
    [['tcp', '-n', 'ssh', '-l', '22']],
    [['stcp', 'visitor', '--bind_port', '9000']],
    [['--config=verify.toml']],
    [['-c', 'status']],
    [['-c=status']],
    [['-n', 'verify', 'tcp']],
    [['--version=false']],
    [['--', 'verify']],
  ])('given %j, it serves', (args) => {
    expect(runsService(args)).toBe(true);
  });

  it.each([
    [['reload', '-c', 'frpc.toml']],
    [['-c', 'frpc.toml', 'status']],
    [['--strict_config', 'verify', '-c', 'frpc.toml']],
    [['--strict-config=false', 'verify']],
    [['verify', '-c', 'frps.toml']],
    [['stop']],
    [['nathole', 'discover']],
    [['completion', 'bash']],
    [['__complete', 'tc']],
    [['help']],
    [['-v']],
    [['--version']],
    [['-h']],
    [['-vh']],
    [['tcp', '--help']],
  ])('given %j, it ends at once', (args) => {
    expect(runsService(args)).toBe(false);
  });
});
