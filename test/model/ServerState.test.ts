import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../src/frp/config/parseConfig.js';
import { FAILURES } from '../../src/frp/errorType.js';
import type { FrpModel } from '../../src/model/FrpModel.js';
import {
  answered,
  carried,
  exited,
  instanceOf,
  kinds,
  logIsOff,
  newModel,
  proxyAnswer,
  proxyOf,
  type Saying,
  says,
  serverStarted,
  sourceChanged,
  tallied,
} from './signals.js';

/** frps's own refusal, of which the attempt is logged. */
const TOKEN = "token in login doesn't match token from configuration";
const RUN = '4d541f33a8163a5b';
const OTHER_RUN = 'aa5e701761104ee3';

const running = (options = {}, changed = {}): FrpModel => {
  const model = newModel(options);
  model.apply(serverStarted(0, changed));
  return model;
};
const login = (time: number, runId = RUN, address = '192.0.2.1:5000') =>
  says(time, { kind: 'client.login', address, version: '0.71.0', hostname: 'box', os: 'linux', arch: 'amd64' }, runId);
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
    expect(model.apply(says(3, { kind: 'client.login.refused', error: TOKEN }))).toMatchObject([
      {
        kind: 'server.login.rejected',
        time: 3,
        address: '192.0.2.2:5000',
        error: { type: 'token_mismatch', message: TOKEN },
      },
    ]);
    expect(kinds(model.apply(start(4)))).toEqual([
      'server.client.connected',
      'proxy.created ssh',
      'proxy.connected ssh',
    ]);
    expect(loginCounts(model)).toEqual([
      [undefined, 1],
      ['token_mismatch', 1],
    ]);
  });

  it('given the refusal of a plugin, which comes before the attempt is logged, leave the attempts of others alone', () => {
    const model = running();
    model.apply(login(1));
    expect(model.apply(says(2, { kind: 'client.login.refused', error: 'the guard says no' }))).toMatchObject([
      { kind: 'server.login.rejected', address: undefined, error: { type: '_OTHER' } },
    ]);
    expect(kinds(model.apply(start(3)))).toContain('server.client.connected');
  });

  it('given a refusal without an attempt, have no address', () => {
    expect(running().apply(says(3, { kind: 'client.login.refused', error: TOKEN }))).toMatchObject([
      { kind: 'server.login.rejected', address: undefined },
    ]);
  });

  it('given lines without a run id, are not counted', () => {
    const model = running();
    model.apply(says(1, { kind: 'client.login', address: 'a', version: '', hostname: '', os: '', arch: '' }));
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
        .apply(says(3, { kind: 'client.login.refused', error: TOKEN }))
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

  it('given one that another client takes over while its own is still closing, stays with the other', () => {
    const model = running();
    const events = [start(1), start(1, 'web'), closing(5), start(6, 'ssh', OTHER_RUN)];
    for (const signal of events) model.apply(signal);
    expect(kinds(model.apply(says(7, { kind: 'client.exit' }, RUN)))).toEqual([
      'proxy.disconnected web',
      'server.client.disconnected',
    ]);
    expect(proxyOf(model, 'ssh').state).toBe('online');
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
      startedAt: undefined, // it is not known since when
      connections: carried(2),
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
    const bytes = { today: { in: 1000, out: 2000 }, curConns: 2 };
    expect(kinds(model.apply(answered(10, [proxyAnswer('ssh', bytes)])))).toEqual([]); // it is no news
    const found = { state: 'online', io: { in: 0, out: 0 }, activeConnections: 2, startedAt: undefined };
    expect(proxyOf(model, 'ssh')).toMatchObject(found);
    model.apply(answered(20, [proxyAnswer('ssh', { today: { in: 1010, out: 2001 } })]));
    expect(proxyOf(model, 'ssh').io).toEqual({ in: 10, out: 1 });
  });

  it('given a proxy that a later answer lists first, count all its bytes: frps began it since', () => {
    const model = running({}, { seenFromStart: false });
    model.apply(answered(10, []));
    model.apply(answered(20, [proxyAnswer('new', { today: { in: 7, out: 0 } })]));
    expect(proxyOf(model, 'new').io).toEqual({ in: 7, out: 0 });
  });

  it('given a proxy that was offline when frps was first asked, do not count what it had counted before', () => {
    const model = running({}, { seenFromStart: false });
    expect(model.apply(answered(10, [proxyAnswer('old', { online: false, today: { in: 1000, out: 0 } })]))).toEqual([]);
    expect(instanceOf(model).proxies).toEqual([]);
    model.apply(answered(20, [proxyAnswer('old', { today: { in: 1003, out: 0 } })]));
    expect(proxyOf(model, 'old').io).toEqual({ in: 3, out: 0 });
  });

  it('given a lost proxy that returns after it was forgotten, do not count its bytes twice', () => {
    const model = running({ retentionMillis: 1_000 });
    model.apply(answered(10, [proxyAnswer('ssh', { today: { in: 500, out: 0 } })]));
    model.apply(answered(20, [proxyAnswer('ssh', { online: false, today: { in: 500, out: 0 } })]));
    model.forget(1_021);
    expect(instanceOf(model).proxies).toEqual([]);
    model.apply(answered(1_030, [proxyAnswer('ssh', { online: false, today: { in: 500, out: 0 } })]));
    model.apply(start(1_035));
    model.apply(answered(1_040, [proxyAnswer('ssh', { today: { in: 520, out: 0 } })]));
    expect(proxyOf(model, 'ssh')).toMatchObject({ since: 1_035, io: { in: 20, out: 0 } });
  });

  it('given a proxy beyond the limit that finds a place later, count its bytes from then on', () => {
    const model = running({ maxProxies: 1 });
    const b = (bytes: number) => proxyAnswer('b', { today: { in: bytes, out: 0 } });
    model.apply(answered(10, [proxyAnswer('a'), b(100)]));
    model.apply(answered(20, [proxyAnswer('a', { online: false }), b(150)]));
    expect(instanceOf(model).proxies.map(({ name, io }) => [name, io])).toEqual([['b', { in: 50, out: 0 }]]);
  });

  it('given a fall at midnight, never fall', () => {
    const model = running();
    model.apply(answered(10, [proxyAnswer('ssh', { today: { in: 900, out: 90 } })]));
    model.apply(answered(20, [proxyAnswer('ssh', { today: { in: 5, out: 0 } })]));
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
    expect(model.apply(answered(19, [proxyAnswer('ssh', { today: { in: 4, out: 0 } })]))).toEqual([]);
    expect(proxyOf(model, 'ssh')).toMatchObject({ state: 'offline', io: { in: 4, out: 0 } });
    expect(kinds(model.apply(answered(21, [proxyAnswer('ssh')])))).toEqual(['proxy.connected ssh']);
  });

  it('given an API that falls silent, are not known to have connections open any more', () => {
    const model = running();
    model.apply(answered(10, [proxyAnswer('ssh', { curConns: 3 })]));
    expect(proxyOf(model, 'ssh').activeConnections).toBe(3);
    model.apply(sourceChanged(20, { state: 'degraded', reason: 'timeout' }));
    expect(proxyOf(model, 'ssh')).toMatchObject({ activeConnections: undefined, io: { in: 0, out: 0 } });
    model.apply(answered(30, [proxyAnswer('ssh', { curConns: 2 })]));
    expect(proxyOf(model, 'ssh').activeConnections).toBe(2);
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
    const counted = proxyAnswer('ssh', { online: false, today: { in: 800, out: 0 } });
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
    expect(kinds(model.apply(exited(20)))).toEqual([
      'proxy.disconnected ssh',
      'server.client.disconnected',
      'server.stopped',
    ]);
    expect([proxyOf(model, 'gone').endedAt, proxyOf(model, 'ssh').endedAt]).toEqual([20, undefined]);
  });

  it('given a restart of frps, count from 0 what it counts then, also when it is more than before', () => {
    const model = running();
    model.apply(answered(5, [proxyAnswer('ssh', { today: { in: 100, out: 0 } })]));
    model.apply(exited(10));
    expect(instanceOf(model).server).toMatchObject({ activeClients: 0, activeProxies: { tcp: 0 } });
    model.apply(serverStarted(11, { target: 2, seenFromStart: false }));
    model.apply({ ...answered(20, [proxyAnswer('ssh', { today: { in: 150, out: 0 } })]), target: 2 });
    expect(proxyOf(model, 'ssh')).toMatchObject({ state: 'online', since: 5, io: { in: 250, out: 0 } });
  });

  it('given a restart of frps, what it had counted before for a proxy not kept is no baseline any more', () => {
    const model = running({}, { seenFromStart: false });
    model.apply(answered(5, [proxyAnswer('old', { online: false, today: { in: 1000, out: 0 } })]));
    model.apply(exited(10));
    model.apply(serverStarted(11, { target: 2 }));
    model.apply({ ...answered(20, [proxyAnswer('old', { today: { in: 1500, out: 0 } })]), target: 2 });
    expect(proxyOf(model, 'old').io).toEqual({ in: 1500, out: 0 });
  });

  const counting = (time: number, bytes: number, changed = {}) =>
    answered(time, [proxyAnswer('ssh', { today: { in: bytes, out: bytes }, ...changed })]);

  it('given a proxy that was pruned while offline and returned, count all that it carried since', () => {
    const model = running();
    for (const signal of [
      counting(10, 100),
      counting(20, 100, { online: false }),
      answered(30, []),
      counting(40, 150),
    ]) {
      model.apply(signal);
    }
    expect(proxyOf(model, 'ssh').io).toEqual({ in: 250, out: 250 });
  });

  it('given a proxy that went offline and was pruned between two answers, is lost where no log tells more', () => {
    const model = running();
    model.apply(logIsOff(0));
    model.apply(counting(10, 100));
    expect(kinds(model.apply(answered(20, [])))).toEqual(['proxy.disconnected ssh']);
    expect(kinds(model.apply(counting(30, 150)))).toEqual(['proxy.connected ssh']);
    expect(proxyOf(model, 'ssh').io).toEqual({ in: 250, out: 250 });
  });

  it('given a midnight that only one direction shows by a fall, count both anew', () => {
    const model = running();
    model.apply(answered(10, [proxyAnswer('ssh', { today: { in: 100, out: 10 } })]));
    const nextDay = { today: { in: 5, out: 40 }, yesterday: { in: 130, out: 15 } };
    model.apply(answered(20, [proxyAnswer('ssh', nextDay)]));
    expect(proxyOf(model, 'ssh').io).toEqual({ in: 135, out: 55 });
  });

  it('given a midnight that only the total shows by a fall, count anew what did not fall', () => {
    const model = running();
    model.apply(answered(10, [proxyAnswer('ssh', { today: { in: 10, out: 10 } })], { today: { in: 900, out: 900 } }));
    const nextDay = { today: { in: 12, out: 10 }, yesterday: { in: 11, out: 30 } };
    model.apply(answered(20, [proxyAnswer('ssh', nextDay)], { today: { in: 12, out: 10 } }));
    expect(proxyOf(model, 'ssh').io).toEqual({ in: 23, out: 40 });
  });

  it('given /metrics at some times only, count no byte twice', () => {
    const model = running();
    const bytes = (count: number) => ({ in: count, out: count });
    for (const signal of [
      counting(10, 100, { sinceStart: bytes(100) }),
      counting(20, 30, { yesterday: bytes(120) }), // a midnight
      counting(30, 50, { sinceStart: bytes(170) }),
      counting(40, 5, { sinceStart: bytes(180) }), // another
    ]) {
      model.apply(signal);
    }
    expect(proxyOf(model, 'ssh').io).toEqual(bytes(180));
  });

  it('given /metrics that remember a proxy from before we came, do not count that', () => {
    const model = running({}, { seenFromStart: false });
    model.apply(answered(10, []));
    model.apply(counting(20, 7, { sinceStart: { in: 1_007, out: 1_007 } }));
    model.apply(counting(30, 9, { sinceStart: { in: 1_009, out: 1_009 } }));
    expect(proxyOf(model, 'ssh').io).toEqual({ in: 9, out: 9 });
  });

  it('given /metrics and a proxy that comes back with its old type, do not count that series twice', () => {
    const model = running();
    const asType = (time: number, type: string, today: number, sinceStart: number) =>
      counting(time, today, { type, sinceStart: { in: sinceStart, out: sinceStart } });
    for (const signal of [asType(10, 'tcp', 100, 100), asType(20, 'http', 20, 20), asType(30, 'tcp', 5, 105)]) {
      model.apply(signal);
    }
    expect(proxyOf(model, 'ssh').io).toEqual({ in: 125, out: 125 });
  });
});

