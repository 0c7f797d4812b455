import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

/**
 * What `promtool test rules` says of a rule file.
 *
 * @param intervalSeconds from one evaluation to the next
 * @param test one of its tests
 */
export const promtoolTestRules = (
  rules: string,
  intervalSeconds: number,
  test: object,
): { status: number | null; output: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'frp-otel-rules-'));
  try {
    writeFileSync(join(folder, 'rules.yml'), rules);
    writeFileSync(
      join(folder, 'test.yml'),
      stringify({ rule_files: ['rules.yml'], evaluation_interval: `${intervalSeconds}s`, tests: [test] }),
    );
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', join(folder, 'test.yml')], {
      encoding: 'utf8',
    });
    return { status, output: `${stdout}${stderr}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
