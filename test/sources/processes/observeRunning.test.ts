import { type ChildProcess, type StdioPipe, spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FrpProcess } from '../../../src/sources/processes/FrpProcess.js';
import { describeFrp, findFrp } from '../../../src/sources/processes/findFrp.js';
import { observeRunning } from '../../../src/sources/processes/observeRunning.js';
import type { Source } from '../../../src/sources/Source.js';
import { temporaryFolder, until } from '../../tools/fakePrograms.js';
import { ApiServer } from '../api/ApiServer.js';
import { FakeServerApi } from '../api/FakeServerApi.js';
import { Children, copyShellAs, exitOf, SignalLog, writeFile, writeObedientScript } from '../fakeFrp.js';

const asOtherUser = process.getuid?.() === 0 ? it : it.skip;
if (asOtherUser === it.skip) process.stderr.write('skipped: observeRunning of another user: only root starts it\n');

const STDIO: [StdioPipe, StdioPipe, StdioPipe] = ['pipe', 'pipe', 'pipe'];

let folder: ReturnType<typeof temporaryFolder>;
let children: Children;
let signals: SignalLog;
let ends: number;
let server: ApiServer | undefined;
let source: Source | undefined;
beforeEach(() => {
  folder = temporaryFolder();
  children = new Children();
  signals = new SignalLog();
  ends = 0;
});
afterEach(async () => {
  source?.stop();
  await server?.[Symbol.asyncDispose]();
  await children[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
  source = server = undefined;
});

/** An frps that runs, with its API where one is given. */
const start = async (
  api?: RequestListener,
  { uid, config: text = '' }: { uid?: number; config?: string } = {},
): Promise<{ child: ChildProcess; frp: FrpProcess }> => {
  if (api !== undefined) server = await ApiServer.start(api);
  const config = writeFile(folder.path, 'frps.toml', server ? `webServer.port = ${server.port}\n` : text);
  const frps = copyShellAs(folder.path, 'frps');
  const args = [writeObedientScript(folder.path), '-c', config];
  const child = children.add(spawn(frps, args, { stdio: STDIO, cwd: folder.path, ...(uid && { uid, gid: uid }) }));
  child.stdin.write('it runs\n');
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const found = findFrp(child.pid as number);
  const frp = found && describeFrp(found);
  if (frp === undefined) throw new Error('expected it to be found');
  return { child, frp };
};

const observe = (frp: FrpProcess, intervalMillis = 60_000): Source => {
  source = observeRunning(frp, {
    target: 7,
    intervalMillis,
    apiTimeoutMillis: 60_000,
    untraced: (request) => request(),
    emit: signals.emit,
    onEnd: () => {
      ends += 1;
    },
  });
  return source;
};

const ended = (): Promise<void> => until('its end', () => ends > 0);
const END = { target: 7, exitCode: undefined, exitSignal: undefined };

describe('observeRunning', () => {
  it('tells of a process that ran before as such, with its start', async () => {
    const { frp } = await start();
    observe(frp);
    expect(signals.all[0]).toMatchObject({
      kind: 'process.started',
      pid: frp.pid,
      role: 'server',
      seenFromStart: false,
      startedAt: frp.startedAt,
      configPath: `${folder.path}/frps.toml`,
    });
  });

  it('tells of one that came while processes were watched as seen from its start', async () => {
    const { frp } = await start();
    observe({ ...frp, seenFromStart: true });
    expect(signals.all[0]).toMatchObject({ seenFromStart: true, startedAt: frp.startedAt });
  });

  asOtherUser('exports no file as the log of a user who may not read it', async () => {
    chmodSync(folder.path, 0o755);
    const shadow = writeFile(folder.path, 'shadow', 'root:$y$j9T$...\n', 0o600);
    const { frp } = await start(undefined, { uid: 12_345, config: `log.to = "${shadow}"\n` });
    await observe(frp).refresh?.();
    expect(signals.texts()).toEqual([]);
    expect(signals.reports('log').at(-1)).toEqual([
      'degraded',
      `its log file ${shadow} is not readable by its own user (uid 12345): not read`,
    ]);
  });

  asOtherUser('reads no config file that its user may not read', async () => {
    chmodSync(folder.path, 0o755);
    const { frp } = await start(undefined, { uid: 12_345 });
    chmodSync(`${folder.path}/frps.toml`, 0o600);
    observe(frp);
    expect(signals.reports('config')).toEqual([
      ['degraded', `${folder.path}/frps.toml: its own user (uid 12345) may not read it: not read`],
    ]);
  });

  it('tells its end within an interval, once, and not how it ended', async () => {
    const { child, frp } = await start();
    observe(frp, 20);
    await until('a sample', () => signals.of('process.sampled').length > 0);
    child.kill('SIGTERM');
    await ended();
    expect(signals.of('process.ending')).toEqual([expect.objectContaining(END)]);
    expect(signals.of('process.exited')).toEqual([expect.objectContaining(END)]);
    expect(signals.all.at(-1)?.kind).toBe('process.exited');
    expect(ends).toBe(1);
  });

  it('tells its end when the watch does, and lets that wait for it', async () => {
    const { child, frp } = await start();
    let finish = async (): Promise<void> => {};
    const onGone = (given: () => Promise<void>): void => {
      finish = given;
    };
    observe({ ...frp, onGone });
    child.kill('SIGKILL');
    await exitOf(child);
    await finish();
    await finish();
    expect(signals.of('process.exited')).toHaveLength(1);
    expect(ends).toBe(1);
  });

  it('does not take the answer of another process at the same address for its own', async () => {
    const api = new FakeServerApi();
    let child: ChildProcess | undefined;
    const started = await start((request, response) => {
      if (child === undefined) throw new Error('asked too early');
      child.kill('SIGKILL');
      void exitOf(child).then(() => api.handler(request, response)); // as one would that was started in its place
    });
    child = started.child;
    observe(started.frp);
    await ended();
    expect(signals.of('server.api.answered')).toEqual([]);
    expect(signals.of('process.exited')).toHaveLength(1);
  });

  it('does not wait for a look that takes long', async () => {
    const { child, frp } = await start(() => {});
    observe(frp, 20);
    child.kill('SIGKILL');
    await ended();
    expect(signals.of('process.exited')).toHaveLength(1);
  });

  it('stopped while it waits for the last lines, tells the end', async () => {
    const { child, frp } = await start(() => {});
    const source = observe(frp, 20);
    child.kill('SIGKILL');
    await until('its end is seen', () => signals.of('process.ending').length > 0);
    source.stop();
    source.stop();
    expect(signals.of('process.exited')).toHaveLength(1);
  });
});
