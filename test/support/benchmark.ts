import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';

/**
 * A benchmark of bench/ for the tests of one file.
 *
 * @param name of its folder
 * @param limitMillis after which a run is ended
 */
export const benchmark = (name: string, limitMillis: number) => {
  const program = fileURLToPath(new URL(`../../bench/${name}/main.mjs`, import.meta.url));
  const folder = mkdtempSync(path.join(tmpdir(), 'frp-otel-bench-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    /** Where a run may write its figures. */
    json: path.join(folder, 'report.json'),
    run: (...args: string[]): { status: number | null; output: string } => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
        encoding: 'utf8',
        timeout: limitMillis,
      });
      return { status, output: `${stdout}${stderr}` };
    },
  };
};
