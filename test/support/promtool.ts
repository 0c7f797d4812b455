import { spawnSync } from 'node:child_process';
import { it } from '@jest/globals';

const run = (page: string) => spawnSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' });
const isMissing = run('').error !== undefined;
if (isMissing) process.stderr.write('skipped: promtool is missing (Debian package prometheus)\n');

/** What `promtool check metrics` says of a page of /metrics: status 0 and no output when it accepts it. */
export const checkMetrics = (page: string): { status: number | null; output: string } => {
  const { status, stdout, stderr } = run(page);
  return { status, output: `${stdout}${stderr}` };
};

/** A test that needs promtool: skipped without it on a person's machine, failing in CI. */
export const itWithPromtool = isMissing && process.env.CI !== 'true' ? it.skip : it;