describe('clients and proxies that frps serves now', () => {
  const counts = (model: FrpModel) => {
    const { activeClients, activeProxies } = instanceOf(model).server ?? {};
    return { activeClients, activeProxies };
  };

  it('given a log from the start of frps and no API, are counted from it', () => {
    const model = running();
    for (const signal of [login(1), start(2, 'a'), start(3, 'b'), login(4, OTHER_RUN), start(5, 'c', OTHER_RUN)]) {
      model.apply(signal);
    }
    expect(counts(model)).toEqual({ activeClients: 2, activeProxies: { tcp: 3 } });
    for (const signal of [closing(6, 'a'), removed(6, 'a'), says(7, { kind: 'client.exit' }, OTHER_RUN)]) {
      model.apply(signal);
    }
    expect(counts(model)).toEqual({ activeClients: 1, activeProxies: { tcp: 1 } });
    model.apply(exited(10));
    expect(counts(model)).toEqual({ activeClients: 0, activeProxies: { tcp: 0 } });
  });

  it('given a log that was not read from the start of frps, are not known: some may have been there before', () => {
    const model = running({}, { seenFromStart: false });
    for (const signal of [login(1), start(2)]) model.apply(signal);
    expect(counts(model)).toEqual({ activeClients: undefined, activeProxies: undefined });
  });

  it('given neither log nor API, are not known', () => {
    const model = running();
    model.apply(logIsOff(0));
    expect(counts(model)).toEqual({ activeClients: undefined, activeProxies: undefined });
  });

  it('given an API, are what it says', () => {
    const model = running();
    for (const signal of [login(1), start(2)]) model.apply(signal);
    model.apply(answered(10, [proxyAnswer('ssh')], { clientCounts: 7, proxyTypeCount: { tcp: 9, udp: 1 } }));
    expect(counts(model)).toEqual({ activeClients: 7, activeProxies: { tcp: 9, udp: 1 } });
  });

  it('given more proxies than are kept, are not counted from the log', () => {
    const model = running({ maxProxies: 1 });
    for (const signal of [login(1), start(2, 'a'), start(3, 'b')]) model.apply(signal);
    expect(counts(model)).toEqual({ activeClients: 1, activeProxies: undefined });
  });
});

