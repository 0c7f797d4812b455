import { describe, expect, it } from '@jest/globals';
import * as semconv from '@opentelemetry/semantic-conventions/incubating';
import { ERROR_TYPES } from '../../../src/frp/errorType.js';
import { FRP_EVENT_KINDS, type FrpEvent, type FrpEventKind } from '../../../src/model/FrpEvent.js';
import { ALERT_EVENT_KINDS, alertEventTable, RULE_ATTRIBUTES } from '../../../src/telemetry/catalogue/alertEvents.js';
import { ATTR_FRP } from '../../../src/telemetry/catalogue/attributes.js';
import { instanceCatalogue, proxyCatalogue } from '../../../src/telemetry/catalogue/catalogue.js';
import { derivedMetrics } from '../../../src/telemetry/catalogue/derivedMetrics.js';
import { eventTable } from '../../../src/telemetry/catalogue/events.js';
import { SUBJECT_ATTRIBUTES } from '../../../src/telemetry/catalogue/logRecords.js';
import { telemetryModel } from '../../../src/telemetry/catalogue/telemetryModel.js';
import { recordAttributesOf } from '../../../src/telemetry/eventAttributes.js';
import { alertAttributesOf } from '../../../src/telemetry/TelledAlert.js';
import { firing, frpc, frps } from '../events.js';
import { at } from '../snapshots.js';

const { metrics, derivedMetrics: derived, collectorMetrics, events, spans, logRecord, attributes } = telemetryModel;
const signals = [...metrics, ...derived, ...collectorMetrics, ...events, ...spans];
const used = new Set([
  ...[...signals, logRecord].flatMap((each) => [...each.attributes, ...each.optInAttributes]),
  ...spans.flatMap(({ exceptionAttributes }) => exceptionAttributes),
]);
const names = attributes.map(({ name }) => name);
/** Dots part namespaces, words are in snake case (general/naming.md of the semantic conventions). */
const NAME = /^[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)+$/;

const error = { type: 'port_already_used', message: 'port already used' } as const;
const ofProxy = { ...frps, proxy: 'web', proxyType: 'tcp', time: at(2) };
const login = { ...frpc, time: at(2), startTime: at(1), server: { address: 'frp.example.com', port: 7000 } };

/** One of each, with all that it can have. */
const samples: { readonly [Kind in FrpEventKind]: Extract<FrpEvent, { kind: Kind }> } = {
  'server.started': { ...frps, kind: 'server.started', time: at(2) },
  'server.stopped': { ...frps, kind: 'server.stopped', time: at(2), exit: 'SIGKILL' },
  'server.error': { ...frps, kind: 'server.error', time: at(2), error },
  'server.login.rejected': { ...frps, kind: 'server.login.rejected', time: at(2), error, address: '203.0.113.7:1' },
  'server.client.connected': { ...frps, kind: 'server.client.connected', time: at(2), runId: 'a', address: '::1' },
  'server.client.disconnected': {
    ...frps,
    kind: 'server.client.disconnected',
    time: at(2),
    runId: 'a',
    address: '203.0.113.7:51234',
    reason: 'heartbeat_timeout',
    startTime: at(1),
  },
  'server.resource.warning': {
    ...frps,
    kind: 'server.resource.warning',
    time: at(2),
    resource: 'cpu',
    value: 0.9,
    threshold: 0.8,
  },
  'client.connected': { ...login, kind: 'client.connected', runId: 'a' },
  'client.disconnected': { ...frpc, kind: 'client.disconnected', time: at(2), reason: 'unknown', startTime: at(1) },
  'client.login.failed': { ...login, kind: 'client.login.failed', error },
  'client.config.reloaded': { ...frpc, kind: 'client.config.reloaded', time: at(2), error },
  'proxy.created': { ...ofProxy, kind: 'proxy.created' },
  'proxy.connected': { ...ofProxy, kind: 'proxy.connected', startTime: at(1) },
  'proxy.disconnected': { ...ofProxy, kind: 'proxy.disconnected' },
  'proxy.error': { ...ofProxy, kind: 'proxy.error', error, phase: 'start', startTime: at(1) },
  'proxy.connection.ended': {
    ...ofProxy,
    kind: 'proxy.connection.ended',
    startTime: at(1),
    address: '203.0.113.7:51234',
    io: { in: 1, out: 2 },
    runId: 'a',
  },
  'proxy.closed': { ...ofProxy, kind: 'proxy.closed' },
  'health.check.failed': { ...ofProxy, kind: 'health.check.failed', error, check: 'probe' },
};

