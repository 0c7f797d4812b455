import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SocketWatch } from '../../src/sources/sockets/SocketWatch.js';
import { Children } from '../sources/fakeFrp.js';
import { runModule } from '../sources/runModule.js';
import { SocketRecorder } from '../sources/sockets/SocketRecorder.js';
import { visit } from '../support/echo.js';
import { describeWithFrp, freePort, RealFrp, temporaryFolder, tunnelConfig } from '../support/realFrp.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(60_000);

const INTERVAL = { intervalMillis: 1_000 };

describeWithFrp('connections through a real frp', (folder) => {
  const files = temporaryFolder();
  let echo: Server;
  let ports: { bind: number; echo: number; remote: number; later: number };
  let frps: RealFrp;
  let frpc: RealFrp;
  let serverConfig: string;
  let clientConfig: string;
  let watch: SocketWatch;
  let server: SocketRecorder;
  let client: SocketRecorder;
  let look: () => Promise<void>;

  /** With frp's default binds: all addresses, IPv4 and IPv6. */
  beforeAll(async () => {
    const [bind = 0, echoPort = 0, remote = 0, later = 0] = await Promise.all(Array.from({ length: 4 }, freePort));
    ports = { bind, echo: echoPort, remote, later };
    echo = createServer((socket) => socket.on('error', () => socket.destroy()).pipe(socket)).listen(echoPort);
    serverConfig = `bindPort = ${bind}\n`;
    clientConfig = `serverAddr = "127.0.0.1"\nserverPort = ${bind}\n${tunnelConfig('echo', echoPort, remote)}localIP = "localhost"\n`;
    frps = RealFrp.start(folder, 'frps', files.write('frps.toml', serverConfig));
    await frps.line(/frps started successfully/);
    frpc = RealFrp.start(folder, 'frpc', files.write('frpc.toml', clientConfig));
    await frpc.line(/\[echo\] start proxy success/);
  });
  afterAll(async () => {
    await frpc?.end();
    await frps?.end();
    echo?.close();
    files.remove();
  });

  beforeEach(async () => {
    watch = new SocketWatch(INTERVAL);
    server = new SocketRecorder('server', serverConfig, { pid: frps.child.pid });
    client = new SocketRecorder('client', clientConfig, { pid: frpc.child.pid });
    const sources = [watch.watch(server.target), watch.watch(client.target)];
    look = async () => {
      await Promise.all(sources.map((source) => source.refresh()));
    };
    await look();
    expect([server.reports.at(-1), client.reports.at(-1)]).toEqual([['ok'], ['ok']]);
  });
  afterEach(() => watch.stop());

  /** A connection that stays open after so many bytes came back. */
  const open = async (bytes: number, host: string): Promise<Socket> => {
    const socket = connect({ port: ports.remote, host });
    socket.write(Buffer.alloc(bytes));
    let received = 0;
    socket.on('data', (chunk) => {
      received += chunk.length;
    });
    await waitUntil('all to come back', () => received === bytes);
    return socket;
  };
  const closed = (count: number) =>
    waitUntil(
      () => `${count} ends, not ${server.closed.length} and ${client.closed.length}`,
      () => server.closed.length === count && client.closed.length === count,
    );

  it('have the bytes sent so far, on both roles, while they are open, and the same when they are closed', async () => {
    const socket = await open(123_456, '127.0.0.1');
    await look();
    const bytes = { in: 123_456, out: 123_456 };
    expect(server.open).toMatchObject([
      { hop: 'visitor', port: ports.remote, peer: `127.0.0.1:${socket.localPort}`, ...bytes },
    ]);
    expect(client.open).toMatchObject([{ hop: 'service', peer: `localhost:${ports.echo}`, ...bytes }]);
    for (const { roundTrip, segmentsIn, segmentsOut } of [...server.open, ...client.open]) {
      expect(roundTrip).toBeGreaterThan(0);
      expect(segmentsIn).toBeGreaterThan(1);
      expect(segmentsOut).toBeGreaterThan(1);
    }
    const ids = [...server.open, ...client.open].map(({ id }) => id);
    socket.end();
    await closed(1);
    expect([...server.closed, ...client.closed].map(({ id }) => id)).toEqual(ids);
    expect([server.closedBytes, client.closedBytes]).toEqual([bytes, bytes]);
  });

  it('are 200 short ones of random size, and their sums are exact on both roles', async () => {
    let sum = 0;
    for (let round = 0; round < 20; round += 1) {
      const sizes = Array.from({ length: 10 }, () => 1 + Math.floor(Math.random() * 100_000));
      await Promise.all(sizes.map((size) => visit(ports.remote, size)));
      sum += sizes.reduce((total, size) => total + size, 0);
    }
    await closed(200);
    expect([server.closedBytes, client.closedBytes]).toEqual([
      { in: sum, out: sum },
      { in: sum, out: sum },
    ]);
    expect([...server.dropped, ...client.dropped]).toEqual([]);
    await look();
    expect([...server.samples, ...client.samples].every(({ tellsEnds }) => tellsEnds)).toBe(true);
    expect([server.closed.length, client.closed.length]).toEqual([200, 200]);
  });

  it.each(['127.0.0.1', '::1'])('come from where frps logs them, over %s', async (host) => {
    const socket = await open(10, host);
    await look();
    const [visitor] = server.open;
    expect(visitor?.peer.replace(/:\d+$/, '')).toBe(host.includes(':') ? `[${host}]` : host);
    expect(await frps.line(new RegExp(`\\[echo\\] get a user connection \\[.*:${socket.localPort}\\]`))).toContain(
      `get a user connection [${visitor?.peer}]`,
    );
    socket.destroy();
    await closed(1);
  });

  it("are not another program's to the same service, which makes unseen ones hard to attribute", async () => {
    const direct = connect({ port: ports.echo, host: '127.0.0.1' });
    await once(direct, 'connect');
    await look();
    expect(client.open).toEqual([]);
    await waitUntil('it to be known', async () => {
      await look();
      await visit(ports.remote, 10);
      return client.dropped.length > 0;
    });
    await look();
    expect(client.reports.at(-1)).toEqual(['degraded', expect.stringContaining('other programs connect'), true]);
    const own = await open(500, '127.0.0.1');
    await look();
    own.end();
    await waitUntil('the end of one that was seen', () => client.closed.some(({ in: bytes }) => bytes === 500));
    const ends = client.closed.length;
    direct.destroy();
    await visit(ports.remote, 20);
    await waitUntil('a later end', () => server.closedBytes.in >= 520);
    expect(client.closed).toHaveLength(ends);
  });

  it('are seen on a port that came later', async () => {
    const more = RealFrp.start(
      folder,
      'frpc',
      files.write('more.toml', `serverPort = ${ports.bind}\n${tunnelConfig('later', ports.echo, ports.later)}`),
    );
    try {
      await more.line(/\[later\] start proxy success/);
      await look();
      await visit(ports.later, 4_321);
      await waitUntil('its end', () => server.closed.length === 1);
      expect(server.closed).toMatchObject([{ port: ports.later, in: 4_321, out: 4_321 }]);
    } finally {
      await more.end();
    }
  });
});

