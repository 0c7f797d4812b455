import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const frpOtel = (...args: string[]) => spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });

describe('frp-otel', () => {
  it('lists the metrics', () => {
    const { status, stdout } = frpOtel('metrics');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^frp\.proxy\.io +counter +By +Bytes carried/m);
  });

  it('says its version, that of the package', () => {
    expect(frpOtel('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['observed'], 'expected a command, found "observed"'],
    [[], 'expected a command, found none'],
    [['metrics', '--yaml'], "Unknown option '--yaml'"],
    [['metrics', '--json', '--markdown'], 'expected one of --json and --markdown, found both'],
  ])('refuses %j with its usage and exit code 2', (args, message) => {
    const { status, stdout, stderr } = frpOtel(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain('Usage: frp-otel');
  });
});
