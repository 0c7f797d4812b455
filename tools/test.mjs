// `npm test`: sets up what a fresh clone lacks, then runs jest with the arguments given and closes with a plain count.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { frpVersions, resolveFrp } from './frp.mjs';
import { ensureBuilt, ensureInstalled, say } from './setup.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

await ensureInstalled();
await ensureBuilt();
try {
  await resolveFrp({ version: frpVersions[0] }); // a build here shows its progress; within jest it would be a silent wait
} catch (error) {
  say(`No real frp: ${/** @type {Error} */ (error).message}`);
}

const folder = mkdtempSync(join(tmpdir(), 'frp-otel-test-'));
const JEST = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];

/**
 * @param {readonly string[]} args
 * @param {number} index
 */
const runJest = (args, index) => {
  const results = join(folder, `${index}.json`);
  // With --json jest prints its report on stderr and the JSON on stdout, where nobody needs it.
  const { status } = spawnSync(process.execPath, [...JEST, ...args, '--json', `--outputFile=${results}`], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 2],
  });
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = JSON.parse(
      readFileSync(results, 'utf8'),
    );
    return {
      status: status ?? 1,
      passed: numPassedTests,
      failed: numFailedTests + numRuntimeErrorTestSuites,
      skipped: numPendingTests,
    };
  } catch (error) {
    say(`jest left no results: ${/** @type {Error} */ (error).message}`);
    return { status: 1, passed: 0, failed: 1, skipped: 0 };
  }
};

const args = process.argv.slice(2);
// Tests on a real frp one file after the other: an agent that looks for every frp of the machine finds those of other tests.
const all = [
  ['--selectProjects', 'unit', 'integration', `--maxWorkers=${Math.max(2, availableParallelism() - 1)}`],
  ['--selectProjects', 'e2e', '--runInBand'],
];
const isAll = args.every((arg) => arg === '--ci');
const runs = (isAll ? all.map((part) => [...args, ...part]) : [['--runInBand', ...args]]).map(runJest);
rmSync(folder, { recursive: true, force: true });
/** @param {'passed' | 'failed' | 'skipped'} what */
const sum = (what) => runs.reduce((total, run) => total + run[what], 0);
const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped}`);
process.exit(Math.max(...runs.map(({ status }) => status)));
