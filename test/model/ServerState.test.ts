import { describe, expect, it } from '@jest/globals';
import type { FrpModel } from '../../src/model/FrpModel.js';
import { answered, exited, instanceOf, kinds, newModel, proxyAnswer, proxyOf, says, serverStarted } from './signals.js';

const RUN = '4d541f33a8163a5b';
const OTHER_RUN = 'aa5e701761104ee3';

const running = (options = {}, changed = {}): FrpModel => {
  const model = newModel(options);
  model.apply(serverStarted(0, changed));
  return model;
};
const login = (time: number, runId = RUN, address = '192.0.2.1:5000') =>
  says(time, { kind: 'client.login', address, version: '0.71.0' }, runId);
const start = (time: number, proxy = 'ssh', runId = RUN) =>
  says(time, { kind: 'proxy.started', proxy, type: 'tcp' }, runId);
const closing = (time: number, proxy = 'ssh') => says(time, { kind: 'proxy.closing', proxy }, RUN);
const removed = (time: number, proxy = 'ssh') => says(time, { kind: 'proxy.removed', proxy }, RUN);
const loginCounts = (model: FrpModel) =>
  instanceOf(model)
    .server?.logins.filter(({ count }) => count > 0)
    .map(({ errorType, count }) => [errorType, count]);

describe('logins on frps', () => {
  it('given an attempt, say nothing: frps logs it before it checks the token', () => {
    const model = running();
    expect(model.apply(login(1))).toEqual([]);
    expect(loginCounts(model)).toEqual([]);
  });

  it('given a client without proxies, are told when it leaves', () => {
    const model = running();
    model.apply(login(1));
    expect(model.apply(says(9, { kind: 'client.exit' }, RUN))).toMatchObject([
      { kind: 'server.client.connected', time: 9, runId: RUN, address: '192.0.2.1:5000' },
      { kind: 'server.client.disconnected', time: 9, runId: RUN },
    ]);
    expect(loginCounts(model)).toEqual([[undefined, 1]]);
  });

  it('given two attempts, a refusal is of the last, and the first is still to be told', () => {
    const model = running();
    model.apply(login(1));
    model.apply(login(2, OTHER_RUN, '192.0.2.2:5000'));
    expect(model.apply(says(3, { kind: 'client.login.refused', error: 'no' }))).toMatchObject([
      { kind: 'server.login.rejected', time: 3, address: '192.0.2.2:5000', error: { type: '_OTHER', message: 'no' } },
    ]);
    expect(kinds(model.apply(start(4)))).toEqual([
      'server.client.connected',
      'proxy.created ssh',
      'proxy.connected ssh',
    ]);
    expect(loginCounts(model)).toEqual([
      [undefined, 1],
      ['_OTHER', 1],
    ]);
  });

  it('given a refusal without an attempt, have no address', () => {
    expect(running().apply(says(3, { kind: 'client.login.refused', error: 'no' }))).toMatchObject([
      { kind: 'server.login.rejected', address: undefined },
    ]);
  });

  it('given lines without a run id, are not counted', () => {
    const model = running();
    model.apply(says(1, { kind: 'client.login', address: 'a', version: '' }));
    expect(model.apply(says(2, { kind: 'client.exit' }))).toEqual([]);
    expect(loginCounts(model)).toEqual([]);
  });

  it('given a flood of attempts, remember the last 1000', () => {
    const model = running();
    const runId = (number: number) => number.toString(16).padStart(16, '0');
    for (let number = 0; number <= 1000; number += 1) model.apply(login(1, runId(number), `client ${number}`));
    expect(kinds(model.apply(says(2, { kind: 'client.exit' }, runId(0))))).toEqual(['server.client.disconnected']);
    expect(kinds(model.apply(says(2, { kind: 'client.exit' }, runId(1))))).toEqual([
      'server.client.connected',
      'server.client.disconnected',
    ]);
    let refused = 0;
    while (
      model
        .apply(says(3, { kind: 'client.login.refused', error: 'no' }))
        .some((event) => 'address' in event && event.address)
    ) {
      refused += 1;
    }
    expect(refused).toBe(999);
  });
});