describe('the telemetry model', () => {
  it('has each metric of the catalogue, each event and each span once', () => {
    expect(metrics.map(({ name }) => name)).toEqual([...instanceCatalogue, ...proxyCatalogue].map(({ name }) => name));
    expect(derived.map(({ name }) => name)).toEqual(derivedMetrics.map(({ name }) => name));
    for (const kind of [[...metrics, ...derived, ...collectorMetrics], events, spans, attributes]) {
      const found = kind.map(({ name }) => name);
      expect(found).toEqual([...new Set(found)]);
    }
  });

  it('has an event for each kind but that which only makes a span', () => {
    expect(Object.keys(eventTable).sort()).toEqual([...FRP_EVENT_KINDS].sort());
    const recorded = Object.keys(eventTable).filter((kind) => kind !== 'proxy.connection.ended');
    expect(events.map(({ name }) => name)).toEqual([...recorded, ...ALERT_EVENT_KINDS].map((kind) => `frp.${kind}`));
  });

  it.each(signals.map(({ name }) => name))('%s is a name of ours, in lower case, without the suffix _total', (name) => {
    expect(name).toMatch(NAME);
    expect(name).toMatch(/^frp\./);
    expect(name).not.toMatch(/total$/);
  });

  it('describes each attribute that something carries, and no other', () => {
    expect([...used].sort()).toEqual([...names].sort());
  });

  it('has each name in ATTR_FRP as an attribute of ours', () => {
    expect(attributes.filter(({ definedBy }) => definedBy === 'frp').map(({ name }) => name)).toEqual(
      Object.values(ATTR_FRP),
    );
  });

  it.each(attributes.map((row) => [row.name, row] as const))(
    '%s has a name by the rules, a type, a sentence, and examples of that type',
    (name, { type, brief, examples, values, definedBy }) => {
      expect(name).toMatch(NAME);
      expect(name.startsWith('frp.')).toBe(definedBy === 'frp');
      expect(brief).toMatch(/^\S.{8,140}\.$/);
      expect(examples.length).toBeGreaterThan(0);
      const typeOf = type === 'string' || type === 'boolean' ? type : 'number';
      for (const example of examples) expect(typeof example).toBe(typeOf);
      if (type === 'int') for (const example of examples) expect(Number.isInteger(example)).toBe(true);
      if (values !== undefined) expect(values.map(({ value }) => value)).toEqual(expect.arrayContaining([...examples]));
    },
  );

  it('gives nothing a name that is the namespace of another of its kind, but for one metric', () => {
    const both = (all: readonly string[]) =>
      all.flatMap((name) => all.filter((other) => other.startsWith(`${name}.`)).map((other) => [name, other]));
    expect(both(names)).toEqual([]);
    expect(both(events.map(({ name }) => name))).toEqual([]);
    expect(both([...metrics, ...derived].map(({ name }) => name))).toEqual([
      ['frp.client.reconnects', 'frp.client.reconnects.recent'],
    ]);
  });

  it('takes names of others from the semantic conventions, and one from the Collector', () => {
    const known = new Set<unknown>(
      Object.entries(semconv).flatMap(([key, value]) => (key.startsWith('ATTR_') ? [value] : [])),
    );
    const ofOthers = attributes.filter(({ definedBy }) => definedBy !== 'frp');
    expect(ofOthers.filter(({ name }) => !known.has(name)).map(({ name, definedBy }) => [name, definedBy])).toEqual([
      ['log.file.record_offset', 'collector'],
    ]);
  });

  it('knows every class of error.type', () => {
    const told = attributes.find(({ name }) => name === 'error.type')?.values?.map(({ value }) => value);
    expect([...(told ?? [])].sort()).toEqual([...ERROR_TYPES, 'process_exited'].sort());
  });

  it('puts on metrics nothing of which there is no end', () => {
    const onMetrics = new Set(
      [...metrics, ...derived].flatMap((each) => [...each.attributes, ...each.optInAttributes]),
    );
    for (const name of ['frp.run_id', 'process.pid', 'client.address', 'frp.error.message', 'server.port']) {
      expect(names).toContain(name);
      expect(onMetrics).not.toContain(name);
    }
  });

  it('asks for nothing opt-in by default', () => {
    const optIn = new Set(attributes.filter(({ isOptIn }) => isOptIn).map(({ name }) => name));
    const byDefault = signals.filter((each) => !('isOptIn' in each)).flatMap((each) => each.attributes);
    expect(byDefault.filter((name) => optIn.has(name))).toEqual([]);
  });

  it.each(FRP_EVENT_KINDS)('frp.%s carries the attributes of its row and no other', (kind) => {
    const listed = [...SUBJECT_ATTRIBUTES, ...eventTable[kind].attributes];
    expect(Object.keys(recordAttributesOf(samples[kind])).sort()).toEqual(listed.sort());
  });

  it.each(ALERT_EVENT_KINDS)('frp.%s carries the attributes of its row that its rule has, and no other', (kind) => {
    const ofRule = Object.fromEntries(RULE_ATTRIBUTES.map((name) => [name, 'x']));
    const isResolved = kind === 'alert.resolved';
    const told = alertAttributesOf({ ...firing, kind, attributes: ofRule, resolvedAt: isResolved ? at(9) : undefined });
    expect(Object.keys(told).sort()).toEqual([...alertEventTable[kind].attributes].sort());
  });
});
