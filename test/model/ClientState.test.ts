import { describe, expect, it } from '@jest/globals';
import { FAILURES } from '../../src/frp/errorType.js';
import type { FrpModel } from '../../src/model/FrpModel.js';
import {
  clientConfig,
  clientStarted,
  exited,
  instanceOf,
  kinds,
  logIsOff,
  newModel,
  proxyOf,
  says,
  sourceChanged,
  statusAnswered,
  statusOf,
  tallied,
} from './signals.js';

const RUN = '4d541f33a8163a5b';

const running = (options = {}, changed = {}): FrpModel => {
  const model = newModel(options);
  model.apply(clientStarted(0, changed));
  return model;
};
const loginStarted = (time: number) => says(time, { kind: 'login.started' });
const loggedIn = (time: number, runId = RUN) => says(time, { kind: 'login.succeeded', runId });
const loginFailed = (time: number, error: string) => says(time, { kind: 'login.failed', error });
const added = (time: number, ...proxies: string[]) => says(time, { kind: 'proxies.added', proxies });
const isRunning = (time: number, proxy = 'ssh') => says(time, { kind: 'proxy.running', proxy });
const session = (model: FrpModel) =>
  [loginStarted(1), loggedIn(2), added(3, 'ssh'), isRunning(4)].map((s) => model.apply(s));

describe('the session of frpc', () => {
  it('given a new attempt while connected, was lost: frpc itself says nothing', () => {
    const model = running();
    session(model);
    expect(model.apply(loginStarted(100))).toMatchObject([
      { kind: 'proxy.disconnected', proxy: 'ssh', proxyType: 'tcp', time: 100 },
      { kind: 'client.disconnected', time: 100, reason: 'unknown', startTime: 2 },
    ]);
    expect(instanceOf(model).client).toMatchObject({ connected: false, connectedSince: undefined, runId: undefined });
    expect(proxyOf(model, 'ssh')).toMatchObject({ state: 'closed', endedAt: undefined });
    expect(model.apply(loginStarted(101))).toEqual([]);
  });

  it('given its return, goes on with the proxies, and counts a reconnect', () => {
    const model = running();
    session(model);
    model.apply(loginStarted(100));
    expect(
      kinds([loggedIn(101), added(102, 'ssh'), isRunning(103)].flatMap((signal) => [...model.apply(signal)])),
    ).toEqual(['client.connected', 'proxy.connected ssh']);
    expect(instanceOf(model).client?.reconnects).toBe(1);
    expect(proxyOf(model, 'ssh')).toMatchObject({ since: 3, startedAt: 103 });
  });

  it('given a first login after failures, is no reconnect', () => {
    const model = running();
    for (const signal of [loginStarted(1), loginFailed(2, 'EOF'), loginStarted(3), loggedIn(4)]) model.apply(signal);
    expect(instanceOf(model).client).toMatchObject({ connected: true, reconnects: 0 });
  });

  it('given an outcome whose beginning was not seen, has no start time and no duration', () => {
    const model = running();
    expect(model.apply(loggedIn(5))).toMatchObject([{ kind: 'client.connected', startTime: undefined }]);
    expect(instanceOf(model).client?.loginDuration).toEqual([]);
  });

  it('given a clock that was set back during a login, has a duration of 0', () => {
    const model = running();
    for (const signal of [loginStarted(5_000), loggedIn(1_000)]) model.apply(signal);
    expect(instanceOf(model).client?.loginDuration).toMatchObject([{ histogram: { sum: 0, count: 1 } }]);
  });

  it('splits the durations of logins by outcome, in seconds', () => {
    const model = running();
    for (const signal of [
      loginStarted(0),
      loginFailed(10_000, 'i/o timeout'),
      loginStarted(20_000),
      loggedIn(20_025),
    ]) {
      model.apply(signal);
    }
    expect(instanceOf(model).client?.loginDuration).toMatchObject([
      { errorType: 'timeout', histogram: { counts: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0], sum: 10 } },
      { errorType: undefined, histogram: { counts: [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], sum: 0.025 } },
    ]);
  });

  it('given the exit of the process during a login, failed by it', () => {
    const model = running();
    model.apply(loginStarted(1));
    expect(model.apply(exited(8))).toMatchObject([
      {
        kind: 'client.login.failed',
        time: 8,
        startTime: 1,
        error: { type: 'process_exited', message: 'frpc exited before the login ended' },
      },
    ]);
    expect(instanceOf(model).client?.logins).toContainEqual({ errorType: 'process_exited', count: 1 });
  });

  it('given the exit of the process while connected, is lost with its proxies', () => {
    const model = running();
    session(model);
    expect(model.apply(exited(9))).toMatchObject([
      { kind: 'proxy.disconnected', proxy: 'ssh' },
      { kind: 'client.disconnected', reason: 'process_exited', startTime: 2 },
    ]);
    expect(proxyOf(model, 'ssh')).toMatchObject({ state: 'closed', endedAt: undefined });
  });

  it('given no config, does not know where it logs in to', () => {
    const model = running({}, { config: undefined });
    expect(model.apply(loggedIn(5))).toMatchObject([{ server: undefined, serverName: 'unknown' }]);
  });
});