const NETWORK = `frp-otel-test-${process.pid}`;
const ip = (...args: string[]) => spawnSync('ip', args, { encoding: 'utf8' });

/** Runs in the other network, as the process that is returned. */
const inNetwork = (...command: string[]): ChildProcess =>
  spawn('ip', ['netns', 'exec', NETWORK, ...command], { stdio: ['pipe', 'pipe', 'inherit'] });

/** An echo service, and a visitor who sends 5,000 bytes, waits for them, and stays until stdin ends. */
const ECHO_AND_VISITOR = `
  const { connect, createServer } = require('node:net');
  const [echo, remote] = process.argv.slice(1);
  createServer((socket) => socket.pipe(socket)).listen(echo, '127.0.0.1', () => console.log('up'));
  process.stdin.once('data', () => {
    const socket = connect(remote, '127.0.0.1');
    socket.write(Buffer.alloc(5000));
    let received = 0;
    socket.on('data', (chunk) => { if ((received += chunk.length) === 5000) console.log('all'); });
    process.stdin.on('end', () => socket.end()).resume();
  });`;

describeWithFrp('connections in another network', (folder) => {
  const created = ip('netns', 'add', NETWORK);
  if (created.status !== 0) {
    if (process.env.CI === 'true') throw new Error(`ip netns add: ${created.stderr}`);
    process.stderr.write(`skipped: connections in another network: ip netns add: ${created.stderr}\n`);
  }
  const files = temporaryFolder();
  const running: RealFrp[] = [];
  const watch = new SocketWatch(INTERVAL);
  const run = (...command: string[]): RealFrp => {
    const started = new RealFrp(inNetwork(...command)).read();
    running.push(started);
    return started;
  };
  afterAll(async () => {
    watch.stop();
    for (const each of running) await each.end();
    ip('netns', 'del', NETWORK);
    files.remove();
  });

  (created.status === 0 ? it : it.skip)('are seen through nsenter, on both roles', async () => {
    ip('-n', NETWORK, 'link', 'set', 'lo', 'up');
    const serverConfig = 'bindPort = 7000\n';
    const clientConfig = `serverPort = 7000\n${tunnelConfig('echo', 8080, 6000)}`;
    const program = run(process.execPath, '-e', ECHO_AND_VISITOR, '8080', '6000');
    await program.line(/up/);
    const frps = run(`${folder}/frps`, '-c', files.write('frps.toml', serverConfig));
    await frps.line(/frps started successfully/);
    const frpc = run(`${folder}/frpc`, '-c', files.write('frpc.toml', clientConfig));
    await frpc.line(/\[echo\] start proxy success/);
    const other = { hasOtherNetwork: true };
    const server = new SocketRecorder('server', serverConfig, { ...other, pid: frps.child.pid });
    const client = new SocketRecorder('client', clientConfig, { ...other, pid: frpc.child.pid });
    const sources = [watch.watch(server.target), watch.watch(client.target)];
    const look = () => Promise.all(sources.map((source) => source.refresh()));
    await look();
    program.child.stdin?.write('go\n');
    await program.line(/all/);
    await look();
    expect([server.reports, client.reports]).toEqual([[['ok']], [['ok']]]);
    expect([...server.open, ...client.open]).toMatchObject([
      { hop: 'visitor', port: 6000, in: 5_000, out: 5_000 },
      { hop: 'service', peer: '127.0.0.1:8080', in: 5_000, out: 5_000 },
    ]);
    program.child.stdin?.end();
    await waitUntil('both ends', () => server.closed.length === 1 && client.closed.length === 1);
    expect([server.closedBytes, client.closedBytes]).toEqual([
      { in: 5_000, out: 5_000 },
      { in: 5_000, out: 5_000 },
    ]);
  });
});

describe('a program that is killed while it watches', () => {
  const children = new Children();
  afterAll(() => children[Symbol.asyncDispose]());

  it('leaves no ss behind', async () => {
    const program = `
      import { execFileSync } from 'node:child_process';
      import { createServer } from 'node:net';
      import { SocketWatch } from './src/sources/sockets/SocketWatch.js';
      const server = createServer().listen(0, '127.0.0.1', async () => {
        const source = new SocketWatch({ intervalMillis: 1000 }).watch({
          target: 1,
          frp: { pid: process.pid, role: 'server', args: [], executable: '', workingFolder: '/' },
          config: () => ({ serverPort: 1 }),
          emit: () => {},
          report: () => {},
        });
        await source.refresh();
        const filter = 'sport = :' + server.address().port;
        if (execFileSync('ps', ['-eo', 'args']).includes(filter)) console.log(filter);
        process.kill(process.pid, 'SIGKILL');
      });`;
    const { stdout, signal } = await runModule(program, children);
    expect(signal).toBe('SIGKILL');
    const filter = stdout.trim();
    expect(filter).toMatch(/^sport = :\d+$/); // it ran
    const isLeft = (): boolean => spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).stdout.includes(filter);
    await waitUntil('ss to end', () => !isLeft());
  });
});
