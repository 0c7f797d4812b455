import { beforeEach, describe, expect, it } from '@jest/globals';
import type { FrpEvent } from '../../src/model/FrpEvent.js';
import type { FrpModel } from '../../src/model/FrpModel.js';
import type { FrpSignal, LogLineRead } from '../../src/model/FrpSignal.js';
import {
  answered,
  carried,
  exited,
  instanceOf,
  logIsOff,
  newModel,
  proxyAnswer,
  proxyOf,
  says,
  serverStarted,
  socket,
  socketClosed,
  socketsAreSeen,
  socketsSampled,
  sourceChanged,
  TARGET,
} from './signals.js';

const RUN = 'f00d';
const VISITOR = '203.0.113.7:51000';

let model: FrpModel;
const apply = (...signals: readonly FrpSignal[]): FrpEvent[] => signals.flatMap((signal) => [...model.apply(signal)]);

const starts = (proxy: string, port: number, type = 'tcp'): LogLineRead[] => [
  ...(type === 'tcp' ? [says(1, { kind: 'proxy.listening', proxy, port: `${port}` }, RUN)] : []),
  says(1, { kind: 'proxy.started', proxy, type }, RUN),
];
const logged = (time: number, proxy: string, address = VISITOR): LogLineRead =>
  says(time, { kind: 'proxy.user.connection', proxy, address }, RUN);
const visitor = (id: string, bytes: number, changed = {}) =>
  socket(id, { peer: VISITOR, in: bytes, out: 2 * bytes, ...changed });
const probe = (time: number, address = VISITOR): FrpSignal => ({
  kind: 'probe.started',
  time,
  target: TARGET,
  proxy: 'ssh',
  address,
});
const io = (proxy: string) => proxyOf(model, proxy).io;
const isEnd = ({ kind }: FrpEvent): boolean => kind === 'proxy.connection.ended';

beforeEach(() => {
  model = newModel();
  apply(serverStarted(0), socketsAreSeen(0));
});