describe('proxies of frpc', () => {
  it('given an addition, are created once, and start from then', () => {
    const model = running();
    expect(kinds(model.apply(added(3, 'ssh')))).toEqual(['proxy.created ssh']);
    expect(proxyOf(model, 'ssh')).toMatchObject({ state: 'new', type: 'tcp' });
    expect(model.apply(isRunning(4))).toMatchObject([{ kind: 'proxy.connected', startTime: 3, time: 4 }]);
    expect(model.apply(isRunning(5))).toMatchObject([{ kind: 'proxy.connected', startTime: undefined }]);
  });

  it('given a start without an addition, as when we came late, are there too', () => {
    const model = running();
    expect(model.apply(isRunning(4, 'late'))).toMatchObject([
      { kind: 'proxy.connected', proxy: 'late', proxyType: '', startTime: undefined },
    ]);
  });

  it('given a failed start, are in start_error and tell how long it took', () => {
    const model = running();
    model.apply(added(3, 'ssh'));
    expect(
      model.apply(says(5, { kind: 'proxy.start.failed', proxy: 'ssh', error: 'port already used' })),
    ).toMatchObject([
      { kind: 'proxy.error', phase: 'start', startTime: 3, time: 5, error: { type: 'port_already_used' } },
    ]);
    expect(proxyOf(model, 'ssh').state).toBe('start_error');
  });

  it('given an answer that frpc did not wait for any more, are as they were', () => {
    const model = running();
    session(model);
    const error = 'status not wait start, ignore start message';
    expect(model.apply(says(5, { kind: 'proxy.start.failed', proxy: 'ssh', error }))).toEqual([]);
    expect(proxyOf(model, 'ssh')).toMatchObject({ state: 'running', lastError: undefined });
  });

  it('given a dead local service, go on running and count each failed connection', () => {
    const model = running();
    session(model);
    const failed = (time: number) => says(time, { kind: 'local.connect.failed', proxy: 'ssh', error: 'i/o timeout' });
    expect(model.apply(failed(5))).toMatchObject([
      {
        kind: 'proxy.error',
        phase: 'connection',
        startTime: undefined,
        error: { type: 'timeout', message: 'i/o timeout' },
      },
    ]);
    model.apply(failed(6));
    expect(proxyOf(model, 'ssh')).toMatchObject({ state: 'running', startedAt: 4, lastActivity: 6 });
    expect(proxyOf(model, 'ssh').connections).toContainEqual({ errorType: 'timeout', count: 2 });
  });

  it('given the removal of one that was never seen, say nothing', () => {
    expect(running().apply(says(5, { kind: 'proxies.removed', proxies: ['ghost'] }))).toEqual([]);
  });

  it('given a removal and a lost session, are removed: a loss does not make them lost', () => {
    const model = running();
    session(model);
    expect(kinds(model.apply(says(5, { kind: 'proxies.removed', proxies: ['ssh'] })))).toEqual(['proxy.closed ssh']);
    expect(kinds(model.apply(loginStarted(6)))).toEqual(['client.disconnected']);
    expect(proxyOf(model, 'ssh').endedAt).toBe(5);
  });

  it('given more than the limit, leave them out and count that', () => {
    const model = running({ maxProxies: 1 });
    expect(kinds(model.apply(added(3, 'a', 'b')))).toEqual(['proxy.created a']);
    for (const signal of [
      isRunning(4, 'b'),
      says(5, { kind: 'proxy.start.failed', proxy: 'b', error: 'x' }),
      says(6, { kind: 'local.connect.failed', proxy: 'b', error: 'x' }),
    ]) {
      expect(model.apply(signal)).toEqual([]);
    }
    expect(instanceOf(model).dropped).toEqual([{ item: 'proxy', reason: 'limit', count: 1 }]); // one proxy, told of four times
  });

  it('given names with blanks, one of them the beginning of another, are told apart by the config', () => {
    const model = running({}, { config: clientConfig('my ssh', 'my ssh two', 'web') });
    model.apply(added(3, ...'my ssh my ssh two other web'.split(' ')));
    expect(
      instanceOf(model)
        .proxies.map(({ name }) => name)
        .sort(),
    ).toEqual(['my ssh', 'my ssh two', 'other', 'web']);
  });

  it('given a config that was read again, know the type of a proxy that it added', () => {
    const model = newModel();
    model.apply(clientStarted(0));
    const config = clientConfig('ssh', 'my new one');
    expect(model.apply({ kind: 'config.read', time: 5, target: 1, config })).toEqual([]);
    model.apply(says(6, { kind: 'proxies.added', proxies: ['my', 'new', 'one'] }));
    expect(proxyOf(model, 'my new one')).toMatchObject({ type: 'tcp', state: 'new' });
  });
});

