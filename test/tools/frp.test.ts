import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { frpVersions, resolveFrp } from '../../tools/frp.mjs';
import { temporaryFolder, until, waitForFile, writeFrp, writeGo, writeScript } from './fakePrograms.js';

const TOOL = fileURLToPath(new URL('../../tools/frp.mjs', import.meta.url));
const MODULES = fileURLToPath(new URL('../../tools/frp', import.meta.url));

let root: ReturnType<typeof temporaryFolder>;
let bin: string;
let onPath: string;
let cache: string;
let lines: string[];

beforeEach(() => {
  root = temporaryFolder();
  bin = path.join(root.path, 'bin');
  onPath = path.join(root.path, 'on-path');
  cache = path.join(root.path, 'cache');
  mkdirSync(bin);
  mkdirSync(onPath);
  lines = [];
});
afterEach(() => root[Symbol.dispose]());

const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({ PATH: onPath, FRP_OTEL_CACHE_DIR: cache, ...more });
const resolve = (more: Parameters<typeof resolveFrp>[0] = {}) =>
  resolveFrp({ env: env(), log: (line: string) => void lines.push(line), ...more });

describe('frpVersions', () => {
  it('are the folders of the tools modules, newest first', () => {
    expect(frpVersions).toEqual(['0.71.0', '0.61.2', '0.52.3']);
  });

  it.each(frpVersions)(
    '%s: its module requires that frp, and its go.sum knows the yamux that go.mod puts in',
    (version) => {
      const goMod = readFileSync(path.join(MODULES, version, 'go.mod'), 'utf8');
      const goSum = readFileSync(path.join(MODULES, version, 'go.sum'), 'utf8');
      const yamux = /=> (github\.com\/fatedier\/yamux v\S+)$/m.exec(goMod)?.[1];

      expect(goMod).toContain(`github.com/fatedier/frp v${version} `);
      expect(goSum).toContain(`github.com/fatedier/frp v${version} h1:`);
      expect(goSum).toContain(`${yamux} h1:`);
      expect(goSum).toContain(`${yamux}/go.mod h1:`);
    },
  );
});

describe('resolveFrp without a version', () => {
  it('takes what FRP_BIN_DIR has, of any version, before PATH', async () => {
    writeFrp(bin, { frps: '0.65.0', frpc: '0.65.0' });
    writeFrp(onPath, { frps: '0.61.2', frpc: '0.61.2' });

    const found = await resolve({ env: env({ FRP_BIN_DIR: bin }) });
    expect(found).toEqual({ folder: bin, version: '0.65.0', from: 'FRP_BIN_DIR' });
    expect(lines).toEqual([]);
  });

  it('takes what PATH has', async () => {
    writeFrp(onPath, { frps: '0.65.0', frpc: '0.65.0' });

    expect(await resolve()).toEqual({ folder: onPath, version: '0.65.0', from: 'PATH' });
  });

  it('builds the newest where there is none', async () => {
    writeGo(onPath);

    const { folder, version, from } = await resolve();
    expect({ version, from }).toEqual({ version: '0.71.0', from: 'cache' });
    expect(path.dirname(folder)).toBe(cache);
    expect(readdirSync(folder)).toEqual(['frpc', 'frps']);
  });

  it.each<[string, (folder: string) => void, string]>([
    ['has one of the two', (folder) => writeFrp(folder, { frps: '0.65.0' }), 'it has no frpc'],
    [
      'has two versions',
      (folder) => writeFrp(folder, { frps: '0.65.0', frpc: '0.64.0' }),
      'frps has version 0.65.0, but frpc 0.64.0',
    ],
    [
      'has other programs of that name',
      (folder) => writeFrp(folder, { frps: 'fast_rps', frpc: 'fast_rps' }),
      "expected `frps -v` to print a version, received 'fast_rps'",
    ],
    [
      'has programs that fail',
      (folder) => {
        writeScript(folder, 'frps', 'echo "GLIBC_2.38 not found" >&2; exit 1');
        writeFrp(folder, { frpc: '0.65.0' });
      },
      '`frps -v` failed: GLIBC_2.38 not found',
    ],
    [
      'has a program that hangs',
      (folder) => {
        writeFrp(folder, { frps: '0.65.0' });
        writeScript(folder, 'frpc', 'exec sleep 60');
      },
      '`frpc -v` failed: no end after 1 s',
    ],
  ])('passes over a folder in PATH that %s, and says why', async (_, fill, problem) => {
    writeGo(onPath);
    fill(onPath);

    expect(await resolve({ runLimitMs: 1000 })).toMatchObject({ version: '0.71.0', from: 'cache' });
    expect(lines[0]).toBe(`PATH: ${onPath} passed over: ${problem}`);
  });
});

