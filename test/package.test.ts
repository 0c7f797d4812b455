import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const readJson = (file: string) => JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'));

describe('the package', () => {
  it('installs one copy of each OpenTelemetry package', () => {
    const { packages } = readJson('package-lock.json') as { packages: Record<string, unknown> };
    const names = Object.keys(packages).flatMap(
      (path) => /node_modules\/(@opentelemetry\/[^/]+)$/.exec(path)?.[1] ?? [],
    );
    expect(names).toEqual(expect.arrayContaining(['@opentelemetry/api', '@opentelemetry/sdk-metrics']));
    expect(names).toEqual([...new Set(names)]);
  });

  it('pins the SDK in exact pairs, one for each line that it runs on, and leaves the API to the program', () => {
    const { dependencies, peerDependencies } = readJson('package.json') as Record<string, Record<string, string>>;
    expect(peerDependencies).toEqual({ '@opentelemetry/api': '>=1.9.0 <1.11.0' });
    for (const [name, range] of Object.entries(dependencies ?? {})) {
      if (!name.startsWith('@opentelemetry/') || name.endsWith('semantic-conventions')) continue;
      expect(`${name} ${range}`).toMatch(/ (2\.12\.0 \|\| 3\.1\.0|0\.223\.0( \|\| (0\.301\.0|3\.1\.0))?)$/);
    }
  });

  it('takes along what its documents speak of, and no test or tool', () => {
    const { files } = readJson('package.json') as { files: string[] };
    expect(files).toEqual(expect.arrayContaining(['dist', 'docs', 'examples', 'CHANGELOG.md']));
    expect(files.filter((file) => /^(src|test|tools|bench)/.test(file))).toEqual([]);
  });

  it('runs these tests as ES modules', () => {
    expect(import.meta.url).toMatch(/^file:.*package\.test\.ts$/);
  });
});
