import { type ChildProcess, type SpawnOptions, type StdioPipe, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { observeSpawn } from '../../../src/sources/children/observeSpawn.js';
import type { FrpSpawn } from '../../../src/sources/children/watchSpawns.js';
import { sampleProcess } from '../../../src/sources/processes/sampleProcess.js';
import type { Source } from '../../../src/sources/Source.js';
import { temporaryFolder, until } from '../../tools/fakePrograms.js';
import { ApiServer } from '../api/ApiServer.js';
import {
  asSpawn,
  Children,
  copyShellAs,
  exitOf,
  fixture,
  plainLines,
  SignalLog,
  writeFifoScript,
  writeFile,
  writeObedientScript,
} from '../fakeFrp.js';

const STDIO: [StdioPipe, StdioPipe, StdioPipe] = ['pipe', 'pipe', 'pipe'];
const LOG = fixture('frpc.console.log');
const LINES = plainLines(LOG);

let folder: ReturnType<typeof temporaryFolder>;
let children: Children;
let signals: SignalLog;
let faults: unknown[];
let ends: number;
let source: Source | undefined;
let frpc: string;
let obey: string;
let config: string;
beforeEach(() => {
  folder = temporaryFolder();
  children = new Children();
  signals = new SignalLog();
  faults = [];
  ends = 0;
  frpc = copyShellAs(folder.path, 'frpc');
  obey = writeObedientScript(folder.path);
  config = writeFile(folder.path, 'frpc.toml', 'serverAddr = "frp.example.com"\n');
});
afterEach(async () => {
  source?.stop();
  await children[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
  expect(faults).toEqual([]);
});

const guard =
  <Args extends unknown[]>(callback: (...args: Args) => void) =>
  (...args: Args): void => {
    try {
      callback(...args);
    } catch (error) {
      faults.push(error);
    }
  };

interface Observed {
  readonly intervalMillis?: number;
  readonly emit?: typeof signals.emit;
  readonly call?: FrpSpawn['call'];
}

const observe = (child: ChildProcess, { intervalMillis = 60_000, emit = signals.emit, call }: Observed = {}): void => {
  source = observeSpawn(
    { ...asSpawn(child), call },
    {
      target: 7,
      intervalMillis,
      apiTimeoutMillis: 1_000,
      untraced: (request) => request(),
      emit,
      guard,
      onEnd: () => {
        ends += 1;
      },
    },
  );
};

/** Starts and observes a child in one turn, as the watcher does. */
const observed = (command: string, args: readonly string[], options: SpawnOptions = {}) => {
  const child = children.add(spawn(command, args, { stdio: STDIO, cwd: folder.path, ...options }));
  observe(child);
  return child as ReturnType<typeof spawn> & { stdin: NodeJS.WritableStream; stdout: NodeJS.ReadableStream };
};
const started = (): Promise<void> => until('frp is found', () => signals.of('process.started').length > 0);
const ended = (): Promise<void> => until('the end is told', () => ends > 0);
const exits = () => signals.of('process.exited').map(({ exitCode, exitSignal }) => ({ exitCode, exitSignal }));

describe('observeSpawn', () => {
  it('tells the start with its config, then its lines, then its end, and nothing after', async () => {
    const log = writeFile(folder.path, 'log', LOG);
    const child = observed(frpc, [
      writeFile(folder.path, 'run.sh', `read -r go; cat '${log}'; exit 3`),
      '-c',
      'frpc.toml',
    ]);
    child.stdin.write('go\n');
    await ended();
    expect(signals.all.slice(0, 3)).toEqual([
      {
        kind: 'process.started',
        time: expect.any(Number),
        target: 7,
        role: 'client',
        pid: child.pid,
        hostName: hostname(),
        configPath: config,
        config: expect.objectContaining({ serverAddr: 'frp.example.com', serverPort: 7000 }),
        seenFromStart: true,
      },
      expect.objectContaining({ kind: 'source.changed', source: 'config', state: 'ok' }),
      expect.objectContaining({ kind: 'source.changed', source: 'log', state: 'ok' }),
    ]);
    expect(signals.texts()).toEqual(LINES);
    expect(signals.all.at(-1)).toEqual({
      kind: 'process.exited',
      time: expect.any(Number),
      target: 7,
      exitCode: 3,
      exitSignal: undefined,
    });
    const { length } = signals.all;
    await source?.refresh?.();
    expect([signals.all.length, ends]).toEqual([length, 1]);
  });

  it('reads the lines that are still in the pipe when the process is gone', async () => {
    const child = observed(frpc, [writeFile(folder.path, 'run.sh', 'read -r go; printf %s "$go"; exit 0')]);
    child.stdout.pause();
    child.stdin.write('last words\n');
    await exitOf(child);
    child.stdout.resume();
    await ended();
    expect(signals.texts()).toEqual(['last words']);
    expect(exits()).toEqual([{ exitCode: 0, exitSignal: undefined }]);
  });

  it('reads the config file again before a line that adds or removes proxies', async () => {
    const log = writeFile(folder.path, 'log', LOG);
    const child = observed(frpc, [writeFile(folder.path, 'run.sh', `read -r go; cat '${log}'`), '-c', 'frpc.toml']);
    child.stdin.write('go\n');
    await ended();
    const kinds = signals.all.map((signal) => (signal.kind === 'log.line' ? signal.meaning?.kind : signal.kind));
    expect(kinds[kinds.indexOf('proxies.added') - 1]).toBe('config.read');
    expect(signals.of('config.read').map(({ config }) => config.serverAddr)).toEqual([
      'frp.example.com',
      'frp.example.com',
    ]);
  });

  it('has a degraded log where no line is in frp’s format, until one is', async () => {
    const child = observed(frpc, [obey, '-c', 'frpc.toml']);
    child.stdin.write('a\nb\nc\nd\ne\nf\n');
    await until('six lines', () => signals.texts().length === 6);
    const reason = 'none of its lines is in a format of frp: they are records without a meaning';
    expect(signals.reports('log')).toEqual([
      ['ok', undefined],
      ['degraded', reason],
    ]);
    child.stdin.write(`${LINES[0]}\ng\nh\ni\nj\nk\n`);
    await until('twelve lines', () => signals.texts().length === 12);
    expect(signals.reports('log').slice(2)).toEqual([['ok', undefined]]);
  });

  it('samples the process', async () => {
    observed(frpc, [obey]);
    await started();
    await source?.refresh?.();
    expect(signals.reports('process')).toEqual([['ok', undefined]]);
    expect(signals.of('process.sampled').length).toBeGreaterThanOrEqual(1);
  });

  it.each<NodeJS.Signals>(['SIGTERM', 'SIGKILL'])('tells that %s ended it', async (signal) => {
    observed(frpc, [obey]).kill(signal);
    await ended();
    expect(exits()).toEqual([{ exitCode: undefined, exitSignal: signal }]);
  });

  it('tells a process that ends at once, without a word', async () => {
    observed(frpc, [writeFile(folder.path, 'run.sh', 'exit 1'), '-c', `${folder.path}/missing.toml`]);
    await ended();
    expect(signals.reports('config')).toEqual([['degraded', `${folder.path}/missing.toml: there is no such file`]]);
    expect(signals.texts()).toEqual([]);
    expect(exits()).toEqual([{ exitCode: 1, exitSignal: undefined }]);
  });

  it('tells at once that it is ending, and the end within 200 ms, where something else holds the output open', async () => {
    using fifo = writeFifoScript(folder.path);
    const child = observed(frpc, [writeFile(folder.path, 'run.sh', `sh ${fifo.script} & echo $!; read -r go; exit 3`)]);
    await until('the pid of the other', () => signals.texts().length === 1);
    children.addPid(Number(signals.texts()[0]));
    child.stdin.write('go\n');
    await until('the ending is told', () => signals.of('process.ending').length > 0);
    await ended();
    const told = signals.all.filter(({ kind }) => kind === 'process.ending' || kind === 'process.exited');
    expect(told).toMatchObject([
      { kind: 'process.ending', exitCode: 3, exitSignal: undefined },
      { kind: 'process.exited', exitCode: 3, exitSignal: undefined },
    ]);
    expect(exits()).toEqual([{ exitCode: 3, exitSignal: undefined }]);
  });

  it('keeps the exit code when a look at /proc comes before the last lines', async () => {
    using fifo = writeFifoScript(folder.path);
    const child = observed(frpc, [writeFile(folder.path, 'run.sh', `sh ${fifo.script} & echo $!; exit 3`)]);
    await until('the pid of the other', () => signals.texts().length === 1);
    children.addPid(Number(signals.texts()[0]));
    await exitOf(child);
    await source?.refresh?.();
    expect(exits()).toEqual([]);
    fifo.say('last');
    fifo.say('exit 0');
    await ended();
    expect(signals.texts().slice(1)).toEqual(['last']);
    expect(exits()).toEqual([{ exitCode: 3, exitSignal: undefined }]);
    expect(ends).toBe(1);
  });

  it('finds out by itself when the program takes its listener away', async () => {
    const child = observed(frpc, [obey]);
    await started();
    child.removeAllListeners('exit');
    child.stdin.write('exit 4\n');
    await exitOf(child);
    await source?.refresh?.();
    await ended();
    expect(exits()).toEqual([{ exitCode: 4, exitSignal: undefined }]);
  });

  it('cuts a line after 16,384 characters and counts the rest', async () => {
    const child = observed(frpc, [obey]);
    child.stdout.resume();
    child.stdin.write(`${'x'.repeat(20_000)}\n`);
    await until('the line', () => signals.texts().length === 1);
    expect(signals.texts()).toEqual(['x'.repeat(16_384)]);
    expect(signals.of('items.dropped')).toEqual([
      {
        kind: 'items.dropped',
        time: expect.any(Number),
        target: 7,
        item: 'log_text',
        reason: 'line_length',
        count: 3_616,
      },
    ]);
  });
});

describe('observeSpawn says what it has not', () => {
  it.each<[string, SpawnOptions]>([
    ['ignored', { stdio: 'ignore' }],
    ['ignored by a detached process', { stdio: 'ignore', detached: true }],
  ])('the log is off where stdout is %s', async (_what, options) => {
    const child = observed(frpc, [obey, '-c', config], { ...options, stdio: ['pipe', 'ignore', 'ignore'] });
    await started();
    expect(signals.reports('log')).toEqual([
      [
        'off',
        expect.stringMatching(/^its output goes to \/dev\/null: set log\.to to the path of a file, or run it by/),
      ],
    ]);
    expect(child.stdout).toBe(null);
    child.stdin.write('exit 0\n');
    await ended();
    expect(exits()).toEqual([{ exitCode: 0, exitSignal: undefined }]);
  });

  it('the log is read from the file to which stdout is passed', async () => {
    const file = path.join(folder.path, 'frpc.log');
    const descriptor = openSync(file, 'w');
    const child = observed(frpc, [obey, '-c', config], { stdio: ['pipe', descriptor, 'ignore'] });
    closeSync(descriptor);
    await started();
    child.stdin.write(`${LINES[0]}\n`);
    await until('its first line', () => signals.texts().length > 0);
    expect(signals.texts()).toEqual([LINES[0]]);
    child.stdin.write('exit 0\n');
    await ended();
  });

  it('the log is degraded while the file to which frp writes it is not there', async () => {
    const file = path.join(folder.path, 'later.log');
    writeFile(folder.path, 'frpc.toml', `log.to = "${file}"\n`);
    observed(frpc, [obey, '-c', config]);
    await started();
    await until('it to be missed', () => signals.reports('log').length > 1);
    expect(signals.reports('log')).toEqual([
      ['ok', undefined],
      ['degraded', `its log file ${file} is not there yet: frp makes it with its first line`],
    ]);
  });

  it('the API is off where the config has no web server', async () => {
    const frps = copyShellAs(folder.path, 'frps');
    observed(frps, [obey, '-c', config]);
    await started();
    expect(signals.reports('api')).toEqual([
      ['off', 'webServer.port is not set in its config file: set it to have bytes, open connections and clients'],
    ]);
    source?.stop();
    signals = new SignalLog();
    observed(frps, [obey, '-c', `${folder.path}/missing.toml`]);
    await started();
    expect(signals.reports('api')).toEqual([['off', 'without its config file its API cannot be found']]);
    source?.stop();
    signals = new SignalLog();
    observed(frpc, [obey, '-c', writeFile(folder.path, 'frpc.toml', '')]);
    await started();
    await until('a report', () => signals.reports('api').length > 0);
    expect(signals.reports('api')).toEqual([['off', expect.stringContaining('webServer.port is not set')]]);
  });
});

describe('observeSpawn, of frps with its API', () => {
  it('asks the API, leaves its own requests out of the log, and is silent once frps is gone', async () => {
    let hold = false;
    let release: (() => void) | undefined;
    await using api = await ApiServer.start((request, response) => {
      const body = request.url === '/api/v2/system/info' ? 'info' : 'proxies';
      const answer = () => void response.end(fixture(`reload.1-open.${body}.json`));
      if (hold) release = answer;
      else answer();
    });
    const web = `webServer.port = ${api.port}\nwebServer.user = "admin"\nwebServer.password = "hunter2"\n`;
    const frps = copyShellAs(folder.path, 'frps');
    const child = observed(frps, [obey, '-c', writeFile(folder.path, 'frps.toml', web)]);
    await started();
    expect(api.requests).toEqual([]); // nobody reads the output yet
    child.stdout.resume();
    await until('an answer', () => signals.of('server.api.answered').length === 1);
    child.stdin.write(fixture('frps.console.log'));
    await until('the log', () => signals.texts().length > 0 && signals.texts().at(-1) === lastOf('frps.console.log'));
    const ours = plainLines(fixture('frps.console.log')).filter((text) => /http (request|response)/.test(text));
    expect(signals.texts()).toEqual(
      plainLines(fixture('frps.console.log')).filter((text) => !ours.slice(0, 4).includes(text)),
    );

    hold = true;
    void source?.refresh?.();
    await until('a request under way', () => release !== undefined);
    child.kill('SIGKILL');
    await ended();
    const { length } = signals.all;
    hold = false;
    release?.();
    await source?.refresh?.();
    expect(signals.all.at(-1)?.kind).toBe('process.exited');
    expect(signals.all).toHaveLength(length);
  });
});

const lastOf = (name: string): string | undefined => plainLines(fixture(name)).at(-1);

describe('observeSpawn, of a shell that starts frp', () => {
  it('tells what frp says from its first line, and the end that the shell passes on', async () => {
    const child = observed('sh', ['-c', `${frpc} ${obey} -c frpc.toml`]);
    child.stdin.write(`${LOG}\n`);
    await started();
    expect(signals.of('process.started')[0]).toMatchObject({ role: 'client', configPath: config });
    child.stdin.write('exit 3\n');
    await ended();
    expect(signals.texts()).toEqual(LINES);
    expect(exits()).toEqual([{ exitCode: 3, exitSignal: undefined }]);
  });

  it('knows the signal by the shell’s exit code', async () => {
    observed('sh', ['-c', `${frpc} ${obey}; exit $?`]);
    await started();
    const { pid = 0 } = signals.of('process.started')[0] ?? {};
    process.kill(pid, 'SIGKILL');
    await ended();
    expect(exits()).toEqual([{ exitCode: undefined, exitSignal: 'SIGKILL' }]);
  });

  it('goes on with frp where the shell leaves it running in the background', async () => {
    using fifo = writeFifoScript(folder.path);
    const child = observed('sh', ['-c', `${frpc} ${fifo.script} -c frpc.toml & read -r go; exit 0`]);
    await started();
    const { pid = 0 } = signals.of('process.started')[0] ?? {};
    children.addPid(pid);
    child.stdin.write('go\n');
    await exitOf(child);
    await source?.refresh?.();
    expect(exits()).toEqual([]);

    fifo.say('still here');
    await until('a line after the shell', () => signals.texts().length === 1);
    expect(signals.texts()).toEqual(['still here']);

    fifo.say('exit 3');
    await gone(pid);
    await source?.refresh?.();
    await ended();
    // Nobody of ours is its parent: how it ended is not known.
    expect(exits()).toEqual([{ exitCode: undefined, exitSignal: undefined }]);
  });

  it('keeps 1,000 lines from before frp is found, and counts the rest and what was cut', async () => {
    const before = Array.from({ length: 1_200 }, (_, index) => `line ${index}`);
    writeFile(folder.path, 'before', `${'x'.repeat(16_390)}\n${before.join('\n')}\n`);
    const child = observed('sh', ['-c', `cat before; read -r go; ${frpc} ${obey}; true`]);
    let read = '';
    child.stdout.on('data', (chunk) => {
      read += chunk;
    });
    await until('the last line before it', () => read.endsWith('line 1199\n'));
    child.stdin.write('go\n');
    await started();
    child.stdin.write('its own\n');
    await until('its own line', () => signals.texts().at(-1) === 'its own');
    expect(signals.texts()).toEqual(['x'.repeat(16_384), ...before.slice(0, 999), 'its own']);
    expect(signals.of('items.dropped').map(({ item, reason, count }) => [item, reason, count])).toEqual([
      ['log_text', 'line_length', 6],
      ['log_line', 'limit', 201],
    ]);
  });

  it('tells nothing where the shell starts no frp', async () => {
    observed('sh', ['-c', 'echo no frpc here']);
    await ended();
    expect(signals.all).toEqual([]);
  });

  it('tells a script named frpc that ends in its first second, with what it said', async () => {
    observed(writeFile(folder.path, 'frpc-linux-amd64', '#!/bin/sh\necho no such release; exit 5\n', 0o755), []);
    await ended();
    expect(signals.texts()).toEqual(['no such release']);
    expect(exits()).toEqual([{ exitCode: 5, exitSignal: undefined }]);
  });
});

/** Also where nobody has reaped it yet. */
const gone = async (pid: number): Promise<void> => {
  const deadline = performance.now() + 4_000;
  while ((await sampleProcess(pid)) !== undefined) {
    if (performance.now() > deadline) throw new Error(`expected process ${pid} to end`);
  }
};

describe('observeSpawn, of the call that spawned it', () => {
  const call = { startTime: 1, endTime: 2, context: Symbol('of the caller') };

  it.each<[string, () => ChildProcess]>([
    ['frp itself', () => spawn(frpc, [obey], { stdio: STDIO })],
    ['a shell above it', () => spawn('sh', ['-c', `${frpc} ${obey}; true`], { stdio: STDIO })],
  ])('tells times, context and the name of frp’s executable, of %s', async (_what, start) => {
    const child = children.add(start());
    observe(child, { call });
    await started();
    expect(signals.of('process.started')[0]?.spawned).toEqual({ ...call, executable: 'frpc' });
    child.stdin?.write('exit 0\n');
    await ended();
  });
});

describe('observeSpawn, of a command that ends at once', () => {
  it('tells nothing, and ends after it has returned', async () => {
    const child = observed(frpc, [obey, '-v']);
    expect(ends).toBe(0);
    await ended();
    child.stdin.end();
    await exitOf(child);
    expect(signals.all).toEqual([]);
    expect(ends).toBe(1);
  });
});

describe('observeSpawn, stopped', () => {
  it('tells nothing more, and leaves the child as it was', async () => {
    const child = children.add(spawn(frpc, [obey], { stdio: STDIO }));
    const look = () => [
      child.eventNames().map((name) => [name, child.listenerCount(name)]),
      Object.getOwnPropertyNames(child.stdout),
      child.stdout.eventNames(),
    ];
    const before = look();
    observe(child);
    expect(child.stdout.eventNames()).toEqual(before[2]);
    await started();
    source?.stop();
    source?.stop();
    expect(look()).toEqual(before);
    const { length } = signals.all;
    child.stdin.write('a line\nexit 0\n');
    await exitOf(child);
    await source?.refresh?.();
    expect(signals.all).toHaveLength(length);
    expect(ends).toBe(0);
  });

  it('tells an end that it knows already, when it waits for last lines only', async () => {
    using fifo = writeFifoScript(folder.path);
    const child = observed(frpc, [writeFile(folder.path, 'run.sh', `sh ${fifo.script} & echo $!; exit 3`)]);
    await until('the pid of the other', () => signals.texts().length === 1);
    children.addPid(Number(signals.texts()[0]));
    await exitOf(child);
    expect(exits()).toEqual([]);
    source?.stop();
    expect(exits()).toEqual([{ exitCode: 3, exitSignal: undefined }]);
    source?.stop();
    expect(exits()).toHaveLength(1);
  });

  it('while it searches: finds nothing any more', async () => {
    const child = observed('sh', ['-c', `read -r go; ${frpc} ${obey}; true`]);
    source?.stop();
    child.stdin.write('go\nexit 0\n');
    await exitOf(child);
    expect(signals.all).toEqual([]);
  });
});

describe('a fault of ours', () => {
  it('in what takes the signals reaches neither the program nor frp', async () => {
    const child = children.add(spawn(frpc, [obey], { stdio: STDIO }));
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    observe(child, {
      emit: () => {
        throw new Error('a fault of ours');
      },
    });
    child.stdin.write('a line\nexit 3\n');
    await exitOf(child);
    await until('the output', () => output === 'a line\n');
    expect(child.exitCode).toBe(3);
    expect(faults.length).toBeGreaterThan(0);
    faults = [];
  });
});
