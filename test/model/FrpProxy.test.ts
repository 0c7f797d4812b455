import { describe, expect, it } from '@jest/globals';
import type { FrpServerProxy } from '../../src/frp/api/FrpApi.js';
import { FrpProxy } from '../../src/model/FrpProxy.js';
import type { ProxySources } from '../../src/model/ProxySources.js';
import { carried, failure, proxyAnswer } from './signals.js';

const SEES_LOG: ProxySources = { seesLog: () => true, seesSockets: () => 'none', isNews: () => true };

const onServer = (): FrpProxy => new FrpProxy({ role: 'server', name: 'ssh', type: 'tcp', time: 1, sources: SEES_LOG });
const onClient = (): FrpProxy => new FrpProxy({ role: 'client', name: 'ssh', type: 'tcp', time: 1, sources: SEES_LOG });

const counted = (time: number, answer: FrpServerProxy) => ({
  answer,
  startsAtZero: true,
  askedAt: time,
  answeredAt: time,
});

describe('FrpProxy', () => {
  it('shows the same after an answer of the API that tells nothing new', () => {
    const proxy = onServer();
    const answer = proxyAnswer('ssh', { today: { in: 5, out: 7 }, curConns: 1 });
    proxy.polled(counted(10, answer));
    const before = proxy.snapshot();
    proxy.polled(counted(20, answer));
    expect(proxy.snapshot()).toBe(before);
    proxy.polled(counted(30, { ...answer, today: { in: 6, out: 7 } }));
    expect(proxy.snapshot().io).toEqual({ in: 6, out: 7 });
    proxy.polled(counted(40, { ...answer, today: { in: 6, out: 7 }, curConns: 0 }));
    expect(proxy.snapshot().activeConnections).toBe(0);
  });

  it('on a server, begins offline, counts every connection and knows no bytes before the API answers', () => {
    expect(onServer().snapshot()).toStrictEqual({
      role: 'server',
      name: 'ssh',
      type: 'tcp',
      state: 'offline',
      user: undefined,
      clientId: undefined,
      group: undefined,
      since: 1,
      endedAt: undefined,
      startedAt: undefined,
      io: undefined,
      segments: undefined,
      connectionDuration: undefined,
      roundTrip: undefined,
      probeDuration: [],
      activeConnections: undefined,
      connections: carried(0),
      errors: [{ errorType: 'work_connection', count: 0 }],
      lastError: undefined,
      lastActivity: undefined,
    });
  });

  it('on a client, begins new and counts failed connections only, since frpc logs no other', () => {
    const proxy = onClient();
    expect(proxy.snapshot().state).toBe('new');
    proxy.connectionFailed(5, failure('dial tcp 127.0.0.1:9: connect: connection refused'));
    expect(proxy.snapshot()).toMatchObject({
      connections: [
        { errorType: 'connection_refused', count: 1 },
        { errorType: 'timeout', count: 0 },
        { errorType: '_OTHER', count: 0 },
      ],
      lastActivity: 5,
      lastError: {
        time: 5,
        type: 'connection_refused',
        message: 'dial tcp 127.0.0.1:9: connect: connection refused',
      },
    });
  });

  it('on a client, goes from new to running, to start_error, to closed', () => {
    const proxy = onClient();
    proxy.starting(2);
    expect([proxy.snapshot().state, proxy.startingSince, proxy.active]).toEqual(['new', 2, false]);
    proxy.started(3, 'log');
    expect([proxy.snapshot().state, proxy.snapshot().startedAt, proxy.active]).toEqual(['running', 3, true]);
    expect(proxy.startingSince).toBeUndefined();
    proxy.startFailed(4, failure('port already used'));
    expect(proxy.snapshot()).toMatchObject({
      state: 'start_error',
      startedAt: undefined,
      lastError: { time: 4, type: 'port_already_used', message: 'port already used' },
    });
    proxy.lost(5);
    expect([proxy.snapshot().state, proxy.goneAt]).toEqual(['closed', 5]);
  });

  it('lost twice, is gone since the first time', () => {
    const proxy = onServer();
    proxy.started(2, 'log');
    proxy.lost(3);
    proxy.lost(9);
    expect([proxy.goneAt, proxy.snapshot().endedAt, proxy.isNew]).toEqual([3, undefined, false]);
  });

  it('lost and back, goes on with its counters', () => {
    const proxy = onServer();
    proxy.started(2, 'log');
    proxy.counts.connected(3);
    proxy.polled(counted(4, proxyAnswer('ssh', { today: { in: 10, out: 20 }, curConns: 1 })));
    expect(proxy.snapshot().activeConnections).toBe(1);
    proxy.lost(5);
    expect(proxy.snapshot()).toMatchObject({ state: 'offline', activeConnections: 0, io: { in: 10, out: 20 } });
    proxy.started(6, 'log');
    proxy.polled(counted(7, proxyAnswer('ssh', { today: { in: 11, out: 22 }, curConns: 2 })));
    proxy.counts.connected(8);
    expect(proxy.goneAt).toBeUndefined();
    expect(proxy.snapshot()).toMatchObject({
      state: 'online',
      since: 1,
      startedAt: 6,
      activeConnections: 2,
      io: { in: 11, out: 22 },
      connections: carried(2),
    });
  });

  it('removed where no API answers, ends at once', () => {
    const proxy = onServer();
    proxy.started(2, 'log');
    proxy.removed(3);
    expect(proxy.snapshot()).toMatchObject({ state: 'offline', endedAt: 3, startedAt: undefined });
    expect([proxy.goneAt, proxy.wasRemoved, proxy.isNew]).toEqual([3, true, true]);
  });

  it('removed where the API answers, ends when its last connection is counted', () => {
    const proxy = onServer();
    proxy.started(2, 'log');
    proxy.polled(counted(3, proxyAnswer('ssh', { curConns: 1 })));
    proxy.removed(4);
    // Gone for the retention, should the API fall silent; not ended for readers.
    expect([proxy.snapshot().endedAt, proxy.goneAt, proxy.wasRemoved]).toEqual([undefined, 4, true]);

    // As one that has ended: its end is still to be told.
    expect([4, 5].map((ended) => proxy.wasGoneBefore({ lost: 100, ended }))).toEqual([false, true]);

    proxy.polled(counted(5, proxyAnswer('ssh', { online: true }))); // asked before the removal
    proxy.polled(counted(6, proxyAnswer('ssh', { online: false, curConns: 1 })));
    expect(proxy.snapshot().endedAt).toBeUndefined();

    proxy.polled(counted(7, proxyAnswer('ssh', { online: false, curConns: 0, today: { in: 500, out: 0 } })));
    expect(proxy.snapshot()).toMatchObject({ state: 'offline', endedAt: 7, io: { in: 500, out: 0 } });
  });

  it('ended, ends no second time: readers are told of each end', () => {
    const proxy = onServer();
    proxy.removed(3);
    proxy.ended(9);
    expect([proxy.snapshot().endedAt, proxy.goneAt]).toEqual([3, 3]);
  });

  it('removed and started again, lives', () => {
    const proxy = onServer();
    proxy.started(2, 'log');
    proxy.removed(3);
    proxy.started(4, 'log');
    expect(proxy.snapshot()).toMatchObject({ state: 'online', endedAt: undefined, startedAt: 4, since: 1 });
    expect([proxy.goneAt, proxy.wasRemoved, proxy.isNew]).toEqual([undefined, false, false]);
  });

  it('is settled only for what was asked after its last change', () => {
    const proxy = onServer();
    proxy.started(10, 'log');
    expect([9, 10, 11].map((time) => proxy.settledBefore(time))).toEqual([false, false, true]);
  });

  it('unchanged, gives the same snapshot again; changed, a new one', () => {
    const proxy = onServer();
    const first = proxy.snapshot();
    expect(proxy.snapshot()).toBe(first);
    proxy.setType('tcp');
    proxy.setType('');
    expect(proxy.snapshot()).toBe(first);
    proxy.counts.connected(2);
    expect(proxy.snapshot()).not.toBe(first);
    expect(first.connections).toEqual(carried(0));
  });

  it('on a client, waits and runs and fails its checks, and knows when its start began', () => {
    const proxy = onClient();
    proxy.starting(2);
    proxy.waiting(5, 'wait_start');
    expect([proxy.state, proxy.startingSince]).toEqual(['wait_start', 2]);
    proxy.started(6, 'log');
    proxy.waiting(7, 'check_failed');
    expect([proxy.state, proxy.startingSince, proxy.active, proxy.goneAt]).toEqual([
      'check_failed',
      undefined,
      false,
      undefined,
    ]);
    proxy.waiting(9, 'wait_start');
    proxy.waiting(10, 'wait_start');
    expect([proxy.state, proxy.startingSince, proxy.settledBefore(10)]).toEqual(['wait_start', 9, true]);
  });

  it('told by the API, is confirmed once by the log, which knows the time', () => {
    const proxy = onServer();
    proxy.started(10, 'api');
    expect([proxy.isToldSince(10), proxy.isToldSince(11)]).toEqual([true, false]);
    expect([proxy.confirmed(8), proxy.confirmed(8)]).toEqual([true, false]);
    expect(proxy.snapshot()).toMatchObject({ state: 'online', startedAt: 8 });
  });

  it('told by the log, is not to be confirmed', () => {
    const proxy = onServer();
    proxy.started(10, 'log');
    expect([proxy.confirmed(11), proxy.isToldSince(9)]).toEqual([false, false]);
  });

  it('on a server, counts a connection that failed as one that did not work, in place of the next that comes', () => {
    const proxy = onServer();
    proxy.counts.connected(1);
    proxy.connectionFailed(2, failure('i/o timeout'));
    proxy.counts.connected(3);
    proxy.counts.connected(4);
    expect(proxy.snapshot().connections).toEqual([...carried(2), { errorType: 'timeout', count: 1 }]);
  });

  it('counts all that failed by class, and keeps the last', () => {
    const proxy = onClient();
    proxy.startFailed(1, failure('port already used'));
    proxy.connectionFailed(2, failure('i/o timeout'));
    proxy.failed(3, failure('i/o timeout'));
    expect(proxy.snapshot()).toMatchObject({
      errors: [
        { errorType: 'connection_refused', count: 0 },
        { errorType: 'health_check', count: 0 },
        { errorType: 'port_already_used', count: 1 },
        { errorType: 'timeout', count: 2 },
      ],
      lastError: { time: 3, type: 'timeout' },
    });
  });

  it('without a log, has no count of connections, and has it again with the log', () => {
    let seesLog = true;
    const proxy = new FrpProxy({
      role: 'server',
      name: 'ssh',
      type: 'tcp',
      time: 1,
      sources: { ...SEES_LOG, seesLog: () => seesLog },
    });
    proxy.counts.connected(2);
    seesLog = false;
    proxy.sourcesChanged();
    expect(proxy.snapshot().connections).toEqual([]);
    seesLog = true;
    proxy.sourcesChanged();
    expect(proxy.snapshot().connections).toEqual(carried(1));
  });

  it('without a log, does not say that nothing has failed, but what has', () => {
    const proxy = new FrpProxy({
      role: 'client',
      name: 'ssh',
      type: 'tcp',
      time: 1,
      sources: { ...SEES_LOG, seesLog: () => false },
    });
    expect(proxy.snapshot().errors).toEqual([]);
    proxy.startFailed(2, failure('port already used'));
    expect(proxy.snapshot().errors).toEqual([{ errorType: 'port_already_used', count: 1 }]);
  });
});
