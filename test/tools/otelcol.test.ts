import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { resolveOtelcol } from '../../tools/otelcol.mjs';
import { temporaryFolder, writeScript } from './fakePrograms.js';

const TOOL = fileURLToPath(new URL('../../tools/otelcol.mjs', import.meta.url));
const projectFile = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const MANIFEST = projectFile('collector-config/builder.yaml');
const LOCK = projectFile('tools/otelcol/distribution/go.mod');
const VERSION = /^ {2}version: (.*)$/m.exec(MANIFEST)?.[1];

let root: ReturnType<typeof temporaryFolder>;
let onPath: string;
let cache: string;
let lines: string[];

beforeEach(() => {
  root = temporaryFolder();
  onPath = path.join(root.path, 'on-path');
  cache = path.join(root.path, 'cache');
  mkdirSync(onPath);
  lines = [];
});
afterEach(() => root[Symbol.dispose]());

const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({ PATH: onPath, FRP_OTEL_CACHE_DIR: cache, ...more });
const resolve = (more: Parameters<typeof resolveOtelcol>[0] = {}) =>
  resolveOtelcol({ env: env(), log: (line: string) => void lines.push(line), ...more });
const builtIn = () => readdirSync(cache).filter((entry) => entry.startsWith('otelcol-'));

/**
 * A `go` that builds the builder; and that builder, which writes down how it was called and what lay in its output folder, and puts a
 * Collector there that prints `says`.
 */
const writeGo = ({ version = '1.26.8', says = `otelcol version ${VERSION}`, whileCompiling = '' } = {}): void =>
  writeScript(
    onPath,
    'go',
    `[ "$1" = version ] && { echo "go version go${version} linux/amd64"; exit; }
echo "$@" > '${onPath}/go-call'; pwd > '${onPath}/go-folder'; env > '${onPath}/environment'
while [ "$1" != -o ]; do shift; done
cat > "$2" <<'END'
#!/bin/sh
PATH=/usr/bin:/bin
echo "$@" > '${onPath}/builder-call'
cp otelcol/go.mod otelcol/go.sum '${onPath}/'
${whileCompiling}
printf '#!/bin/sh\\necho ${says}\\n' > otelcol/otelcol
chmod +x otelcol/otelcol
END
chmod +x "$2"`,
  );
const noted = (name: string) => readFileSync(path.join(onPath, name), 'utf8');

describe('the manifest of the Collector', () => {
  const components = Array.from(MANIFEST.matchAll(/- gomod: (\S+) v(\S+)$/gm), ([, name = '', version = '']) => ({
    name,
    version,
  }));

  it('has what the configurations need', () => {
    const parts = components.map(({ name }) => name.split('/').slice(-2).join('/'));
    expect(parts).toEqual(
      expect.arrayContaining([
        'receiver/otlpreceiver',
        'receiver/filelogreceiver',
        'processor/batchprocessor',
        'processor/memorylimiterprocessor',
        'processor/filterprocessor',
        'processor/transformprocessor',
        'processor/resourceprocessor',
        'connector/forwardconnector',
        'exporter/otlpexporter',
        'exporter/otlphttpexporter',
        'exporter/debugexporter',
        'exporter/fileexporter',
        'exporter/prometheusexporter',
        'extension/healthcheckextension',
        'storage/filestorage',
        'provider/envprovider',
        'provider/fileprovider',
        'provider/yamlprovider',
      ]),
    );
  });

  it('is of one release, also its builder', () => {
    const releases = new Set(
      components.filter(({ name }) => !name.includes('/confmap/')).map(({ version }) => version),
    );
    expect([...releases]).toEqual([VERSION]);
    expect(projectFile('tools/otelcol/builder/go.mod')).toContain(
      `go.opentelemetry.io/collector/cmd/builder v${VERSION} `,
    );
  });

  it.each(components)('has $name pinned, with its checksum', ({ name, version }) => {
    expect(LOCK).toContain(`\t${name} v${version}\n`);
    expect(projectFile('tools/otelcol/distribution/go.sum')).toContain(`${name} v${version} h1:`);
  });
});

