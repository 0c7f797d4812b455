import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { buildOnce, cacheRoot } from '../../tools/buildOnce.mjs';
import { temporaryFolder, until } from './fakePrograms.js';

let root: ReturnType<typeof temporaryFolder>;
let builds: number;
let lines: string[];

beforeEach(() => {
  root = temporaryFolder();
  builds = 0;
  lines = [];
});
afterEach(() => root[Symbol.dispose]());

const collector = (more: Partial<Parameters<typeof buildOnce>[0]> = {}) => ({
  name: 'otelcol',
  version: '0.159.0',
  inputs: ['manifest'],
  env: { FRP_OTEL_CACHE_DIR: root.path },
  log: (line: string) => void lines.push(line),
  build: async (folder: string) => {
    builds += 1;
    await writeFile(path.join(folder, 'otelcol'), 'a program');
  },
  ...more,
});

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const deadPid = () => spawnSync('true').pid;
const aliveElsewhere = () => process.ppid;

/** The place of the build, as left by a process that took the lock, began to build and did not finish. */
async function unfinishedBuild({
  pid,
  host = hostname(),
  touched = new Date(),
}: {
  pid: number;
  host?: string;
  touched?: Date;
}) {
  const folder = await buildOnce(collector({ log: () => {} }));
  rmSync(folder, { recursive: true });
  builds = 0;
  const workplace = `${folder}.tmp-aB3dE6`;
  mkdirSync(workplace);
  for (const file of [`${folder}.lock`, path.join(workplace, 'owner')]) {
    writeFileSync(file, `pid ${pid} on ${host} since 2026-07-23T10:00:00.000Z`);
    utimesSync(file, touched, touched);
  }
  return { folder, lock: `${folder}.lock`, workplace };
}

