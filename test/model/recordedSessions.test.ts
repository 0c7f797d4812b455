import { describe, expect, it } from '@jest/globals';
import { readServerInfo, readServerProxies } from '../../src/frp/api/serverApi.js';
import { parseConfig } from '../../src/frp/config/parseConfig.js';
import { FAILURES, PROXY_FAILURES } from '../../src/frp/errorType.js';
import type { FrpEvent } from '../../src/model/FrpEvent.js';
import type { FrpModel } from '../../src/model/FrpModel.js';
import type { FrpSignal } from '../../src/model/FrpSignal.js';
import { at, fixtureBody, fixtureLines } from '../frp/fixture.js';
import {
  carried,
  clientStarted,
  exited,
  instanceOf,
  kinds,
  logLine,
  newModel,
  proxyOf,
  serverStarted,
  TARGET,
  tallied,
} from './signals.js';

const applyAll = (model: FrpModel, signals: readonly FrpSignal[]): FrpEvent[] =>
  signals.flatMap((signal) => model.apply(signal));

const FRPS = parseConfig('bindAddr = "127.0.0.1"\nbindPort = 17000', 'server');
const server = { role: 'server', instance: 'frps@box', serverName: 'box:17000', pid: 100 } as const;
const client = { role: 'client', instance: 'frpc@box', serverName: 'box:17000', pid: 200 } as const;

describe('a recorded session of frps 0.71.0: three proxies, two removed by a reload, then the client gone', () => {
  const model = newModel();
  model.apply(serverStarted(at('10:37:48.100'), { config: FRPS }));
  const events = applyAll(
    model,
    fixtureLines('frps.console.log').map((text) => logLine('server', text)),
  );

  it('gives these events at the times of their lines', () => {
    const proxyEvent = (kind: string, time: string, proxy: string, proxyType = 'tcp') => ({
      ...server,
      kind,
      time: at(time),
      proxy,
      proxyType,
      ...(kind === 'proxy.connected' ? { startTime: undefined } : {}),
    });
    const runId = '4d541f33a8163a5b';
    expect(events).toStrictEqual([
      { ...server, kind: 'server.started', time: at('10:37:48.262') },
      { ...server, kind: 'server.client.connected', time: at('10:37:49.147'), runId, address: '127.0.0.1:39498' },
      proxyEvent('proxy.created', '10:37:49.147', 'dead'),
      proxyEvent('proxy.connected', '10:37:49.147', 'dead'),
      proxyEvent('proxy.created', '10:37:49.148', 'echo'),
      proxyEvent('proxy.connected', '10:37:49.148', 'echo'),
      proxyEvent('proxy.created', '10:37:49.148', 'web', 'http'),
      proxyEvent('proxy.connected', '10:37:49.148', 'web', 'http'),
      proxyEvent('proxy.closed', '10:37:52.500', 'dead'),
      proxyEvent('proxy.closed', '10:37:52.500', 'web', 'http'),
      proxyEvent('proxy.disconnected', '10:38:09.128', 'echo'),
      {
        ...server,
        kind: 'server.client.disconnected',
        time: at('10:38:09.128'),
        runId,
        address: '127.0.0.1:39498',
        reason: 'closed',
        startTime: at('10:37:49.147'),
      },
    ]);
  });

  it('leaves two proxies ended and one lost', () => {
    const common = {
      role: 'server',
      state: 'offline',
      startedAt: undefined,
      io: undefined,
      segments: undefined,
      activeConnections: undefined,
      connectionDuration: undefined,
      roundTrip: undefined,
      probeDuration: [],
    };
    const none = {
      errors: tallied(PROXY_FAILURES.server, {}),
      lastError: undefined,
      user: undefined,
      clientId: undefined,
      group: undefined,
    };
    expect(instanceOf(model).proxies).toStrictEqual([
      {
        ...common,
        ...none,
        name: 'dead',
        type: 'tcp',
        since: at('10:37:49.147'),
        endedAt: at('10:37:52.500'),
        connections: carried(1),
        lastActivity: at('10:37:51.725'),
      },
      {
        ...common,
        ...none,
        name: 'echo',
        type: 'tcp',
        since: at('10:37:49.148'),
        endedAt: undefined,
        connections: carried(1),
        lastActivity: at('10:37:51.723'),
      },
      {
        ...common,
        ...none,
        name: 'web',
        type: 'http',
        since: at('10:37:49.148'),
        endedAt: at('10:37:52.500'),
        connections: [], // frps logs no user connection of an http proxy
        lastActivity: undefined,
      },
    ]);
  });

  it('counts one login and its end, three started proxies, three requests to its API, and the lines it knows', () => {
    const { server: state, client: none, logLines } = instanceOf(model);
    expect(state).toStrictEqual({
      activeClients: 0, // counted from the log, since frps was seen from its start
      activeProxies: { tcp: 0, http: 0 },
      peakClients: 1,
      clientUtilization: undefined,
      portUtilization: undefined,
      bindPort: 17000,
      dashboard: { enabled: false, port: undefined },
      clients: [
        {
          runId: '4d541f33a8163a5b',
          user: undefined,
          clientId: undefined,
          version: '0.71.0',
          hostname: 'vm',
          address: '127.0.0.1:39498',
          connectedSince: at('10:37:49.147'),
          disconnectedAt: at('10:38:09.128'),
          disconnectReason: 'closed',
          proxies: 0,
        },
      ],
      refusedLogins: [],
      refusedStarts: [],
      disconnects: [
        { reason: 'closed', count: 1 },
        { reason: 'replaced', count: 0 },
        { reason: 'heartbeat_timeout', count: 0 },
      ],
      errors: tallied(FAILURES.server, {}),
      logins: tallied(FAILURES.login, { ok: 1 }),
      proxyStarts: tallied(FAILURES.proxyStart, { ok: 3 }),
      dashboardRequests: 3,
    });
    expect(none).toBeUndefined();
    expect(logLines).toEqual({ known: 28, unknown: 0 });
  });
});