describe('proxies on frps, by its log', () => {
  it('given a lost client, lose its proxies and no others', () => {
    const model = running();
    for (const signal of [start(1, 'a'), start(1, 'b', OTHER_RUN), start(1, 'c')]) model.apply(signal);
    expect(model.apply(says(5, { kind: 'client.exit' }, RUN))).toMatchObject([
      { kind: 'proxy.disconnected', proxy: 'a', time: 5 },
      { kind: 'proxy.disconnected', proxy: 'c', time: 5 },
      { kind: 'server.client.disconnected', runId: RUN, time: 5 },
    ]);
    expect(instanceOf(model).proxies.map(({ name, state }) => [name, state])).toEqual([
      ['a', 'offline'],
      ['b', 'online'],
      ['c', 'offline'],
    ]);
  });

  it('given a removal and then the loss of the client, tell the removed proxy only once', () => {
    const model = running();
    for (const signal of [start(1), closing(5), removed(5)]) model.apply(signal);
    expect(kinds(model.apply(says(9, { kind: 'client.exit' }, RUN)))).toEqual(['server.client.disconnected']);
    expect(proxyOf(model, 'ssh').endedAt).toBe(5);
  });

  it('given a lost proxy that returns, connect again and are not created again', () => {
    const model = running();
    for (const signal of [start(1), closing(5), says(5, { kind: 'client.exit' }, RUN)]) model.apply(signal);
    expect(kinds(model.apply(start(7)))).toEqual(['proxy.connected ssh']);
  });

  it('given a removed proxy that returns, are created again', () => {
    const model = running();
    for (const signal of [start(1), closing(5), removed(5)]) model.apply(signal);
    expect(kinds(model.apply(start(7)))).toEqual(['proxy.created ssh', 'proxy.connected ssh']);
  });

  it('given a user connection of a proxy that was online before we came, know it as online', () => {
    const model = running({}, { seenFromStart: false });
    const connection = { kind: 'proxy.user.connection', proxy: 'ssh', address: '192.0.2.1:1' } as const;
    expect(kinds(model.apply(says(3, connection, RUN)))).toEqual(['proxy.created ssh', 'proxy.connected ssh']);
    expect(kinds(model.apply(says(4, connection, RUN)))).toEqual([]);
    expect(proxyOf(model, 'ssh')).toMatchObject({
      state: 'online',
      startedAt: 3,
      connections: [{ errorType: undefined, count: 2 }],
    });
  });

  it.each(['http', 'udp', 'xtcp'])('of type %s have no count of connections: frps logs none', (type) => {
    const model = running();
    model.apply(says(1, { kind: 'proxy.started', proxy: 'p', type }, RUN));
    expect(proxyOf(model, 'p').connections).toEqual([]);
  });

  it('given the end of a proxy that was never seen, say nothing', () => {
    const model = running();
    expect([...model.apply(closing(1)), ...model.apply(removed(1))]).toEqual([]);
    expect(instanceOf(model).proxies).toEqual([]);
  });

  it('given more than the limit, leave them out, count that, and still count the starts', () => {
    const model = running({ maxProxies: 1 });
    model.apply(start(1, 'a'));
    expect(model.apply(start(2, 'b'))).toEqual([]);
    model.apply(says(3, { kind: 'proxy.user.connection', proxy: 'b', address: '192.0.2.1:1' }));
    expect(instanceOf(model).proxies.map(({ name }) => name)).toEqual(['a']);
    expect(instanceOf(model).dropped).toEqual([{ item: 'proxy', reason: 'limit', count: 1 }]);
    expect(instanceOf(model).server?.proxyStarts[0]).toEqual({ errorType: undefined, count: 2 });
  });
});

