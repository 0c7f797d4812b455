import { type ChildProcess, type StdioPipe, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { FrpInstrumentationOptions } from '../../src/config/FrpInstrumentationOptions.js';
import type { FrpEvent } from '../../src/model/FrpEvent.js';
import type { FrpInstrumentationHandle } from '../../src/observation/FrpInstrumentationHandle.js';
import type { FrpRecordedSignal } from '../../src/observation/FrpRecordedSignal.js';
import type { FrpObservable } from '../../src/observation/readObservable.js';
import { registerFrpInstrumentation } from '../../src/registerFrpInstrumentation.js';
import { Children, copyShellAs, exitOf, fixture, plainLines, writeObedientScript } from '../sources/fakeFrp.js';
import { waitUntil } from '../support/waitUntil.js';
import { DiagRecorder } from '../telemetry/DiagRecorder.js';
import { temporaryFolder } from '../tools/fakePrograms.js';

const STDIO: [StdioPipe, StdioPipe, StdioPipe] = ['pipe', 'pipe', 'pipe'];
const LOG = fixture('frpc.console.log');
const LINES = plainLines(LOG).length;
const NOBODY = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none' };

let folder: ReturnType<typeof temporaryFolder>;
let children: Children;
let diagnostics: DiagRecorder;
let frpc: string;
let obey: string;
let records: InMemoryLogRecordExporter;
let handle: FrpInstrumentationHandle;
beforeEach(() => {
  Object.assign(process.env, NOBODY);
  folder = temporaryFolder();
  children = new Children();
  diagnostics = new DiagRecorder();
  frpc = copyShellAs(folder.path, 'frpc');
  obey = writeObedientScript(folder.path);
  records = new InMemoryLogRecordExporter();
});
afterEach(async () => {
  await handle.shutdown();
  await children[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
  diagnostics[Symbol.dispose]();
  for (const name of Object.keys(NOBODY)) delete process.env[name];
});

const register = (options: FrpInstrumentationOptions = {}) => {
  handle = registerFrpInstrumentation({
    collectionIntervalMillis: 100,
    loggerProvider: new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: records })] }),
    ...options,
  });
};
const start = () => children.add(spawn(frpc, [obey], { stdio: STDIO }));
const instances = () => handle.snapshot().instances;
const living = () => instances().filter(({ endedAt }) => endedAt === undefined);
const bodies = () => records.getFinishedLogRecords().filter(({ body }) => body !== undefined).length;