describe('the same session as frpc 0.71.0 recorded it', () => {
  const model = newModel();
  const config = parseConfig(
    'serverAddr = "127.0.0.1"\nserverPort = 17000\n' +
      '[[proxies]]\nname = "echo"\ntype = "tcp"\n[[proxies]]\nname = "dead"\ntype = "tcp"\n[[proxies]]\nname = "web"\ntype = "http"',
    'client',
  );
  model.apply(clientStarted(at('10:37:49.100'), { config }));
  const events = applyAll(
    model,
    fixtureLines('frpc.console.log').map((text) => logLine('client', text)),
  );

  it('gives these events, with the beginnings of the login and of the starts', () => {
    const proxyEvent = (kind: string, time: string, proxy: string, proxyType: string, more = {}) => ({
      ...client,
      kind,
      time: at(time),
      proxy,
      proxyType,
      ...more,
    });
    const startTime = at('10:37:49.147');
    expect(events).toStrictEqual([
      {
        ...client,
        kind: 'client.connected',
        time: at('10:37:49.147'),
        runId: '4d541f33a8163a5b',
        startTime: at('10:37:49.143'),
        server: { address: '127.0.0.1', port: 17_000 },
      },
      proxyEvent('proxy.created', '10:37:49.147', 'dead', 'tcp'),
      proxyEvent('proxy.created', '10:37:49.147', 'echo', 'tcp'),
      proxyEvent('proxy.created', '10:37:49.147', 'web', 'http'),
      proxyEvent('proxy.connected', '10:37:49.148', 'dead', 'tcp', { startTime }),
      proxyEvent('proxy.connected', '10:37:49.148', 'echo', 'tcp', { startTime }),
      proxyEvent('proxy.connected', '10:37:49.148', 'web', 'http', { startTime }),
      proxyEvent('proxy.error', '10:37:51.726', 'dead', 'tcp', {
        error: { type: 'connection_refused', message: 'dial tcp 127.0.0.1:9: connect: connection refused' },
        phase: 'connection',
        startTime: undefined,
      }),
      proxyEvent('proxy.closed', '10:37:52.499', 'dead', 'tcp'),
      proxyEvent('proxy.closed', '10:37:52.499', 'web', 'http'),
      { ...client, kind: 'client.config.reloaded', time: at('10:37:52.499'), error: undefined },
    ]);
  });

  it('leaves one proxy running, the failed connection counted at the removed one, and a session', () => {
    expect(proxyOf(model, 'echo')).toMatchObject({
      state: 'running',
      startedAt: at('10:37:49.148'),
      lastError: undefined,
    });
    expect(proxyOf(model, 'dead')).toMatchObject({
      state: 'closed',
      endedAt: at('10:37:52.499'),
      connections: [
        { errorType: 'connection_refused', count: 1 },
        { errorType: 'timeout', count: 0 },
        { errorType: '_OTHER', count: 0 },
      ],
      lastActivity: at('10:37:51.726'),
    });
    expect(instanceOf(model).client).toStrictEqual({
      connected: true,
      connectedSince: at('10:37:49.147'),
      runId: '4d541f33a8163a5b',
      logins: tallied(FAILURES.connect, { ok: 1 }),
      reconnects: 0,
      loginDuration: [
        {
          errorType: undefined,
          histogram: {
            boundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
            counts: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            sum: 0.004,
            count: 1,
            min: 0.004,
            max: 0.004,
          },
        },
      ],
      configReloads: tallied(FAILURES.reload, { ok: 1 }),
      errors: tallied(FAILURES.client, {}),
    });
  });
});

