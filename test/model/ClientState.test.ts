import { describe, expect, it } from '@jest/globals';
import type { FrpModel } from '../../src/model/FrpModel.js';
import { clientConfig, clientStarted, exited, instanceOf, kinds, newModel, proxyOf, says } from './signals.js';

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
      { kind: 'client.disconnected', time: 100 },
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
    expect(kinds(model.apply(exited(9)))).toEqual(['proxy.disconnected ssh', 'client.disconnected']);
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
