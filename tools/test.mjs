// `npm test`: sets up what a fresh clone lacks, then runs jest with the arguments given and closes with a plain count.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
const results = join(folder, 'results.json');
const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
const { status } = spawnSync(
  process.execPath,
  [...jest, '--json', `--outputFile=${results}`, ...process.argv.slice(2)],
  // With --json jest prints its report on stderr and the JSON on stdout, where nobody needs it.
  { cwd: ROOT, stdio: ['ignore', 'ignore', 2] },
);
try {
  const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = JSON.parse(
    readFileSync(results, 'utf8'),
  );
  const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
  console.log(`${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed${skipped}`);
} catch (error) {
  say(`jest left no results: ${/** @type {Error} */ (error).message}`);
}
rmSync(folder, { recursive: true, force: true });
process.exit(status ?? 1);
