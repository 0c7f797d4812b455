import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../src/frp/config/parseConfig.js';
import { FAILURES } from '../../src/frp/errorType.js';
import type { ProcessEnding } from '../../src/model/FrpSignal.js';
import {
  answered,
  clientConfig,
  clientStarted,
  exited,
  instanceOf,
  kinds,
  newModel,
  proxyAnswer,
  proxyOf,
  sampled,
  says,
  serverStarted,
  sourceChanged,
  TARGET,
  tallied,
} from './signals.js';

const RUN = '4d541f33a8163a5b';
const names = (model: ReturnType<typeof newModel>) => model.snapshot().instances.map(({ name }) => name);
const proxyStarted = (time: number, proxy = 'ssh') => says(time, { kind: 'proxy.started', proxy, type: 'tcp' }, RUN);

describe('an instance', () => {
  it('given a start, is there with nothing known of it yet', () => {
    const model = newModel();
    expect(model.apply(serverStarted(1_000))).toEqual([]);
    const { process, server, ...instance } = instanceOf(model);
    expect(instance).toStrictEqual({
      name: 'frps@box',
      role: 'server',
      serverName: 'box:7000',
      version: undefined,
      since: 1_000,
      endedAt: undefined,
      client: undefined,
      proxies: [],
      sources: [],
      logLines: { known: 0, unknown: 0 },
      dropped: [{ item: 'proxy', reason: 'limit', count: 0 }],
    });
    expect(process).toMatchObject({ pid: 100, up: true, restarts: 0 });
    expect(server).toMatchObject({ dashboardRequests: 0 });
    expect(model.identityOf(1)).toEqual({ role: 'server', instance: 'frps@box', serverName: 'box:7000', pid: 100 });
  });

  it('given several, has a name of its own: the host, then the config file, then a number', () => {
    const model = newModel();
    model.apply(clientStarted(0, { target: 1, configPath: '/etc/frp/a.toml' }));
    model.apply(clientStarted(0, { target: 2, configPath: '/etc/frp/b.toml' }));
    model.apply(clientStarted(0, { target: 3, configPath: '/home/me/b.toml' }));
    model.apply(clientStarted(0, { target: 4, configPath: 'C:\\frp\\b.toml' }));
    model.apply(clientStarted(0, { target: 5, configPath: undefined }));
    model.apply(clientStarted(0, { target: 6, configPath: undefined }));
    model.apply(serverStarted(0, { target: 7 }));
    expect(names(model)).toEqual([
      'frpc@box',
      'frpc@box/b.toml',
      'frpc@box/b.toml#2',
      'frpc@box/b.toml#3',
      'frpc@box#2',
      'frpc@box#3',
      'frps@box',
    ]);
    expect(model.identityOf(3)?.instance).toBe('frpc@box/b.toml#2');
  });

  it.each([
    ['frp.example', 'frp.example:7001'],
    ['192.0.2.7', '192.0.2.7:7001'],
    ['127.0.0.1', 'box:7001'],
    ['127.1.2.3', 'box:7001'],
    ['localhost', 'box:7001'],
    ['0.0.0.0', 'box:7001'],
    ['::1', 'box:7001'],
    ['::', 'box:7001'],
    ['localhost.example', 'localhost.example:7001'],
  ])('of a client of %s, has the server name %s', (serverAddr, serverName) => {
    const model = newModel();
    const config = parseConfig(`serverAddr = "${serverAddr}"\nserverPort = 7001`, 'client');
    model.apply(clientStarted(0, { config }));
    expect(instanceOf(model).serverName).toBe(serverName);
  });

  it('of a server, has the name of its host, whatever it binds to', () => {
    const model = newModel();
    model.apply(serverStarted(0, { config: parseConfig('bindAddr = "192.0.2.7"\nbindPort = 7001', 'server') }));
    expect(instanceOf(model).serverName).toBe('box:7001');
  });

  it('without a config, has no server name; with a given one, always that', () => {
    const unknown = newModel();
    unknown.apply(clientStarted(0, { config: undefined }));
    expect(instanceOf(unknown).serverName).toBe('unknown');
    const given = newModel({ serverName: 'edge' });
    given.apply(clientStarted(0));
    expect(given.identityOf(1)?.serverName).toBe('edge');
  });

  it('counts known and unknown lines, and what sources dropped, by item and reason', () => {
    const model = newModel();
    model.apply(serverStarted(0));
    model.apply(says(1, { kind: 'server.started' }));
    model.apply(says(2, undefined));
    model.apply(says(3, undefined));
    const dropped = { kind: 'items.dropped', time: 4, target: 1, item: 'log_text', reason: 'line_length' } as const;
    model.apply({ ...dropped, count: 5 });
    model.apply({ ...dropped, count: 6 });
    model.apply({ ...dropped, item: 'log_line', reason: 'queue', count: 1 });
    expect(instanceOf(model)).toMatchObject({
      logLines: { known: 1, unknown: 2 },
      dropped: [
        { item: 'log_text', reason: 'line_length', count: 11 },
        { item: 'log_line', reason: 'queue', count: 1 },
        { item: 'proxy', reason: 'limit', count: 0 },
      ],
    });
  });

  it('counts what a source and the model left out of one kind for one reason together: one series each', () => {
    const model = newModel({ maxProxies: 1 });
    model.apply(serverStarted(0));
    const dropped = { kind: 'items.dropped', time: 1, target: TARGET, reason: 'limit' } as const;
    for (const signal of [
      { ...dropped, item: 'proxy', count: 5 } as const,
      says(2, { kind: 'proxy.started', proxy: 'ssh', type: 'tcp' }, 'a1'),
      says(3, { kind: 'proxy.started', proxy: 'web', type: 'tcp' }, 'a1'),
    ]) {
      model.apply(signal);
    }
    expect(instanceOf(model).dropped).toEqual([{ item: 'proxy', reason: 'limit', count: 6 }]);
  });

  it('has 100 reasons why something was dropped at the most, and counts further ones together', () => {
    const model = newModel();
    model.apply(serverStarted(0));
    const drop = (reason: string, item: 'span' | 'log_line' = 'span') =>
      model.apply({ kind: 'items.dropped', time: 1, target: TARGET, item, reason, count: 2 });
    for (let index = 0; index < 20_000; index += 1) drop(`reason ${index}`);
    drop('reason 99');
    drop('reason 100', 'log_line');
    const { dropped } = instanceOf(model);
    expect(dropped).toHaveLength(103); // with those of other proxies, spans and lines
    expect(dropped.slice(99)).toEqual([
      { item: 'span', reason: 'reason 99', count: 4 },
      { item: 'span', reason: '_OTHER', count: 39_800 },
      { item: 'log_line', reason: '_OTHER', count: 2 },
      { item: 'proxy', reason: 'limit', count: 0 },
    ]);
  });

  it('has the last state of each of its sources', () => {
    const model = newModel();
    model.apply(serverStarted(0));
    model.apply(sourceChanged(1, { source: 'log' }));
    model.apply(sourceChanged(2, { source: 'api' }));
    model.apply(answered(2, []));
    model.apply(sourceChanged(3, { source: 'api', state: 'degraded', reason: 'refused' }));
    expect(instanceOf(model).sources).toStrictEqual([
      { source: 'log', state: 'ok', reason: undefined },
      { source: 'api', state: 'degraded', reason: 'refused' },
    ]);
    expect(instanceOf(model).process.up).toBe(false);
  });
});

