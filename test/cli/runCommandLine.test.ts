import { describe, expect, it } from '@jest/globals';
import { type Command, UsageError } from '../../src/cli/Command.js';
import { runCommandLine } from '../../src/cli/runCommandLine.js';
import { fakeIo } from './fakeIo.js';

const command = (name: string, run: Command['run']): Command => ({
  name,
  summary: `what ${name} does`,
  usage: [name],
  help: `All about ${name}, in lines\nthat are as long as they can be, wherever those of the text end.\n\n  frp-otel ${name}`,
  options: {
    config: {
      type: 'string',
      short: 'c',
      value: 'FILE',
      help: 'a text that is too long for one line of a terminal and goes on below itself',
    },
  },
  exitCodes: { 0: 'well', 3: 'not so well' },
  run,
});

const run = async (...args: string[]) => {
  const calls: string[][] = [];
  const { io, printed } = fakeIo();
  const code = await runCommandLine(
    args,
    [
      command('observe', async (rest) => {
        calls.push(['observe', ...rest]);
        return 0;
      }),
      command('exec', async (rest) => {
        calls.push(['exec', ...rest]);
        return 3;
      }),
      command('refuse', async () => {
        throw new UsageError('expected this, found that');
      }),
      command('fail', async () => {
        throw new Error('it could not be');
      }),
    ],
    io,
  );
  return { code, calls, ...printed };
};

describe('runCommandLine', () => {
  it('gives a command what follows its name, and ends with its exit code', async () => {
    expect(await run('exec', '--', 'frpc', '-c', 'x')).toMatchObject({
      code: 3,
      calls: [['exec', '--', 'frpc', '-c', 'x']],
      stdout: '',
      stderr: '',
    });
  });

  it.each([[[]], [['--config', 'frps.toml']], [['-c', 'frps.toml']]])(
    'takes %j for the first command',
    async (args) => {
      expect(await run(...args)).toMatchObject({ code: 0, calls: [['observe', ...args]] });
    },
  );

  it.each(['--help', '-h'])('lists all commands with %s', async (option) => {
    const { code, calls, stdout } = await run(option);
    expect({ code, calls }).toEqual({ code: 0, calls: [] });
    expect(stdout).toContain('Usage: frp-otel [observe] [options]');
    expect(stdout).toMatch(/^ {2}observe {2}what observe does\n {2}exec {5}what exec does$/m);
    expect(stdout).toMatch(/^Exit codes: 0 /m);
  });

  it('explains one command, its options and exit codes within 80 columns', async () => {
    const { code, calls, stdout } = await run('exec', '--help');
    expect({ code, calls }).toEqual({ code: 0, calls: [] });
    expect(stdout).toBe(`Usage: frp-otel exec

All about exec, in lines that are as long as they can be, wherever those of the
text end.

  frp-otel exec

Options:
  -c, --config FILE  a text that is too long for one line of a terminal and goes
                     on below itself
  -h, --help         print this

Exit codes:
  0  well
  2  the command line is wrong
  3  not so well
`);
  });

  it('takes help and version for the options that others have them for', async () => {
    expect(await run('help')).toEqual(await run('--help'));
    expect(await run('help', 'exec')).toEqual(await run('exec', '--help'));
    expect(await run('version')).toEqual(await run('--version'));
    expect((await run('help', 'exce')).stderr).toContain('did you mean exec?');
  });

  it('says of an option that may be given several times that it may', async () => {
    const several: Command = {
      ...command('several', async () => 0),
      options: { pid: { type: 'string', multiple: true, value: 'N', help: 'only this' } },
    };
    const { io, printed } = fakeIo();
    await runCommandLine(['several', '--help'], [several], io);
    expect(printed.stdout).toMatch(/--pid N +only this; may be given several times\n/);
  });

  it('leaves --help to the command that is to be run', async () => {
    expect((await run('exec', '--', 'frpc', '--help')).calls).toEqual([['exec', '--', 'frpc', '--help']]);
  });

  it('says its version, that of the package', async () => {
    expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await run('-v')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('names the command that was most likely meant', async () => {
    expect(await run('exce')).toEqual({
      code: 2,
      calls: [],
      stdout: '',
      stderr: `frp-otel: expected a command (observe, exec, refuse, fail), found "exce"; did you mean exec?
Try "frp-otel --help".
`,
    });
  });

  it('ends with 2 where the command line is wrong, and says where to read on', async () => {
    const { code, stderr } = await run('refuse');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'frp-otel: expected this, found that\nTry "frp-otel refuse --help".\n',
    });
  });

  it('ends with 1 where something failed', async () => {
    const { code, stderr } = await run('fail');
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'frp-otel: it could not be\n' });
  });
});
