import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parseSsLine, type SsLine } from '../../../src/sources/sockets/parseSsLine.js';
import { TargetSockets } from '../../../src/sources/sockets/TargetSockets.js';
import { SocketRecorder } from './SocketRecorder.js';

const describeOnLinux = process.platform === 'linux' ? describe : describe.skip;

describeOnLinux('TargetSockets', () => {
  let server: Server;
  let port: number;
  let frps: SocketRecorder;
  let sockets: TargetSockets;
  beforeEach(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
    frps = new SocketRecorder('server', '');
    sockets = new TargetSockets(frps.target);
    await sockets.find();
  });
  afterEach(() => {
    jest.restoreAllMocks();
    server.close();
  });

  const line = (id: string, received: number, changed: Partial<SsLine> = {}): SsLine => ({
    ...(parseSsLine(
      `ESTAB 0 0 127.0.0.1:${port} 10.0.0.9:5${id} ino:7 sk:${id} cwnd:10 bytes_received:${received}`,
    ) as SsLine),
    ...changed,
  });
  const sample = (lines: readonly SsLine[], options: { ended?: string[]; isAll?: boolean; tellsEnds?: boolean } = {}) =>
    sockets.sample(lines, {
      askedAt: 0,
      hasEnded: (id) => options.ended?.includes(id) === true,
      isAll: options.isAll ?? true,
      tellsEnds: options.tellsEnds ?? true,
    });
  const openIds = () => frps.open.map(({ id }) => id);
  const ports = () => {
    const found = { local: new Set<number>(), peer: new Set<number>() };
    sockets.addPorts(found);
    return found;
  };

  it('tells which connections are open', async () => {
    await sample([line('1', 100), line('2', 200, { localPort: 1 }), line('3', 300)]);
    expect(frps.samples).toHaveLength(1);
    expect(frps.open).toMatchObject([
      { id: '1', hop: 'visitor', port, peer: '10.0.0.9:51', in: 100 },
      { id: '3', in: 300 },
    ]);
  });

  it('leaves out what counts nothing, and what ended since it was listed', async () => {
    await sample(
      [line('1', 0, { hasCounters: false }), line('2', 0, { state: 'SYN-SENT' }), line('3', 1), line('4', 1)],
      {
        ended: ['3'],
      },
    );
    expect(openIds()).toEqual(['4']);
  });

  it('tells the last counts of one that ends, once it is known or by its port', async () => {
    await sample([line('1', 100)]);
    expect(sockets.claimOf(line('1', 0))).toBe('open');
    sockets.end(line('1', 151, { state: 'UNCONN', unread: 1 }));
    expect(sockets.claimOf(line('2', 5))).toBe('own');
    sockets.end(line('2', 5, { state: 'UNCONN' }));
    expect(sockets.claimOf(line('3', 5, { localPort: 1 }))).toBeUndefined();
    expect(frps.closed).toMatchObject([
      { id: '1', in: 150 },
      { id: '2', in: 5 },
    ]);
  });

  it('leaves it to who knows which side closed first to tell an end of which that is not clear', async () => {
    await sample([line('1', 100)]);
    const unclear = ['1', '2', '3'].map((id) => sockets.end(line(id, 151, { state: 'UNCONN', bytesAcked: 1 })));
    expect(sockets.claimOf(line('1', 0))).toBe('own'); // open no more
    expect(frps.closed).toEqual([]);
    unclear[1]?.tell(false);
    unclear[0]?.tell(true);
    expect(frps.closed).toMatchObject([
      { id: '2', in: 150 },
      { id: '1', in: 151 },
    ]);
  });

  it('never counts less than before: one that the process resets loses its peer and its counts', async () => {
    await sample([line('1', 100)]);
    sockets.end(line('1', 0, { state: 'UNCONN', peer: '10.0.0.9:0', peerPort: 0 }));
    expect(frps.closed).toMatchObject([{ id: '1', peer: '10.0.0.9:51', in: 100 }]);
  });

  it('is interested in the port of an open connection until it ends', async () => {
    await sample([line('1', 100)]);
    await new Promise((resolve) => server.close(resolve));
    await sockets.find();
    expect([...ports().local]).toContain(port);
    sockets.end(line('1', 100));
    expect([...ports().local]).not.toContain(port);
  });

  it('waits a second for the end of one that is missing, and then ends it with its last counts', async () => {
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    await sample([line('1', 100)]);
    for (const time of [5_000, 5_100, 5_999]) {
      clock.mockReturnValue(time);
      expect(await sample([])).toEqual([]);
    }
    expect(frps.closed).toEqual([]);
    clock.mockReturnValue(6_000);
    expect(await sample([])).toEqual(['1']);
    expect(frps.closed).toMatchObject([{ id: '1', in: 100 }]);
    await sample([]);
    expect(frps.closed).toHaveLength(1);
  });

  it('says that one has ended by leaving it out where ends are not told', async () => {
    await sample([line('1', 100)]);
    expect(await sample([], { tellsEnds: false })).toEqual(['1']);
    expect(frps.samples.at(-1)).toMatchObject({ sockets: [], tellsEnds: false });
    expect(frps.closed).toEqual([]);
    expect(sockets.claimOf(line('1', 100))).not.toBe('open');
  });

  it('ends none where not all could be read', async () => {
    await sample([line('1', 100)]);
    const clock = jest.spyOn(performance, 'now');
    for (const [index, tellsEnds] of [true, false, true].entries()) {
      clock.mockReturnValue(index * 5_000);
      expect(await sample([], { isAll: false, tellsEnds })).toEqual([]);
      expect(frps.samples.at(-1)?.tellsEnds).toBe(true);
    }
    expect(sockets.claimOf(line('1', 0))).toBe('open');
  });

  it('says once what it reports', () => {
    for (const reason of ['a', 'a', 'b']) sockets.report(['ok', reason]);
    expect(frps.reports).toEqual([
      ['ok', 'a'],
      ['ok', 'b'],
    ]);
  });
});