describe('the end of an instance', () => {
  it.each([
    ['SIGKILL', { exitSignal: 'SIGKILL' }, 'SIGKILL'],
    ['SIGSEGV', { exitSignal: 'SIGSEGV' }, 'SIGSEGV'],
    ['exit code 1', { exitSignal: undefined, exitCode: 1 }, 'exit code 1'],
    ['an end of which nothing is known', { exitSignal: undefined }, 'exit code ?'],
  ])('given %s, is a loss: its series go on, down', (_how, end, exit) => {
    const model = newModel();
    model.apply(serverStarted(0));
    model.apply(proxyStarted(5));
    model.apply(sourceChanged(6));
    const events = model.apply(exited(10, end));
    expect(kinds(events)).toEqual(['proxy.disconnected ssh', 'server.client.disconnected', 'server.stopped']);
    expect(events[1]).toMatchObject({ time: 10, runId: RUN, reason: 'server_stopped' });
    expect(events[2]).toMatchObject({ time: 10, exit });
    expect(instanceOf(model)).toMatchObject({ endedAt: undefined, process: { up: false }, sources: [] });
    expect(proxyOf(model, 'ssh')).toMatchObject({ state: 'offline', endedAt: undefined });
  });

  it.each([
    ['SIGTERM', { exitSignal: 'SIGTERM' }, 'SIGTERM'],
    ['SIGINT', { exitSignal: 'SIGINT' }, 'SIGINT'],
    ['exit code 0', { exitSignal: undefined, exitCode: 0 }, 'exit code 0'],
  ])('given %s, is a stop on purpose: its series end', (_how, end, exit) => {
    const model = newModel();
    model.apply(serverStarted(0));
    model.apply(proxyStarted(5));
    expect(model.apply(exited(10, end)).at(-1)).toMatchObject({ kind: 'server.stopped', exit });
    expect(instanceOf(model)).toMatchObject({ endedAt: 10, process: { up: false } });
    expect(proxyOf(model, 'ssh')).toMatchObject({ state: 'offline', endedAt: 10 });
  });

  it('given a proxy that was removed before, does not end it a second time', () => {
    const model = newModel();
    model.apply(serverStarted(0));
    model.apply(proxyStarted(5));
    model.apply(says(7, { kind: 'proxy.removed', proxy: 'ssh' }, RUN));
    model.apply(exited(10, { exitSignal: 'SIGTERM' }));
    expect(proxyOf(model, 'ssh').endedAt).toBe(7);
  });

  it('comes once: a second exit, and what comes late, change nothing', () => {
    const model = newModel();
    model.apply(serverStarted(0));
    model.apply(proxyStarted(5));
    model.apply(answered(6, [proxyAnswer('ssh')]));
    model.apply(exited(10));
    const before = model.snapshot();
    for (const late of [
      exited(11, { exitSignal: 'SIGTERM' }),
      answered(12, [proxyAnswer('ssh', { today: { in: 5, out: 0 } }), proxyAnswer('web')]),
      sourceChanged(13, { state: 'degraded', reason: 'refused' }),
      sampled(14),
      proxyStarted(15),
    ]) {
      expect(model.apply(late)).toEqual([]);
    }
    expect(model.snapshot()).toEqual(before);
  });
});

