import { describe, expect, it } from '@jest/globals';
import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_DISK_IO_DIRECTION,
  ATTR_PROCESS_CONTEXT_SWITCH_TYPE,
  ATTR_SYSTEM_PAGING_FAULT_TYPE,
  DISK_IO_DIRECTION_VALUE_READ,
  DISK_IO_DIRECTION_VALUE_WRITE,
  PROCESS_CONTEXT_SWITCH_TYPE_VALUE_INVOLUNTARY,
  PROCESS_CONTEXT_SWITCH_TYPE_VALUE_VOLUNTARY,
  SYSTEM_PAGING_FAULT_TYPE_VALUE_MAJOR,
  SYSTEM_PAGING_FAULT_TYPE_VALUE_MINOR,
} from '@opentelemetry/semantic-conventions/incubating';
import type { ProxySnapshot } from '../../../src/model/FrpSnapshot.js';
import { instanceAttributes, proxyAttributes } from '../../../src/telemetry/catalogue/attributes.js';
import { instanceCatalogue, proxyCatalogue } from '../../../src/telemetry/catalogue/catalogue.js';
import { DEFAULT_WINDOW_MILLIS, derivedMetrics } from '../../../src/telemetry/catalogue/derivedMetrics.js';
import type { MetricRow, Observe } from '../../../src/telemetry/catalogue/MetricRow.js';
import { at, client, clientState, proxy, richSnapshot, server, serverState, session } from '../snapshots.js';

const rows: readonly MetricRow<never>[] = [...instanceCatalogue, ...proxyCatalogue];
const metrics = [...rows, ...derivedMetrics];
const names = metrics.map(({ name }) => name);
const { instances } = richSnapshot();

const observed = <Subject>(row: MetricRow<Subject>, subjects: readonly Subject[], now: number) => {
  const found: { value: unknown; attributes: Attributes | undefined }[] = [];
  const take = (value: unknown, attributes?: Attributes) => found.push({ value, attributes });
  for (const subject of subjects) row.read(subject, take, now);
  return found;
};

const allObserved = [
  ...instanceCatalogue.map((row) => ({ row, points: observed(row, instances, at(60)) })),
  ...proxyCatalogue.map((row) => ({
    row,
    points: observed(
      row,
      instances.flatMap(({ proxies }) => proxies),
      at(60),
    ),
  })),
];

const observedOf = (name: string) => allObserved.find(({ row }) => row.name === name)?.points ?? [];

