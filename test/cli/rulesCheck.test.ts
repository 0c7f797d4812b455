import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'frp-otel-rules-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

const check = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'rules', 'check', '--settings', name], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

const RULE = {
  name: 'Mine',
  of: 'value',
  metric: 'frp.process.upp',
  comparison: '==',
  threshold: 0,
  severity: 'low',
  summary: 'x',
  description: 'x',
};

describe('frp-otel rules check, as it is installed', () => {
  it.each([
    [
      'a.yaml',
      'alertRules:\n  own:\n    - name: Mine\n      metric: frp.process.upp\n      of: value\n      comparison: "=="\n      threshold: 0\n      severity: low\n      summary: x\n      description: x\n',
      4,
    ],
    ['b.json', JSON.stringify({ alertRules: { own: [RULE] } }, null, 1), 7],
    [
      'c.toml',
      '[[alertRules.own]]\nname = "Mine"\nof = "value"\nmetric = "frp.process.upp"\ncomparison = "=="\nthreshold = 0\nseverity = "low"\nsummary = "x"\ndescription = "x"\n',
      4,
    ],
  ])('names what is wrong in %s', (name, text, line) => {
    expect(check(name, text)).toEqual({
      status: 1,
      stdout: '',
      stderr: `${name}:${line}: alertRules.own.0.metric: expected a metric of this package or of derivedMetrics, received "frp.process.upp"; did you mean frp.process.up? (rule Mine)\n`,
    });
    expect(check(name, text.replace('.upp', '.up'))).toMatchObject({ status: 0, stderr: '' });
  });
});