describe('an instance that starts again', () => {
  it('with the same config file, is the same instance: it counts a restart and keeps its counters', () => {
    const model = newModel();
    model.apply(clientStarted(0));
    model.apply(says(1, { kind: 'login.succeeded', runId: RUN }));
    model.apply(says(2, { kind: 'config.reloaded' }));
    model.apply(sampled(3, { cpuUser: 4 }));
    model.apply(exited(10));
    expect(model.apply(clientStarted(20, { target: 2, pid: 201, config: clientConfig('web') }))).toEqual([]);
    expect(instanceOf(model)).toMatchObject({
      name: 'frpc@box',
      since: 0,
      endedAt: undefined,
      process: {
        pid: 201,
        up: true,
        restarts: 1,
        startedAt: 20,
        cpuTime: { user: 4, system: 0 },
        resources: undefined,
      },
      client: {
        connected: false,
        configReloads: tallied(FAILURES.reload, { ok: 1 }),
        logins: tallied(FAILURES.connect, { ok: 1 }),
      },
    });
    expect(model.identityOf(2)).toEqual({
      role: 'client',
      instance: 'frpc@box',
      serverName: 'frp.example:7000',
      pid: 201,
    });
    const again = { ...says(21, { kind: 'login.succeeded', runId: RUN }), target: 2 };
    expect(model.apply(again)).toMatchObject([{ kind: 'client.connected', pid: 201 }]);
    expect(instanceOf(model).client).toMatchObject({ reconnects: 1, connected: true });
  });

  it('has the version of the process before no more: the next may be another', () => {
    const model = newModel();
    model.apply(serverStarted(0));
    model.apply(answered(1, []));
    model.apply(exited(10));
    expect(instanceOf(model).version).toBe('0.71.0');
    model.apply(serverStarted(20, { target: 2 }));
    expect(instanceOf(model).version).toBeUndefined();
  });

  it('after a stop on purpose, goes on too', () => {
    const model = newModel();
    model.apply(serverStarted(0));
    model.apply(exited(10, { exitSignal: 'SIGTERM' }));
    model.apply(serverStarted(20, { target: 2 }));
    expect(instanceOf(model)).toMatchObject({ endedAt: undefined, process: { restarts: 1, up: true } });
  });

  it('is no restart with another config file, in another role, or while the first still runs', () => {
    const model = newModel();
    model.apply(clientStarted(0));
    model.apply(clientStarted(1, { target: 2 }));
    model.apply(exited(10));
    model.apply(clientStarted(20, { target: 3, configPath: '/etc/frp/other.toml' }));
    model.apply(serverStarted(20, { target: 4, configPath: '/etc/frp/frpc.toml' }));
    expect(model.snapshot().instances.map(({ name, process }) => [name, process.restarts])).toEqual([
      ['frpc@box', 0],
      ['frpc@box/frpc.toml', 0],
      ['frpc@box/other.toml', 0],
      ['frps@box', 0],
    ]);
  });

  it('in one of two containers with one path, is that container’s again: each has a host name of its own', () => {
    const model = newModel();
    model.apply(serverStarted(0, { hostName: 'edge-1' }));
    model.apply(serverStarted(1, { hostName: 'edge-2', target: 2 }));
    model.apply(exited(10));
    model.apply(exited(11, { target: 2 }));
    model.apply(serverStarted(20, { hostName: 'edge-2', target: 3 }));
    model.apply(serverStarted(21, { hostName: 'edge-3', target: 4 }));
    expect(model.snapshot().instances.map(({ name, process: { up, restarts } }) => [name, up, restarts])).toEqual([
      ['frps@edge-1', false, 0],
      ['frps@edge-2', true, 1],
      ['frps@edge-3', true, 0],
    ]);
  });

  it('while another one with its config file runs, is the one of the two that had ended', () => {
    const model = newModel();
    model.apply(clientStarted(0));
    model.apply(clientStarted(1, { target: 2 }));
    model.apply(exited(10, { target: 2 }));
    model.apply(clientStarted(20, { target: 3, pid: 203 }));
    expect(model.snapshot().instances.map(({ name, process: { pid, restarts } }) => [name, pid, restarts])).toEqual([
      ['frpc@box', 200, 0],
      ['frpc@box/frpc.toml', 203, 1],
    ]);
  });

  it('is found by its name as the process that it is now', () => {
    const model = newModel();
    model.apply(serverStarted(0));
    model.apply(exited(10));
    model.apply(serverStarted(20, { target: 2 }));
    expect([model.targetOf('frps@box'), model.targetOf('frps@elsewhere')]).toEqual([2, undefined]);
  });

  it('takes no signal of the process before, which is a target unknown by then', () => {
    const model = newModel();
    model.apply(serverStarted(0));
    model.apply(exited(10));
    model.apply(serverStarted(20, { target: 2 }));
    expect(model.identityOf(1)).toBeUndefined();
    expect([...model.apply(proxyStarted(21)), ...model.apply(exited(22))]).toEqual([]);
    expect(instanceOf(model)).toMatchObject({ proxies: [], process: { up: true } });
  });
});

