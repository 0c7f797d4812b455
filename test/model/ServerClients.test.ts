import { describe, expect, it } from '@jest/globals';
import type { FrpEvent } from '../../src/model/FrpEvent.js';
import type { FrpModel } from '../../src/model/FrpModel.js';
import type { FrpSignal } from '../../src/model/FrpSignal.js';
import type { ServerSnapshot } from '../../src/model/FrpSnapshot.js';
import {
  clientAnswer,
  clientsAnswered,
  exited,
  instanceOf,
  kinds,
  logIsOff,
  newModel,
  proxyOf,
  sampled,
  says,
  serverStarted,
} from './signals.js';

const RUN = '4d541f33a8163a5b';
const OTHER_RUN = 'aa5e701761104ee3';

const running = (options = {}, changed = {}): FrpModel => {
  const model = newModel(options);
  model.apply(serverStarted(0, changed));
  return model;
};
const withoutLog = (): FrpModel => {
  const model = running();
  model.apply(logIsOff(0));
  return model;
};
const attempt = (time: number, runId = RUN, address = '192.0.2.1:5000') =>
  says(time, { kind: 'client.login', address, version: '0.71.0', hostname: 'box', os: 'linux', arch: 'amd64' }, runId);
const refused = (time: number, error = "token in login doesn't match token from configuration") =>
  says(time, { kind: 'client.login.refused', error });
const start = (time: number, proxy = 'ssh', runId = RUN) =>
  says(time, { kind: 'proxy.started', proxy, type: 'tcp' }, runId);
const exit = (time: number, runId = RUN) => says(time, { kind: 'client.exit' }, runId);
const replaced = (time: number, runId = RUN) => says(time, { kind: 'client.replaced', by: runId }, runId);
const heartbeatTimeout = (time: number, runId = RUN) => says(time, { kind: 'client.heartbeat.timeout' }, runId);

const applyAll = (model: FrpModel, ...signals: readonly FrpSignal[]): FrpEvent[] =>
  signals.flatMap((signal) => model.apply(signal));
const serverOf = (model: FrpModel): ServerSnapshot => {
  const { server } = instanceOf(model);
  if (server === undefined) throw new Error('expected an frps');
  return server;
};
const disconnects = (model: FrpModel) =>
  Object.fromEntries(serverOf(model).disconnects.map(({ reason, count }) => [reason, count]));
const logins = (model: FrpModel) => serverOf(model).logins.find(({ errorType }) => errorType === undefined)?.count;

