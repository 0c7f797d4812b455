import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const SHIPPED = [
  'README.md',
  'agent.yaml',
  'alertmanager/alertmanager.yml',
  'all-in-one.yaml',
  'builder.yaml',
  'gateway-tls.yaml',
  'gateway.yaml',
  'otlp-out.yaml',
  'prometheus/frp-rules-own-metrics.yml',
  'prometheus/frp-rules.yml',
  'prometheus/prometheus.yml',
  'prometheus/tests/frp-rules-own-metrics.yml',
  'prometheus/tests/frp-rules.yml',
].map((name) => `collector-config/${name}`);
/** What who follows the README in this folder may make in it. */
const MADE = ['token', 'gateway.key', 'gateway.pem', 'frp-otel.yaml', 'rules/frp-rules.yaml', 'prometheus/token'];

const folder = mkdtempSync(join(tmpdir(), 'frp-otel-package-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const name of ['package.json', '.gitignore']) cpSync(join(PROJECT, name), join(folder, name));
for (const name of SHIPPED) cpSync(join(PROJECT, name), join(folder, name));
mkdirSync(join(folder, 'collector-config/rules'));
for (const name of MADE) writeFileSync(join(folder, 'collector-config', name), 'secret\n');

const outputOf = (program: string, args: readonly string[]): string =>
  execFileSync(program, args, { cwd: folder, encoding: 'utf8' });

const ofConfig = (paths: readonly string[]): readonly string[] =>
  paths.filter((path) => path.startsWith('collector-config/')).sort();

describe('collector-config, where somebody has tried it', () => {
  it('is packed without a token, a key or any other file that was made there', () => {
    const output = outputOf('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=silent']);
    const [{ files }] = JSON.parse(output) as [{ files: { path: string }[] }];
    expect(ofConfig(files.map(({ path }) => path))).toEqual([...SHIPPED].sort());
  });

  it('is committed without them', () => {
    outputOf('git', ['init', '--quiet']);
    const output = outputOf('git', ['ls-files', '--others', '--exclude-standard']);
    expect(ofConfig(output.split('\n'))).toEqual([...SHIPPED].sort());
  });
});