describe('an instance that is started again before its last lines came', () => {
  const ending = (time: number): ProcessEnding => ({ ...exited(time), kind: 'process.ending' });

  it('is still running while it ends', () => {
    const model = newModel();
    model.apply(serverStarted(0));
    model.apply(proxyStarted(1));
    expect(model.apply(ending(10))).toEqual([]);
    expect(instanceOf(model)).toMatchObject({ process: { up: true }, proxies: [{ state: 'online' }] });
    expect(kinds(model.apply(exited(10)))).toContain('server.stopped');
    expect(instanceOf(model).process.up).toBe(false);
  });

  it('has ended by its next start, goes on as the same instance, and its late lines and exit change nothing', () => {
    const model = newModel();
    model.apply(serverStarted(0));
    model.apply(proxyStarted(1));
    model.apply(ending(10));
    expect(model.apply(serverStarted(11, { target: 2, pid: 101 })).map(({ kind, time }) => [kind, time])).toEqual([
      ['proxy.disconnected', 10],
      ['server.client.disconnected', 10],
      ['server.stopped', 10],
    ]);
    expect(instanceOf(model)).toMatchObject({ name: 'frps@box', process: { restarts: 1, up: true, pid: 101 } });

    expect(model.apply(proxyStarted(9))).toEqual([]);
    expect(model.identityOf(1)).toBeDefined(); // for the records of its late lines
    expect(model.apply(exited(10))).toEqual([]);
    expect(model.identityOf(1)).toBeUndefined();
    expect(instanceOf(model)).toMatchObject({ process: { restarts: 1, up: true }, proxies: [{ state: 'offline' }] });
  });
});