describe('the catalogue', () => {
  it('names each metric once', () => {
    expect(names).toHaveLength(new Set(names).size);
  });

  it.each(metrics.map(({ name, unit }) => [name, unit]))(
    '%s is in the namespace frp., in lower case, without a suffix that a backend adds or rejects',
    (name, unit) => {
      expect(name).toMatch(/^frp(\.[a-z]+(_[a-z]+)*){2,}$/);
      expect(name).not.toMatch(/[._](total|count|sum|bucket|info_total|seconds|bytes)$/);
      // Prometheus has a suffix _ratio for unit 1, which it does not add again.
      if (unit !== '1') expect(name).not.toMatch(/[._]ratio$/);
    },
  );

  it.each(metrics.map(({ name, unit }) => [name, unit]))('%s has a UCUM unit: %s', (_, unit) => {
    expect(['s', 'By', 'By/s', '1']).toContain(/^\{[a-z_]+\}$/.test(unit) ? '1' : unit);
  });

  it.each(metrics.map(({ name, description }) => [name, description]))(
    '%s says in a sentence what it is',
    (_, text) => {
      expect(text).toMatch(/^\S.{10,140}\.$/);
    },
  );

  it.each([
    'frp.process.up',
    'frp.process.info',
    'frp.client.connected',
    'frp.proxy.status',
    'frp.telemetry.source.up',
  ])('%s says yes or no, so its unit is an annotation: 1 becomes a suffix _ratio in Prometheus', (name) => {
    expect(metrics.find((metric) => metric.name === name)?.unit).toMatch(/^\{[a-z]+\}$/);
    expect(new Set(observedOf(name).map(({ value }) => value))).not.toContain(undefined);
    for (const { value } of observedOf(name)) expect([0, 1]).toContain(value);
  });

  it('gives unit 1 to shares only', () => {
    expect(metrics.filter(({ unit }) => unit === '1').map(({ name }) => name)).toEqual([
      'frp.process.cpu.utilization',
      'frp.process.file_descriptor.utilization',
      'frp.server.port.utilization',
      'frp.server.client.utilization',
      'frp.proxy.error.ratio',
      'frp.server.error.ratio',
    ]);
  });

  it.each(allObserved.map(({ row, points }) => [row.name, row, points] as const))(
    '%s observes the attributes that it lists and no other, and has something to tell of both roles at work',
    (_, row, points) => {
      const keys = points.flatMap(({ attributes }) => Object.keys(attributes ?? {}));
      expect(points.length).toBeGreaterThan(0);
      expect([...new Set(keys)].sort()).toEqual([...row.attributes].sort());
    },
  );

  it.each(allObserved.map(({ row, points }) => [row.name, points] as const))(
    '%s tells each series once per subject set, with finite values',
    (_, points) => {
      for (const { value } of points) {
        expect(Number.isFinite(typeof value === 'number' ? value : (value as { sum: number }).sum)).toBe(true);
      }
    },
  );

  it('gives each subject’s series the attributes by which rules join them', () => {
    const [frps] = instances;
    const [web] = frps?.proxies ?? [];
    if (frps === undefined || web === undefined) throw new Error('the rich snapshot has no server with a proxy');
    expect(instanceAttributes(frps)).toEqual({
      'frp.role': 'server',
      'frp.instance': 'frps@host',
      'frp.server.name': 'host:7000',
    });
    expect(proxyAttributes(frps, web)).toEqual({
      ...instanceAttributes(frps),
      'frp.proxy.name': 'web',
      'frp.proxy.type': 'tcp',
    });
  });

  it.each(derivedMetrics)(
    '$name is of metrics that exist and can be computed so, and keeps attributes that they have',
    (rule) => {
      const [frps] = instances;
      const [web] = frps?.proxies ?? [];
      if (frps === undefined || web === undefined) throw new Error('the rich snapshot has no server with a proxy');
      for (const of of [rule.of].flat()) {
        const row = rows.find(({ name }) => name === of);
        expect(row?.kind).toBe(rule.compute === 'mean' ? 'histogram' : 'counter');
        expect([...Object.keys(proxyAttributes(frps, web)), ...(row?.attributes ?? [])]).toEqual(
          expect.arrayContaining([...rule.keep]),
        );
      }
      expect(rule.windowMillis ?? DEFAULT_WINDOW_MILLIS[rule.compute]).toBe(rule.compute === 'rate' ? 60_000 : 300_000);
    },
  );

  it('tells of single clients only to those who ask for it', () => {
    const optIn = rows.filter(({ isOptIn }) => isOptIn);
    expect(optIn.map(({ name }) => name)).toEqual(['frp.server.client.info']);
    for (const { attributes } of rows.filter(({ isOptIn }) => !isOptIn)) {
      expect(attributes).not.toContain('frp.user');
      expect(attributes).not.toContain('frp.client.id');
    }
  });
});