describe('a session on frps, by its log', () => {
  it('given a login, its first proxy and its end, is told with all that the log knows of it', () => {
    const model = running();
    applyAll(model, attempt(1_000), start(1_005, 'ssh'), start(1_006, 'web'));
    const living = {
      runId: RUN,
      user: undefined,
      clientId: undefined,
      version: '0.71.0',
      hostname: 'box',
      address: '192.0.2.1:5000',
      connectedSince: 1_000,
      disconnectedAt: undefined,
      disconnectReason: undefined,
      proxies: 2,
    };
    expect(serverOf(model).clients).toStrictEqual([living]);
    expect(model.apply(exit(9_000)).at(-1)).toMatchObject({
      kind: 'server.client.disconnected',
      time: 9_000,
      runId: RUN,
      address: '192.0.2.1:5000',
      reason: 'closed',
      startTime: 1_000,
    });
    expect(serverOf(model).clients).toStrictEqual([
      { ...living, disconnectedAt: 9_000, disconnectReason: 'closed', proxies: 0 },
    ]);
    expect(disconnects(model)).toEqual({ closed: 1, replaced: 0, heartbeat_timeout: 0 });
  });

  it('given a proxy that its client removed, has one less', () => {
    const model = running();
    applyAll(model, attempt(1), start(2, 'ssh'), start(2, 'web'));
    applyAll(
      model,
      says(3, { kind: 'proxy.closing', proxy: 'web' }, RUN),
      says(3, { kind: 'proxy.removed', proxy: 'web' }, RUN),
    );
    expect(serverOf(model).clients).toMatchObject([{ proxies: 1 }]);
  });

  it('given one that was there before us, is known by its first line, without a login and without an event', () => {
    const model = running({}, { seenFromStart: false });
    expect(kinds(model.apply(start(5)))).toEqual(['proxy.created ssh', 'proxy.connected ssh']);
    expect(logins(model)).toBe(0);
    expect(serverOf(model).clients).toMatchObject([{ runId: RUN, connectedSince: undefined, address: undefined }]);
    expect(model.apply(exit(9)).at(-1)).toMatchObject({
      kind: 'server.client.disconnected',
      startTime: undefined,
      address: undefined,
      reason: 'closed',
    });
  });

  it('given a client that comes back with its run id, is replaced: the old one ends before the new one begins', () => {
    const model = running();
    applyAll(model, attempt(1_000), start(1_001));
    // The order in which frps writes it: attempt, replaced, end of the old one, first line of the new one.
    const events = applyAll(
      model,
      attempt(60_000, RUN, '192.0.2.9:6000'),
      replaced(60_001),
      says(60_002, { kind: 'proxy.closing', proxy: 'ssh' }, RUN),
      exit(60_003),
      start(60_004),
    );
    expect(kinds(events)).toEqual([
      'proxy.disconnected ssh',
      'server.client.disconnected',
      'server.client.connected',
      'proxy.connected ssh',
    ]);
    expect(events[1]).toMatchObject({ time: 60_003, reason: 'replaced', address: '192.0.2.1:5000', startTime: 1_000 });
    expect(events[2]).toMatchObject({ time: 60_004, address: '192.0.2.9:6000' });
    expect(serverOf(model).clients).toMatchObject([
      { address: '192.0.2.9:6000', connectedSince: 60_000, disconnectedAt: undefined, proxies: 1 },
      { address: '192.0.2.1:5000', connectedSince: 1_000, disconnectedAt: 60_003, disconnectReason: 'replaced' },
    ]);
    expect([logins(model), disconnects(model), serverOf(model).activeClients]).toEqual([
      2,
      { closed: 0, replaced: 1, heartbeat_timeout: 0 },
      1,
    ]);
  });

  it('given a heartbeat timeout, ends by its exit line, because of it', () => {
    const model = running();
    applyAll(model, attempt(1_000), start(1_001));
    expect(model.apply(heartbeatTimeout(90_000))).toEqual([]);
    expect(serverOf(model).clients).toMatchObject([{ disconnectedAt: undefined }]);
    expect(model.apply(exit(90_001)).at(-1)).toMatchObject({ reason: 'heartbeat_timeout', time: 90_001 });
    expect(disconnects(model)).toEqual({ closed: 0, replaced: 0, heartbeat_timeout: 1 });
  });

  it.each([
    ['replaced', replaced],
    ['heartbeat timeout', heartbeatTimeout],
  ])('given "%s" of a session that nobody knows, say and leave nothing', (_words, line) => {
    const model = running();
    expect(model.apply(line(5))).toEqual([]);
    expect(serverOf(model).clients).toEqual([]);
  });

  it('given the end of frps, ends with it, after its proxies', () => {
    const model = running();
    applyAll(model, attempt(1), start(2), attempt(3, OTHER_RUN), start(4, 'web', OTHER_RUN));
    expect(kinds(model.apply(exited(10)))).toEqual([
      'proxy.disconnected ssh',
      'proxy.disconnected web',
      'server.client.disconnected',
      'server.client.disconnected',
      'server.stopped',
    ]);
    expect(serverOf(model)).toMatchObject({
      activeClients: 0,
      clients: [{ disconnectReason: 'server_stopped' }, { disconnectReason: 'server_stopped' }],
    });
    expect(disconnects(model)).toMatchObject({ server_stopped: 2, closed: 0 });
  });

  it('given a login under way when frps ends, is none of the next frps', () => {
    const model = running();
    applyAll(model, attempt(1), exited(10));
    model.apply(serverStarted(11, { target: 2 }));
    expect(model.apply({ ...sampled(60_000), target: 2 })).toEqual([]);
    expect([logins(model), serverOf(model).clients]).toEqual([0, []]);
  });
});

