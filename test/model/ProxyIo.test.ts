import { describe, expect, it } from '@jest/globals';
import type { FrpTraffic } from '../../src/frp/api/FrpApi.js';
import { type Connection, NO_SOCKET_COUNTS, newConnection } from '../../src/model/Connection.js';
import { ProxyIo } from '../../src/model/ProxyIo.js';
import { proxyAnswer, socket } from './signals.js';

const ALL = { in: 0, out: 0 };
const KB = 1_000;

/** frps's count at a time, both ways alike. */
const counts = (io: ProxyIo, time: number, bytes: number, startsAtZero = true): void => {
  io.counted({
    answer: proxyAnswer('ssh', { today: { in: bytes, out: bytes } }),
    startsAtZero,
    askedAt: time - 5,
    answeredAt: time,
  });
};

const opened = (id = '1'): Connection => newConnection(socket(id), 0, NO_SOCKET_COUNTS);

const hasCarried = (
  io: ProxyIo,
  connection: Connection,
  { at, bytes, ended = false, uncounted = ALL }: { at: number; bytes: number; ended?: boolean; uncounted?: FrpTraffic },
): boolean => {
  connection.reading = { ...connection.reading, in: bytes, out: bytes };
  connection.seenAt = at;
  if (ended) connection.endedAt = at;
  return io.take(connection, uncounted);
};

describe('the bytes of a proxy', () => {
  it("are frps's count and those of connections found open after it", () => {
    const io = new ProxyIo();
    counts(io, 10, 5 * KB);
    hasCarried(io, opened(), { at: 20, bytes: 2 * KB });
    expect(io.told).toEqual({ in: 7 * KB, out: 7 * KB });
  });

  it('do not count a connection twice that closes between an answer and the news of its end', () => {
    const io = new ProxyIo();
    const connection = opened();
    counts(io, 10, 0);
    hasCarried(io, connection, { at: 20, bytes: 2 * KB });
    counts(io, 30, 3 * KB);
    hasCarried(io, connection, { at: 33, bytes: 3 * KB, ended: true });
    expect(io.told).toEqual({ in: 3 * KB, out: 3 * KB });
  });

  it('do not take a look for proof of what is open after an answer that came while it was under way', () => {
    const io = new ProxyIo();
    counts(io, 30, 3 * KB);
    hasCarried(io, opened(), { at: 28, bytes: 3 * KB });
    expect(io.told).toEqual({ in: 3 * KB, out: 3 * KB });
  });

  it('keep the last bytes of a connection that was found open, until frps has counted them', () => {
    const io = new ProxyIo();
    const connection = opened();
    counts(io, 10, 0);
    hasCarried(io, connection, { at: 20, bytes: 2 * KB });
    hasCarried(io, connection, { at: 25, bytes: 9 * KB, ended: true });
    expect(io.told.in).toBe(9 * KB);
    counts(io, 30, 9 * KB);
    expect(io.told.in).toBe(9 * KB);
  });

  it('go on by the kernel where the API has fallen silent', () => {
    const io = new ProxyIo();
    counts(io, 10, 4 * KB);
    hasCarried(io, opened('short'), { at: 5_000, bytes: KB, ended: true }); // may be in the answer: told late
    hasCarried(io, opened('later'), { at: 60_000, bytes: KB, ended: true });
    hasCarried(io, opened('open'), { at: 70_000, bytes: KB });
    expect(io.told.in).toBe(6 * KB);
    counts(io, 80_000, 6 * KB);
    expect(io.told.in).toBe(6 * KB);
  });

  it('are those of the kernel where there is no API, and those of both when it comes', () => {
    const io = new ProxyIo();
    const open = opened('open');
    hasCarried(io, opened('ended'), { at: 10, bytes: 5 * KB, ended: true });
    hasCarried(io, open, { at: 20, bytes: KB });
    expect(io.told.in).toBe(6 * KB);
    counts(io, 30, 500 * KB, false); // of long before we came, and the one that has ended
    hasCarried(io, open, { at: 40, bytes: 2 * KB });
    expect(io.told.in).toBe(7 * KB);
    counts(io, 50, 503 * KB); // the open one has closed
    expect(io.told.in).toBe(8 * KB);
  });

  it('leave to the API, when it comes, what ended while it was asked', () => {
    const io = new ProxyIo();
    hasCarried(io, opened(), { at: 27, bytes: 5 * KB, ended: true });
    counts(io, 30, 100 * KB, false); // asked at 25: without it
    counts(io, 40, 105 * KB);
    expect(io.told.in).toBe(5 * KB);
  });

  it('go on from what was told when frps starts anew, which has lost the count of what was open', () => {
    const io = new ProxyIo();
    counts(io, 10, 4 * KB);
    hasCarried(io, opened(), { at: 20, bytes: KB });
    io.serverRestarted();
    counts(io, 30, 2 * KB);
    hasCarried(io, opened('2'), { at: 40, bytes: KB });
    expect(io.told.in).toBe(8 * KB);
  });

  it('are without what a connection carried before we came, also when frps counts all of it at its close', () => {
    const io = new ProxyIo();
    const connection = newConnection(socket('1', { in: 3 * KB, out: 3 * KB }), 5, {
      ...NO_SOCKET_COUNTS,
      in: 3 * KB,
      out: 3 * KB,
    });
    counts(io, 10, 50 * KB, false);
    io.leaveOut(connection.before);
    hasCarried(io, connection, { at: 20, bytes: 4 * KB });
    expect(io.told.in).toBe(KB);
    counts(io, 30, 54 * KB);
    expect(io.told.in).toBe(KB);
  });

  it('are while a connection is open without what frps may not count of it', () => {
    const io = new ProxyIo();
    const uncounted = { in: 1_024, out: 38 };
    const connection = opened();
    counts(io, 10, 0);
    hasCarried(io, connection, { at: 20, bytes: 30, uncounted });
    expect(io.told).toEqual({ in: 0, out: 0 });
    hasCarried(io, connection, { at: 30, bytes: 10_048, uncounted });
    expect(io.told).toEqual({ in: 9_024, out: 10_010 });
  });

  it('say whether a look has changed them', () => {
    const io = new ProxyIo();
    const connection = opened();
    expect([
      hasCarried(io, connection, { at: 10, bytes: 0 }),
      hasCarried(io, connection, { at: 20, bytes: 5 }),
      hasCarried(io, connection, { at: 30, bytes: 5 }),
    ]).toEqual([false, true, false]);
  });
});