describe('what rows read', () => {
  const read = <Subject>(catalogue: readonly MetricRow<Subject>[], name: string, subject: Subject, now = at(60)) => {
    const row = catalogue.find((each) => each.name === name);
    if (row === undefined) throw new Error(`no metric ${name}`);
    return observed(row, [subject], now).map(({ value, attributes }) =>
      attributes === undefined ? value : [value, ...Object.values(attributes)],
    );
  };
  const process = server().process;

  it('a process that is down is 0', () => {
    expect(read(instanceCatalogue, 'frp.process.up', server())).toEqual([1]);
    expect(read(instanceCatalogue, 'frp.process.up', server({ process: { ...process, up: false } }))).toEqual([0]);
  });

  it('the version is absent until it is known', () => {
    expect(read(instanceCatalogue, 'frp.process.info', server())).toEqual([]);
    expect(read(instanceCatalogue, 'frp.process.info', server({ version: '0.71.0' }))).toEqual([[1, '0.71.0']]);
  });

  it('resources are absent without a sample: a dead process uses nothing, it has no uptime either', () => {
    const names = ['cpu.utilization', 'cpu.time', 'memory.usage', 'memory.virtual', 'thread.active', 'uptime'];
    for (const name of names) expect(read(instanceCatalogue, `frp.process.${name}`, server())).toEqual([]);
  });

  it('CPU time has no mode where the system does not tell the two apart', () => {
    const of = (cpuTime: typeof process.cpuTime) => server({ process: { ...process, cpuTime } });
    const name = 'frp.process.cpu.time';
    expect(read(instanceCatalogue, name, of({ user: 3, system: undefined }))).toEqual([3]);
    expect(read(instanceCatalogue, name, of({ user: 3, system: 1 }))).toEqual([
      [3, 'user'],
      [1, 'system'],
    ]);
  });

  it('the disk, context switches and page faults are told by the attributes of the semantic conventions', () => {
    const [frps] = instances;
    const told = ['disk.io', 'context_switches', 'paging.faults'].map((name) => observedOf(`frp.process.${name}`));
    expect(frps?.process.diskIo).toEqual({ read: 800_000, write: 8_000 });
    expect(told).toEqual([
      [
        { value: 800_000, attributes: { [ATTR_DISK_IO_DIRECTION]: DISK_IO_DIRECTION_VALUE_READ } },
        { value: 8_000, attributes: { [ATTR_DISK_IO_DIRECTION]: DISK_IO_DIRECTION_VALUE_WRITE } },
      ],
      [
        {
          value: 154,
          attributes: { [ATTR_PROCESS_CONTEXT_SWITCH_TYPE]: PROCESS_CONTEXT_SWITCH_TYPE_VALUE_VOLUNTARY },
        },
        {
          value: 1_010,
          attributes: { [ATTR_PROCESS_CONTEXT_SWITCH_TYPE]: PROCESS_CONTEXT_SWITCH_TYPE_VALUE_INVOLUNTARY },
        },
      ],
      [
        { value: 1_400, attributes: { [ATTR_SYSTEM_PAGING_FAULT_TYPE]: SYSTEM_PAGING_FAULT_TYPE_VALUE_MINOR } },
        { value: 3, attributes: { [ATTR_SYSTEM_PAGING_FAULT_TYPE]: SYSTEM_PAGING_FAULT_TYPE_VALUE_MAJOR } },
      ],
    ]);
  });

  it('file descriptors are absent, not 0, where the kernel does not tell them or their limit', () => {
    const resources = instances[0]?.process.resources;
    if (resources === undefined) throw new Error('the rich snapshot has no resources');
    const unknown = server({ process: { ...process, resources: { ...resources, openFiles: undefined } } });
    const unlimited = server({ process: { ...process, resources: { ...resources, maxOpenFiles: undefined } } });
    expect(read(instanceCatalogue, 'frp.process.file_descriptor.open', unknown)).toEqual([]);
    expect(read(instanceCatalogue, 'frp.process.file_descriptor.utilization', unknown)).toEqual([]);
    expect(read(instanceCatalogue, 'frp.process.file_descriptor.open', unlimited)).toEqual([64]);
    expect(read(instanceCatalogue, 'frp.process.file_descriptor.utilization', unlimited)).toEqual([]);
    expect(observedOf('frp.process.file_descriptor.utilization')).toEqual([{ value: 0.0625, attributes: undefined }]);
  });

  it('what only the API tells is absent until it answered', () => {
    const answered = server({ server: serverState({ activeClients: 0, activeProxies: { tcp: 0 } }) });
    expect(read(instanceCatalogue, 'frp.server.client.active', server())).toEqual([]);
    expect(read(instanceCatalogue, 'frp.server.proxy.active', server())).toEqual([]);
    expect(read(instanceCatalogue, 'frp.server.client.active', answered)).toEqual([0]);
    expect(read(instanceCatalogue, 'frp.server.proxy.active', answered)).toEqual([[0, 'tcp']]);
  });

  it('sessions of the same user, id and version are one series with their number; those that ended are none', () => {
    expect(observedOf('frp.server.client.info')).toEqual([
      { value: 2, attributes: { 'frp.user': 'alice', 'frp.client.id': 'laptop', 'frp.version': '0.71.0' } },
      { value: 1, attributes: {} },
    ]);
  });

  it('a user may have any name: its value is bounded, and still one series', () => {
    const long = 'x'.repeat(10_000);
    const clients = [session({ user: `${long}1` }), session({ user: `${long}2` })];
    expect(read(instanceCatalogue, 'frp.server.client.info', server({ server: serverState({ clients }) }))).toEqual([
      [2, 'x'.repeat(255)],
    ]);
  });

  it('how full frps is, is absent where there is no limit', () => {
    const full = (portUtilization: number | undefined, clientUtilization: number | undefined) => {
      const subject = server({ server: serverState({ portUtilization, clientUtilization }) });
      return ['port', 'client'].map((of) => read(instanceCatalogue, `frp.server.${of}.utilization`, subject));
    };
    expect(full(undefined, undefined)).toEqual([[], []]);
    expect(full(0, 1)).toEqual([[0], [1]]);
  });

  it('a role tells nothing of the other role', () => {
    const told = (subject: typeof instances) =>
      instanceCatalogue.filter((row) => observed(row, subject, at(60)).length > 0).map(({ name }) => name);
    expect(told([server()]).filter((name) => name.startsWith('frp.client.'))).toEqual([]);
    expect(told([client()]).filter((name) => name.startsWith('frp.server.'))).toEqual([]);
  });

  it('failures carry error.type, successes do not', () => {
    expect(observedOf('frp.server.logins')).toEqual([
      { value: 5, attributes: undefined },
      { value: 1, attributes: { 'error.type': 'token_mismatch' } },
    ]);
  });

  it('the end of a session carries its reason', () => {
    expect(observedOf('frp.server.client.disconnects')).toEqual([
      { value: 1, attributes: { 'frp.disconnect.reason': 'heartbeat_timeout' } },
    ]);
  });

  it('a session of frpc that neither its log nor its API tells of is absent, not 0', () => {
    const frpc = (connected: boolean | undefined) =>
      client({ client: clientState({ connected, reconnects: undefined }) });
    expect(read(instanceCatalogue, 'frp.client.connected', frpc(undefined))).toEqual([]);
    expect(read(instanceCatalogue, 'frp.client.connected', frpc(false))).toEqual([0]);
    expect(read(instanceCatalogue, 'frp.client.connected', frpc(true))).toEqual([1]);
    expect(read(instanceCatalogue, 'frp.client.reconnects', frpc(true))).toEqual([]);
  });

  it.each(['frp.server.errors', 'frp.client.errors', 'frp.proxy.errors'])(
    '%s carries the class of each failure',
    (name) => {
      expect(observedOf(name)).toEqual([
        { value: expect.any(Number), attributes: { 'error.type': expect.any(String) } },
      ]);
    },
  );

  it('a source is 1 when ok, 0 when degraded, and absent when off', () => {
    const [frps] = instances;
    expect(read(instanceCatalogue, 'frp.telemetry.source.up', frps ?? server())).toEqual([
      [1, 'config'],
      [1, 'log'],
      [0, 'api'],
    ]);
  });

  it('a proxy is in exactly one of its role’s states, and in none once it was removed', () => {
    const status = (parts: Parameters<typeof proxy>[0]) => read(proxyCatalogue, 'frp.proxy.status', proxy(parts));
    expect(status({ state: 'offline' })).toEqual([
      [0, 'online'],
      [1, 'offline'],
    ]);
    expect(status({ role: 'client', state: 'start_error' })).toEqual([
      [0, 'new'],
      [0, 'wait_start'],
      [1, 'start_error'],
      [0, 'running'],
      [0, 'check_failed'],
      [0, 'closed'],
    ]);
    expect(status({ state: 'offline', endedAt: at(1) })).toEqual([
      [0, 'online'],
      [0, 'offline'],
    ]);
  });

  it('one that was stopped on purpose is expected no more, and does not end as if it were lost', () => {
    const gone = { ...client().process, up: false };
    const told = (parts: Parameters<typeof client>[0]) =>
      ['frp.process.up', 'frp.process.expected', 'frp.client.connected'].map((name) =>
        read(instanceCatalogue, name, client({ process: gone, ...parts })),
      );
    expect(told({})).toEqual([[0], [1], [0]]);
    expect(told({ endedAt: at(1) })).toEqual([[], [0], []]);
  });

  it('a proxy of a group says so with its states, and with nothing else', () => {
    const member = proxy({ group: 'pool' });
    const groups = proxyCatalogue.flatMap((row) => {
      const told: unknown[] = [];
      const observe = (_value: unknown, extra: Attributes = {}) => told.push(extra['frp.proxy.group']);
      (row.read as (subject: ProxySnapshot, observe: Observe<unknown>, now: number) => void)(member, observe, at(9));
      return told.includes('pool') ? [[row.name, ...told]] : [];
    });
    expect(groups).toEqual([['frp.proxy.status', 'pool', 'pool']]);
  });

  it('traffic is absent where the role has no source that knows, not 0', () => {
    const blind = proxy({ io: undefined, activeConnections: undefined });
    expect(read(proxyCatalogue, 'frp.proxy.io', blind)).toEqual([]);
    expect(read(proxyCatalogue, 'frp.proxy.connection.active', blind)).toEqual([]);
    expect(read(proxyCatalogue, 'frp.proxy.io', proxy({ io: { in: 1, out: 2 } }))).toEqual([
      [1, 'in'],
      [2, 'out'],
    ]);
  });

  it('segments, durations and round trips are absent where no socket was seen, not 0', () => {
    const blind = proxy({ segments: undefined });
    for (const name of ['segments', 'connection.duration', 'connection.rtt', 'probe.duration']) {
      expect(read(proxyCatalogue, `frp.proxy.${name}`, blind)).toEqual([]);
    }
  });

  it('a round trip is that to the visitor on a server, to the service on a client', () => {
    const roundTrip = { boundaries: [1], counts: [1, 0], sum: 0.5, count: 1, min: 0.5, max: 0.5 };
    expect(read(proxyCatalogue, 'frp.proxy.connection.rtt', proxy({ roundTrip }))).toEqual([[roundTrip, 'visitor']]);
    expect(read(proxyCatalogue, 'frp.proxy.connection.rtt', proxy({ role: 'client', roundTrip }))).toEqual([
      [roundTrip, 'service'],
    ]);
  });

  it('uptimes are seconds, absent while down, and never negative though clocks differ', () => {
    expect(read(proxyCatalogue, 'frp.proxy.uptime', proxy({ startedAt: at(20) }))).toEqual([40]);
    expect(read(proxyCatalogue, 'frp.proxy.uptime', proxy({ startedAt: undefined }))).toEqual([]);
    expect(read(proxyCatalogue, 'frp.proxy.uptime', proxy({ startedAt: at(61) }))).toEqual([0]);
    expect(observedOf('frp.client.session.uptime')).toEqual([{ value: 55, attributes: undefined }]);
    expect(observedOf('frp.process.uptime')).toEqual([{ value: 60, attributes: undefined }]);
  });
});