describe('proxies on frps, by its API', () => {
  it('given the first answer of an frps that ran before, take its counters as the baseline', () => {
    const model = running({}, { seenFromStart: false });
    const bytes = { todayTrafficIn: 1000, todayTrafficOut: 2000, curConns: 2 };
    expect(kinds(model.apply(answered(10, [proxyAnswer('ssh', bytes)])))).toEqual([
      'proxy.created ssh',
      'proxy.connected ssh',
    ]);
    expect(proxyOf(model, 'ssh')).toMatchObject({ io: { in: 0, out: 0 }, activeConnections: 2, startedAt: 10 });
    model.apply(answered(20, [proxyAnswer('ssh', { todayTrafficIn: 1010, todayTrafficOut: 2001 })]));
    expect(proxyOf(model, 'ssh').io).toEqual({ in: 10, out: 1 });
  });

  it('given a proxy that a later answer lists first, count all its bytes: frps began it since', () => {
    const model = running({}, { seenFromStart: false });
    model.apply(answered(10, []));
    model.apply(answered(20, [proxyAnswer('new', { todayTrafficIn: 7 })]));
    expect(proxyOf(model, 'new').io).toEqual({ in: 7, out: 0 });
  });

  it('given a proxy that was offline when frps was first asked, do not count what it had counted before', () => {
    const model = running({}, { seenFromStart: false });
    expect(model.apply(answered(10, [proxyAnswer('old', { online: false, todayTrafficIn: 1000 })]))).toEqual([]);
    expect(instanceOf(model).proxies).toEqual([]);
    model.apply(answered(20, [proxyAnswer('old', { todayTrafficIn: 1003 })]));
    expect(proxyOf(model, 'old').io).toEqual({ in: 3, out: 0 });
  });

  it('given a lost proxy that returns after it was forgotten, do not count its bytes twice', () => {
    const model = running({ retentionMillis: 1_000 });
    model.apply(answered(10, [proxyAnswer('ssh', { todayTrafficIn: 500 })]));
    model.apply(answered(20, [proxyAnswer('ssh', { online: false, todayTrafficIn: 500 })]));
    model.forget(1_021);
    expect(instanceOf(model).proxies).toEqual([]);
    model.apply(answered(1_030, [proxyAnswer('ssh', { online: false, todayTrafficIn: 500 })]));
    model.apply(start(1_035));
    model.apply(answered(1_040, [proxyAnswer('ssh', { todayTrafficIn: 520 })]));
    expect(proxyOf(model, 'ssh')).toMatchObject({ since: 1_035, io: { in: 20, out: 0 } });
  });

  it('given a proxy beyond the limit that finds a place later, count its bytes from then on', () => {
    const model = running({ maxProxies: 1 });
    const b = (todayTrafficIn: number) => proxyAnswer('b', { todayTrafficIn });
    model.apply(answered(10, [proxyAnswer('a'), b(100)]));
    model.apply(answered(20, [proxyAnswer('a', { online: false }), b(150)]));
    expect(instanceOf(model).proxies.map(({ name, io }) => [name, io])).toEqual([['b', { in: 50, out: 0 }]]);
  });

  it('given a fall at midnight, never fall', () => {
    const model = running();
    model.apply(answered(10, [proxyAnswer('ssh', { todayTrafficIn: 900, todayTrafficOut: 90 })]));
    model.apply(answered(20, [proxyAnswer('ssh', { todayTrafficIn: 5, todayTrafficOut: 0 })]));
    expect(proxyOf(model, 'ssh').io).toEqual({ in: 905, out: 90 });
  });

  it('given a proxy that goes offline where the log says nothing, lose it: the API cannot tell a removal', () => {
    const model = running();
    model.apply(answered(10, [proxyAnswer('ssh', { curConns: 3 })]));
    expect(model.apply(answered(20, [proxyAnswer('ssh', { online: false, curConns: 3 })]))).toMatchObject([
      { kind: 'proxy.disconnected', proxy: 'ssh', proxyType: 'tcp', time: 20 },
    ]);
    expect(proxyOf(model, 'ssh')).toMatchObject({ state: 'offline', endedAt: undefined, activeConnections: 0 });
    expect(kinds(model.apply(answered(30, [proxyAnswer('ssh')])))).toEqual(['proxy.connected ssh']);
  });

  it('given a loss that the API told first, the log of it is no second loss', () => {
    const model = running();
    model.apply(start(1));
    model.apply(answered(10, [proxyAnswer('ssh', { online: false })]));
    expect(kinds([...model.apply(closing(9)), ...model.apply(says(9, { kind: 'client.exit' }, RUN))])).toEqual([
      'server.client.disconnected',
    ]);
  });

  it('given an answer asked before or with the last line of the log, do not change the state', () => {
    const model = running();
    model.apply(start(10));
    expect(model.apply(answered(9, [proxyAnswer('ssh', { online: false })]))).toEqual([]);
    expect(model.apply(answered(10, [proxyAnswer('ssh', { online: false })]))).toEqual([]);
    expect(proxyOf(model, 'ssh')).toMatchObject({ state: 'online', startedAt: 10 });
    model.apply(closing(20));
    expect(model.apply(answered(19, [proxyAnswer('ssh', { todayTrafficIn: 4 })]))).toEqual([]);
    expect(proxyOf(model, 'ssh')).toMatchObject({ state: 'offline', io: { in: 4, out: 0 } });
    expect(kinds(model.apply(answered(21, [proxyAnswer('ssh')])))).toEqual(['proxy.connected ssh']);
  });

  it('given a removed proxy with a connection that stays, keep its series until the connection is counted', () => {
    const model = running();
    model.apply(start(1));
    model.apply(answered(5, [proxyAnswer('ssh', { curConns: 1 })]));
    model.apply(closing(10));
    expect(kinds(model.apply(removed(10)))).toEqual(['proxy.closed ssh']);
    const open = proxyAnswer('ssh', { online: false, curConns: 1 });
    for (const time of [20, 30]) expect(model.apply(answered(time, [open]))).toEqual([]);
    expect(proxyOf(model, 'ssh').endedAt).toBeUndefined();
    const counted = proxyAnswer('ssh', { online: false, todayTrafficIn: 800 });
    expect(model.apply(answered(40, [counted]))).toEqual([]);
    model.apply(answered(50, [counted]));
    expect(proxyOf(model, 'ssh')).toMatchObject({ endedAt: 40, io: { in: 800, out: 0 } });
  });

  it('given a removed proxy that frps lists no more, as after a prune, end its series', () => {
    const model = running();
    model.apply(start(1));
    model.apply(answered(5, [proxyAnswer('ssh', { curConns: 1 })]));
    for (const signal of [closing(10), removed(10)]) model.apply(signal);
    model.apply(answered(9, []));
    expect(proxyOf(model, 'ssh').endedAt).toBeUndefined();
    model.apply(answered(20, []));
    expect(proxyOf(model, 'ssh').endedAt).toBe(20);
  });

  it('given a killed frps, end what was removed and lose what was not', () => {
    const model = running();
    for (const proxy of ['gone', 'ssh']) model.apply(start(1, proxy));
    model.apply(answered(5, [proxyAnswer('gone', { curConns: 1 }), proxyAnswer('ssh')]));
    for (const signal of [closing(10, 'gone'), removed(10, 'gone')]) model.apply(signal);
    expect(kinds(model.apply(exited(20)))).toEqual(['proxy.disconnected ssh', 'server.stopped']);
    expect([proxyOf(model, 'gone').endedAt, proxyOf(model, 'ssh').endedAt]).toEqual([20, undefined]);
  });

  it('given a restart of frps, count from 0 what it counts then, also when it is more than before', () => {
    const model = running();
    model.apply(answered(5, [proxyAnswer('ssh', { todayTrafficIn: 100 })]));
    model.apply(exited(10));
    expect(instanceOf(model).server).toMatchObject({ activeClients: 0, activeProxies: { tcp: 0 } });
    model.apply(serverStarted(11, { target: 2, seenFromStart: false }));
    model.apply({ ...answered(20, [proxyAnswer('ssh', { todayTrafficIn: 150 })]), target: 2 });
    expect(proxyOf(model, 'ssh')).toMatchObject({ state: 'online', since: 5, io: { in: 250, out: 0 } });
  });

  it('given a restart of frps, what it had counted before for a proxy not kept is no baseline any more', () => {
    const model = running({}, { seenFromStart: false });
    model.apply(answered(5, [proxyAnswer('old', { online: false, todayTrafficIn: 1000 })]));
    model.apply(exited(10));
    model.apply(serverStarted(11, { target: 2 }));
    model.apply({ ...answered(20, [proxyAnswer('old', { todayTrafficIn: 1500 })]), target: 2 });
    expect(proxyOf(model, 'old').io).toEqual({ in: 1500, out: 0 });
  });

  it('given no answer ever, know neither clients nor proxies, also after the exit', () => {
    const model = running();
    model.apply(exited(10));
    expect(instanceOf(model).server).toMatchObject({ activeClients: undefined, activeProxies: undefined });
  });
});