describe("a visitor's connection to frps", () => {
  beforeEach(() => {
    apply(...starts('ssh', 6000));
  });

  it.each<[string, FrpSignal[]]>([
    ['line, look, end', [logged(10, 'ssh'), socketsSampled(11, visitor('1', 5)), socketClosed(510, visitor('1', 9))]],
    ['look, line, end', [socketsSampled(11, visitor('1', 5)), logged(10, 'ssh'), socketClosed(510, visitor('1', 9))]],
    ['look, end, line', [socketsSampled(11, visitor('1', 5)), socketClosed(510, visitor('1', 9)), logged(10, 'ssh')]],
    ['line, end', [logged(10, 'ssh'), socketClosed(510, visitor('1', 9))]],
    ['end, line', [socketClosed(510, visitor('1', 9)), logged(10, 'ssh')]],
  ])('is the proxy’s that its line names, told in the order %s', (_, signals) => {
    const events = apply(...signals);
    expect(proxyOf(model, 'ssh')).toMatchObject({
      io: { in: 9, out: 18 },
      activeConnections: 0,
      connections: carried(1),
      connectionDuration: { count: 1, sum: 0.5 },
    });
    expect(events.filter(isEnd)).toEqual([
      {
        role: 'server',
        instance: 'frps@box',
        serverName: 'box:7000',
        pid: 100,
        kind: 'proxy.connection.ended',
        startTime: 10,
        time: 510,
        proxy: 'ssh',
        proxyType: 'tcp',
        address: VISITOR,
        io: { in: 9, out: 18 },
        runId: RUN,
      },
    ]);
  });

  it('has its bytes and segments told while it is open', () => {
    apply(logged(10, 'ssh'), socketsSampled(11, visitor('1', 5, { segmentsIn: 2, segmentsOut: 3 })));
    expect(proxyOf(model, 'ssh')).toMatchObject({
      io: { in: 5, out: 10 },
      segments: { in: 2, out: 3 },
      activeConnections: 1,
      connectionDuration: undefined,
    });
    apply(socketsSampled(12, visitor('1', 7, { segmentsIn: 4, segmentsOut: 3 })));
    expect(proxyOf(model, 'ssh')).toMatchObject({ io: { in: 7, out: 14 }, segments: { in: 4, out: 3 } });
  });

  it('has its last round trip told once, at its end', () => {
    apply(logged(10, 'ssh'), socketsSampled(11, visitor('1', 5, { roundTrip: 0.02 })));
    expect(proxyOf(model, 'ssh').roundTrip).toBeUndefined();
    apply(socketClosed(12, visitor('1', 5)));
    expect(proxyOf(model, 'ssh').roundTrip).toMatchObject({ count: 1, sum: 0.02 });
  });

  it('has ended where ends are not told and a look has it no more: its end is not exact', () => {
    const events = apply(
      logged(10, 'ssh'),
      { ...socketsSampled(11, visitor('1', 5)), tellsEnds: false },
      { ...socketsSampled(22), tellsEnds: false },
    );
    expect(proxyOf(model, 'ssh')).toMatchObject({ io: { in: 5, out: 10 }, activeConnections: 0 });
    expect(proxyOf(model, 'ssh').connectionDuration).toBeUndefined();
    expect(events.filter(isEnd)).toEqual([]);
  });

  it('is open until its end is told, where ends are told', () => {
    apply(logged(10, 'ssh'), socketsSampled(11, visitor('1', 5)), socketsSampled(22));
    expect(proxyOf(model, 'ssh').activeConnections).toBe(1);
  });

  it('ends with frps', () => {
    apply(logged(10, 'ssh'), socketsSampled(11, visitor('1', 5)), exited(12));
    expect(proxyOf(model, 'ssh')).toMatchObject({ io: { in: 5, out: 10 }, activeConnections: 0 });
  });

  it('without a line is the proxy’s that alone has the port', () => {
    apply(socketsSampled(11, visitor('1', 5), visitor('2', 1, { port: 6001, peer: '203.0.113.7:2' })));
    expect([io('ssh'), proxyOf(model, 'ssh').connections]).toEqual([{ in: 5, out: 10 }, carried(0)]);
  });

  it('without a line is nobody’s where two have the port', () => {
    apply(...starts('member', 6000), socketsSampled(11, visitor('1', 5)));
    expect([io('ssh'), io('member')]).toEqual([
      { in: 0, out: 0 },
      { in: 0, out: 0 },
    ]);
    apply(logged(10, 'member'));
    expect([io('ssh'), io('member')]).toEqual([
      { in: 0, out: 0 },
      { in: 5, out: 10 },
    ]);
  });

  it('without a line is nobody’s where the proxy is in a group, of which another may have been there', () => {
    apply(answered(2, [proxyAnswer('ssh', { remotePort: 6000, group: 'web' })]), socketsSampled(11, visitor('1', 5)));
    expect(io('ssh')).toEqual({ in: 0, out: 0 });
  });

  it('is not that of a line about another port', () => {
    apply(...starts('other', 6001), logged(10, 'other'), socketsSampled(11, visitor('1', 5)));
    expect([io('ssh'), io('other')]).toEqual([
      { in: 5, out: 10 },
      { in: 0, out: 0 },
    ]);
  });

  it.each(['[::ffff:203.0.113.7]:51000', VISITOR])('is found by the address as frps logs it: %s', (address) => {
    apply(...starts('member', 6000), logged(10, 'member', address), socketsSampled(11, visitor('1', 5)));
    expect(io('member')).toEqual({ in: 5, out: 10 });
  });

  it('is found by an IPv6 address without its zone', () => {
    const peer = '[fe80::1]:51000';
    apply(...starts('member', 6000), logged(10, 'member', '[fe80::1%eth0]:51000'));
    apply(socketsSampled(11, visitor('1', 5, { peer })));
    expect(io('member')).toEqual({ in: 5, out: 10 });
  });

  it('from an address that was another’s before is the newest line’s', () => {
    apply(...starts('member', 6000), logged(10, 'ssh'), logged(20, 'member'), socketsSampled(21, visitor('2', 5)));
    expect([io('ssh'), io('member')]).toEqual([
      { in: 0, out: 0 },
      { in: 5, out: 10 },
    ]);
  });

  it('is not that of a line whose connection was never seen, and is over by now', () => {
    apply(...starts('member', 6000), logged(10, 'member'), socketsSampled(10_011));
    apply(socketsSampled(10_012, visitor('2', 5)));
    expect(io('member')).toEqual({ in: 0, out: 0 });
  });

  it('that ended waits 10 s for its line, then it has none', () => {
    apply(...starts('member', 6000), socketClosed(1_000, visitor('1', 5)), socketsSampled(11_001));
    apply(logged(990, 'member'));
    expect(io('member')).toEqual({ in: 0, out: 0 });
  });
});

