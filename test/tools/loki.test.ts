import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { resolveLoki } from '../../tools/loki.mjs';
import { temporaryFolder, writeScript } from './fakePrograms.js';

const TOOL = fileURLToPath(new URL('../../tools/loki.mjs', import.meta.url));
const lock = (name: string) => readFileSync(new URL(`../../tools/loki/${name}`, import.meta.url), 'utf8');
const VERSION = /github\.com\/grafana\/loki\/v3 v(\S+)/.exec(lock('go.mod'))?.[1];

let root: ReturnType<typeof temporaryFolder>;
let onPath: string;
let cache: string;

beforeEach(() => {
  root = temporaryFolder();
  onPath = path.join(root.path, 'on-path');
  cache = path.join(root.path, 'cache');
  mkdirSync(onPath);
});
afterEach(() => root[Symbol.dispose]());

const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({ PATH: onPath, FRP_OTEL_CACHE_DIR: cache, ...more });
const resolve = (more: Parameters<typeof resolveLoki>[0] = {}) => resolveLoki({ env: env(), log: () => {}, ...more });

/** A `go` that writes down how it was called and builds a Loki that says such a version. */
const writeGo = (says = VERSION): void =>
  writeScript(
    onPath,
    'go',
    `[ "$1" = version ] && { echo 'go version go1.26.8 linux/amd64'; exit; }
echo "$@" > '${onPath}/go-call'
while [ "$1" != -o ]; do shift; done
printf '#!/bin/sh\\necho "loki, version ${says} (branch: , revision: unknown)"\\n' > "$2"
PATH=/usr/bin:/bin chmod +x "$2"`,
  );

describe('the module of Loki', () => {
  it('has it pinned, and what stands in for its modules, with their checksums', () => {
    const replacements = Array.from(lock('go.mod').matchAll(/=> (\S+ v\S+)$/gm), ([, module = '']) => module);
    expect(replacements.length).toBeGreaterThan(0);
    const sums = new Set(
      lock('go.sum')
        .split('\n')
        .map((line) => line.slice(0, line.indexOf(' h1:'))),
    );
    const pinned = [`github.com/grafana/loki/v3 v${VERSION}`, ...replacements];
    expect(pinned.filter((module) => !sums.has(module) || !sums.has(`${module}/go.mod`))).toEqual([]);
  });
});

describe('resolveLoki', () => {
  it('takes what LOKI_BIN names, of any version', async () => {
    writeScript(root.path, 'loki-of-mine', 'echo "loki, version 3.5.0 (branch: HEAD)"');
    const file = path.join(root.path, 'loki-of-mine');
    expect(await resolve({ env: env({ LOKI_BIN: file }) })).toEqual({ file, version: '3.5.0', from: 'LOKI_BIN' });
  });

  it.each<[string, string, string]>([
    ['fails', 'echo "exec format error" >&2; exit 126', 'failed: exec format error'],
    ['hangs', 'exec sleep 60', 'failed: no end after 1 s'],
    ['has no version', 'echo "loki, version  (branch: )"', 'expected `other -version` to print a version'],
  ])('says so when the program of LOKI_BIN %s', async (_, body, message) => {
    writeScript(root.path, 'other', `PATH=/usr/bin:/bin\n${body}`);
    const found = resolve({ env: env({ LOKI_BIN: path.join(root.path, 'other') }), runLimitMs: 1_000 });
    await expect(found).rejects.toThrow(message);
  });

  it('builds the pinned one once, which knows its version', async () => {
    writeGo();
    const first = await resolve();
    const call = readFileSync(path.join(onPath, 'go-call'), 'utf8');
    writeScript(onPath, 'go', 'exit 1');
    expect(await resolve()).toEqual(first);
    expect(first).toMatchObject({ version: VERSION, from: 'cache' });
    expect(path.relative(cache, first.file)).toMatch(new RegExp(`^loki-${VERSION}-\\S+/loki$`));
    expect(call).toContain(`build.Version=${VERSION} `);
    expect(call).toMatch(/github\.com\/grafana\/loki\/v3\/cmd\/loki$/m);
  });

  it('keeps nothing of a build that cannot be used', async () => {
    writeGo('');
    await expect(resolve()).rejects.toThrow('what was built cannot be used');
    expect(readdirSync(cache).filter((entry) => /^loki-.*[0-9a-f]$/.test(entry))).toEqual([]);
  });

  it('says what to do where there is none and it may not build', async () => {
    await expect(resolve({ mayBuild: false })).rejects.toThrow('run `node tools/loki.mjs`');
  });

  it('says what to do where there is no Go', async () => {
    await expect(resolve()).rejects.toThrow('set LOKI_BIN to a Loki');
  });
});

describe('node tools/loki.mjs', () => {
  it('prints the path alone', () => {
    writeGo();
    const { status, stdout } = spawnSync(process.execPath, [TOOL], { encoding: 'utf8', env: env() });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\S+\/loki\n$/);
  });

  it('refuses an option that it has not', () => {
    const { status, stderr } = spawnSync(process.execPath, [TOOL, '--lock'], { encoding: 'utf8', env: env() });
    expect(status).toBe(2);
    expect(stderr).toContain('Usage: node tools/loki.mjs');
  });
});
