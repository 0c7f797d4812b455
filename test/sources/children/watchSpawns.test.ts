import { type ChildProcess, exec, execFile, fork, type StdioPipe, spawn } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type FrpSpawn, watchSpawns } from '../../../src/sources/children/watchSpawns.js';
import type { Source } from '../../../src/sources/Source.js';
import { temporaryFolder } from '../../tools/fakePrograms.js';
import { Children, copyShellAs, exitOf, writeFile } from '../fakeFrp.js';
import { runModule } from '../runModule.js';

const STDIO: [StdioPipe, StdioPipe, StdioPipe] = ['pipe', 'pipe', 'pipe'];
const MISSING = '/nonexistent/frpc';

let folder: ReturnType<typeof temporaryFolder>;
let children: Children;
let told: FrpSpawn[];
let watch: Source;
let frpc: string;
let script: string;
beforeEach(() => {
  folder = temporaryFolder();
  children = new Children();
  told = [];
  watch = watchSpawns((spawned) => void told.push(spawned));
  frpc = copyShellAs(folder.path, 'frpc');
  script = writeFile(folder.path, 'script.sh', 'echo ready');
});
afterEach(async () => {
  watch.stop();
  await children[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** Starts a child and waits until it is gone. */
const run = async (start: () => ChildProcess): Promise<ChildProcess> => {
  const child = children.add(start());
  await Promise.all([exitOf(child), turn()]);
  return child;
};

/** That child was told of, once, and no other. */
const expectOnly = (child: ChildProcess): void => {
  expect(told.map(({ pid }) => pid)).toEqual([child.pid]);
  expect(told[0]?.child === child).toBe(true);
};

describe('watchSpawns tells of a child that is frp or may start it', () => {
  it.each<[how: string, start: () => ChildProcess]>([
    ['spawn', () => spawn(frpc, [script])],
    ['execFile', () => execFile(frpc, [script], () => {})],
    ['exec', () => exec(`${frpc} ${script}`, () => {})],
    ['spawn with a shell', () => spawn(`${frpc} ${script}`, { shell: true })],
    ['a shell', () => spawn('sh', ['-c', `${frpc} -c x`])],
    ['fork of a module that starts it', () => fork(writeFile(folder.path, 'start-frpc.mjs', ''), { silent: true })],
    ['a script named after it', () => spawn('sh', [script, 'run_frps.sh'])],
    ['an npm wrapper', () => spawn('sh', [script, '/opt/node_modules/frp/bin/frpc-linux-amd64'])],
    [
      'a script in a shell that names it early',
      () => spawn('sh', ['-c', `exit; ${' '.repeat(8_170)} frpc; ${' '.repeat(50_000)}`]),
    ],
    ['a name in capitals', () => spawn(copyShellAs(folder.path, 'FRPC.EXE'), [script])],
  ])('%s', async (_how, start) => {
    expectOnly(await run(start));
  });

  describe('by names of the user’s', () => {
    const names = { server: /^relay$/, client: /^tunnel-/ };
    let named: Source;
    beforeEach(() => {
      watch.stop();
      named = watchSpawns((spawned) => void told.push(spawned), names);
    });
    afterEach(() => named.stop());

    it.each<[how: string, start: () => ChildProcess]>([
      ['spawn', () => spawn(copyShellAs(folder.path, 'tunnel-eu'), [script])],
      ['a shell', () => spawn('sh', ['-c', `cd / && "${copyShellAs(folder.path, 'relay')}" ${script}`])],
      ['a wrapper', () => spawn('sh', [script, '/opt/bin/tunnel-us'])],
    ])('%s', async (_how, start) => {
      expectOnly(await run(start));
      expect(told[0]?.names).toBe(names);
    });

    it('but of no other word', async () => {
      await run(() => spawn('sh', [script, 'relay.toml', 'my-relay', 'tunnel']));
      expect(told).toEqual([]);
    });
  });

  it('before its first byte is read', async () => {
    let bytesRead: number | undefined;
    const early = watchSpawns(({ child }) => {
      bytesRead = (child.stdout as (NodeJS.ReadableStream & { bytesRead: number }) | null)?.bytesRead;
    });
    const child = children.add(spawn(frpc, [script], { stdio: STDIO }));
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    await new Promise((resolve) => child.once('close', resolve));
    early.stop();
    expect({ bytesRead, output }).toEqual({ bytesRead: 0, output: 'ready\n' });
  });
});

describe('watchSpawns tells of the call', () => {
  it('the context that the program was in, asked on its stack, and when it was', async () => {
    let active = 'the context of the call';
    const called = watchSpawns(
      (spawned) => void told.push(spawned),
      undefined,
      () => active,
    );
    watch.stop();
    const before = Date.now();
    const child = children.add(spawn(frpc, [script]));
    const returned = Date.now();
    active = 'another one';
    await Promise.all([exitOf(child), turn()]);
    called.stop();
    const { startTime = 0, endTime = 0, context } = told[0]?.call ?? {};
    expect(context).toBe('the context of the call');
    expect(startTime).toBeGreaterThanOrEqual(before);
    expect(startTime).toBeLessThanOrEqual(returned);
    expect(endTime).toBeGreaterThanOrEqual(startTime);
    expect(endTime).toBeLessThanOrEqual(Date.now());
  });
});

describe('watchSpawns tells nothing', () => {
  it.each<[what: string, start: () => ChildProcess]>([
    ['of an unrelated command', () => spawn('sh', [script])],
    ['of a word that only begins with its name', () => spawn('sh', [script, 'frpclient', 'frpsum'])],
    ['of a word that only ends with its name', () => spawn('sh', [script, 'myfrpc'])],
    ['of a name after 8,192 characters of an argument', () => spawn('sh', ['-c', `exit; ${' '.repeat(8_192)} frpc`])],
  ])('%s', async (_what, start) => {
    await run(start);
    expect(told).toEqual([]);
  });

  it('of a program that is not there', async () => {
    const child = spawn(MISSING);
    const error = await new Promise((resolve) => child.once('error', resolve));
    expect((error as NodeJS.ErrnoException).code).toBe('ENOENT');
    expect(told).toEqual([]);
  });

  it('of a call that throws', async () => {
    expect(() => spawn(frpc, { stdio: 'nonsense' as 'pipe' })).toThrow('nonsense');
    await turn();
    expect(told).toEqual([]);
  });

  it('once stopped, and stopping twice is harmless', async () => {
    watch.stop();
    watch.stop();
    await run(() => spawn(frpc, [script]));
    expect(told).toEqual([]);
  });

  it('and takes nobody else off the channel', async () => {
    const others: unknown[] = [];
    const other = (message: unknown): void => void others.push(message);
    subscribe('child_process', other);
    watch.stop();
    const child = await run(() => spawn(frpc, [script]));
    unsubscribe('child_process', other);
    expect(others.map((message) => (message as { process: ChildProcess }).process === child)).toEqual([true]);
  });
});

describe('a program that spawns a frpc which is missing', () => {
  /** Every event of the child, with what it carries. */
  const eventsOf = async (start: () => ChildProcess): Promise<unknown[]> => {
    const child = start();
    const events: unknown[] = [];
    const { emit } = child;
    Object.defineProperty(child, 'emit', {
      value: (name: string, ...args: unknown[]): boolean => {
        events.push([name, ...args.map((arg) => (arg as NodeJS.ErrnoException | null)?.code ?? arg)]);
        return Reflect.apply(emit, child, [name, ...args]);
      },
    });
    child.on('error', () => {});
    await new Promise((resolve) => child.once('close', resolve));
    return [...events, ['listeners', child.eventNames().map((name) => [name, child.listenerCount(name)])]];
  };

  it('sees the same events as by itself', async () => {
    const observed = await eventsOf(() => spawn(MISSING, [], { stdio: STDIO }));
    watch.stop();
    const alone = await eventsOf(() => spawn(MISSING, [], { stdio: STDIO }));
    expect(observed).toEqual(alone);
    expect(observed).toEqual([
      ['error', 'ENOENT'],
      ['close', -2, null],
      ['listeners', [['error', 1]]],
    ]);
  });

  it('gets the same answer from execFile', async () => {
    const answer = () =>
      new Promise((resolve) => execFile(MISSING, (error, ...output) => resolve([{ ...error }, output])));
    const observed = await answer();
    watch.stop();
    expect(observed).toEqual(await answer());
  });

  it('ends by it when it does not handle the error, as by itself', async () => {
    const program = (register: string): string => `
      ${register}
      const { spawn } = await import('node:child_process');
      spawn('${MISSING}');
    `;
    const [alone, observed] = await Promise.all([
      runModule(program(''), children),
      runModule(
        program(`
          const { registerFrpInstrumentation } = await import('./src/registerFrpInstrumentation.ts');
          registerFrpInstrumentation();
        `),
        children,
        { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none' },
      ),
    ]);
    expect(alone).toMatchObject({ code: 1, stderr: expect.stringContaining(`spawn ${MISSING} ENOENT`) });
    const { millisAfterOutput: _, ...seen } = observed;
    const { millisAfterOutput: __, ...expected } = alone;
    expect(seen).toEqual(expected);
  });
});

describe('an absolute path is not needed', () => {
  it('a frpc found by PATH is told of too', async () => {
    expectOnly(
      await run(() => spawn('frpc', [script], { env: { ...process.env, PATH: path.dirname(frpc) }, stdio: 'ignore' })),
    );
  });
});