const withoutLog = (config = clientConfig('ssh', 'web')): FrpModel => {
  const model = running({}, { config });
  model.apply(logIsOff(0));
  return model;
};
const connected = (model: FrpModel) => instanceOf(model).client?.connected;
const errorsOf = (tally: readonly { errorType: string | undefined; count: number }[] | undefined) =>
  Object.fromEntries((tally ?? []).filter(({ count }) => count > 0).map(({ errorType, count }) => [errorType, count]));

describe('what fails on frpc', () => {
  it('given a heartbeat timeout, is the end of the session for that reason', () => {
    const model = running();
    session(model);
    expect(model.apply(says(90, { kind: 'heartbeat.timeout' }))).toMatchObject([
      { kind: 'proxy.disconnected', proxy: 'ssh', time: 90 },
      { kind: 'client.disconnected', time: 90, reason: 'heartbeat_timeout', startTime: 2 },
    ]);
    expect(model.apply(loginStarted(91))).toEqual([]);
    expect(errorsOf(instanceOf(model).client?.errors)).toEqual({ heartbeat_timeout: 1 });
  });

  it('given a reload that failed, is counted as a reload and as an error, by its class', () => {
    const model = running();
    model.apply(says(5, { kind: 'config.reload.failed', error: 'unexpected end of file' }));
    expect(instanceOf(model).client).toMatchObject({
      configReloads: tallied(FAILURES.reload, { ok: 0, _OTHER: 1 }),
      errors: tallied(FAILURES.client, { _OTHER: 1 }),
    });
  });

  it('given a failed login and a fault, counts both in its errors; a proxy’s own are the proxy’s', () => {
    const model = running();
    session(model);
    for (const signal of [
      loginStarted(10),
      loginFailed(11, 'connection refused'),
      says(12, { kind: 'fault', error: 'too many open files' }),
      says(13, { kind: 'local.connect.failed', proxy: 'ssh', error: 'i/o timeout' }),
      says(14, { kind: 'proxy.fault', proxy: 'ssh', error: 'connection reset by peer' }),
    ]) {
      model.apply(signal);
    }
    expect(errorsOf(instanceOf(model).client?.errors)).toEqual({ connection_refused: 1, file_descriptors: 1 });
    expect(errorsOf(proxyOf(model, 'ssh').errors)).toEqual({ timeout: 1, connection_reset: 1 });
    expect(errorsOf(proxyOf(model, 'ssh').connections)).toEqual({ timeout: 1 });
  });

  it('given a health check that failed and recovered, stops and starts the proxy', () => {
    const model = running();
    session(model);
    expect(model.apply(says(10, { kind: 'proxy.check.failed', proxy: 'ssh' }))).toMatchObject([
      { kind: 'proxy.disconnected', proxy: 'ssh' },
      { kind: 'proxy.error', proxy: 'ssh', phase: 'health_check', error: { type: 'health_check' } },
      { kind: 'health.check.failed', proxy: 'ssh', check: 'frpc', time: 10, error: { type: 'health_check' } },
    ]);
    expect(proxyOf(model, 'ssh')).toMatchObject({ state: 'check_failed', endedAt: undefined, startedAt: undefined });
    expect(model.apply(says(20, { kind: 'proxy.check.recovered', proxy: 'ssh' }))).toEqual([]);
    expect(proxyOf(model, 'ssh').state).toBe('wait_start');
    expect(model.apply(isRunning(25))).toMatchObject([{ kind: 'proxy.connected', proxy: 'ssh', startTime: 20 }]);
    expect(errorsOf(proxyOf(model, 'ssh').errors)).toEqual({}); // `do one health check failed` counts
  });
});

