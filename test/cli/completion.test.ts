import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Command } from '../../src/cli/Command.js';
import { COMMANDS } from '../../src/cli/commands.js';
import { completion } from '../../src/cli/completion.js';
import { completionScript, SHELLS, type Shell } from '../../src/cli/completionScript.js';

const script = (shell: Shell): string => {
  const file = join(tmpdir(), `frp-otel-completion-${process.pid}.${shell}`);
  writeFileSync(file, completionScript(shell, COMMANDS));
  return file;
};
const files = Object.fromEntries(SHELLS.map((shell) => [shell, script(shell)])) as Record<Shell, string>;
afterAll(() => {
  for (const file of Object.values(files)) rmSync(file);
});

const run = (shell: Shell, text: string) => {
  const { status, stdout, stderr } = spawnSync(shell, [...QUIET[shell], '-c', text], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split('\n').filter(Boolean);
};
const QUIET: Readonly<Record<Shell, readonly string[]>> = {
  bash: ['--norc', '--noprofile'],
  zsh: ['-f'],
  fish: ['--no-config'],
};

/** What bash offers for the last word, as its completion asks the function. */
const inBash = (...words: string[]): string[] => {
  const all = ['frp-otel', ...words].map((word) => `'${word}'`).join(' ');
  return run(
    'bash',
    `source ${files.bash}; COMP_WORDS=(${all}); COMP_CWORD=${words.length}; _frp_otel; printf '%s\\n' "\${COMPREPLY[@]}"`,
  );
};
const inFish = (line: string): string[] =>
  run('fish', `source ${files.fish}; complete -C '${line}'`).map((each) => each.split('\t')[0] as string);

const describeWith = (shell: Shell, tests: () => void): void => {
  const isInstalled = spawnSync(shell, ['-c', 'true']).status === 0;
  if (!isInstalled) process.stderr.write(`skipped: completion in ${shell}: it is not installed\n`);
  (isInstalled ? describe : describe.skip)(shell, tests);
};

const optionsOf = ({ options }: Command): string[] =>
  [...Object.keys(options), 'help'].map((name) => `--${name}`).sort();

describeWith('bash', () => {
  it('takes the script', () => {
    expect(spawnSync('bash', ['-n', files.bash], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });

  it('offers every command first', () => {
    expect(inBash('')).toEqual(expect.arrayContaining(COMMANDS.map(({ name }) => name)));
    expect(inBash('st')).toEqual(['status']);
  });

  it.each(COMMANDS.map((command) => [command.name, command] as const))('offers every option of %s', (name, command) => {
    expect(inBash(name, '--').sort()).toEqual(optionsOf(command));
  });

  it('offers the shells', () => {
    expect(inBash('completion', 'f')).toEqual(['fish']);
  });

  it('offers the words of a command, and the targets of rules', () => {
    expect(inBash('rules', '')).toEqual(expect.arrayContaining(['render', 'check', 'test']));
    expect(inBash('rules', 'render', '--for', 'g')).toEqual(['grafana']);
  });

  it('leaves the value of an option to be completed as a file', () => {
    expect(inBash('status', '--config', '')).toEqual([]);
    expect(inBash('status', '-c', '--')).toEqual([]);
  });

  it('offers the values of an option that has few', () => {
    expect(inBash('status', '--role', '')).toEqual(['server', 'client']);
    expect(inBash('status', '--role', 'c')).toEqual(['client']);
  });

  it('offers programs where exec is to run one', () => {
    expect(inBash('exec', '--', 'bas')).toContain('bash');
    expect(inBash('exec', '--', 'frpc', '--')).toEqual([]);
  });
});

describeWith('fish', () => {
  it('offers commands, options and shells', () => {
    expect(inFish('frp-otel st')).toEqual(['status']);
    expect(inFish('frp-otel status --j')).toEqual(['--json']);
    expect(inFish('frp-otel completion f')).toEqual(['fish']);
    expect(inFish('frp-otel status --role c')).toEqual(['client']);
  });
});

describeWith('zsh', () => {
  it('takes the script, and has one branch for each command', () => {
    expect(spawnSync('zsh', ['-f', '-n', files.zsh], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    // What it is called with: without a terminal zsh completes nothing.
    const asked = (words: string) =>
      run(
        'zsh',
        `_arguments() { print -rl -- "$@" }; compdef() { : }; source ${files.zsh}; words=(${words}); CURRENT=$#words; _frp-otel`,
      );
    for (const command of COMMANDS) {
      const specs = asked(`frp-otel ${command.name} x`).join('\n');
      for (const option of optionsOf(command)) expect(specs).toContain(`${option}[`);
    }
    expect(asked('frp-otel status x').join('\n')).toMatch(/^--role\[.*\]:ROLE:\(server client\)$/m);
  });
});

describe('completion', () => {
  it.each([[[]], [['tcsh']], [['bash', 'zsh']]])('refuses %j', async (args) => {
    const io = { stdout: process.stdout, stderr: process.stderr, env: {} };
    await expect(completion.run(args, io)).rejects.toThrow('expected one of bash, zsh, fish, found ');
  });
});
