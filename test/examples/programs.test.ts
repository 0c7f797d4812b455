import { describe, expect, it } from '@jest/globals';
import { fileNames, linkedIn, textOf } from './exampleFiles.js';

const readJson = (folder: string, file: string) => JSON.parse(textOf(folder, file));
const root = readJson('..', 'package.json');
const installed: Record<string, { version: string }> = readJson('..', 'package-lock.json').packages;
const OURS = 'opentelemetry-instrumentation-frp';

describe.each(['node', 'nodesdk', 'express', 'fastify'])('examples/%s', (folder) => {
  const main = textOf(folder, 'main.mjs');
  const readme = textOf(folder, 'README.md');
  const { private: isPrivate, engines, dependencies } = readJson(folder, 'package.json');

  it('is a small program, with a README that names its files and every variable', () => {
    expect(main.split('\n').length).toBeLessThanOrEqual(90);
    expect(linkedIn(readme).sort()).toEqual(
      fileNames(folder).filter((name) => !/^(README\.md|\.npmrc|node_modules)$/.test(name)),
    );
    const variables = [
      ...main.matchAll(/process\.env\.([A-Z_]+)/g),
      ...textOf(folder, 'frpc.toml').matchAll(/Envs\.(\w+)/g),
    ];
    const ours = variables.map(([, name = '']) => name).filter((name) => !/^OTEL_|^LOCAL_PORT$/.test(name));
    expect(ours.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });

  it('depends on what it imports and the API, in the versions that the tests run with', () => {
    const imported = [...main.matchAll(/^import .* from '((?!node:)[^']+)'/gm)].map(([, name = '']) => name);
    expect(Object.keys(dependencies)).toEqual([...new Set([...imported, '@opentelemetry/api'])].sort());
    expect({ isPrivate, engines }).toEqual({ isPrivate: true, engines: root.engines });
    for (const [name, range] of Object.entries<string>(dependencies)) {
      const known = root.dependencies[name] ?? root.peerDependencies[name];
      if (name === OURS) expect(range).toBe('file:../..');
      else if (known !== undefined) expect(`${name} ${range}`).toBe(`${name} ${known}`);
      else expect(range.split(' || ')).toContain(installed[`node_modules/${name}`]?.version);
    }
  });
});