describe('the session of frpc, by its API alone', () => {
  it('given no answer yet, is not known: neither log nor API has told', () => {
    expect(instanceOf(withoutLog()).client).toMatchObject({
      connected: undefined,
      reconnects: undefined,
      logins: [],
      configReloads: [],
      errors: [],
    });
  });

  it('given neither its config nor a line at level info, is not known: it may log to a file or warnings only', () => {
    const model = newModel();
    model.apply(clientStarted(0, { config: undefined }));
    expect(instanceOf(model).client).toMatchObject({ connected: undefined, logins: [] });
    model.apply(loginStarted(1));
    expect(connected(model)).toBe(false);
    model.apply(exited(2));
    model.apply(clientStarted(3, { target: 2, config: undefined }));
    expect(connected(model)).toBeUndefined();
  });

  it('given proxies, is connected; of the login itself the API knows nothing', () => {
    const model = withoutLog();
    expect(model.apply(statusAnswered(10, statusOf('ssh')))).toMatchObject([
      { kind: 'client.connected', time: 10, runId: undefined, startTime: undefined },
      { kind: 'proxy.created', proxy: 'ssh' },
      { kind: 'proxy.connected', proxy: 'ssh', time: 10 },
    ]);
    expect(instanceOf(model).client).toMatchObject({ connected: true, connectedSince: 10, reconnects: 0, logins: [] });
    expect(model.apply(statusAnswered(20, statusOf('ssh')))).toEqual([]);
  });

  it('given {} where it has proxies to run, is lost, and with its return has reconnected', () => {
    const model = withoutLog();
    model.apply(statusAnswered(10, statusOf('ssh')));
    expect(model.apply(statusAnswered(20))).toMatchObject([
      { kind: 'proxy.disconnected', proxy: 'ssh', time: 20 },
      { kind: 'client.disconnected', time: 20, reason: 'unknown', startTime: 10 },
    ]);
    expect(model.apply(statusAnswered(30))).toEqual([]);
    expect(connected(model)).toBe(false);
    expect(kinds(model.apply(statusAnswered(40, statusOf('ssh'))))).toEqual([
      'client.connected',
      'proxy.connected ssh',
    ]);
    expect(instanceOf(model).client).toMatchObject({ connected: true, reconnects: 1 });
  });

  it('given {} from the first answer on where it has proxies to run, is not connected', () => {
    const model = withoutLog();
    expect(model.apply(statusAnswered(10))).toEqual([]);
    expect(connected(model)).toBe(false);
  });

  it('given {} of a client of visitors only, stays unknown: it has none to list', () => {
    const model = withoutLog(clientConfig());
    expect(model.apply(statusAnswered(10))).toEqual([]);
    expect(connected(model)).toBeUndefined();
  });

  it('given {} of a client of which all proxies are disabled, stays unknown too', () => {
    const [proxy, ...others] = clientConfig('ssh').proxies;
    if (proxy === undefined || others.length > 0) throw new Error('expected one proxy');
    const model = withoutLog({ ...clientConfig('ssh'), proxies: [{ ...proxy, enabled: false }] });
    model.apply(statusAnswered(10));
    expect(connected(model)).toBeUndefined();
  });

  it('given a proxy that is listed no more, as after a reload, has it removed', () => {
    const model = withoutLog();
    model.apply(statusAnswered(10, statusOf('ssh'), statusOf('web')));
    expect(kinds(model.apply(statusAnswered(20, statusOf('ssh'))))).toEqual(['proxy.closed web']);
    expect(proxyOf(model, 'web')).toMatchObject({ state: 'closed', endedAt: 20 });
    expect(model.apply(statusAnswered(30, statusOf('ssh')))).toEqual([]);
    expect(kinds(model.apply(statusAnswered(40, statusOf('ssh'), statusOf('web'))))).toEqual([
      'proxy.created web',
      'proxy.connected web',
    ]);
  });

  it('given each phase, has the proxy in it, and tells what it means once', () => {
    const model = withoutLog();
    const told = (time: number, changed: Parameters<typeof statusOf>[1]) => {
      const first = kinds(model.apply(statusAnswered(time, statusOf('ssh', changed))));
      expect(model.apply(statusAnswered(time + 1, statusOf('ssh', changed)))).toEqual([]);
      return [proxyOf(model, 'ssh').state, ...first];
    };
    expect(told(10, { phase: 'new' })).toEqual(['new', 'client.connected', 'proxy.created ssh']);
    expect(told(20, { phase: 'wait_start' })).toEqual(['wait_start']);
    expect(told(30, { phase: 'start_error', error: 'port already used' })).toEqual(['start_error', 'proxy.error ssh']);
    expect(proxyOf(model, 'ssh').lastError).toEqual({
      time: 30,
      type: 'port_already_used',
      message: 'port already used',
    });
    expect(told(40, { phase: 'running' })).toEqual(['running', 'proxy.connected ssh']);
    expect(told(50, { phase: 'check_failed' })).toEqual([
      'check_failed',
      'proxy.disconnected ssh',
      'proxy.error ssh',
      'health.check.failed ssh',
    ]);
    expect(told(60, { phase: 'wait_start' })).toEqual(['wait_start']);
    expect(told(70, { phase: 'running' })).toEqual(['running', 'proxy.connected ssh']);
    expect(errorsOf(proxyOf(model, 'ssh').errors)).toEqual({ port_already_used: 1, health_check: 1 });
  });

  it('given the names with the prefix of the user, as before 0.68, or without it, means the same proxy', () => {
    const model = withoutLog({ ...clientConfig('ssh'), user: 'alice' });
    model.apply(statusAnswered(10, statusOf('alice.ssh')));
    expect(model.apply(statusAnswered(20, statusOf('ssh')))).toEqual([]);
    expect(instanceOf(model).proxies.map(({ name }) => name)).toEqual(['alice.ssh']);
  });
});