describe('a login that frps does not show', () => {
  it('given no refusal for 10 s, as by a client of visitors only, was accepted', () => {
    const model = running();
    model.apply(attempt(1_000));
    expect(model.apply(sampled(11_000))).toEqual([]);
    expect(serverOf(model)).toMatchObject({ activeClients: 0, clients: [] });
    expect(model.apply(sampled(11_001))).toMatchObject([
      { kind: 'server.client.connected', time: 11_001, runId: RUN, address: '192.0.2.1:5000' },
    ]);
    expect(serverOf(model)).toMatchObject({ activeClients: 1, clients: [{ connectedSince: 1_000, proxies: 0 }] });
    expect(model.apply(sampled(30_000))).toEqual([]);
    expect(kinds(model.apply(start(40_000)))).toEqual(['proxy.created ssh', 'proxy.connected ssh']);
    expect(logins(model)).toBe(1);
  });

  it('given a refusal within that time, was refused, and no time makes it accepted', () => {
    const model = running();
    applyAll(model, attempt(1_000), refused(1_001));
    expect(model.apply(sampled(60_000))).toEqual([]);
    expect([logins(model), serverOf(model).clients]).toEqual([0, []]);
  });

  it('given the same run id again and then a proxy, ends the session before it at once, and keeps that proxy', () => {
    const model = running();
    applyAll(model, attempt(1_000), start(1_001), attempt(60_000));
    expect(kinds(model.apply(start(60_001)))).toEqual([
      'proxy.disconnected ssh',
      'server.client.disconnected',
      'server.client.connected',
      'proxy.connected ssh',
    ]);
    expect(model.apply(sampled(80_000))).toEqual([]);
    expect(proxyOf(model, 'ssh').state).toBe('online');
    expect(kinds(model.apply(exit(90_000)))).toEqual(['proxy.disconnected ssh', 'server.client.disconnected']);
    expect(model.apply(sampled(120_000))).toEqual([]);
    expect(serverOf(model)).toMatchObject({ activeClients: 0 });
  });

  it('given the same run id again, of which the end was never read, ends the session before it', () => {
    const model = running();
    applyAll(model, attempt(1_000), start(1_001), attempt(60_000, RUN, '192.0.2.9:6000'));
    const events = model.apply(sampled(80_000));
    expect(events.filter(({ kind }) => kind.startsWith('server.'))).toMatchObject([
      { kind: 'server.client.disconnected', startTime: 1_000, reason: 'replaced' },
      { kind: 'server.client.connected', address: '192.0.2.9:6000' },
    ]);
    expect(serverOf(model).clients).toMatchObject([{ connectedSince: 60_000 }, { connectedSince: 1_000 }]);
    expect(proxyOf(model, 'ssh').state).toBe('offline');
  });
});

describe('refused logins', () => {
  it('given a refusal, tell who it was, when and why', () => {
    const model = running();
    applyAll(model, attempt(1_000), refused(1_002));
    expect(serverOf(model).refusedLogins).toStrictEqual([
      {
        time: 1_002,
        address: '192.0.2.1:5000',
        version: '0.71.0',
        hostname: 'box',
        errorType: 'token_mismatch',
        message: "token in login doesn't match token from configuration",
      },
    ]);
    expect(serverOf(model).logins).toContainEqual({ errorType: 'token_mismatch', count: 1 });
    expect(serverOf(model).errors).toContainEqual({ errorType: 'token_mismatch', count: 1 });
  });

  it('given more than 20, keep the last 20 and count them all', () => {
    const model = running();
    for (let number = 1; number <= 25; number += 1) applyAll(model, attempt(number, RUN, `${number}`), refused(number));
    const { refusedLogins } = serverOf(model);
    expect(refusedLogins.map(({ address }) => address)).toEqual(
      Array.from({ length: 20 }, (_, index) => `${index + 6}`),
    );
    expect(serverOf(model).logins).toContainEqual({ errorType: 'token_mismatch', count: 25 });
  });

  it('given a second one of the same client, leave its living session alone', () => {
    const model = running();
    applyAll(model, attempt(1), start(2), attempt(60_000), refused(60_001));
    expect(serverOf(model)).toMatchObject({ activeClients: 1, clients: [{ connectedSince: 1 }] });
    expect(model.apply(sampled(90_000))).toEqual([]);
    expect(proxyOf(model, 'ssh').state).toBe('online');
  });
});

