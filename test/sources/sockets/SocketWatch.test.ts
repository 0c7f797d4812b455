import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SocketWatch } from '../../../src/sources/sockets/SocketWatch.js';
import { waitUntil } from '../../support/waitUntil.js';
import { FakeSs } from './FakeSs.js';
import { SocketRecorder } from './SocketRecorder.js';

jest.setTimeout(30_000);

const describeOnLinux = process.platform === 'linux' ? describe : describe.skip;

describeOnLinux('SocketWatch', () => {
  let ss: FakeSs;
  let server: Server;
  let port: number;
  let watch: SocketWatch;
  let frps: SocketRecorder;
  beforeEach(async () => {
    ss = new FakeSs();
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
    watch = new SocketWatch({ intervalMillis: 100 });
    frps = new SocketRecorder('server', 'bindPort = 1');
  });
  afterEach(async () => {
    watch.stop();
    ss[Symbol.dispose]();
    server.close();
  });

  const open = (id: string, bytes: number): string =>
    `ESTAB 0 0 127.0.0.1:${port} 10.0.0.9:5${id} ino:7 sk:${id} cwnd:10 bytes_received:${bytes}`;
  const ended = (id: string, bytes: number): string =>
    `UNCONN 0 0 127.0.0.1:${port} 10.0.0.9:5${id} ino:0 sk:${id} cwnd:10 bytes_acked:1 bytes_received:${bytes + 1}`;
  const report = () => frps.reports.at(-1);
  const reported = (state: string) =>
    waitUntil(
      () => `${state}, not ${report()}`,
      () => report()?.[0] === state,
    );
  const streams = () => ss.calls.filter((call) => call.startsWith('-tinHOeE'));

  it('samples what is open, and tells what ends as it happens', async () => {
    ss.lists(open('1', 100));
    watch.watch(frps.target);
    await waitUntil('a sample', () => frps.open.length > 0);
    ss.lists();
    ss.tells(ended('1', 250));
    ss.tells(ended('2', 50)); // came and went between two samples
    await waitUntil('both ends', () => frps.closed.length === 2);
    expect(frps.closed).toMatchObject([
      { id: '1', in: 250 },
      { id: '2', in: 50 },
    ]);
    expect(report()).toEqual(['ok']);
    expect(frps.samples.every(({ tellsEnds }) => tellsEnds)).toBe(true);
  });

  it('looks at once for a proxy that has come, long before the next sample', async () => {
    watch.stop();
    watch = new SocketWatch({ intervalMillis: 3_600_000 });
    const source = watch.watch(frps.target);
    await waitUntil('a sample', () => frps.samples.length === 1);
    expect(frps.samples[0]?.ports).toContain(port);
    const later = createServer();
    try {
      await new Promise<void>((resolve) => later.listen(0, '127.0.0.1', resolve));
      const { port: laterPort } = later.address() as AddressInfo;
      for (let proxies = 0; proxies < 1_000; proxies += 1) source.look();
      await waitUntil('a look', () => frps.samples.length === 2);
      expect(frps.samples[1]?.ports).toEqual(expect.arrayContaining([port, laterPort]));
      expect(streams()).toHaveLength(2);
    } finally {
      later.close();
    }
  });

  it('tells an end once, and no sample after it has that connection', async () => {
    ss.lists(open('1', 100), open('2', 100));
    const source = watch.watch(frps.target);
    await waitUntil('a sample', () => frps.open.length === 2);
    ss.tells(ended('1', 100)); // while `ss` lists it still, as one that began earlier
    await waitUntil('the end', () => frps.closed.length === 1);
    ss.tells(ended('1', 100));
    await source.refresh();
    await source.refresh();
    expect(frps.open.map(({ id }) => id)).toEqual(['2']);
    expect(frps.closed).toHaveLength(1);
  });

  it('tells when it stops the ends that wait for the next sample, and no others', async () => {
    watch.stop();
    watch = new SocketWatch({ intervalMillis: 3_600_000 });
    const source = watch.watch(frps.target);
    await waitUntil('a sample', () => frps.samples.length === 1);
    ss.tells(`UNCONN 0 0 127.0.0.1:${port} 10.0.0.9:51 ino:0 sk:1 cwnd:10 bytes_sent:5 bytes_acked:6 bytes_received:8`);
    ss.tells(`UNCONN 0 0 127.0.0.1:${port} 10.0.0.9:52 ino:0 sk:2 cwnd:10 bytes_received:50`); // clear, and so told at once
    await waitUntil('the clear one', () => frps.closed.length === 1);
    source.stop();
    expect(frps.closed).toMatchObject([
      { id: '2', in: 50 },
      { id: '1', in: 7, out: 5 },
    ]);
    source.stop();
    expect(frps.closed).toHaveLength(2);
  });

  it('learns of what is left of sockets which side closed first', async () => {
    const source = watch.watch(frps.target);
    await waitUntil('a sample', () => frps.samples.length > 0);
    ss.lists(
      `TIME-WAIT 0 0 127.0.0.1:${port} 10.0.0.9:51 timer:(timewait,59sec,0) ino:0 sk:a`,
      `FIN-WAIT-2 0 0 127.0.0.1:${port} 10.0.0.9:52 timer:(timewait,59sec,0) ino:0 sk:b`,
    );
    for (const id of ['1', '2', '3']) ss.tells(ended(id, 100));
    await waitUntil('the ends', () => frps.closed.length === 3);
    expect(frps.closed.map(({ in: bytes }) => bytes)).toEqual([101, 101, 100]);
    expect(ss.calls.some((call) => call.startsWith('-tinHOe state connected ( '))).toBe(true);
    await source.refresh();
    expect(ss.calls.at(-1)).toMatch(/^-tinHOe \(/);
    expect(frps.open).toEqual([]);
  });

  it('asks for the ports of all processes of a network at once', async () => {
    const frpc = new SocketRecorder('client', '[[proxies]]\nname = "ssh"\ntype = "tcp"\nlocalPort = 22');
    watch.watch(frps.target);
    watch.watch(frpc.target);
    await waitUntil('both', () => frps.samples.length > 0 && frpc.samples.length > 0);
    expect(ss.calls.at(-1)).toMatch(new RegExp(`^-tinHOe \\( .*:${port}\\b.* or dport = :22 \\)$`));
  });

  it('starts no ss while there is nothing to look at', async () => {
    const frpc = new SocketRecorder('client', '[[proxies]]\nname = "dns"\ntype = "udp"\nlocalPort = 53');
    const source = watch.watch(frpc.target);
    await source.refresh();
    expect(ss.calls).toEqual([]);
    expect(frpc.samples.at(-1)).toMatchObject({ sockets: [], tellsEnds: true });
    expect(frpc.reports).toEqual([['ok']]);
  });

  it('follows the ports: a new stream for new ones', async () => {
    const frpc = new SocketRecorder('client', '[[proxies]]\nname = "ssh"\ntype = "tcp"\nlocalPort = 22');
    const source = watch.watch(frpc.target);
    await waitUntil('a sample', () => frpc.samples.length > 0);
    const other = new SocketRecorder('client', '[[proxies]]\nname = "web"\ntype = "tcp"\nlocalPort = 80');
    frpc.config = other.config;
    await source.refresh();
    expect(streams().map((call) => call.slice(9))).toEqual(['( dport = :22 )', '( dport = :80 )']);
  });

  it('is degraded once ends were lost, and says with the next sample that it does not tell them all', async () => {
    ss.lists(open('1', 100));
    watch.watch(frps.target);
    await waitUntil('a sample', () => frps.open.length > 0);
    ss.lists();
    ss.tells('LOSS');
    await reported('degraded');
    expect(report()).toEqual([
      'degraded',
      expect.stringMatching(
        /^numbers are lower bounds since \d\d:\d\d:\d\d: more connections ended than could be read: netlink receive error No/,
      ),
      true,
    ]);
    expect(frps.samples.find(({ tellsEnds }) => !tellsEnds)?.sockets).toEqual([]);
    await waitUntil('ends to be told again', () => frps.samples.at(-1)?.tellsEnds);
    expect(streams()).toHaveLength(2);
    ss.tells(ended('1', 900)); // it was counted by its last sample
    ss.tells(ended('2', 900));
    await waitUntil('the other end', () => frps.closed.length > 0);
    expect(frps.closed.map(({ id }) => id)).toEqual(['2']);
  });

  it('is degraded once one is gone whose end was not told', async () => {
    ss.lists(open('1', 100));
    watch.watch(frps.target);
    await waitUntil('a sample', () => frps.open.length > 0);
    ss.lists();
    await reported('degraded');
    expect(report()?.[1]).toMatch(/: connections are gone whose end was not told$/);
    expect(frps.closed).toMatchObject([{ id: '1', in: 100 }]);
  });

  it('starts the stream again when it ends, and tells no ends meanwhile', async () => {
    watch.watch(frps.target);
    await waitUntil('a sample', () => frps.samples.length > 0);
    ss.tells('EXIT');
    await reported('degraded');
    expect(report()?.[1]).toMatch(/: ss failed: netlink receive error Bad file descriptor/);
    await waitUntil('another stream', () => streams().length === 2);
    await waitUntil('ends to be told again', () => frps.samples.at(-1)?.tellsEnds);
    expect(frps.samples.some(({ tellsEnds }) => !tellsEnds)).toBe(true);
  });

  it.each([
    [
      'of an old version',
      'echo "ss: invalid option -- \'O\'" >&2; exit 255',
      'off',
      'install iproute2 5.2 or newer: ss: invalid',
    ],
    ['that prints something else', 'echo "Netid State"', 'degraded', 'ss prints what is not known here: Netid State'],
    ['that fails', 'echo oops >&2; exit 3', 'degraded', 'ss failed: oops'],
    ['that fails and says nothing', 'exit 3', 'degraded', 'ss failed: exit code 3'],
    ['that is killed', 'kill -9 $$', 'degraded', 'ss was ended by SIGKILL'],
  ])('given an ss %s, says so and samples nothing', async (_, script, state, reason) => {
    ss.does(script);
    watch.watch(frps.target);
    await reported(state);
    expect(report()?.[1]?.startsWith(reason)).toBe(true);
    expect(report()?.[2]).toBeUndefined();
    expect(frps.samples).toEqual([]);
  });

  it('given one process that cannot be looked at, says so of that one and goes on with the others', async () => {
    ss.lists(open('1', 100));
    // A folder of /proc that is a file gives ENOTDIR; as good as EMFILE, which would be everybody's.
    const broken = new SocketRecorder('server', 'bindPort = 1', { pid: 'version' as never });
    watch.watch(broken.target);
    watch.watch(frps.target);
    await waitUntil('a sample', () => frps.open.length > 0);
    await waitUntil('both reports', () => broken.reports.length > 0 && frps.reports.length > 0);
    expect([...broken.reports, ...frps.reports]).toEqual([
      ['degraded', 'which sockets are its own cannot be looked at (ENOTDIR)'],
      ['ok'],
    ]);
    expect(broken.samples).toEqual([]);
  });

  it('is right again when ss is', async () => {
    ss.does('exit 3');
    watch.watch(frps.target);
    await reported('degraded');
    ss.lists(open('1', 100));
    await reported('ok');
    await waitUntil('a sample', () => frps.open.length === 1);
  });

  it('takes longer between samples the more there is, and says so', async () => {
    ss.lists(...Array.from({ length: 2_000 }, (_, id) => open(`${id}`, 1)));
    watch.watch(frps.target);
    await waitUntil('a sample', () => report()?.[1]);
    const [state, reason] = report() ?? [];
    expect(state).toBe('ok');
    expect(Number(/^sampled every ([\d.]+) s: 2,000 sockets$/.exec(reason ?? '')?.[1])).toBeGreaterThan(3);
  });

  it('drops what ended unseen while two clients connect to one service', async () => {
    const config = '[[proxies]]\nname = "ssh"\ntype = "tcp"\nlocalPort = 22';
    const clients = [new SocketRecorder('client', config), new SocketRecorder('client', config)];
    for (const { target } of clients) watch.watch(target);
    await waitUntil('samples', () => clients.every(({ samples }) => samples.length > 0));
    ss.tells('UNCONN 0 0 127.0.0.1:51234 127.0.0.1:22 ino:0 sk:1 cwnd:10 bytes_acked:7 bytes_sent:5');
    await waitUntil('it to be dropped', () => clients[0]?.dropped.length);
    expect(clients.map(({ dropped }) => dropped)).toEqual([[['not_attributed', 1]], []]);
    expect(clients.flatMap(({ closed }) => closed)).toEqual([]);
    await waitUntil('the report', () => clients[0]?.reports.at(-1)?.[0] === 'degraded');
  });

  it('stops for one process and goes on for the others', async () => {
    const other = new SocketRecorder('server', 'bindPort = 1');
    ss.lists(open('1', 100));
    const source = watch.watch(frps.target);
    const stays = watch.watch(other.target);
    await waitUntil('samples', () => frps.open.length > 0 && other.open.length > 0);
    source.stop();
    source.stop();
    const before = frps.signals.length;
    await stays.refresh();
    ss.tells(ended('1', 100));
    await waitUntil('the end', () => other.closed.length === 1);
    expect(frps.signals).toHaveLength(before);
  });
});
