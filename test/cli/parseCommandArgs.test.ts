import { describe, expect, it } from '@jest/globals';
import { UsageError } from '../../src/cli/Command.js';
import { parseCommandArgs } from '../../src/cli/parseCommandArgs.js';

const OPTIONS = {
  pid: { type: 'string', multiple: true, value: 'N', help: '' },
  config: { type: 'string', short: 'c', value: 'FILE', help: '' },
  'no-sockets': { type: 'boolean', help: '' },
} as const;

const refusalOf = (args: string[]): string => {
  try {
    parseCommandArgs(args, OPTIONS);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  throw new Error('the command line was taken');
};

describe('parseCommandArgs', () => {
  it('reads the options of a command', () => {
    const {
      pid,
      config,
      'no-sockets': noSockets,
    } = parseCommandArgs(['--pid', '1', '-c', 'frpc.toml', '--pid=2', '--no-sockets'], OPTIONS);
    expect({ pid, config, noSockets }).toEqual({ pid: ['1', '2'], config: 'frpc.toml', noSockets: true });
  });

  it('has nothing of an option that is left out', () => {
    expect({ ...parseCommandArgs([], OPTIONS) }).toEqual({});
  });

  it.each([
    [['--confg', 'x'], 'unknown option --confg; did you mean --config?'],
    [['--wholly-else'], 'unknown option --wholly-else'],
    [['-x'], 'unknown option -x'],
    [['frpc.toml'], 'expected options only, found "frpc.toml"'],
  ])('refuses %j', (args, message) => {
    expect(refusalOf(args)).toBe(message);
  });

  it.each([
    [['--config'], '--config: expected FILE behind it, found none'],
    [['-c'], '--config: expected FILE behind it, found none'],
    [['--pid', '-5'], '--pid: expected N behind it, found none'],
    [['--no-sockets=yes'], '--no-sockets: expected no value'],
  ])('says of %j what was expected', (args, message) => {
    expect(refusalOf(args)).toBe(message);
  });
});