describe('handle.observe', () => {
  it('takes a child that was spawned before, with what it prints from now on', async () => {
    const child = start();
    register();
    const observed = handle.observe(child);
    await waitUntil('it is observed', () => observed.instance !== undefined);
    child.stdin.write(LOG);
    await waitUntil('its log', () => bodies() === LINES);
    expect(instances()).toMatchObject([{ name: observed.instance, process: { pid: child.pid, up: true } }]);
    child.stdin.write('\nexit 3\n');
    await exitOf(child);
    await waitUntil('its end', () => observed.instance === undefined);
    expect(instances()[0]?.process.up).toBe(false);
  });

  it.each<[what: string, name: (child: ChildProcess) => FrpObservable]>([
    ['the child', (child) => child],
    ['its pid', ({ pid = 0 }) => ({ pid })],
  ])(
    'of %s in the turn in which it is spawned is that of its spawn: one observation, with its log',
    async (_, name) => {
      register();
      const child = start();
      const observed = handle.observe(name(child));
      expect(handle.observe({ pid: child.pid ?? 0 })).toBe(observed);
      await waitUntil('it is observed', () => instances().length > 0);
      expect(handle.observe(child)).toBe(observed);
      expect(handle.observe({ pid: child.pid ?? 0 })).toBe(observed);
      child.stdin.write(LOG);
      await waitUntil('its log', () => bodies() >= LINES);
      expect(bodies()).toBe(LINES);
      expect(instances()).toHaveLength(1);
      expect(observed.instance).toBe(instances()[0]?.name);
    },
  );

  it('takes a process by its pid, and one below a shell that the program spawned once', async () => {
    register();
    const shell = children.add(spawn('sh', ['-c', `'${frpc}' '${obey}'; exit $?`], { stdio: STDIO }));
    const pid = await waitUntil('frpc below it', () => instances()[0]?.process.pid);
    expect(pid).not.toBe(shell.pid);
    const observed = handle.observe({ pid });
    expect(handle.observe(shell)).toBe(observed);
    expect(instances()).toHaveLength(1);
  });

  it('takes a log file that is written later, under its role', async () => {
    register();
    const log = path.join(folder.path, 'frpc.log');
    const observed = handle.observe({ log, role: 'client' });
    expect(handle.observe({ role: 'client', log: path.relative(process.cwd(), log) })).toBe(observed);
    appendFileSync(log, `${plainLines(LOG).join('\n')}\n`);
    await waitUntil('its log', () => instances().some(({ client }) => client?.connected));
    // A program has no command line to give flags to.
    const reasons = instances().flatMap(({ sources }) => sources.flatMap(({ reason }) => reason ?? []));
    expect(reasons).toContain('its process is not known: give its pid to have its resources');
    expect(reasons.filter((reason) => reason.includes('--'))).toEqual([]);
  });

  it('takes an API, whose password is said nowhere', async () => {
    register();
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.headers.authorization);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      handle.observe({ api: `http://admin:hunter2@127.0.0.1:${port}`, role: 'client' });
      await waitUntil('a question', () => asked.length > 0);
      expect(asked[0]).toBe(`Basic ${Buffer.from('admin:hunter2').toString('base64')}`);
      expect(JSON.stringify([handle.snapshot(), diagnostics])).not.toContain('hunter2');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it.each<[what: string, value: () => unknown, message: RegExp]>([
    [
      'nothing',
      () => undefined,
      /expected a child process, \{ pid \}, or \{ role \} with log or api, received undefined/,
    ],
    ['null', () => null, /received null/],
    ['neither log nor api', () => ({ role: 'client' }), /received neither/],
    ['no role', () => ({ log: '/x' }), /role: expected server or client/],
    ['a wrong role', () => ({ log: '/x', role: 'frpc' }), /role: expected server or client/],
    ['a path with a NUL', () => ({ log: 'a\0b', role: 'client' }), /log: expected a path/],
    ['a pid that is none', () => ({ pid: 1.5 }), /pid: expected the id of a process/],
    ['NaN', () => ({ pid: Number.NaN }), /pid: expected the id of a process/],
    ['a process that is no frp', () => ({ pid: process.pid }), /is neither frps nor frpc, or is not there/],
    ['an unknown key', () => ({ pid: 1, path: 'x' }), /unknown: /],
    ['no URL', () => ({ api: 'admin:hunter2@h:1', role: 'client' }), /api: expected a URL .*received (?!.*hunter2)/],
    ['a URL with a path', () => ({ api: 'http://u:hunter2@h:1/api', role: 'client' }), /a path behind the port$/],
    [
      'a getter that throws',
      () => ({
        get pid() {
          throw new Error('of the program');
        },
      }),
      /^observe: expected a child process, .*; this cannot be read$/,
    ],
    [
      'a child that was not spawned',
      () => children.add(spawn('/none/frpc').on('error', () => {})),
      /could not be spawned/,
    ],
  ])('refuses %s', (_, value, message) => {
    register();
    expect(() => handle.observe(value() as FrpObservable)).toThrow(message);
    expect(instances()).toEqual([]);
  });

  it('of a child that has ended shows nothing, and is no error', async () => {
    const child = start();
    child.stdin.end('exit 0\n');
    await exitOf(child);
    register();
    const observed = handle.observe(child);
    await handle.forceFlush();
    expect([observed.instance, instances(), diagnostics.errors]).toEqual([undefined, [], []]);
  });
});

describe('handle.unobserve', () => {
  it('ends the series without an event, and leaves frp alone', async () => {
    register();
    const child = start();
    const observed = handle.observe(child);
    child.stdin.write(LOG);
    await waitUntil('its log', () => bodies() === LINES);
    const heard: FrpEvent[] = [];
    handle.on('client.disconnected', (event) => heard.push(event));
    handle.on('proxy.disconnected', (event) => heard.push(event));
    handle.unobserve(observed);
    handle.unobserve(observed);
    expect(observed.instance).toBeUndefined();
    expect(living()).toEqual([]);
    child.stdin.write(LOG);
    await handle.forceFlush();
    expect([heard, bodies()]).toEqual([[], LINES]);
    expect(child.exitCode).toBeNull();
  });

  it('lets it be observed again: the same instance, and no restart', async () => {
    register();
    const child = start();
    const observed = handle.observe(child);
    const name = await waitUntil('it is observed', () => observed.instance);
    handle.unobserve(observed);
    const again = handle.observe(child);
    await waitUntil('it is observed again', () => again.instance);
    expect(again.id).not.toBe(observed.id);
    expect(again.instance).toBe(name);
    expect(living()).toMatchObject([{ name, process: { pid: child.pid, up: true, restarts: 0 } }]);
  });

  it.each([undefined, null, 1, { id: 1, instance: 'frpc@host' }])('refuses %p', (value) => {
    register();
    expect(() => handle.unobserve(value as never)).toThrow('unobserve: expected what observe() gave');
  });
});

const T0 = Date.UTC(2026, 10, 21, 10);
const CONFIG = `
serverAddr = "frps.example.com"
serverPort = 7000
[[proxies]]
name = "web"
type = "tcp"
localIP = "127.0.0.1"
localPort = 8080
remotePort = 6000
`;

describe('handle.record', () => {
  const record = (...signals: FrpRecordedSignal[]) => {
    for (const signal of signals) handle.record(signal);
  };
  const socket = (bytesIn: number, bytesOut: number) => ({
    id: '1',
    hop: 'service' as const,
    port: 40_000,
    peer: '127.0.0.1:8080',
    in: bytesIn,
    out: bytesOut,
    segmentsIn: 1,
    segmentsOut: 2,
    roundTrip: 0.002,
  });

  it('is told the whole life of a tunnel by the program: registered, updated, with traffic, taken away', () => {
    register();
    const heard: string[] = [];
    handle.on('proxy.connected', ({ proxy }) => heard.push(`connected ${proxy}`));
    handle.on('proxy.closed', ({ proxy }) => heard.push(`closed ${proxy}`));
    const target = 'my tunnels';
    const web = { name: 'web', type: 'tcp', error: '', localAddress: '', remoteAddress: ':6000', plugin: '' };
    record(
      { kind: 'process.started', target, role: 'client', config: CONFIG, time: T0 },
      { kind: 'source.changed', target, source: 'api', state: 'ok', time: T0 },
      { kind: 'source.changed', target, source: 'sockets', state: 'ok', time: T0 },
      { kind: 'client.api.answered', target, proxies: [{ ...web, phase: 'running' }], isComplete: true, time: T0 + 1 },
      { kind: 'sockets.sampled', target, sockets: [socket(100, 2_000)], tellsEnds: true, ports: [6000], time: T0 + 2 },
    );
    const proxy = () => instances()[0]?.proxies.find(({ name }) => name === 'web');
    expect(instances()).toMatchObject([
      { name: 'frpc@my tunnels', role: 'client', serverName: 'frps.example.com:7000', since: T0 },
    ]);
    expect(proxy()).toMatchObject({ type: 'tcp', state: 'running', io: { in: 100, out: 2_000 } });
    record({ kind: 'socket.closed', target, socket: socket(150, 3_000), time: T0 + 3 });
    expect(proxy()).toMatchObject({ io: { in: 150, out: 3_000 } });
    record({ kind: 'client.api.answered', target, proxies: [], isComplete: true, time: T0 + 4 });
    expect(heard[0]).toBe('connected web');
    record({ kind: 'process.exited', target, exitCode: 0, time: T0 + 5 });
    expect(living()).toEqual([]);
    expect(() => record({ kind: 'log.line', target, text: 'x' })).toThrow(/"my tunnels" is not started/);
    record({ kind: 'process.started', target, role: 'client', config: CONFIG, time: T0 + 6 });
    expect(living()).toMatchObject([{ name: 'frpc@my tunnels' }]);
  });

  it('reads lines of frp’s log as those of a child', async () => {
    register();
    record({ kind: 'process.started', target: 'remote', role: 'client' });
    for (const text of LOG.split('\n')) record({ kind: 'log.line', target: 'remote', text });
    await handle.forceFlush();
    expect(bodies()).toBe(LINES);
    expect(instances()[0]).toMatchObject({ client: { connected: true, runId: '4d541f33a8163a5b' } });
  });

  it('tells listeners all the same where a log record processor of the program throws', async () => {
    const loggerProvider = {
      getLogger: () => ({
        emit: () => {
          throw new Error('of a processor');
        },
        enabled: () => true,
      }),
    };
    register({ loggerProvider });
    const heard: string[] = [];
    for (const kind of ['client.connected', 'proxy.connected'] as const) handle.on(kind, () => void heard.push(kind));
    record({ kind: 'process.started', target: 'remote', role: 'client' });
    await handle.forceFlush(); // from here on nothing waits
    for (const text of LOG.split('\n')) record({ kind: 'log.line', target: 'remote', text });
    expect(heard).toEqual(expect.arrayContaining(['client.connected', 'proxy.connected']));
  });

  it('bounds what the program names: each reason and error type is a series', () => {
    register();
    const target = 'named';
    record({ kind: 'process.started', target, role: 'server' });
    const web = { name: 'web', type: 'tcp', online: true, curConns: 0, today: { in: 0, out: 0 } } as const;
    const info = { version: '0.65.0', clientCounts: 1, curConns: 0, proxyTypeCount: { tcp: 1 }, today: web.today };
    record({ kind: 'server.api.answered', target, info, proxies: [web], isComplete: true, answeredAt: Date.now() });
    for (let index = 0; index < 2_000; index += 1) {
      record({ kind: 'items.dropped', target, item: 'span', reason: `r${index}`, count: 1 });
      record({ kind: 'probe.ended', target, proxy: 'web', duration: 0.1, errorType: `e${index}` });
    }
    const [instance] = instances();
    const dropped = instance?.dropped ?? [];
    expect(dropped.length).toBeLessThan(110);
    expect(dropped).toContainEqual({ item: 'span', reason: '_OTHER', count: 1_900 });
    const probes = instance?.proxies[0]?.probeDuration ?? [];
    expect(probes.length).toBeLessThan(150);
    expect(probes.reduce((sum, { histogram }) => sum + histogram.count, 0)).toBe(2_000);
  });

  it('keeps what the program tells apart from what we see, whatever the names', async () => {
    register();
    const child = start();
    await waitUntil('the child', () => instances().length === 1);
    record(
      { kind: 'process.started', target: '1', role: 'client' },
      { kind: 'process.started', target: '2', role: 'client' },
    );
    expect(instances().map(({ name }) => name)).toEqual([expect.any(String), 'frpc@1', 'frpc@2']);
    record({ kind: 'process.exited', target: '1', exitCode: 0 });
    expect(living().map(({ process: { pid } }) => pid)).toEqual([child.pid, undefined]);
  });

  it.each<[what: string, signal: unknown, message: RegExp]>([
    ['no object', 'x', /record: kind: expected one of process\.started, .*, received undefined/],
    ['an unknown kind', { kind: 'proxy.added' }, /received "proxy\.added"/],
    ['the name of an inherited property', { kind: 'constructor' }, /received "constructor"/],
    ['no target', { kind: 'log.line', text: 'x' }, /log\.line: target: expected a string of 1 to 255/],
    ['a target that is not started', { kind: 'log.line', target: 'b', text: 'x' }, /target: "b" is not started/],
    ['a text that is too long', { kind: 'log.line', target: 'a', text: 'x'.repeat(65_537) }, /text: expected a string/],
    [
      'a time that is none',
      { kind: 'log.line', target: 'a', text: '', time: Number.NaN },
      /time: expected milliseconds/,
    ],
    [
      'a time beyond all dates',
      { kind: 'log.line', target: 'a', text: '', time: 1e300 },
      /time: expected milliseconds/,
    ],
    [
      'a count below 0',
      { kind: 'items.dropped', target: 'a', item: 'proxy', reason: 'x', count: -1 },
      /count: expected/,
    ],
    [
      'an infinite amount',
      { kind: 'probe.ended', target: 'a', proxy: 'p', duration: Number.POSITIVE_INFINITY },
      /duration: expected a finite number/,
    ],
    [
      'a type of proxy that frp has not',
      {
        kind: 'client.api.answered',
        target: 'a',
        isComplete: true,
        proxies: [{ name: 'p', type: 'x', phase: 'new', error: '', localAddress: '', remoteAddress: '', plugin: '' }],
      },
      /proxies\.0\.type: expected one of tcp, udp/,
    ],
    [
      'a count of such a type',
      {
        kind: 'server.api.answered',
        target: 'a',
        isComplete: true,
        answeredAt: 1,
        proxies: [],
        info: { version: '', clientCounts: 0, curConns: 0, proxyTypeCount: { x: 1 }, today: { in: 0, out: 0 } },
      },
      /info\.proxyTypeCount/,
    ],
    ['a BigInt', { kind: 'probe.ended', target: 'a', proxy: 'p', duration: 1n }, /duration: expected a finite number/],
    ['a field that is not known', { kind: 'probe.ended', target: 'a', proxy: 'p', duration: 1, extra: 1 }, /unknown: /],
    [
      'a wrong field deep below',
      { kind: 'socket.closed', target: 'a', socket: { ...{ id: '1', hop: 'service', port: 70_000 } } },
      /socket\.port: expected a port/,
    ],
    [
      'a config that is none',
      { kind: 'config.read', target: 'a', config: 'auth.token = hunter2' },
      /record: config: (?!.*hunter2)/,
    ],
    [
      'a getter that throws',
      {
        kind: 'log.line',
        target: 'a',
        get text() {
          throw new Error('of the program');
        },
      },
      /the signal cannot be read/,
    ],
  ])('refuses %s, and takes nothing of it', (_, signal, message) => {
    register();
    record({ kind: 'process.started', target: 'a', role: 'client', time: T0 });
    const before = JSON.stringify(handle.snapshot());
    expect(() => handle.record(signal as FrpRecordedSignal)).toThrow(message);
    expect(JSON.stringify(handle.snapshot())).toBe(before);
  });

  it('takes at most 1,000 targets at a time', () => {
    register();
    for (let index = 0; index < 1_000; index += 1)
      record({ kind: 'process.started', target: `${index}`, role: 'client' });
    expect(() => record({ kind: 'process.started', target: 'more', role: 'client' })).toThrow(/at most 1000/);
    record({ kind: 'process.exited', target: '7', exitCode: 0 });
    record({ kind: 'process.started', target: 'more', role: 'client' });
  });
});