describe('a session on frps, by log and API', () => {
  it('given the API first, is told once, and its login counted once the log tells of it', () => {
    const model = running();
    expect(model.apply(clientsAnswered(5_500, clientAnswer(RUN, { connectedAt: 5_000, user: 'alice' })))).toMatchObject(
      [{ kind: 'server.client.connected', time: 5_500, runId: RUN }],
    );
    expect(logins(model)).toBe(0);
    expect(kinds(applyAll(model, attempt(5_400), start(5_401)))).toEqual(['proxy.created ssh', 'proxy.connected ssh']);
    expect(model.apply(sampled(60_000))).toEqual([]);
    expect(logins(model)).toBe(1);
    expect(serverOf(model).clients).toMatchObject([{ runId: RUN, user: 'alice', proxies: 1 }]);
  });

  it('given the API first, counts its proxies from when the log tells of its login', () => {
    const model = running();
    const proxies = () => serverOf(model).clients.map((client) => client.proxies);
    model.apply(clientsAnswered(5_500, clientAnswer(RUN, { connectedAt: 5_000 })));
    expect(proxies()).toEqual([undefined]);
    model.apply(attempt(5_400));
    expect(proxies()).toEqual([0]);
  });

  it('given the log first, is told once, and whose it is by the API', () => {
    const model = running();
    applyAll(model, attempt(5_400), start(5_401));
    const mine = clientAnswer(RUN, { connectedAt: 5_000, user: 'alice', clientId: 'laptop' });
    expect(model.apply(clientsAnswered(6_000, mine))).toEqual([]);
    expect(logins(model)).toBe(1);
    expect(serverOf(model).clients).toMatchObject([
      { runId: RUN, user: 'alice', clientId: 'laptop', connectedSince: 5_400 },
    ]);
  });

  it('given an attempt of which the API shows that it was accepted, is told by that, once', () => {
    const model = running();
    model.apply(attempt(5_400));
    expect(kinds(model.apply(clientsAnswered(6_000, clientAnswer(RUN, { connectedAt: 5_000 }))))).toEqual([
      'server.client.connected',
    ]);
    expect(kinds(applyAll(model, start(6_001), sampled(60_000)))).toEqual(['proxy.created ssh', 'proxy.connected ssh']);
    expect(logins(model)).toBe(1);
  });

  it('given a reconnect with the same run id after the API told the first, logs in a second time', () => {
    const model = running();
    applyAll(model, clientsAnswered(5_500, clientAnswer(RUN, { connectedAt: 5_000 })), attempt(5_400));
    const events = applyAll(model, attempt(60_000), replaced(60_001), exit(60_002), start(60_003));
    expect(kinds(events)).toEqual([
      'server.client.disconnected',
      'server.client.connected',
      'proxy.created ssh',
      'proxy.connected ssh',
    ]);
    expect(logins(model)).toBe(2);
  });

  it('given one answer without it, goes on: the log has the first word; given two, it is lost', () => {
    const model = running();
    applyAll(model, attempt(1_000), start(1_001));
    expect(model.apply(clientsAnswered(10_000))).toEqual([]);
    model.apply(clientsAnswered(20_000, clientAnswer(RUN)));
    expect(model.apply(clientsAnswered(30_000))).toEqual([]);
    expect(model.apply(clientsAnswered(40_000))).toMatchObject([
      { kind: 'proxy.disconnected', proxy: 'ssh', time: 40_000 },
      { kind: 'server.client.disconnected', runId: RUN, time: 40_000, reason: 'unknown', startTime: 1_000 },
    ]);
  });

  it('given answers that were asked before its login, is not missing in them', () => {
    const model = running();
    applyAll(model, attempt(50_000), start(50_001));
    expect(applyAll(model, clientsAnswered(30_000), clientsAnswered(40_000), clientsAnswered(50_000))).toEqual([]);
    expect(serverOf(model).clients).toMatchObject([{ disconnectedAt: undefined }]);
  });

  it('given an answer that was asked before its end, does not come back by it', () => {
    const model = running();
    applyAll(model, attempt(1_000), start(1_001), exit(10_000));
    expect(model.apply(clientsAnswered(9_999, clientAnswer(RUN, { connectedAt: 1_000 })))).toEqual([]);
    expect(serverOf(model).clients).toMatchObject([{ disconnectedAt: 10_000 }]);
  });

  it('given an answer that was asked after its end, is back: the log will tell of its login', () => {
    const model = running();
    applyAll(model, attempt(1_000), start(1_001), exit(10_000));
    const back = clientAnswer(RUN, { connectedAt: 11_000 });
    expect(kinds(model.apply(clientsAnswered(11_500, back)))).toEqual(['server.client.connected']);
  });
});

