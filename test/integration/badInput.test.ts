import { type ChildProcess, execFileSync, type StdioPipe, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { FrpInstrumentationHandle } from '../../src/observation/FrpInstrumentationHandle.js';
import { registerFrpInstrumentation } from '../../src/registerFrpInstrumentation.js';
import { sampleProcess } from '../../src/sources/processes/sampleProcess.js';
import {
  Children,
  copyShellAs,
  exitOf,
  fixture,
  plainLines,
  writeFifoScript,
  writeFile,
  writeObedientScript,
} from '../sources/fakeFrp.js';
import { runModule } from '../sources/runModule.js';
import { temporaryFolder, until } from '../tools/fakePrograms.js';

const STDIO: [StdioPipe, StdioPipe, StdioPipe] = ['pipe', 'pipe', 'pipe'];
const SECRET = 'hunter2';
const LOG = fixture('frpc.console.log');
const NOBODY = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none' };
const CLIENT = `frpc@${hostname()}`;

let folder: ReturnType<typeof temporaryFolder>;
let children: Children;
let said: { level: 'error' | 'warn' | 'info' | 'debug' | 'verbose'; text: string }[];
let records: InMemoryLogRecordExporter;
let handle: FrpInstrumentationHandle;
let frpc: string;
let obey: string;
beforeEach(() => {
  Object.assign(process.env, NOBODY);
  folder = temporaryFolder();
  children = new Children();
  frpc = copyShellAs(folder.path, 'frpc');
  obey = writeObedientScript(folder.path);
  said = [];
  const saying =
    (level: (typeof said)[number]['level']) =>
    (...args: unknown[]): void =>
      void said.push({ level, text: args.map((arg) => (typeof arg === 'string' ? arg : inspect(arg))).join(' ') });
  diag.setLogger(
    {
      error: saying('error'),
      warn: saying('warn'),
      info: saying('info'),
      debug: saying('debug'),
      verbose: saying('verbose'),
    },
    DiagLogLevel.ALL,
  );
  records = new InMemoryLogRecordExporter();
  handle = registerFrpInstrumentation({
    collectionIntervalMillis: 100,
    loggerProvider: new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: records })] }),
  });
});
afterEach(async () => {
  await handle.shutdown();
  diag.disable();
  await children[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
  for (const name of Object.keys(NOBODY)) delete process.env[name];
});

const start = (command: string, args: readonly string[]) => children.add(spawn(command, args, { stdio: STDIO }));
/** What was said at a level, without the scope that diag puts in front. */
const saidAt = (level: (typeof said)[number]['level']): string[] =>
  said.filter((message) => message.level === level).map(({ text }) => text.replace(/^\S+ /, ''));
/** Of the records that are lines of the log; events without a line have no body. */
const bodies = (): unknown[] =>
  records
    .getFinishedLogRecords()
    .map(({ body }) => body)
    .filter((body) => body !== undefined);
const messages = (text: string): string[] =>
  plainLines(text).map((line) => line.replace(/^\S+ \S+ \[\w\] \[\S+\] (?:\[[0-9a-f]{16}\] )?/, ''));

describe('a config file that cannot be read', () => {
  const NOT_ANY = 'expected TOML, JSON, YAML or INI with a [common] section, found something else';
  it.each<[what: string, text: string, reason: string]>([
    [
      'broken TOML',
      `auth.token = "${SECRET}\nserverPort = 7000\n`,
      `${NOT_ANY}: not TOML (line 1, column 22), not YAML`,
    ],
    [
      'a Go template that is not evaluated here',
      `serverAddr = "{{ env "ADDRESS" }}"\nauth.token = "${SECRET}"\n`,
      'the Go template at line 1, column 15: this function cannot be evaluated here',
    ],
    ['a binary', `\u0000\u0001${SECRET}\u0000`, `${NOT_ANY}: not TOML (line 1, column 1), not YAML`],
    [
      'a value of the wrong type',
      `serverPort = "${SECRET}"\n`,
      'serverPort: Invalid input: expected number, received string',
    ],
    [
      'a port that is none',
      `[[proxies]]\nname = "${SECRET}"\ntype = "tcp"\nremotePort = 65536\n`,
      'proxies.0.remotePort: Too big: expected number to be <=65535',
    ],
  ])('%s: one warning, no secret, and all the rest goes on', async (_what, text, reason) => {
    const config = writeFile(folder.path, 'frpc.toml', text);
    await expectOneWarning(config, `${config}: ${reason}`);
  });

  it('a missing file', async () => {
    const config = path.join(folder.path, 'missing.toml');
    await expectOneWarning(config, `${config}: there is no such file`);
  });

  it('a folder', async () => {
    const config = path.join(folder.path, 'conf.d');
    mkdirSync(config);
    await expectOneWarning(config, `${config}: expected a regular file`);
  });

  it('a FIFO that nobody writes', async () => {
    const config = path.join(folder.path, 'fifo');
    execFileSync('mkfifo', [config]);
    await expectOneWarning(config, `${config}: expected a regular file`);
  });

  it('a file that is too large', async () => {
    const config = writeFile(folder.path, 'frpc.toml', `# ${SECRET}`.padEnd(8_388_608));
    await expectOneWarning(config, `${config}: expected at most 4194304 bytes, found 8388608`);
  });

  it('of frps: the one warning is about the file, not about the API that is not known by it', async () => {
    const config = writeFile(folder.path, 'frps.toml', `auth.token = ${SECRET}`);
    const child = start(copyShellAs(folder.path, 'frps'), [obey, '-c', config]);
    child.stdin.end(`${fixture('frps.console.log')}\n`);
    await exitOf(child);
    await until('the log', () => bodies().length >= messages(fixture('frps.console.log')).length);
    expect(saidAt('warn')).toEqual([
      `frps@${hostname()}: config: ${config}: ${NOT_ANY}: not TOML (line 1, column 14), not YAML`,
    ]);
    expect(saidAt('error')).toEqual([]);
    expect(saidAt('info')).toContain(`frps@${hostname()}: api: without its config file its API cannot be found`);
  });

  /** One warning, said once; log, process and state are there, and the secret is nowhere. */
  const expectOneWarning = async (config: string, reason: string): Promise<void> => {
    const child = start(frpc, [obey, '-c', config, '--token', SECRET, `--token=${SECRET}`]);
    child.stdin.write(`${LOG}\n`);
    await until('the log', () => bodies().length >= messages(LOG).length);
    await handle.forceFlush();
    expect(saidAt('warn')).toEqual([`${CLIENT}: config: ${reason}`]);
    expect(saidAt('error')).toEqual([]);

    expect(bodies()).toEqual(messages(LOG));
    const { instances } = handle.snapshot();
    expect(instances).toEqual([
      expect.objectContaining({
        name: CLIENT,
        serverName: 'unknown',
        client: expect.objectContaining({
          connected: true,
          runId: '4d541f33a8163a5b',
          configReloads: expect.arrayContaining([{ errorType: undefined, count: 1 }]),
        }),
        process: expect.objectContaining({ pid: child.pid, up: true, resources: expect.anything() }),
      }),
    ]);
    expect(instances[0]?.proxies.map(({ name, state }) => [name, state])).toContainEqual(['echo', 'running']);
    const told = records.getFinishedLogRecords().map(({ body, attributes }) => ({ body, attributes }));
    expect(inspect([said, instances, told], { depth: null })).not.toContain(SECRET);
  };
});

describe('output that is not frp’s', () => {
  it('is passed on line by line, whatever it holds', async () => {
    const child = start(frpc, [obey]);
    child.stdout.resume();
    const lines = [
      'error: no such module',
      '2026-13-45 99:99:99.999 [I] [a:1] a date that is none',
      '[[[[[[[',
      `{"level":"info","msg":"${'x'.repeat(20_000)}"}`,
      '{"__proto__":{"polluted":true}}',
    ];
    child.stdin.write(`${lines.join('\n')}\n`);
    child.stdin.end(Buffer.from([0xff, 0xfe, 0x0a]));
    await exitOf(child);
    await until('the records', () => bodies().length >= 6);
    expect(bodies()).toEqual([lines[0], lines[1], lines[2], lines[3]?.slice(0, 16_384), lines[4], '\ufffd\ufffd']);
    expect(handle.snapshot().instances[0]).toMatchObject({ logLines: { known: 0, unknown: 6 } });
    expect(handle.snapshot().instances[0]?.dropped).toContainEqual({
      item: 'log_text',
      reason: 'line_length',
      count: (lines[3]?.length ?? 0) - 16_384,
    });
    expect([...saidAt('warn').slice(1), ...saidAt('error')]).toEqual([]); // the first: it has no config file
  });
});

describe('a short-lived command', () => {
  it.each(['-v', 'status', 'verify'])('frpc %s is not observed, and nothing is said of it', async (argument) => {
    const child = start(frpc, ['-e', obey, argument]);
    child.stdin.end();
    await exitOf(child);
    await handle.forceFlush();
    expect(handle.snapshot().instances).toEqual([]);
    expect([...saidAt('warn'), ...saidAt('error')]).toEqual([]);
  });
});

describe('a listener of the program that fails', () => {
  it('is named once per event; the others hear the event, and telemetry goes on', async () => {
    const heard: unknown[] = [];
    handle.on('client.connected', () => {
      throw new Error('thrown by the program');
    });
    handle.on('client.connected', async () => {
      throw new Error('rejected by the program');
    });
    handle.on('client.connected', ({ runId }) => void heard.push(runId));
    const child = start(frpc, [obey]);
    child.stdin.write(`${LOG}\n`);
    await until('the log', () => bodies().length >= messages(LOG).length);
    expect(heard).toEqual(['4d541f33a8163a5b']);
    expect(saidAt('error').map((text) => text.split('\n')[0])).toEqual([
      expect.stringContaining('a listener of client.connected failed Error: thrown by the program'),
      expect.stringContaining('a listener of client.connected failed Error: rejected by the program'),
    ]);
    expect(bodies()).toEqual(messages(LOG));
  });

  it('ends no program: no uncaught exception, no unhandled rejection, and frp’s output is its own', async () => {
    const log = writeFile(folder.path, 'log', LOG);
    const script = writeFile(folder.path, 'run.sh', `cat '${log}'; exit 3`);
    const { code, stdout, stderr } = await runModule(
      `
        const { registerFrpInstrumentation } = await import('./src/registerFrpInstrumentation.ts');
        const { spawn } = await import('node:child_process');
        const handle = registerFrpInstrumentation();
        let calls = 0;
        handle.on('client.connected', () => { calls += 1; throw new Error('thrown'); });
        handle.on('client.connected', async () => { calls += 1; throw new Error('rejected'); });
        handle.on('client.connected', () => { calls += 1; return { then() { throw new Error('in then'); } }; });
        for (const event of ['unhandledRejection', 'uncaughtException']) {
          process.on(event, (error) => console.log(event, error));
        }
        const child = spawn('${frpc}', ['${script}']);
        let output = '';
        child.stdout.on('data', (chunk) => { output += chunk; });
        child.on('close', (code) => console.log(JSON.stringify({ calls, code, length: output.length })));
      `,
      children,
      NOBODY,
    );
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `${JSON.stringify({ calls: 3, code: 3, length: LOG.length })}\n`,
      stderr: '',
    });
  });
});