describe('resolveFrp with a version', () => {
  it('goes from FRP_BIN_DIR over PATH to a build until it has that version', async () => {
    writeFrp(bin, { frps: '0.65.0', frpc: '0.65.0' });
    writeFrp(onPath, { frps: '0.71.0', frpc: '0.71.0' });
    writeGo(onPath);

    expect(await resolve({ version: '0.61.2', env: env({ FRP_BIN_DIR: bin }) })).toMatchObject({
      version: '0.61.2',
      from: 'cache',
    });
    expect(lines.slice(0, 2)).toEqual([
      `FRP_BIN_DIR: ${bin} passed over: it has version 0.65.0, wanted is 0.61.2`,
      `PATH: ${onPath} passed over: it has version 0.71.0, wanted is 0.61.2`,
    ]);
  });

  it('takes a version from PATH that it could not build', async () => {
    writeFrp(onPath, { frps: '0.71.1', frpc: '0.71.1' });

    expect(await resolve({ version: '0.71.1' })).toMatchObject({ folder: onPath, from: 'PATH' });
  });

  it('lists the versions when it is to find one that is nowhere', async () => {
    await expect(resolve({ version: '9.9.9' })).rejects.toThrow(
      'frp 9.9.9 was not found in FRP_BIN_DIR or PATH, and there is no tools module to build it. ' +
        'Ask for one of 0.71.0, 0.61.2, 0.52.3, or set FRP_BIN_DIR to a folder with frps and frpc 9.9.9.',
    );
  });
});

describe('FRP_BIN_DIR without the programs', () => {
  it.each<[string, () => string, string]>([
    ['an empty folder', () => bin, 'but frps and frpc cannot be found there; found: an empty folder.'],
    ['a folder that does not exist', () => path.join(root.path, 'none'), 'found: no such folder.'],
    [
      'a program instead of its folder',
      () => {
        writeFrp(bin, { frps: '0.71.0' });
        return path.join(bin, 'frps');
      },
      'found: a file.',
    ],
    [
      'a folder with one of them',
      () => {
        writeFrp(bin, { frps: '0.71.0' });
        return bin;
      },
      'but frpc cannot be found there; found: frps.',
    ],
  ])('is an error: %s', async (_, set, message) => {
    const folder = set();
    const resolving = resolve({ env: env({ FRP_BIN_DIR: folder }) });

    await expect(resolving).rejects.toThrow(`FRP_BIN_DIR=${folder}: expected a folder that holds frps and frpc, but `);
    await expect(resolving).rejects.toThrow(message);
  });
});

describe('the build', () => {
  it('runs go in the tools module, without cgo and without the web pages, by the checksums of go.sum', async () => {
    writeGo(onPath);
    await resolve({ version: '0.61.2', env: env({ GOFLAGS: '-mod=mod', GOOS: 'plan9' }) });

    const environment = readFileSync(path.join(onPath, 'environment'), 'utf8').split('\n');
    expect(readFileSync(path.join(onPath, 'call'), 'utf8')).toMatch(
      /^build -tags noweb -trimpath -ldflags -s -w -o \S+\/ github.com\/fatedier\/frp\/cmd\/frps github.com\/fatedier\/frp\/cmd\/frpc\n$/,
    );
    expect(environment).toContain(`PWD=${path.join(MODULES, '0.61.2')}`);
    expect(environment).toEqual(
      expect.arrayContaining(['CGO_ENABLED=0', 'GOFLAGS=-mod=readonly', 'GOWORK=off', 'GOTOOLCHAIN=local', 'GOOS=']),
    );
  });

  it('is found again without Go', async () => {
    writeGo(onPath);
    const built = await resolve();
    rmSync(path.join(onPath, 'go'));

    expect(await resolve()).toEqual(built);
  });

  it('needs Go', async () => {
    await expect(resolve({ version: '0.71.0' })).rejects.toThrow(
      'frp 0.71.0 was not built: `go version` failed: no such program. Install Go >= 1.25.0 from your package manager, ' +
        'or set FRP_BIN_DIR to a folder with frps and frpc.',
    );
  });

  it('needs the Go that go.mod names', async () => {
    const { builds } = writeGo(onPath, { version: '1.9.7' });

    await expect(resolve({ version: '0.52.3' })).rejects.toThrow(
      'the Go in PATH is 1.9.7, which is too old. Install Go >= 1.24.0 from your package manager',
    );
    expect(builds()).toEqual([]);
  });

  it('that fails is told in the words of go, and leaves nothing', async () => {
    writeGo(onPath, { whileBuilding: 'echo "verifying module: checksum mismatch" >&2; exit 1' });

    await expect(resolve()).rejects.toThrow(
      'frp 0.71.0 was not built: `go build` failed: verifying module: checksum mismatch',
    );
    expect(readdirSync(cache)).toEqual([]);
  });

  it('is refused when its programs do not run as that version', async () => {
    writeGo(onPath, { whileBuilding: 'cd /' });

    await expect(resolve()).rejects.toThrow('frp 0.71.0 was not built: what was built cannot be used: ');
    expect(readdirSync(cache)).toEqual([]);
  });
});