describe('the session of frpc, by log and API', () => {
  it('given the API first, tells the login and the start by the log, once', () => {
    const model = running();
    const events = [
      loginStarted(1),
      statusAnswered(5, statusOf('ssh')),
      loggedIn(2),
      added(3, 'ssh'),
      isRunning(4),
      statusAnswered(9, statusOf('ssh')),
    ].flatMap((signal) => [...model.apply(signal)]);
    expect(kinds(events).sort()).toEqual(['client.connected', 'proxy.connected ssh', 'proxy.created ssh']);
    expect(instanceOf(model).client).toMatchObject({ connected: true, connectedSince: 2, reconnects: 0 });
    expect(proxyOf(model, 'ssh')).toMatchObject({ state: 'running', startedAt: 4 });
  });

  it('given the log first, has nothing to learn from the API', () => {
    const model = running();
    session(model);
    expect(model.apply(statusAnswered(9, statusOf('ssh')))).toEqual([]);
  });

  it.each([
    ['a failed start', { phase: 'start_error', error: 'x' }, { kind: 'proxy.start.failed', proxy: 'ssh', error: 'x' }],
    ['a failed health check', { phase: 'check_failed' }, { kind: 'proxy.check.failed', proxy: 'ssh' }],
  ] as const)(
    'given %s that the API told first, the line of it is no second one; the next line is',
    (_what, status, line) => {
      const model = running();
      session(model);
      const before = errorsOf(proxyOf(model, 'ssh').errors);
      expect(before).toEqual({});
      const events = [statusAnswered(9, statusOf('ssh', status)), says(8, line)].flatMap((signal) => [
        ...model.apply(signal),
      ]);
      expect(kinds(events).filter((kind) => kind === 'proxy.error ssh')).toHaveLength(1);
      expect(Object.values(errorsOf(proxyOf(model, 'ssh').errors))).toEqual([1]);
      expect(kinds(model.apply(says(40, line)))).toEqual(['proxy.error ssh']);
    },
  );

  it('given a later state that the API told first, is not set back by an older line', () => {
    const model = running();
    session(model);
    model.apply(statusAnswered(40, statusOf('ssh', { phase: 'check_failed' })));
    expect(model.apply(isRunning(35))).toEqual([]);
    expect(proxyOf(model, 'ssh').state).toBe('check_failed');
    expect(kinds(model.apply(isRunning(45)))).toEqual(['proxy.connected ssh']);
  });

  it('given a start of which the API tells the end, has no duration: it knows when it was asked, not when it ended', () => {
    const model = running();
    for (const signal of [loginStarted(1), loggedIn(2), added(3, 'ssh')]) model.apply(signal);
    expect(model.apply(statusAnswered(10_000, statusOf('ssh')))).toMatchObject([
      { kind: 'proxy.connected', time: 10_000, startTime: undefined },
    ]);
  });

  it('given one {} goes on, since frpc lists nothing between its login and its first proxy; given two, is lost', () => {
    const model = running();
    session(model);
    expect(model.apply(statusAnswered(20))).toEqual([]);
    expect(model.apply(statusAnswered(30, statusOf('ssh')))).toEqual([]);
    expect(model.apply(statusAnswered(40))).toEqual([]);
    expect(kinds(model.apply(statusAnswered(50)))).toEqual(['proxy.disconnected ssh', 'client.disconnected']);
    expect(model.apply(loginStarted(60))).toEqual([]);
  });

  it('given two answers with proxies after it was lost by mistake, is connected again: the log may have lost a line', () => {
    const model = running();
    session(model);
    for (const time of [20, 30]) model.apply(statusAnswered(time));
    expect(kinds(model.apply(statusAnswered(40, statusOf('ssh'))))).toEqual(['proxy.connected ssh']);
    expect(connected(model)).toBe(false);
    expect(kinds(model.apply(statusAnswered(50, statusOf('ssh'))))).toEqual(['client.connected']);
    expect(connected(model)).toBe(true);
  });

  it('given a login of which the log had no line, is connected by the second answer with proxies', () => {
    const model = running();
    model.apply(statusAnswered(10, statusOf('ssh')));
    expect(connected(model)).toBe(false);
    expect(kinds(model.apply(statusAnswered(20, statusOf('ssh'))))).toEqual(['client.connected']);
    expect(connected(model)).toBe(true);
  });

  it('given one {} before a reconnect and one after it, goes on: they are not one after the other', () => {
    const model = running();
    session(model);
    for (const signal of [statusAnswered(20), loginStarted(30), loggedIn(31)]) model.apply(signal);
    expect(model.apply(statusAnswered(32))).toEqual([]);
    expect(connected(model)).toBe(true);
  });

  it('given a log that is degraded, as one whose lines are in no format of frp, is told by the API', () => {
    const model = running();
    model.apply(sourceChanged(1, { source: 'log', state: 'degraded' }));
    expect(connected(model)).toBeUndefined();
    expect(kinds(model.apply(statusAnswered(10, statusOf('ssh'))))).toContain('client.connected');
    expect(connected(model)).toBe(true);
  });

  it('given a {} that was asked before its login, is not lost by it', () => {
    const model = running();
    session(model);
    for (const time of [1, 2]) expect(model.apply(statusAnswered(time))).toEqual([]);
    expect(connected(model)).toBe(true);
  });

  it('given frpc of which the beginning was not seen, is connected by the first answer with proxies', () => {
    const model = running({}, { seenFromStart: false });
    expect(kinds(model.apply(statusAnswered(10, statusOf('ssh'))))).toEqual([]); // it is no news
    expect(proxyOf(model, 'ssh')).toMatchObject({ state: 'running', startedAt: undefined });
    expect(model.apply(loginStarted(50))).toMatchObject([
      { kind: 'proxy.disconnected' },
      { kind: 'client.disconnected', startTime: 10 },
    ]);
  });

  it('given a proxy that waits for frps’s answer when asked, has the start that the log told', () => {
    const model = running();
    for (const signal of [loginStarted(1), loggedIn(2), added(3, 'ssh')]) model.apply(signal);
    expect(model.apply(statusAnswered(10, statusOf('ssh', { phase: 'wait_start' })))).toEqual([]);
    expect(model.apply(isRunning(12))).toMatchObject([{ kind: 'proxy.connected', startTime: 3 }]);
  });

  it('given an answer without a proxy that the log added since, does not remove it', () => {
    const model = running({}, { config: clientConfig('ssh', 'web') });
    session(model);
    model.apply(added(20, 'web'));
    expect(model.apply(statusAnswered(19, statusOf('ssh')))).toEqual([]);
    expect(model.apply(statusAnswered(21, statusOf('ssh')))).toEqual([]); // the log tells what was removed
    expect(proxyOf(model, 'web').endedAt).toBeUndefined();
  });
});

describe('the session of frpc, when its only source falls silent', () => {
  it('is not known any more', () => {
    const model = withoutLog();
    model.apply(sourceChanged(5));
    model.apply(statusAnswered(10, statusOf('ssh')));
    model.apply(sourceChanged(20, { state: 'degraded', reason: 'connection refused' }));
    expect(instanceOf(model).client).toMatchObject({ connected: undefined, connectedSince: undefined, reconnects: 0 });
    model.apply(sourceChanged(30));
    model.apply(statusAnswered(30, statusOf('ssh')));
    expect(instanceOf(model).client).toMatchObject({ connected: true, connectedSince: 10 });
  });

  it('after a restart, is not known before the next process has told', () => {
    const model = withoutLog();
    model.apply(statusAnswered(10, statusOf('ssh')));
    model.apply(exited(20));
    model.apply(clientStarted(21, { target: 2 }));
    expect(connected(model)).toBeUndefined();
  });
});