describe('a recorded session with the API: a proxy removed while a connection is open, put back, then its client lost', () => {
  const model = newModel();
  model.apply(serverStarted(at('11:02:21.100'), { config: FRPS }));
  const lines = fixtureLines('reload.frps.log').map((text) => logLine('server', text));
  let told = 0;
  /** Applies the log up to a question, then its answer. */
  const ask = (clock: string, step: string) => {
    const time = at(clock);
    const due = lines.slice(told).findIndex((line) => line.time > time);
    const next = due === -1 ? lines.length : told + due;
    const fromLog = applyAll(model, lines.slice(told, next));
    told = next;
    const info = readServerInfo(fixtureBody(`reload.${step}.info.json`));
    const { proxies } = readServerProxies(fixtureBody(`reload.${step}.proxies.json`));
    const answer = {
      kind: 'server.api.answered',
      time,
      target: TARGET,
      info,
      proxies,
      isComplete: true,
      clients: undefined,
      answeredAt: time,
    } as const;
    const events = [...fromLog, ...model.apply(answer)];
    const { server: state, version } = instanceOf(model);
    return { events: kinds(events), echo: proxyOf(model, 'echo'), extra: proxyOf(model, 'extra'), state, version };
  };
  const open = ask('11:02:21.570', '1-open');
  const removed = ask('11:02:21.832', '2-removed');
  const counted = ask('11:02:22.135', '3-counted');
  const back = ask('11:02:22.371', '4-back');
  const lost = ask('11:02:22.477', '5-lost');

  it('first: bytes of the closed connection are counted, the open one is there', () => {
    expect(open).toMatchObject({
      events: [
        'server.started',
        'server.client.connected',
        'proxy.created echo',
        'proxy.connected echo',
        'proxy.created extra',
        'proxy.connected extra',
      ],
      echo: { io: { in: 1000, out: 1000 }, activeConnections: 0 },
      extra: { state: 'online', io: { in: 0, out: 0 }, activeConnections: 1 },
      state: { activeClients: 1, activeProxies: { tcp: 2 } },
      version: '0.71.0',
    });
  });

  it('then: the removed proxy is offline, and not ended, since its connection is not counted', () => {
    expect(removed).toMatchObject({
      events: ['proxy.closed extra'],
      extra: { state: 'offline', endedAt: undefined, io: { in: 0, out: 0 } },
      state: { activeProxies: { tcp: 1 } },
    });
  });

  it('then: the connection is counted, and the series end', () => {
    expect(counted).toMatchObject({ events: [], extra: { endedAt: at('11:02:22.135'), io: { in: 500, out: 500 } } });
  });

  it('then: put back, it is created again and its counters go on', () => {
    expect(back.events).toEqual(['proxy.created extra', 'proxy.connected extra']);
    expect(back.extra).toMatchObject({
      state: 'online',
      since: at('11:02:21.223'),
      endedAt: undefined,
      io: { in: 500, out: 500 },
      connections: carried(1),
    });
  });

  it('last: both are lost with their client, not ended', () => {
    expect(lost).toMatchObject({
      events: ['proxy.disconnected echo', 'proxy.disconnected extra', 'server.client.disconnected'],
      echo: { state: 'offline', endedAt: undefined },
      extra: { state: 'offline', endedAt: undefined },
      state: { activeClients: 0, activeProxies: { tcp: 0 } },
    });
  });
});