describe('retention', () => {
  it('given a lost instance, forgets it when it has been gone for longer, and its name is free', () => {
    const model = newModel({ retentionMillis: 1_000 });
    model.apply(clientStarted(0));
    model.apply(exited(10));
    model.forget(1_010);
    expect(names(model)).toEqual(['frpc@box']);
    model.forget(1_011);
    expect(names(model)).toEqual([]);
    expect(model.identityOf(1)).toBeUndefined();
    model.apply(clientStarted(2_000, { target: 2 }));
    expect(instanceOf(model)).toMatchObject({ name: 'frpc@box', since: 2_000, process: { restarts: 0 } });
  });

  it('given a lost and a removed proxy, forgets both, the removed one after 5 minutes at least, and never a living one', () => {
    const model = newModel({ retentionMillis: 1_000 });
    model.apply(serverStarted(0));
    for (const proxy of ['living', 'lost', 'removed']) model.apply(proxyStarted(1, proxy));
    model.apply(says(10, { kind: 'proxy.closing', proxy: 'lost' }, RUN));
    model.apply(says(20, { kind: 'proxy.removed', proxy: 'removed' }, RUN));
    const namesAt = (now: number) => {
      model.forget(now);
      return instanceOf(model).proxies.map(({ name }) => name);
    };
    expect(namesAt(1_010)).toEqual(['living', 'lost', 'removed']);
    expect(namesAt(1_011)).toEqual(['living', 'removed']);
    expect(namesAt(300_020)).toEqual(['living', 'removed']); // a reader tells its end once, and may come so seldom
    expect(namesAt(300_021)).toEqual(['living']);
    expect(namesAt(1_000_000_000)).toEqual(['living']);
  });

  it('given an instance that was stopped on purpose, keeps it for 5 minutes at least', () => {
    const model = newModel({ retentionMillis: 1_000 });
    model.apply(clientStarted(0));
    model.apply(exited(10, { exitSignal: 'SIGTERM' }));
    model.forget(300_010);
    expect(instanceOf(model)).toMatchObject({ name: 'frpc@box', endedAt: 10 });
    model.forget(300_011);
    expect(names(model)).toEqual([]);
  });

  it('given a retention of more than 5 minutes, keeps what was removed as long', () => {
    const model = newModel({ retentionMillis: 400_000 });
    model.apply(clientStarted(0));
    model.apply(exited(10, { exitSignal: 'SIGTERM' }));
    model.forget(400_010);
    expect(names(model)).toEqual(['frpc@box']);
    model.forget(400_011);
    expect(names(model)).toEqual([]);
  });

  it('given a proxy that had to make room just after its end, counts it as left out', () => {
    const model = newModel({ maxProxies: 1 });
    model.apply(serverStarted(0));
    model.apply(proxyStarted(1, 'first'));
    model.apply(says(10, { kind: 'proxy.removed', proxy: 'first' }, RUN));
    model.apply(proxyStarted(20, 'second'));
    expect(instanceOf(model).dropped).toContainEqual({ item: 'proxy_history', reason: 'limit', count: 1 });
  });

  it('given a proxy that returned in time, keeps it', () => {
    const model = newModel({ retentionMillis: 1_000 });
    model.apply(serverStarted(0));
    model.apply(proxyStarted(1));
    model.apply(says(10, { kind: 'proxy.closing', proxy: 'ssh' }, RUN));
    model.apply(proxyStarted(900));
    model.forget(5_000);
    expect(proxyOf(model, 'ssh')).toMatchObject({ state: 'online', since: 1 });
  });
});