describe('connections of before we came', () => {
  beforeEach(() => {
    model = newModel();
    apply(serverStarted(0, { seenFromStart: false }), socketsAreSeen(0), ...starts('ssh', 6000));
  });

  it('count from their first sight', () => {
    apply(socketsSampled(5, visitor('1', 1_000)), socketsSampled(10, visitor('1', 1_004)));
    expect(io('ssh')).toEqual({ in: 4, out: 8 });
    apply(socketsSampled(15, visitor('1', 1_004), visitor('2', 7, { peer: '203.0.113.7:2' })));
    expect(io('ssh')).toEqual({ in: 11, out: 22 });
  });

  it('are joined by their line in the history of the log, the last one of their address', () => {
    const replayed = (time: number, proxy: string): FrpSignal => ({ ...logged(time, proxy), replayed: true });
    apply(...starts('member', 6000), socketsSampled(5, visitor('1', 1_000)));
    apply(replayed(-900, 'ssh'), replayed(-500, 'member'), { kind: 'log.history.read', time: 6, target: TARGET });
    apply(socketsSampled(10, visitor('1', 1_004)));
    expect([io('ssh'), io('member')]).toEqual([
      { in: 0, out: 0 },
      { in: 4, out: 8 },
    ]);
    apply(socketClosed(500, visitor('1', 1_004)));
    expect(proxyOf(model, 'member')).toMatchObject({
      connections: carried(0),
      connectionDuration: { count: 1, sum: 1 },
    });
  });
});

describe('without a log', () => {
  beforeEach(() => {
    apply(logIsOff(0), answered(1, [proxyAnswer('ssh', { remotePort: 6000, curConns: 4 })]));
  });

  it('connections are counted by their sockets, those that failed are not known', () => {
    apply(socketsSampled(11, visitor('1', 5)), socketClosed(12, visitor('2', 5, { peer: '203.0.113.7:2' })));
    expect(proxyOf(model, 'ssh').connections).toEqual([{ errorType: undefined, count: 2 }]);
  });

  it('one that was counted so is not counted again, should the log be read by then', () => {
    apply(socketsSampled(11, visitor('1', 5)), sourceChanged(12, { source: 'log' }), logged(10, 'ssh'));
    expect(proxyOf(model, 'ssh').connections).toEqual(carried(1));
  });

  it('what is open is told by the API first, by sockets where it is silent', () => {
    apply(socketsSampled(11, visitor('1', 5)));
    expect(proxyOf(model, 'ssh').activeConnections).toBe(4);
    apply(sourceChanged(12, { state: 'degraded', reason: 'timeout' }));
    expect(proxyOf(model, 'ssh').activeConnections).toBe(1);
    apply(sourceChanged(13, { source: 'sockets', state: 'degraded', reason: 'no ss' }));
    expect(proxyOf(model, 'ssh').activeConnections).toBeUndefined();
  });

  it('connections are not counted by sockets of which some are missed, though their bytes are', () => {
    apply(sourceChanged(2, { source: 'sockets', state: 'degraded', reason: 'lost some', givesSome: true }));
    apply(socketsSampled(11, visitor('1', 5)));
    expect(proxyOf(model, 'ssh')).toMatchObject({ connections: [], io: { in: 5, out: 10 } });
  });
});