describe('a session on frps, by its API alone', () => {
  it('given an answer that lists it, is told; given one that does not, is lost at once', () => {
    const model = withoutLog();
    const mine = clientAnswer(RUN, { connectedAt: 5_000, user: 'alice', address: '192.0.2.7:1' });
    expect(model.apply(clientsAnswered(9_000, mine))).toMatchObject([
      { kind: 'server.client.connected', time: 9_000, runId: RUN, address: '192.0.2.7:1' },
    ]);
    expect(serverOf(model).clients).toMatchObject([{ user: 'alice', address: '192.0.2.7:1', connectedSince: 5_000 }]);
    expect(model.apply(clientsAnswered(19_000, mine))).toEqual([]);
    expect(model.apply(clientsAnswered(29_000, { ...mine, online: false, runId: '' }))).toMatchObject([
      { kind: 'server.client.disconnected', time: 29_000, reason: 'unknown', startTime: 5_000, address: '192.0.2.7:1' },
    ]);
  });

  it('given a later login with the same run id, ended and began again between two answers', () => {
    const model = withoutLog();
    model.apply(clientsAnswered(9_000, clientAnswer(RUN, { connectedAt: 5_000 })));
    const events = model.apply(clientsAnswered(19_000, clientAnswer(RUN, { connectedAt: 12_000, address: 'new' })));
    expect(events).toMatchObject([
      { kind: 'server.client.disconnected', runId: RUN, startTime: 5_000 },
      { kind: 'server.client.connected', runId: RUN, address: 'new' },
    ]);
    expect(serverOf(model).clients).toMatchObject([
      { connectedSince: 12_000, disconnectedAt: undefined },
      { connectedSince: 5_000, disconnectedAt: 19_000 },
    ]);
  });

  it('given a client that is said to be online and has no run id, is none', () => {
    const model = withoutLog();
    expect(model.apply(clientsAnswered(9_000, clientAnswer('')))).toEqual([]);
    expect(serverOf(model).clients).toEqual([]);
  });

  it('given frps before 0.67, whose API lists no clients, knows of none and loses none', () => {
    const model = running();
    applyAll(model, attempt(1_000), start(1_001));
    const noClients = { ...clientsAnswered(10_000), clients: undefined };
    expect(applyAll(model, noClients, noClients, noClients)).toEqual([]);
    expect(serverOf(model).clients).toMatchObject([{ disconnectedAt: undefined }]);
  });

  it('counts no logins and no ends: a session between two answers is not seen', () => {
    const model = withoutLog();
    applyAll(model, clientsAnswered(9_000, clientAnswer(RUN)), clientsAnswered(19_000));
    expect(serverOf(model)).toMatchObject({ logins: [], disconnects: [], errors: [], proxyStarts: [] });
  });
});

describe('ended sessions', () => {
  it('given the retention, are forgotten after it; living ones never', () => {
    const model = running({ retentionMillis: 1_000 });
    applyAll(model, attempt(1), start(2), attempt(3, OTHER_RUN), start(4, 'web', OTHER_RUN), exit(10));
    const known = (now: number) => {
      model.forget(now);
      return serverOf(model).clients.map(({ runId }) => runId);
    };
    expect(known(1_010)).toEqual([OTHER_RUN, RUN]);
    expect(known(1_011)).toEqual([OTHER_RUN]);
    expect(known(1_000_000)).toEqual([OTHER_RUN]);
  });

  it('given a clock that was set back between two ends, are each forgotten in their time', () => {
    const model = running({ retentionMillis: 1_000 });
    applyAll(model, start(1), start(1, 'web', OTHER_RUN), exit(5_000, RUN), exit(10, OTHER_RUN));
    model.forget(2_000);
    expect(serverOf(model).clients).toMatchObject([{ runId: RUN }]);
  });
});