describe('buildOnce', () => {
  it('builds into an empty folder, says so, and leaves nothing but the result', async () => {
    const content: string[][] = [];
    const build = async (folder: string) => {
      content.push(readdirSync(folder));
      await writeFile(path.join(folder, 'otelcol'), 'a program');
    };
    const folder = await buildOnce(collector({ build }));

    expect(content).toEqual([[]]);
    expect(readFileSync(path.join(folder, 'otelcol'), 'utf8')).toBe('a program');
    expect(readdirSync(root.path)).toEqual([path.basename(folder)]);
    expect(lines).toEqual([
      `otelcol 0.159.0: building into ${folder}, once`,
      expect.stringMatching(/^otelcol 0.159.0: built in \d+ s$/),
    ]);
  });

  it('finds what was built before, without a word', async () => {
    const first = await buildOnce(collector());
    lines = [];

    expect(await buildOnce(collector())).toBe(first);
    expect(builds).toBe(1);
    expect(lines).toEqual([]);
  });

  it.each([
    ['an input', { inputs: ['another manifest'] }],
    ['the split of the inputs', { inputs: ['mani', 'fest'] }],
    ['the version', { version: '0.160.0' }],
  ])('builds anew when %s changes', async (_, change) => {
    const first = await buildOnce(collector());
    const second = await buildOnce(collector(change));

    expect(second).not.toBe(first);
    expect(builds).toBe(2);
  });

  it('builds once for callers in parallel', async () => {
    const folders = await Promise.all([buildOnce(collector()), buildOnce(collector()), buildOnce(collector())]);

    expect(new Set(folders).size).toBe(1);
    expect(builds).toBe(1);
  });

  it('leaves nothing of a build that fails, says why, and builds at the next call', async () => {
    const build = async (folder: string) => {
      await writeFile(path.join(folder, 'half'), 'of it');
      throw new Error('no space left');
    };

    await expect(buildOnce(collector({ build }))).rejects.toThrow('otelcol 0.159.0 was not built: no space left');
    expect(readdirSync(root.path)).toEqual([]);
    expect(existsSync(await buildOnce(collector()))).toBe(true);
  });

  it('says that a long build goes on', async () => {
    const goesOn = () => lines.some((line) => /^otelcol 0.159.0: still building, \d+ s$/.test(line));
    await buildOnce(collector({ progressEveryMs: 5, build: () => until('a line that it goes on', goesOn) }));

    expect(goesOn()).toBe(true);
  });

  it('touches its lock while it builds, so that nobody takes it for dead', async () => {
    jest.useFakeTimers({
      doNotFake: ['Date', 'performance', 'setTimeout', 'setImmediate', 'nextTick', 'queueMicrotask'],
    });
    try {
      const build = async () => {
        const lock = path.join(root.path, readdirSync(root.path).find((entry) => entry.endsWith('.lock')) ?? '');
        utimesSync(lock, minutesAgo(1), minutesAgo(1));
        jest.advanceTimersByTime(15_000);
        await until('the lock is touched', () => statSync(lock).mtime > minutesAgo(0.5));
      };
      await buildOnce(collector({ build }));
    } finally {
      jest.useRealTimers();
    }
  });

  it('says once for whom it waits, and gives up at its limit', async () => {
    const { lock } = await unfinishedBuild({ pid: aliveElsewhere() });

    await expect(buildOnce(collector({ waitLimitMs: 500 }))).rejects.toThrow(
      `otelcol 0.159.0 is not there: expected pid ${aliveElsewhere()} on ${hostname()} to build it within 0.5 s, ` +
        `but it still holds ${lock}. End that process, then try again.`,
    );
    expect(lines).toEqual([`otelcol 0.159.0: waiting for pid ${aliveElsewhere()} on ${hostname()}, which builds it`]);
    expect(builds).toBe(0);
  });

  it('takes over at once from a process that died, and removes what it left', async () => {
    const pid = deadPid();
    const { folder } = await unfinishedBuild({ pid });

    await buildOnce(collector());
    expect(lines[0]).toBe(`otelcol 0.159.0: pid ${pid} on ${hostname()} died while building it; starting anew`);
    expect(readdirSync(root.path)).toEqual([path.basename(folder)]);
  });

  it('builds once when several take over from a process that died', async () => {
    await unfinishedBuild({ pid: deadPid() });

    await Promise.all(Array.from({ length: 8 }, () => buildOnce(collector())));
    expect(builds).toBe(1);
    expect(readdirSync(root.path)).toHaveLength(1);
  });

  it('takes over from a process whose pid was given to another one, as after a reboot', async () => {
    const { folder } = await unfinishedBuild({ pid: aliveElsewhere(), touched: minutesAgo(2) });

    await buildOnce(collector());
    expect(readdirSync(root.path)).toEqual([path.basename(folder)]);
  });

  it('takes over from a lock whose content was lost with the power', async () => {
    const { lock } = await unfinishedBuild({ pid: deadPid() });
    writeFileSync(lock, '');
    utimesSync(lock, minutesAgo(2), minutesAgo(2));

    await buildOnce(collector());
    expect(builds).toBe(1);
  });

  it('does not judge the process of another host by its pid', async () => {
    await unfinishedBuild({ pid: deadPid(), host: 'another-container' });

    await expect(buildOnce(collector({ waitLimitMs: 1 }))).rejects.toThrow(
      /expected pid \d+ on another-container to build/,
    );
  });

  it('keeps the temporary folder of another build that goes on', async () => {
    const { workplace } = await unfinishedBuild({ pid: aliveElsewhere() });

    await buildOnce(collector({ version: '0.160.0' }));
    expect(existsSync(workplace)).toBe(true);
  });

  it('says what to do when the cache folder cannot be created', async () => {
    const file = path.join(root.path, 'file');
    writeFileSync(file, '');

    await expect(buildOnce(collector({ env: { FRP_OTEL_CACHE_DIR: path.join(file, 'cache') } }))).rejects.toThrow(
      /^The cache folder .*file\/cache cannot be created \(.*ENOTDIR.*\)\. Set FRP_OTEL_CACHE_DIR to a folder that can\.$/,
    );
  });
});

describe('cacheRoot', () => {
  const platform = process.platform;
  afterEach(() => void Object.defineProperty(process, 'platform', { value: platform }));

  it.each<[NodeJS.Platform, NodeJS.ProcessEnv, string]>([
    ['linux', { FRP_OTEL_CACHE_DIR: '/own', XDG_CACHE_HOME: '/xdg', HOME: '/home/a' }, '/own'],
    ['linux', { XDG_CACHE_HOME: '/xdg', HOME: '/home/a' }, '/xdg/opentelemetry-instrumentation-frp'],
    ['linux', { XDG_CACHE_HOME: 'relative', HOME: '/home/a' }, '/home/a/.cache/opentelemetry-instrumentation-frp'],
    [
      'linux',
      { FRP_OTEL_CACHE_DIR: '', XDG_CACHE_HOME: '', HOME: '/home/a' },
      '/home/a/.cache/opentelemetry-instrumentation-frp',
    ],
    ['linux', {}, path.join(homedir(), '.cache/opentelemetry-instrumentation-frp')],
    ['darwin', { HOME: '/Users/a' }, '/Users/a/Library/Caches/opentelemetry-instrumentation-frp'],
    ['win32', { LOCALAPPDATA: '/C/Local', HOME: '/C/a' }, '/C/Local/opentelemetry-instrumentation-frp'],
  ])('on %s with %j is %s', (name, env, expected) => {
    Object.defineProperty(process, 'platform', { value: name });
    expect(cacheRoot(env)).toBe(expected);
  });

  it('makes a relative FRP_OTEL_CACHE_DIR absolute', () => {
    expect(cacheRoot({ FRP_OTEL_CACHE_DIR: 'cache' })).toBe(path.resolve('cache'));
  });
});