describe('a probe of ours', () => {
  beforeEach(() => {
    apply(...starts('ssh', 6000));
  });
  const ended = (duration: number, errorType?: string): FrpSignal => ({
    kind: 'probe.ended',
    time: 100,
    target: TARGET,
    proxy: 'ssh',
    duration,
    errorType,
    message: undefined,
  });

  it.each<[string, FrpSignal[]]>([
    ['before its line', [probe(9), logged(10, 'ssh'), socketClosed(20, visitor('1', 5))]],
    ['before its connection', [probe(9), socketsSampled(10, visitor('1', 5)), logged(10, 'ssh')]],
    ['between its connection and its line', [socketsSampled(10, visitor('1', 5)), probe(11), logged(10, 'ssh')]],
  ])('that is told %s is no user, and has its bytes', (_, signals) => {
    const events = apply(...signals, socketClosed(20, visitor('1', 5)));
    expect(proxyOf(model, 'ssh')).toMatchObject({ connections: carried(0), connectionDuration: undefined });
    expect(io('ssh')?.in).toBeGreaterThanOrEqual(5);
    expect(events.filter(isEnd)).toEqual([]);
  });

  it.each<[string, FrpSignal[]]>([
    ['line', [logged(10, 'ssh')]],
    ['line and connection', [logged(10, 'ssh'), socketsSampled(11, visitor('1', 5))]],
  ])('that is told after its %s was counted, takes the place of the next user', (_, signals) => {
    apply(...signals, probe(12), logged(13, 'ssh', '203.0.113.8:1'), logged(14, 'ssh', '203.0.113.9:1'));
    expect(proxyOf(model, 'ssh').connections).toEqual(carried(2));
  });

  it('has its duration told, by how it ended', () => {
    apply(ended(0.2), ended(0.4), ended(5, 'timeout'));
    expect(proxyOf(model, 'ssh').probeDuration).toMatchObject([
      { errorType: undefined, histogram: { count: 2 } },
      { errorType: 'timeout', histogram: { count: 1, sum: 5 } },
    ]);
  });
});

describe('types of proxies', () => {
  it('of which the log has no address or no socket is told, have no bytes by sockets', () => {
    apply(...starts('web', 0, 'http'), ...starts('secret', 0, 'stcp'), ...starts('secure', 0, 'https'));
    apply(logged(10, 'secret'), socketsSampled(11, visitor('1', 5)));
    expect([io('web'), io('secret'), io('secure')]).toEqual([undefined, undefined, { in: 0, out: 0 }]);
  });

  it('tcpmux is without the CONNECT that frps does not count', () => {
    apply(...starts('mux', 0, 'tcpmux'), logged(10, 'mux'));
    apply(socketsSampled(11, visitor('1', 0, { port: 5002, in: 10_048, out: 10_038 })));
    expect(io('mux')).toEqual({ in: 9_024, out: 10_000 });
    apply(answered(20, [proxyAnswer('mux', { type: 'tcpmux', today: { in: 10_000, out: 10_000 } })]));
    expect(io('mux')).toEqual({ in: 10_000, out: 10_000 });
  });
});

describe('200,000 connections', () => {
  it('are kept, and no more; what is too much is counted once', () => {
    apply(...starts('ssh', 6000));
    const open = Array.from({ length: 200_003 }, (_, id) => socket(`${id}`, { in: 1 }));
    for (const time of [10, 20]) apply({ ...socketsSampled(time), sockets: open });
    expect(io('ssh')?.in).toBe(200_000);
    expect(instanceOf(model).dropped).toContainEqual({ item: 'socket', reason: 'limit', count: 3 });
  });
});