describe('what the log of frps alone tells', () => {
  const told = (model: FrpModel) => {
    const { logins, disconnects, proxyStarts, errors, dashboardRequests } = instanceOf(model).server ?? {};
    return { logins, disconnects, proxyStarts, errors, dashboardRequests };
  };

  it('given a log that is read, begins at 0 with each class that can be foreseen', () => {
    const { logins, disconnects, proxyStarts, errors, dashboardRequests } = told(running());
    expect(dashboardRequests).toBe(0);
    for (const tally of [logins, disconnects, proxyStarts, errors]) {
      expect(tally?.length).toBeGreaterThan(1);
      expect(tally?.every(({ count }) => count === 0)).toBe(true);
    }
  });

  it('given no log, is not known, not 0; and comes back with the log', () => {
    const model = running();
    model.apply(start(1));
    const before = told(model);
    model.apply(logIsOff(5));
    expect(told(model)).toEqual({
      logins: [],
      disconnects: [],
      proxyStarts: [],
      errors: [],
      dashboardRequests: undefined,
    });
    expect(proxyOf(model, 'ssh').connections).toEqual([]);
    model.apply(sourceChanged(6, { source: 'log', state: 'ok' }));
    expect(told(model)).toEqual(before);
    expect(proxyOf(model, 'ssh').connections).toEqual(carried(0));
  });

  it('given a log that is degraded, as one whose lines are in no format of frp, is not known either', () => {
    const model = running();
    model.apply(sourceChanged(5, { source: 'log', state: 'degraded', reason: 'no line is readable' }));
    expect(told(model)).toMatchObject({ logins: [], dashboardRequests: undefined });
    expect(instanceOf(model).server?.activeClients).toBeUndefined();
  });

  it('given faults and refusals, counts them by class; a connection that fails is its proxy’s', () => {
    const model = running();
    const events = [
      start(1),
      says(2, { kind: 'fault', error: 'accept tcp: too many open files' }),
      says(3, { kind: 'proxy.start.refused', proxy: 'web', type: 'tcp', error: 'port already used' }, RUN),
      says(4, { kind: 'proxy.connection.failed', proxy: 'ssh', error: 'i/o timeout' }, RUN),
      says(5, { kind: 'proxy.user.rejected', proxy: 'ssh', address: '192.0.2.1:1', error: 'no' }, RUN),
      says(6, { kind: 'proxy.fault', proxy: 'ssh', error: 'connection reset by peer' }, RUN),
    ].flatMap((signal) => [...model.apply(signal)]);
    expect(events.slice(2)).toMatchObject([
      { kind: 'server.error', time: 2, error: { type: 'file_descriptors' } },
      { kind: 'server.resource.warning', time: 2, resource: 'file_descriptors', value: 1, threshold: 1 },
      { kind: 'proxy.error', proxy: 'web', proxyType: 'tcp', phase: 'start' },
      { kind: 'proxy.error', proxy: 'ssh', phase: 'connection', error: { type: 'timeout' } },
      { kind: 'proxy.error', proxy: 'ssh', phase: 'connection', error: { type: '_OTHER', message: 'no' } },
      { kind: 'proxy.error', proxy: 'ssh', phase: 'other', error: { type: 'connection_reset' } },
    ]);
    const { errors, proxyStarts } = told(model);
    const counted = (tally: typeof errors) => tally?.filter(({ count }) => count > 0);
    expect(counted(errors)).toEqual([
      { errorType: 'port_already_used', count: 1 },
      { errorType: 'file_descriptors', count: 1 },
    ]);
    expect(counted(proxyStarts)).toEqual([
      { errorType: undefined, count: 1 },
      { errorType: 'port_already_used', count: 1 },
    ]);
    expect(proxyOf(model, 'ssh').errors).toEqual([
      { errorType: 'work_connection', count: 0 },
      { errorType: 'timeout', count: 1 },
      { errorType: '_OTHER', count: 1 },
      { errorType: 'connection_reset', count: 1 },
    ]);
  });
});