describe('many instances', () => {
  it('given a new config file at each start, keeps 100 of those that are gone, the last ones', () => {
    const model = newModel();
    for (let number = 1; number <= 300; number += 1) {
      model.apply(clientStarted(number, { target: number, configPath: `/tmp/${number}.toml` }));
      if (number > 1) model.apply(exited(number, { target: number }));
    }
    expect(names(model)).toHaveLength(102); // the one that runs, 100 that are gone, and the one that ended last
    expect(names(model)).toEqual(expect.arrayContaining(['frpc@box', 'frpc@box/300.toml']));
    expect(names(model)).not.toContain('frpc@box/2.toml');
    expect(model.identityOf(2)).toBeUndefined();
  });
});

describe('signals in the wrong order', () => {
  it('given a target that never started, say nothing and leave nothing', () => {
    const model = newModel();
    for (const signal of [proxyStarted(1), exited(2), answered(3, []), sampled(4), sourceChanged(5)]) {
      expect(model.apply(signal)).toEqual([]);
    }
    expect(model.snapshot()).toEqual({ instances: [] });
    expect(model.identityOf(1)).toBeUndefined();
  });

  it('given answers of an API for a client, are ignored but for the version', () => {
    const model = newModel();
    model.apply(clientStarted(0));
    expect(model.apply(answered(1, [proxyAnswer('ssh')]))).toEqual([]);
    expect(instanceOf(model)).toMatchObject({ proxies: [], version: '0.71.0' });
  });
});

describe('a snapshot', () => {
  const full = () => {
    const model = newModel();
    model.apply(serverStarted(0));
    model.apply(proxyStarted(1));
    model.apply(answered(2, [proxyAnswer('ssh')]));
    model.apply(sampled(3));
    model.apply(sampled(4));
    model.apply(sourceChanged(5));
    model.apply(clientStarted(0, { target: 2 }));
    for (const meaning of [
      { kind: 'login.started' },
      { kind: 'login.succeeded', runId: RUN },
      { kind: 'proxies.added', proxies: ['ssh'] },
      { kind: 'proxy.start.failed', proxy: 'ssh', error: 'port already used' },
    ] as const) {
      model.apply({ ...says(6, meaning), target: 2 });
    }
    return model;
  };

  it('is frozen in all its depth', () => {
    const places: string[] = [];
    const walk = (value: unknown, place: string): void => {
      if (typeof value !== 'object' || value === null) return;
      places.push(place);
      expect([place, Object.isFrozen(value)]).toEqual([place, true]);
      for (const [key, part] of Object.entries(value)) walk(part, `${place}.${key}`);
    };
    walk(full().snapshot(), 'snapshot');
    expect(places).toEqual(
      expect.arrayContaining([
        'snapshot.instances.0.proxies.0.io',
        'snapshot.instances.0.proxies.0.connections.0',
        'snapshot.instances.0.process.resources',
        'snapshot.instances.0.process.cpuTime',
        'snapshot.instances.0.server.activeProxies',
        'snapshot.instances.0.server.logins.0',
        'snapshot.instances.0.sources.0',
        'snapshot.instances.0.dropped.0',
        'snapshot.instances.0.logLines',
        'snapshot.instances.1.proxies.0.lastError',
        'snapshot.instances.1.client.loginDuration.0.histogram.boundaries',
        'snapshot.instances.1.client.loginDuration.0.histogram.counts',
      ]),
    );
  });

  it('throws at whoever tries to change it', () => {
    const { instances } = full().snapshot();
    const [first] = instances as unknown as { proxies: unknown[]; name: string }[];
    expect(() => (instances as unknown[]).push({})).toThrow(TypeError);
    expect(() => first?.proxies.pop()).toThrow(TypeError);
    expect(() => {
      if (first) first.name = 'other';
    }).toThrow(TypeError);
  });

  it('stays as it was while the model goes on', () => {
    const model = full();
    const before = model.snapshot();
    const copy = structuredClone(before);
    model.apply(answered(10, [proxyAnswer('ssh', { today: { in: 9, out: 0 } }), proxyAnswer('new')]));
    model.apply(exited(11));
    expect(before).toEqual(copy);
    expect(model.snapshot()).not.toEqual(copy);
  });

  it('does not share the resources that a source handed in', () => {
    const model = newModel();
    model.apply(serverStarted(0));
    const signal = sampled(1, { threads: 9 });
    model.apply(signal);
    (signal.resources as { threads: number }).threads = 1;
    expect(instanceOf(model).process.resources?.threads).toBe(9);
  });
});
