import { type ChildProcess, type StdioPipe, spawn } from 'node:child_process';
import { mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { FrpProcess } from '../../../src/sources/processes/FrpProcess.js';
import { type WatchOptions, watchProcesses } from '../../../src/sources/processes/watchProcesses.js';
import type { Source, SourceReport } from '../../../src/sources/Source.js';
import { temporaryFolder, until } from '../../tools/fakePrograms.js';
import { Children, copyShellAs, exitOf, writeObedientScript } from '../fakeFrp.js';
import { writeProcess } from './madeUpProc.js';

const STDIO: [StdioPipe, StdioPipe, StdioPipe] = ['pipe', 'pipe', 'pipe'];

let folder: ReturnType<typeof temporaryFolder>;
let children: Children;
let found: FrpProcess[];
let reports: SourceReport[];
let watching: Required<Source> | undefined;
beforeEach(() => {
  folder = temporaryFolder();
  children = new Children();
  found = [];
  reports = [];
});
afterEach(async () => {
  jest.restoreAllMocks();
  watching?.stop();
  await children[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const watch = (options: Partial<WatchOptions> = {}): Required<Source> => {
  watching = watchProcesses({
    intervalMillis: 20,
    onFound: (frp) => {
      // Others run frp on this machine, too.
      if (frp.workingFolder === realpathSync(folder.path) || options.root !== undefined) found.push(frp);
    },
    report: (report) => reports.push(report),
    ...options,
  });
  return watching;
};
const start = (command: string, args: readonly string[]): ChildProcess =>
  children.add(spawn(command, args, { stdio: STDIO, cwd: folder.path }));
/** A process that runs as frpc once this resolves. */
const startFrpc = async (name = 'frpc'): Promise<ChildProcess> => {
  const child = start(copyShellAs(folder.path, name), [writeObedientScript(folder.path), '-c', 'x.toml']);
  child.stdin?.write('it runs\n');
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  return child;
};
const count = (number: number): Promise<void> => until(`${number} found`, () => found.length >= number);

describe('watchProcesses', () => {
  it('tells at once of those that run already', async () => {
    const child = await startFrpc();
    const before = Date.now();
    watch();
    expect(found).toEqual([
      {
        pid: child.pid,
        role: 'client',
        executable: path.join(realpathSync(folder.path), 'frpc'),
        args: [path.join(folder.path, 'obey.sh'), '-c', 'x.toml'],
        workingFolder: realpathSync(folder.path),
        startedAt: expect.any(Number),
        user: { uid: process.getuid?.(), groups: expect.arrayContaining([process.getgid?.()]) },
        startTicks: expect.any(Number),
        seenFromStart: false,
        isHidden: false,
        root: undefined,
        hostName: undefined,
        hasOtherNetwork: false,
        onGone: expect.any(Function),
      },
    ]);
    expect(found[0]?.startedAt).toBeGreaterThan(before - 10_000);
    expect(found[0]?.startedAt).toBeLessThanOrEqual(Date.now());
    expect(reports).toEqual([]); // it comes when the look is over
    await until('a report', () => reports.length > 0);
    expect(reports).toEqual([['ok']]);
  });

  it('tells of one that starts later, once, as seen from its start', async () => {
    const watching = watch();
    const before = Date.now();
    await startFrpc();
    await count(1);
    for (let looks = 0; looks < 3; looks += 1) await watching.refresh();
    expect(found).toMatchObject([{ seenFromStart: true }]);
    expect(found[0]?.startedAt).toBeGreaterThanOrEqual(before - 20); // both clocks tick by 10 ms
  });

  it('tells of a shell that becomes frpc, with the pid and start time that it had', async () => {
    const frpc = copyShellAs(folder.path, 'frpc');
    const shell = start('sh', ['-c', `read -r go; exec ${frpc} ${writeObedientScript(folder.path)}`]);
    await watch().refresh();
    expect(found).toEqual([]);
    shell.stdin?.write('go\n');
    await count(1);
    expect(found).toMatchObject([{ pid: shell.pid, seenFromStart: true }]);
  });

  it('knows an executable by a name of the user’s', async () => {
    await startFrpc('tunnel-eu');
    watch({ pattern: { server: /^tunnel/ } });
    expect(found).toMatchObject([{ role: 'server' }]);
  });

  it('tells nothing once stopped', async () => {
    const watching = watch();
    watching.stop();
    watching.stop();
    await startFrpc();
    await watching.refresh();
    expect(found).toEqual([]);
  });

  it('waits for what is to be done at the end of one before it tells of the next', async () => {
    const first = await startFrpc();
    const order: string[] = [];
    let finish = (): void => {};
    const watching = watch({
      intervalMillis: 60_000,
      onFound: ({ workingFolder, pid, onGone }) => {
        if (workingFolder !== realpathSync(folder.path)) return;
        order.push(`found ${pid}`);
        onGone?.(() => {
          order.push(`gone ${pid}`);
          return new Promise((resolve) => {
            finish = resolve;
          });
        });
      },
    });
    await watching.refresh();
    first.kill('SIGKILL');
    await exitOf(first);
    const second = await startFrpc('frpc_linux_amd64');
    const look = watching.refresh();
    await until('the end of the first', () => order.length === 2);
    await new Promise(setImmediate);
    expect(order).toEqual([`found ${first.pid}`, `gone ${first.pid}`]);
    finish();
    await look;
    expect(order).toEqual([`found ${first.pid}`, `gone ${first.pid}`, `found ${second.pid}`]);
  });

  it('tells of a process anew that has the pid of one that has ended', async () => {
    const root = path.join(folder.path, 'proc');
    const executable = copyShellAs(folder.path, 'frps');
    const write = (startTicks: number): void => writeProcess(root, 42, { executable, args: [], startTicks });
    write(100);
    writeFileSync(path.join(root, 'uptime'), '1000.00 1.00\n');
    const ended: (number | undefined)[] = [];
    const watching = watch({
      root,
      onFound: (frp) => {
        found.push(frp);
        frp.onGone?.(async () => void ended.push(frp.startTicks));
      },
    });
    rmSync(path.join(root, '42'), { recursive: true });
    write(200);
    await watching.refresh();
    expect(found).toMatchObject([
      { pid: 42, startTicks: 100 },
      { pid: 42, startTicks: 200 },
    ]);
    expect(ended).toEqual([100]);
  });

  it('given a look that fails, says so and ends nobody by that', async () => {
    const root = path.join(folder.path, 'proc');
    writeProcess(root, 42, { executable: copyShellAs(folder.path, 'frps') });
    writeFileSync(path.join(root, 'uptime'), '10000.00 1.00\n');
    const ended: number[] = [];
    const watching = watch({
      root,
      onFound: (frp) => {
        found.push(frp);
        frp.onGone?.(async () => void ended.push(frp.pid));
      },
    });
    await watching.refresh();
    mkdirSync(path.join(root, '41/cmdline'), { recursive: true });
    await watching.refresh();
    await watching.refresh();
    rmSync(path.join(root, '41'), { recursive: true });
    await watching.refresh();
    expect(reports).toEqual([
      ['ok'],
      ['degraded', '/proc cannot be read (EISDIR): processes are not looked for'],
      ['ok'],
    ]);
    expect(found).toHaveLength(1);
    expect(ended).toEqual([]);
  });

  it('goes on with the others where it cannot be known of one where it runs', async () => {
    const root = path.join(folder.path, 'proc');
    for (const pid of [41, 42]) writeProcess(root, pid, { executable: copyShellAs(folder.path, 'frps') });
    writeFileSync(path.join(root, 'uptime'), '10000.00 1.00\n');
    rmSync(path.join(root, '41/cwd'));
    writeFileSync(path.join(root, '41/cwd'), ''); // EINVAL
    const watching = watch({ root });
    await watching.refresh();
    expect(found.map(({ pid }) => pid)).toEqual([42]);
    expect(reports).toEqual([
      ['degraded', 'of process 41 it cannot be known where it runs (EINVAL): it is not observed', true],
    ]);
    rmSync(path.join(root, '41/cwd'));
    symlinkSync('/srv', path.join(root, '41/cwd'));
    await watching.refresh();
    expect(found).toMatchObject([{ pid: 42 }, { pid: 41, seenFromStart: false }]);
    expect(reports.at(-1)).toEqual(['ok']);
  });

  it('tells first of who started first, also where pids have begun anew', async () => {
    const root = path.join(folder.path, 'proc');
    const executable = copyShellAs(folder.path, 'frpc');
    writeProcess(root, 7, { executable, startTicks: 300 });
    writeProcess(root, 32_001, { executable, startTicks: 100 });
    writeProcess(root, 32_002, { executable, startTicks: 200 });
    writeFileSync(path.join(root, 'uptime'), '10000.00 1.00\n');
    await watch({ root }).refresh();
    expect(found.map(({ pid }) => pid)).toEqual([32_001, 32_002, 7]);
  });

  it('observes 1,000 processes at the most, and says so', async () => {
    const root = path.join(folder.path, 'proc');
    const executable = copyShellAs(folder.path, 'frps');
    for (let pid = 1; pid <= 1_001; pid += 1) writeProcess(root, pid, { executable });
    writeFileSync(path.join(root, 'uptime'), '10000.00 1.00\n');
    const watching = watch({ root, intervalMillis: 60_000 });
    await watching.refresh();
    expect(found).toHaveLength(1_000);
    expect(reports).toEqual([
      ['degraded', '1001 processes are frps or frpc: of those no more than 1000 are observed', true],
    ]);
    rmSync(path.join(root, `${found[0]?.pid}`), { recursive: true });
    await watching.refresh();
    expect(found).toHaveLength(1_001);
    expect(found.at(-1)?.seenFromStart).toBe(false); // what it has counted is not ours to tell
    expect(reports.at(-1)).toEqual(['ok']);
  });

  it('looks less often where a look takes long', async () => {
    let looks = 0;
    jest.spyOn(process, 'cpuUsage').mockImplementation((before) => {
      looks += before === undefined ? 1 : 0;
      return { user: 20_000, system: 30_000 }; // 50 ms: once in five seconds
    });
    const timeouts = jest.spyOn(globalThis, 'setTimeout');
    await watch().refresh();
    await until('it has set its timer', () => timeouts.mock.calls.some(([, delay]) => delay === 5_000));
    expect(looks).toBe(2);
  });

  it('says where it cannot look, and what to do', async () => {
    const watching = watch({ platform: 'darwin' });
    await watching.refresh();
    watching.stop();
    expect(reports).toEqual([
      ['off', 'processes are found in /proc, which darwin does not have: name a config file, a log or an API'],
    ]);
  });
});