describe('proxies that frps refuses', () => {
  const refusal = (time: number, proxy: string) =>
    says(time, { kind: 'proxy.start.refused', proxy, type: 'tcp', error: 'port already used' }, RUN);

  it('are told with when and why, and are no proxies', () => {
    const model = running();
    model.apply(refusal(3, 'leak'));
    expect(instanceOf(model).server?.refusedStarts).toStrictEqual([
      { time: 3, proxy: 'leak', type: 'tcp', errorType: 'port_already_used', message: 'port already used' },
    ]);
    expect(instanceOf(model).proxies).toEqual([]);
  });

  it('given more than 20, keep the last 20', () => {
    const model = running();
    for (let time = 1; time <= 25; time += 1) model.apply(refusal(time, `p${time}`));
    expect(instanceOf(model).server?.refusedStarts.map(({ proxy }) => proxy)).toEqual(
      Array.from({ length: 20 }, (_, index) => `p${index + 6}`),
    );
  });
});

describe('user connections of a proxy on frps', () => {
  const came = (time: number) =>
    says(time, { kind: 'proxy.user.connection', proxy: 'ssh', address: '192.0.2.1:1' }, RUN);
  const failed = (time: number) =>
    says(time, { kind: 'proxy.connection.failed', proxy: 'ssh', error: 'i/o timeout' }, RUN);
  const connections = (model: FrpModel) =>
    Object.fromEntries(proxyOf(model, 'ssh').connections.map(({ errorType, count }) => [errorType ?? 'ok', count]));

  it('given one that fails after it came, are as many as there were, and at no time fewer than before', () => {
    const model = running();
    model.apply(start(1));
    const all = [came(2), came(3), failed(4), came(5), came(6)].map((signal) => {
      model.apply(signal);
      return connections(model);
    });
    expect(all).toEqual([
      { ok: 1, work_connection: 0, _OTHER: 0 },
      { ok: 2, work_connection: 0, _OTHER: 0 },
      { ok: 2, timeout: 1, work_connection: 0, _OTHER: 0 }, // the second was one of the two
      { ok: 2, timeout: 1, work_connection: 0, _OTHER: 0 },
      { ok: 3, timeout: 1, work_connection: 0, _OTHER: 0 },
    ]);
  });

  it('given that all fail, count one as working at most, which is the last', () => {
    const model = running();
    model.apply(start(1));
    for (let time = 2; time < 22; time += 2) for (const signal of [came(time), failed(time + 1)]) model.apply(signal);
    expect(connections(model)).toEqual({ ok: 1, timeout: 10, work_connection: 0, _OTHER: 0 });
  });
});