describe('a program that ends', () => {
  it('by its frp’s exit: shutting down there and then does not lose how frp ended', async () => {
    const child = start(frpc, [writeFile(folder.path, 'run.sh', 'exit 3')]);
    await exitOf(child);
    await handle.shutdown();
    expect(handle.snapshot().instances[0]).toMatchObject({ name: CLIENT, process: { pid: child.pid, up: false } });
  });

  it('is not kept by the frp that it leaves running', async () => {
    using fifo = writeFifoScript(folder.path);
    const { code, stdout, stderr, millisAfterOutput } = await runModule(
      `
        const { registerFrpInstrumentation } = await import('./src/registerFrpInstrumentation.ts');
        const { spawn } = await import('node:child_process');
        registerFrpInstrumentation({ collectionIntervalMillis: 100 });
        const child = spawn('${frpc}', ['${fifo.script}'], { stdio: 'ignore', detached: true });
        child.unref();
        console.log(child.pid);
      `,
      children,
      NOBODY,
    );
    const pid = Number(stdout);
    children.addPid(pid);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(millisAfterOutput).toBeLessThan(2_000);
    expect(await sampleProcess(pid)).toBeDefined();
  });
});

describe('frp under another program’s eyes', () => {
  it('a child that the program itself watches behaves the same', async () => {
    const lookAt = (child: ChildProcess) => ({
      stdout: child.stdout?.eventNames(),
      flowing: child.stdout?.readableFlowing,
      keys: Object.keys(child),
      errorListeners: child.listenerCount('error'),
    });
    const observed = start(frpc, [obey]);
    await until('it is observed', () => handle.snapshot().instances.length === 1);
    const seen = lookAt(observed);
    await handle.shutdown();
    const alone = start(frpc, [obey]);
    await Promise.resolve();
    expect(seen).toEqual(lookAt(alone));
  });
});
