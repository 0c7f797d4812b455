import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../../src/cli/commands.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const frpOtel = (...args: string[]) => spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });

describe('frp-otel', () => {
  it('lists the metrics', () => {
    const { status, stdout } = frpOtel('metrics');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^frp\.proxy\.io +counter +By +Bytes carried/m);
  });

  it.each([
    [['observed'], 'did you mean observe?'],
    [['--confg', 'x'], 'unknown option --confg; did you mean --config?'],
    [['metrics', '--yaml'], 'unknown option --yaml'],
    [['metrics', '--json', '--markdown'], 'expected one of --json and --markdown, found both'],
    [['exec', 'frpc', '-c', 'frpc.toml'], 'expected a command behind --'],
  ])('refuses %j with exit code 2', (args, message) => {
    const { status, stdout, stderr } = frpOtel(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('is content with a reader that does not want all of it', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
    const script = '"$0" "$1" metrics --json | head -c 1; echo " ${PIPESTATUS[0]}"';
    const { stdout, stderr } = spawnSync('bash', ['-c', script, process.execPath, MAIN], { encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: '{ 0\n', stderr: '' });
  });

  it.each([[[]], ...COMMANDS.map(({ name }) => [[name]])])('explains %j within 80 columns', (words) => {
    const { status, stdout } = frpOtel(...words, '--help');
    expect(status).toBe(0);
    expect(stdout).toContain('Usage: frp-otel ');
    const lines = stdout.split('\n').filter((line) => !line.startsWith('  frp-otel '));
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });
});