describe('resolveOtelcol', () => {
  it('takes what OTELCOL_BIN names, of any version', async () => {
    writeScript(root.path, 'otelcol-contrib', 'echo otelcol-contrib version 0.130.1');
    const file = path.join(root.path, 'otelcol-contrib');

    const found = await resolve({ env: env({ OTELCOL_BIN: file }) });
    expect(found).toEqual({ file, version: '0.130.1', from: 'OTELCOL_BIN' });
  });

  it.each<[string, string, string]>([
    ['is not there', '', 'failed: no such program'],
    ['fails', 'echo "exec format error" >&2; exit 126', 'failed: exec format error'],
    ['hangs', 'exec sleep 60', 'failed: no end after 1 s'],
    ['is another program', 'echo hello', "expected `collector --version` to print a version, received 'hello'"],
  ])('says so when the program of OTELCOL_BIN %s', async (_, body, message) => {
    const file = path.join(root.path, 'collector');
    if (body !== '') writeScript(root.path, 'collector', body);
    const resolving = resolve({ env: env({ OTELCOL_BIN: file }), runLimitMs: 1_000 });

    await expect(resolving).rejects.toThrow(`OTELCOL_BIN=${file}: `);
    await expect(resolving).rejects.toThrow(message);
  });

  it('builds the one of the manifest, by the versions and checksums that are kept here', async () => {
    writeGo();

    const { file, version, from } = await resolve();
    expect({ version, from }).toEqual({ version: VERSION, from: 'cache' });
    expect(path.dirname(file)).toBe(path.join(cache, builtIn()[0] ?? ''));
    expect(noted('go-folder').trim()).toBe(fileURLToPath(new URL('../../tools/otelcol/builder', import.meta.url)));
    expect(noted('go-call')).toMatch(/^build -trimpath -o \S+ go\.opentelemetry\.io\/collector\/cmd\/builder\n$/);
    expect(noted('builder-call')).toMatch(/^--config=\S+\/collector-config\/builder\.yaml --skip-get-modules\n$/);
    expect(noted('go.mod')).toBe(LOCK);
    expect(noted('go.sum')).toBe(projectFile('tools/otelcol/distribution/go.sum'));
    expect(noted('environment').split('\n')).toEqual(
      expect.arrayContaining(['CGO_ENABLED=0', 'GOFLAGS=-mod=readonly', 'GOWORK=off', 'GOTOOLCHAIN=local', 'GOOS=']),
    );
  });

  it('builds it once', async () => {
    writeGo();
    const first = await resolve();
    writeGo({ whileCompiling: 'exit 1' });

    expect(await resolve()).toEqual(first);
    expect(lines.filter((line) => line.includes('building into'))).toHaveLength(1);
  });

  it('needs the Go that the builder needs', async () => {
    writeGo({ version: '1.25.1' });

    await expect(resolve()).rejects.toThrow(
      `otelcol ${VERSION} was not built: the Go in PATH is 1.25.1, which is too old. Install Go >= 1.26.0 from your package manager, or set OTELCOL_BIN to `,
    );
  });

  it.each<[string, Parameters<typeof writeGo>[0], string]>([
    ['fails', { whileCompiling: 'echo "missing go.sum entry" >&2; exit 1' }, 'failed: missing go.sum entry'],
    [
      'gives a program that is none',
      { says: 'hello' },
      'what was built cannot be used: expected `otelcol --version` to print',
    ],
  ])('leaves nothing of a build that %s', async (_, go, message) => {
    writeGo(go);

    await expect(resolve()).rejects.toThrow(message);
    expect(readdirSync(cache)).toEqual([]);
  });

  it('builds nothing when it may not, and says how to', async () => {
    writeGo();

    await expect(resolve({ mayBuild: false })).rejects.toThrow(
      `otelcol ${VERSION} was not built: run \`node tools/otelcol.mjs\`, which takes some minutes, or set OTELCOL_BIN`,
    );
    const built = await resolve();
    expect(await resolve({ mayBuild: false })).toEqual(built);
  });
});

describe('node tools/otelcol.mjs', () => {
  const call = (...args: string[]) => spawnSync(process.execPath, [TOOL, ...args], { env: env(), encoding: 'utf8' });

  it('prints the path on stdout and the progress on stderr', () => {
    writeGo();
    const { status, stdout, stderr } = call();

    expect({ status, stdout }).toEqual({ status: 0, stdout: `${path.join(cache, builtIn()[0] ?? '', 'otelcol')}\n` });
    expect(stderr).toMatch(/^otelcol \S+: building into .*\notelcol \S+: built in \d+ s\n$/);
  });

  it('says an error in one line and ends with 1', () => {
    const { status, stdout, stderr } = call();

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/otelcol\.mjs: otelcol \S+ was not built: `go version` failed: no such program\. [^\n]+\n$/);
  });

  it('called wrongly, shows its usage and ends with 2', () => {
    const { status, stderr } = call('--unlock');

    expect(status).toBe(2);
    expect(stderr).toContain('Usage: node tools/otelcol.mjs [--lock]');
  });
});