describe('a recorded login with a wrong token', () => {
  it('on frps, is rejected with the address of the attempt', () => {
    const model = newModel();
    model.apply(serverStarted(at('11:02:20.400'), { config: FRPS }));
    const events = applyAll(
      model,
      fixtureLines('wrong-token.frps.log').map((text) => logLine('server', text)),
    );
    const message = "token in login doesn't match token from configuration";
    expect(events.slice(1)).toStrictEqual([
      {
        ...server,
        kind: 'server.login.rejected',
        time: at('11:02:20.514'),
        error: { type: 'token_mismatch', message },
        address: '127.0.0.1:45710',
      },
    ]);
    expect(instanceOf(model).server?.logins).toEqual(tallied(FAILURES.login, { ok: 0, token_mismatch: 1 }));
  });

  it('on frpc, fails after 2 ms, and its exit with code 1 is no second failure', () => {
    const model = newModel();
    model.apply(clientStarted(at('11:02:20.500')));
    const events = applyAll(model, [
      ...fixtureLines('wrong-token.frpc.console.log').map((text) => logLine('client', text)),
      exited(at('11:02:20.515'), { exitCode: 1, exitSignal: undefined }),
    ]);
    expect(events).toMatchObject([
      {
        kind: 'client.login.failed',
        time: at('11:02:20.514'),
        startTime: at('11:02:20.512'),
        error: { type: 'token_mismatch' },
        server: { address: 'frp.example', port: 7000 },
      },
    ]);
    expect(events).toHaveLength(1);
    const { client: state, logLines } = instanceOf(model);
    expect(state?.loginDuration).toMatchObject([{ errorType: 'token_mismatch', histogram: { count: 1, sum: 0.002 } }]);
    expect(logLines).toEqual({ known: 4, unknown: 1 });
  });
});

describe('recorded refusals of proxies', () => {
  it('on frps, are counted and told, and do not touch the living proxy of the name', () => {
    const model = newModel();
    model.apply(serverStarted(at('11:02:20.700'), { config: FRPS }));
    const lines = fixtureLines('start-errors.frps.log').map((text) => logLine('server', text));
    const untilRefused = lines.findIndex((line) => line.text.includes('client exit success'));
    const events = applyAll(model, lines.slice(0, untilRefused));
    expect(events.slice(4)).toMatchObject([
      { kind: 'server.client.connected', runId: '23454f05e4ae5899', address: '127.0.0.1:53410' },
      { kind: 'proxy.error', proxy: 'ssh', phase: 'start', error: { type: 'proxy_exists' }, startTime: undefined },
      { kind: 'proxy.error', proxy: 'db', phase: 'start', error: { type: 'port_already_used' } },
      { kind: 'proxy.error', proxy: 'mail', phase: 'start', error: { type: 'port_not_allowed' } },
    ]);
    expect(instanceOf(model).proxies.map(({ name }) => name)).toEqual(['ssh']);
    expect(proxyOf(model, 'ssh')).toMatchObject({ state: 'online', lastError: undefined });
    expect(instanceOf(model).server?.proxyStarts.filter(({ count }) => count > 0)).toEqual([
      { errorType: undefined, count: 1 },
      { errorType: 'port_already_used', count: 1 },
      { errorType: 'port_not_allowed', count: 1 },
      { errorType: 'proxy_exists', count: 1 },
    ]);

    expect(kinds(applyAll(model, lines.slice(untilRefused, untilRefused + 1)))).toEqual(['server.client.disconnected']);
    expect(proxyOf(model, 'ssh').state).toBe('online');
    expect(kinds(applyAll(model, lines.slice(untilRefused + 1)))).toEqual([
      'proxy.disconnected ssh',
      'server.client.disconnected',
    ]);
  });

  it('on frpc, are the state and the last error of each proxy', () => {
    const model = newModel();
    model.apply(clientStarted(at('11:02:20.700')));
    applyAll(
      model,
      fixtureLines('start-errors.frpc.log').map((text) => logLine('client', text)),
    );
    const lastErrors = instanceOf(model).proxies.map(({ name, state, lastError }) => [name, state, lastError]);
    const error = (type: string, message: string) => ({ time: at('11:02:20.791'), type, message });
    expect(lastErrors).toEqual([
      ['db', 'start_error', error('port_already_used', 'port already used')],
      ['mail', 'start_error', error('port_not_allowed', 'port not allowed')],
      ['ssh', 'start_error', error('proxy_exists', 'proxy [ssh] already exists')],
    ]);
  });
});