describe('node tools/frp.mjs', () => {
  const started: ChildProcess[] = [];
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
  });

  function start(...args: string[]) {
    const child = spawn(process.execPath, [TOOL, ...args], { env: env(), stdio: ['ignore', 'pipe', 'pipe'] });
    started.push(child);
    const said = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      said.stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      said.stderr += chunk;
    });
    const ended = new Promise<number | null>((settle) => child.on('close', settle));
    return { child, said, ended };
  }

  it('prints the folder on stdout and the progress on stderr', async () => {
    writeGo(onPath);
    const { said, ended } = start('0.61.2');

    expect(await ended).toBe(0);
    expect(said.stdout).toBe(`${path.join(cache, readdirSync(cache)[0] ?? '')}\n`);
    expect(said.stderr).toMatch(/^frp 0.61.2: building into .*\nfrp 0.61.2: built in \d+ s\n$/);
  });

  it('says an error in one line and ends with 1', async () => {
    const { said, ended } = start('9.9.9');

    expect(await ended).toBe(1);
    expect(said.stdout).toBe('');
    expect(said.stderr).toMatch(/^frp\.mjs: frp 9\.9\.9 was not found [^\n]+\n$/);
  });

  it.each([
    [['0.71.0', '0.61.2'], 'expected one VERSION, received 0.71.0 0.61.2'],
    [['--newest'], "Unknown option '--newest'"],
  ])('called wrongly, with %j, shows its usage and ends with 2', async (args, message) => {
    const { said, ended } = start(...args);

    expect(await ended).toBe(2);
    expect(said.stderr).toContain(message);
    expect(said.stderr).toContain('Usage: node tools/frp.mjs [VERSION]');
  });

  it('explains itself with --help', async () => {
    const { said, ended } = start('--help');

    expect(await ended).toBe(0);
    expect(said.stdout).toContain('0.71.0, 0.61.2, 0.52.3');
  });

  it('builds in one of two processes while the other one waits', async () => {
    const goOn = path.join(root.path, 'go-on');
    const { builds } = writeGo(onPath, { whileBuilding: waitForFile(goOn) });
    const both = [start('0.71.0'), start('0.71.0')] as const;
    const waiting = () => both.filter(({ said }) => said.stderr.includes('frp 0.71.0: waiting for pid '));

    await until('one builds and one waits', () => builds().length > 0 && waiting().length === 1);
    writeFileSync(goOn, '');

    expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0]);
    expect(both[0].said.stdout).toBe(both[1].said.stdout);
    expect(builds()).toHaveLength(1);
    const builder = both.find((one) => !waiting().includes(one));
    expect(waiting()[0]?.said.stderr).toContain(`waiting for pid ${builder?.child.pid} on `);
  });

  it('takes over from a process that was killed while it built', async () => {
    const goOn = path.join(root.path, 'go-on');
    const { builds } = writeGo(onPath, { whileBuilding: waitForFile(goOn) });
    const killed = start('0.71.0');
    await until('it builds', () => builds().length === 1);
    killed.child.kill('SIGKILL');
    process.kill(builds()[0] ?? 0, 'SIGKILL');
    await killed.ended;
    expect(readdirSync(cache)).toHaveLength(2);

    writeFileSync(goOn, '');
    const second = start('0.71.0');
    expect(await second.ended).toBe(0);
    expect(second.said.stderr).toContain(`frp 0.71.0: pid ${killed.child.pid} on `);
    expect(second.said.stderr).toContain(' died while building it; starting anew');
    expect(readdirSync(cache)).toEqual([path.basename(second.said.stdout.trim())]);
  });
});