describe('frps whose clock is set back', () => {
  it('goes on: no count falls, no duration is negative, what was told stays told', () => {
    const model = running();
    for (const signal of [
      login(100_000),
      start(100_001),
      answered(110_000, [proxyAnswer('ssh', { today: { in: 5, out: 5 } })]),
      closing(50_000),
      says(50_001, { kind: 'client.exit' }, RUN),
      login(50_002),
      start(50_003),
      answered(60_000, [proxyAnswer('ssh', { today: { in: 9, out: 9 } })]),
    ]) {
      model.apply(signal);
    }
    expect(proxyOf(model, 'ssh')).toMatchObject({ state: 'online', io: { in: 9, out: 9 }, startedAt: 50_003 });
    expect(instanceOf(model).server).toMatchObject({
      logins: tallied(FAILURES.login, { ok: 2 }),
      disconnects: [{ count: 1 }, {}, {}],
    });
  });
});

describe('lines on frps that strangers have written into its log', () => {
  const online = (): FrpModel => {
    const model = running();
    for (const signal of [login(1), start(2)]) model.apply(signal);
    return model;
  };
  const about = { proxy: 'ssh', error: 'x', errorType: '_OTHER' } as const;

  it.each<[Saying['kind'], Saying]>([
    ['proxy.closing', { kind: 'proxy.closing', proxy: 'ssh' }],
    ['proxy.removed', { kind: 'proxy.removed', proxy: 'ssh' }],
    ['proxy.started', { kind: 'proxy.started', proxy: 'ssh', type: 'udp' }],
    ['proxy.user.connection', { kind: 'proxy.user.connection', proxy: 'ssh', address: '192.0.2.9:1' }],
    ['proxy.user.rejected', { kind: 'proxy.user.rejected', address: '192.0.2.9:1', ...about }],
    ['proxy.connection.failed', { kind: 'proxy.connection.failed', ...about }],
    ['proxy.fault', { kind: 'proxy.fault', ...about }],
  ])(
    '%s with another run id than that of the proxy’s session, or none, changes nothing and is counted',
    (_kind, saying) => {
      const model = online();
      const before = { ...proxyOf(model, 'ssh') };
      const told = [...model.apply(says(10, saying, OTHER_RUN)), ...model.apply(says(11, saying))];
      expect(told.filter((event) => 'proxy' in event)).toEqual([]);
      expect(proxyOf(model, 'ssh')).toEqual(before);
      expect(instanceOf(model).dropped).toContainEqual({ item: 'log_line', reason: 'foreign_session', count: 2 });
      expect(kinds(model.apply(says(12, { kind: 'client.exit' }, RUN)))).toContain('proxy.disconnected ssh');
    },
  );

  it('a proxy that the API does not list is lost by its second answer, whatever the log said', () => {
    const model = online();
    model.apply(start(3, 'invented', OTHER_RUN));
    expect(kinds(model.apply(answered(10, [proxyAnswer('ssh')])))).toEqual([]);
    expect(kinds(model.apply(answered(20, [proxyAnswer('ssh')])))).toEqual(['proxy.disconnected invented']);
  });

  it('but not by answers that left something out', () => {
    const model = online();
    const partial = (time: number) => ({ ...answered(time, []), isComplete: false });
    expect([10, 20, 30].flatMap((time) => kinds(model.apply(partial(time))))).toEqual([]);
  });
});

describe('a log of frps at level warn', () => {
  it('tells what fails and nothing of what goes well: failures are counted, and no success, not even 0', () => {
    const model = newModel();
    const config = parseConfig('bindPort = 7000\nlog.level = "warn"', 'server');
    model.apply(serverStarted(0, { config }));
    model.apply(sourceChanged(0, { source: 'log', state: 'degraded', givesSome: true }));
    model.apply(says(1, { kind: 'client.login.refused', error: TOKEN }));
    expect(instanceOf(model).server).toMatchObject({
      logins: tallied(FAILURES.login, { token_mismatch: 1 }),
      proxyStarts: tallied(FAILURES.proxyStart, {}),
      activeClients: undefined,
      dashboardRequests: undefined,
    });
  });
});