describe('a recorded SIGKILL of frps that was started again', () => {
  it('on frps, loses the proxy and takes it up again, one instance all along', () => {
    const model = newModel();
    const lines = fixtureLines('server-killed.frps.log').map((text) => logLine('server', text));
    const second = lines.findLastIndex((line) => line.text.includes('frps uses config file'));
    const events = applyAll(model, [
      serverStarted(at('11:02:22.400')),
      ...lines.slice(0, second),
      exited(at('11:02:22.870')),
      serverStarted(at('11:02:24.940'), { target: 2, pid: 101 }),
      ...lines.slice(second).map((line) => ({ ...line, target: 2 })),
    ]);
    expect(kinds(events)).toEqual([
      'server.started',
      'server.client.connected',
      'proxy.created ssh',
      'proxy.connected ssh',
      'proxy.disconnected ssh',
      'server.client.disconnected',
      'server.stopped',
      'server.started',
      'server.client.connected',
      'proxy.connected ssh',
      'proxy.disconnected ssh',
      'server.client.disconnected',
    ]);
    expect(events.map(({ pid }) => pid)).toEqual([100, 100, 100, 100, 100, 100, 100, 101, 101, 101, 101, 101]);
    expect(events[6]).toMatchObject({ time: at('11:02:22.870'), exit: 'SIGKILL' });
    expect(instanceOf(model)).toMatchObject({
      name: 'frps@box',
      since: at('11:02:22.400'),
      endedAt: undefined,
      process: { pid: 101, up: true, restarts: 1, startedAt: at('11:02:24.940') },
      server: { logins: tallied(FAILURES.login, { ok: 2 }) },
    });
  });

  it('on frpc, is one lost session, two failed logins and a reconnect', () => {
    const model = newModel();
    const events = applyAll(model, [
      clientStarted(at('11:02:22.500')),
      ...fixtureLines('server-killed.frpc.log').map((text) => logLine('client', text)),
    ]);
    expect(kinds(events)).toEqual([
      'client.connected',
      'proxy.created ssh',
      'proxy.connected ssh',
      'proxy.disconnected ssh',
      'client.disconnected',
      'client.login.failed',
      'client.login.failed',
      'client.connected',
      'proxy.connected ssh',
    ]);
    expect(events[4]).toMatchObject({ time: at('11:02:22.877') });
    expect(events[7]).toMatchObject({ time: at('11:02:29.345'), startTime: at('11:02:29.341') });
    expect(instanceOf(model).client).toMatchObject({
      connected: true,
      connectedSince: at('11:02:29.345'),
      reconnects: 1,
      logins: tallied(FAILURES.connect, { ok: 2, connection_refused: 2 }),
      loginDuration: [
        { errorType: undefined, histogram: { count: 2, min: 0.003, max: 0.004 } },
        { errorType: 'connection_refused', histogram: { count: 2, min: 0, max: 0.001 } },
      ],
    });
    expect(proxyOf(model, 'ssh')).toMatchObject({ state: 'running', startedAt: at('11:02:29.346') });
  });
});

describe('a recorded user prefix', () => {
  const config = parseConfig(
    'user = "alice"\n[[proxies]]\nname = "ssh"\ntype = "tcp"\n[[proxies]]\nname = "alice.web"\ntype = "tcp"',
    'client',
  );
  const namesOf = (role: 'server' | 'client', version: string) => {
    const model = newModel();
    const log = role === 'server' ? 'user.frps.log' : 'user.frpc.log';
    applyAll(model, [
      role === 'server' ? serverStarted(0) : clientStarted(0, { config }),
      ...fixtureLines(log, version).map((text) => logLine(role, text)),
    ]);
    return instanceOf(model)
      .proxies.map(({ name, type }) => `${name} ${type}`)
      .sort();
  };

  it.each(['0.71.0', '0.61.2'])(
    'frpc %s and its frps give the same names, whichever way frpc prints them',
    (version) => {
      const names = ['alice.alice.web tcp', 'alice.ssh tcp'];
      expect(namesOf('server', version)).toEqual(names);
      expect(namesOf('client', version)).toEqual(names);
    },
  );
});

describe('recorded names with blanks', () => {
  it('frpc prints a list of them with blanks between: the config tells where each ends', () => {
    const model = newModel();
    const config = parseConfig(
      '[[proxies]]\nname = "my home ssh"\ntype = "tcp"\n[[proxies]]\nname = "a] type [b"\ntype = "tcp"',
      'client',
    );
    const events = applyAll(model, [
      clientStarted(0, { config }),
      ...fixtureLines('names.frpc.log').map((text) => logLine('client', text)),
    ]);
    expect(kinds(events).sort()).toEqual([
      'client.connected',
      'proxy.connected a] type [b',
      'proxy.connected my home ssh',
      'proxy.created a] type [b',
      'proxy.created my home ssh',
      'proxy.error my home ssh',
    ]);
    expect(instanceOf(model).proxies.map(({ name, state }) => [name, state])).toEqual([
      ['a] type [b', 'running'],
      ['my home ssh', 'running'],
    ]);
  });
});
