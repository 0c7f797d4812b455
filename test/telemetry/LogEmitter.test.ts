import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { type Logger, type LogRecord, SeverityNumber } from '@opentelemetry/api-logs';
import { hrTimeToMilliseconds } from '@opentelemetry/core';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { FrpLogLevel } from '../../src/frp/log/parseLogLine.js';
import type { FrpEvent } from '../../src/model/FrpEvent.js';
import { LogEmitter } from '../../src/telemetry/LogEmitter.js';
import { AsyncContexts } from '../support/AsyncContexts.js';
import { DiagRecorder } from './DiagRecorder.js';
import {
  connected,
  disconnected,
  firing,
  frpc,
  frps,
  lineAt,
  lineRead,
  loginFailed,
  ofFrpc,
  ofFrps,
  proxyFailed,
} from './events.js';
import { at } from './snapshots.js';

const FAILURE = { type: 'listen', message: 'accept tcp: too many open files' } as const;

let exporter: InMemoryLogRecordExporter;
let emitter: LogEmitter;
beforeEach(() => {
  exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  emitter = new LogEmitter(provider.getLogger('frp'));
});

const records = () =>
  exporter.getFinishedLogRecords().map((record) => ({
    time: hrTimeToMilliseconds(record.hrTime),
    observed: hrTimeToMilliseconds(record.hrTimeObserved),
    severity: record.severityNumber,
    text: record.severityText,
    event: record.eventName,
    body: record.body,
    attributes: record.attributes,
  }));

const ofLine = {
  ...ofFrpc,
  'log.iostream': 'stdout',
  'code.file.path': 'client/service.go',
  'code.line.number': 331,
};

describe('LogEmitter', () => {
  it('makes one record of a line: frp’s time, when it was seen, severity, message and where frp wrote it', () => {
    emitter.line(lineAt(at(0.123), 'I', 'try to connect to server...', '8a39e05ac3a8a99c'), frpc, []);
    expect(records()).toEqual([
      {
        time: at(0.123),
        observed: at(0.13),
        severity: SeverityNumber.INFO,
        text: 'I',
        event: undefined,
        body: 'try to connect to server...',
        attributes: { ...ofLine, 'frp.run_id': '8a39e05ac3a8a99c' },
      },
    ]);
  });

  it('takes a line as frp wrote it, in this machine’s zone', () => {
    emitter.line(lineRead('2026-11-21 10:20:30.456 [W] [proxy/proxy.go:204] [web] closed', at(5)), frpc, []);
    expect(records()).toMatchObject([
      {
        time: new Date(2026, 10, 21, 10, 20, 30, 456).getTime(),
        observed: at(5),
        severity: SeverityNumber.WARN,
        body: '[web] closed',
        attributes: { 'code.file.path': 'proxy/proxy.go', 'code.line.number': 204 },
      },
    ]);
  });

  it('keeps the time of a line that was written long before this process started', () => {
    const longAgo = Date.UTC(2023, 0, 2, 3, 4, 5, 678);
    emitter.line(lineAt(longAgo, 'I', 'old'), frpc, []);
    expect(records()).toMatchObject([{ time: longAgo, observed: longAgo + 7 }]);
  });

  it.each([
    ['T', SeverityNumber.TRACE],
    ['D', SeverityNumber.DEBUG],
    ['I', SeverityNumber.INFO],
    ['W', SeverityNumber.WARN],
    ['E', SeverityNumber.ERROR],
  ] as [FrpLogLevel, SeverityNumber][])('gives level %s the severity %i and keeps frp’s letter', (level, severity) => {
    emitter.line(lineAt(at(0), level, 'x'), frpc, []);
    expect(records()).toMatchObject([{ severity, text: level }]);
  });

  it('tells neither stream nor file of a line of the journal', () => {
    const { stream: _, ...ofJournal } = lineAt(at(1), 'I', 'x');
    emitter.line(ofJournal, frpc, []);
    const { 'log.iostream': __, ...withoutStream } = ofLine;
    expect(records().map(({ attributes }) => attributes)).toEqual([withoutStream]);
  });

  describe('given a line of a log file', () => {
    const { stream: _, ...line } = lineAt(at(1), 'I', 'x');
    const inFile = { ...line, place: { path: '/var/log/frp/frps.log', offset: 4096 } };
    const place = {
      'log.file.path': '/var/log/frp/frps.log',
      'log.file.name': 'frps.log',
      'log.file.record_offset': 4096,
    };

    it('tells the file and the offset of the line, and no stream', () => {
      emitter.line(inFile, frpc, []);
      const { 'log.iostream': _, ...withoutStream } = ofLine;
      expect(records().map(({ attributes }) => attributes)).toEqual([{ ...withoutStream, ...place }]);
    });

    it('tells them of a line in no format of frp too', () => {
      const { line: _, ...bare } = inFile;
      emitter.line({ ...bare, line: undefined, text: 'panic: x' }, frpc, []);
      expect(records().map(({ attributes }) => attributes)).toEqual([{ ...ofFrpc, ...place }]);
    });

    it('tells them on each record that the line leads to, so that all of them are known when they come again', () => {
      emitter.line(inFile, frpc, [connected({ to: 1 }), disconnected(1)]);
      expect(records()).toMatchObject([
        { event: 'frp.client.connected', attributes: place },
        { event: 'frp.client.disconnected', body: 'x', attributes: place },
      ]);
    });
  });

  it('has no pid where the process is not known: an undefined one would be exported as an empty value', () => {
    const unknown = { ...frpc, pid: undefined };
    emitter.line(lineAt(at(1), 'I', 'x'), unknown, []);
    emitter.line(lineRead('panic: x', at(1)), unknown, []);
    emitter.event({ ...disconnected(1), pid: undefined });
    expect(records().map(({ attributes }) => Object.keys(attributes).includes('process.pid'))).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('names the event that a line tells, on the line’s own record', () => {
    emitter.line(lineAt(at(2), 'W', 'connect to server error'), frpc, [loginFailed({ to: 2 })]);
    expect(records()).toEqual([
      {
        time: at(2),
        observed: at(2.007),
        severity: SeverityNumber.WARN, // the line's, as frp has it
        text: 'W',
        event: 'frp.client.login.failed',
        body: 'connect to server error',
        attributes: {
          ...ofLine,
          'error.type': 'token_mismatch',
          'frp.error.message': "token in login doesn't match token from configuration",
          'server.address': 'frp.example.com',
          'server.port': 7000,
        },
      },
    ]);
  });

  describe('of a connection that has ended, which is a span', () => {
    const ended: FrpEvent = {
      ...frps,
      kind: 'proxy.connection.ended',
      time: at(9),
      startTime: at(1),
      proxy: 'web',
      proxyType: 'tcp',
      address: '203.0.113.7:51234',
      io: { in: 1, out: 2 },
    };

    it('makes no record', () => {
      emitter.event(ended);
      expect(records()).toEqual([]);
    });

    it('leaves the line that it comes with, and its other event, as they are', () => {
      emitter.line(lineAt(at(9), 'I', 'x'), frpc, [connected({ to: 9 }), ended]);
      emitter.line(lineAt(at(9), 'I', 'y'), frpc, [ended]);
      expect(records()).toMatchObject([
        { event: 'frp.client.connected', body: 'x' },
        { event: undefined, body: 'y', attributes: ofLine },
      ]);
    });
  });

  it('gives a line with several events exactly one record with a body, and each event a name', () => {
    const events: FrpEvent[] = [
      { ...frps, kind: 'server.client.connected', time: at(3), runId: '8a39e05ac3a8a99c', address: '10.0.0.9:5000' },
      { ...frps, kind: 'proxy.created', time: at(3), proxy: 'web', proxyType: 'tcp' },
      { ...frps, kind: 'proxy.connected', time: at(3), proxy: 'web', proxyType: 'tcp', startTime: undefined },
    ];
    emitter.line(lineAt(at(3), 'I', 'new proxy [web] type [tcp] success'), frps, events);
    expect(records().map(({ event, body, time }) => [event, body, time])).toEqual([
      ['frp.server.client.connected', undefined, at(3)],
      ['frp.proxy.created', undefined, at(3)],
      ['frp.proxy.connected', 'new proxy [web] type [tcp] success', at(3)],
    ]);
    expect(records()[0]?.attributes).toEqual({
      ...ofFrps,
      'client.address': '10.0.0.9',
      'frp.run_id': '8a39e05ac3a8a99c',
    });
    expect(records()[1]?.attributes).toEqual({ ...ofFrps, 'frp.proxy.name': 'web', 'frp.proxy.type': 'tcp' });
    expect(records()[2]?.attributes).toEqual({
      ...ofLine,
      ...ofFrps,
      'frp.proxy.name': 'web',
      'frp.proxy.type': 'tcp',
    });
  });

  it('takes a line outside frp’s log as it is, without a severity', () => {
    emitter.line(lineRead('panic: runtime error: index out of range', at(9)), frpc, []);
    expect(records()).toEqual([
      {
        time: at(9),
        observed: at(9),
        severity: undefined,
        text: undefined,
        event: undefined,
        body: 'panic: runtime error: index out of range',
        attributes: { ...ofFrpc, 'log.iostream': 'stdout' },
      },
    ]);
  });

  it('makes of an event that no line tells a record without a body', () => {
    emitter.event({ ...frps, kind: 'server.stopped', time: at(40.5), exit: 'SIGKILL' });
    expect(records()).toEqual([
      {
        time: at(40.5),
        observed: at(40.5),
        severity: SeverityNumber.WARN,
        text: undefined,
        event: 'frp.server.stopped',
        body: undefined,
        attributes: { ...ofFrps, 'frp.process.exit': 'SIGKILL' },
      },
    ]);
  });

  it('tells why a session ended, and whose', () => {
    const runId = '8a39e05ac3a8a99c';
    const ended = { runId, address: '192.0.2.1:5000', reason: 'heartbeat_timeout', startTime: at(1) } as const;
    emitter.event({ ...frps, ...ended, kind: 'server.client.disconnected', time: at(9) });
    emitter.event(disconnected(10));
    expect(records().map(({ event, attributes }) => [event, attributes])).toEqual([
      [
        'frp.server.client.disconnected',
        {
          ...ofFrps,
          'client.address': '192.0.2.1',
          'frp.disconnect.reason': 'heartbeat_timeout',
          'frp.run_id': runId,
        },
      ],
      ['frp.client.disconnected', { ...ofFrpc, 'frp.disconnect.reason': 'unknown' }],
    ]);
  });

  it('has no run id where only the API told of the login', () => {
    const told = connected({ to: 1 });
    emitter.event({ ...told, runId: undefined } as typeof told);
    expect(records()).toMatchObject([{ event: 'frp.client.connected' }]);
    expect(Object.keys(records()[0]?.attributes ?? {})).not.toContain('frp.run_id');
  });

  it.each([
    [disconnected(1), SeverityNumber.WARN],
    [loginFailed({ to: 1 }), SeverityNumber.ERROR],
    [connected({ to: 1 }), SeverityNumber.INFO],
    [{ ...frps, kind: 'server.error', time: at(1), error: FAILURE }, SeverityNumber.ERROR],
    [proxyFailed({ to: 1 }, 'start'), SeverityNumber.WARN],
  ] as [FrpEvent, SeverityNumber][])('gives such an event the severity of its kind: $kind', (event, severity) => {
    emitter.event(event);
    expect(records()).toMatchObject([{ event: `frp.${event.kind}`, severity }]);
  });
});

const SPAN = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const inSpan = trace.setSpanContext(ROOT_CONTEXT, SPAN);

describe('the trace context of a record', () => {
  const spanContexts = () => exporter.getFinishedLogRecords().map(({ spanContext }) => spanContext);

  it('is that of the span which its line is in, on each record of the line', () => {
    emitter.line(lineAt(at(1), 'I', 'x'), frpc, [connected({ to: 1 }), disconnected(1)], inSpan);
    emitter.event(disconnected(1), inSpan);
    expect(spanContexts()).toEqual([SPAN, SPAN, SPAN]);
  });

  describe('outside of all spans, while the program is in one of its own', () => {
    beforeEach(() => void context.setGlobalContextManager(new AsyncContexts()));
    afterEach(() => context.disable());

    it('is none, on the record and for its processors: a child’s output is read in the context of its spawn', () => {
      const contexts: unknown[] = [];
      const processor = new SimpleLogRecordProcessor({ exporter });
      processor.onEmit = (record, emittedIn) => void contexts.push(record.spanContext, emittedIn);
      emitter = new LogEmitter(new LoggerProvider({ processors: [processor] }).getLogger('frp'));
      context.with(inSpan, () => {
        expect(trace.getSpanContext(context.active())).toEqual(SPAN);
        emitter.line(lineAt(at(1), 'I', 'x'), frpc, []);
        emitter.event(disconnected(1));
      });
      expect(contexts).toEqual([undefined, ROOT_CONTEXT, undefined, ROOT_CONTEXT]);
    });
  });
});

describe('given a logger that takes some records only', () => {
  let asked: Parameters<Logger['enabled']>[0][];
  let emitted: LogRecord[];
  const takes = (wanted: (asked: { severityNumber?: SeverityNumber; eventName?: string }) => boolean): LogEmitter => {
    asked = [];
    emitted = [];
    return new LogEmitter({
      emit: (record) => void emitted.push(record),
      enabled: (options = {}) => {
        asked.push(options);
        return wanted(options);
      },
    });
  };

  it('asks with severity, event name and context, and builds nothing of what it does not take', () => {
    emitter = takes(() => false);
    emitter.line(lineAt(at(1), 'D', 'x'), frpc, [connected({ to: 1 })], inSpan);
    emitter.event(disconnected(1), inSpan);
    expect(asked).toEqual([
      { severityNumber: SeverityNumber.DEBUG, eventName: 'frp.client.connected', context: inSpan },
      { severityNumber: SeverityNumber.WARN, eventName: 'frp.client.disconnected', context: inSpan },
    ]);
    expect(emitted).toEqual([]);
  });

  it('emits the record of an event whose line is not taken, and the other way round', () => {
    const events = [connected({ to: 1 }), disconnected(1)];
    emitter = takes(({ eventName }) => eventName === 'frp.client.connected');
    emitter.line(lineAt(at(1), 'I', 'x'), frpc, events);
    expect(emitted.map(({ eventName, body }) => [eventName, body])).toEqual([['frp.client.connected', undefined]]);
    emitter = takes(({ eventName }) => eventName === 'frp.client.disconnected');
    emitter.line(lineAt(at(1), 'I', 'x'), frpc, events);
    expect(emitted.map(({ eventName, body }) => [eventName, body])).toEqual([['frp.client.disconnected', 'x']]);
  });

  it('emits all to one of an older API, which cannot be asked', () => {
    emitted = [];
    emitter = new LogEmitter({ emit: (record: LogRecord) => void emitted.push(record) } as unknown as Logger);
    emitter.line(lineAt(at(1), 'D', 'x'), frpc, []);
    emitter.event(disconnected(1));
    expect(emitted).toHaveLength(2);
  });
});

it('tells which resource is used beyond its threshold, and which check failed', () => {
  const warning = {
    ...frps,
    kind: 'server.resource.warning',
    time: at(1),
    resource: 'cpu',
    value: 0.9,
    threshold: 0.8,
  };
  const check = {
    ...frpc,
    kind: 'health.check.failed',
    time: at(2),
    proxy: 'web',
    proxyType: 'tcp',
    error: { type: 'health_check', message: 'x' },
    check: 'frpc',
  };
  for (const event of [warning, check]) emitter.event(event as FrpEvent);
  expect(records()).toMatchObject([
    {
      severity: SeverityNumber.WARN,
      event: 'frp.server.resource.warning',
      attributes: { 'frp.resource.name': 'cpu', 'frp.resource.value': 0.9, 'frp.resource.threshold': 0.8 },
    },
    {
      severity: SeverityNumber.WARN,
      event: 'frp.health.check.failed',
      attributes: { 'frp.health.check': 'frpc', 'frp.proxy.name': 'web', 'error.type': 'health_check' },
    },
  ]);
});

describe('the length of a value', () => {
  it.each([
    ['in frp’s format', lineAt(at(1), 'I', 'x'.repeat(1_000_000))],
    ['in none', lineRead('x'.repeat(1_000_000), at(1))],
  ])('is 16,384 characters at the most, of a line %s that a program records itself', (_, line) => {
    emitter.line(line, frpc, []);
    expect(records()[0]?.body).toBe(`${'x'.repeat(16_383)}…`);
  });

  it('is 4,096 characters at the most, of a message that came by the API too', () => {
    const error = { type: 'token_mismatch', message: 'x'.repeat(100_000) } as const;
    emitter.event({ ...loginFailed({ to: 1 }), error } as FrpEvent);
    expect(records()[0]?.attributes['frp.error.message']).toBe(`${'x'.repeat(4_095)}…`);
  });

  it.each([
    ['203.0.113.7:51234', '203.0.113.7'],
    ['203.0.113.7', '203.0.113.7'],
    ['[2001:db8::1]:51234', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['frp.example.com:7000', 'frp.example.com'],
    [`${'x'.repeat(5_000)}:1`, `${'x'.repeat(4_095)}…`],
  ])('of an address is without its port: %s', (address, told) => {
    emitter.event({ ...frps, kind: 'server.client.connected', time: at(3), runId: 'f00d', address });
    expect(records()[0]?.attributes['client.address']).toBe(told);
  });
});

describe('given a logger that throws', () => {
  class Rejection extends Error {
    override readonly name = 'Rejection';
  }
  const emitted: unknown[] = [];
  let faults: readonly Error[];
  const throwing = () =>
    new LogEmitter({
      emit: ({ body, eventName }) => {
        emitted.push(body ?? eventName);
        const fault = faults[emitted.length % faults.length];
        if (fault !== undefined) throw fault;
      },
      enabled: () => true,
    });
  beforeEach(() => {
    emitted.length = 0;
    faults = [new Error('of a processor')];
  });

  it('tries each record, and says it once', () => {
    using diagnostics = new DiagRecorder();
    emitter = throwing();
    for (let line = 0; line < 1_000; line += 1) {
      faults = [new Error(`of a processor, ${line}`)];
      emitter.line(lineAt(at(1), 'I', 'x'), frpc, [connected({ to: 1 }), disconnected(1)]);
    }
    emitter.event(disconnected(1));
    expect(emitted).toHaveLength(2_001);
    expect(diagnostics.errors).toEqual([
      expect.stringMatching(/log record processor of the program failed.*of a processor, 0/),
    ]);
  });

  it('says each kind', () => {
    using diagnostics = new DiagRecorder();
    const odd = Object.defineProperty(new Error('odd'), 'name', {
      get() {
        throw new Error('of a getter');
      },
    });
    faults = [
      new Error('plain'),
      new Rejection('other'),
      Object.assign(new Error('with code'), { code: 'EPIPE' }),
      odd,
    ];
    emitter = throwing();
    for (let line = 0; line < 8; line += 1) emitter.line(lineAt(at(1), 'I', 'x'), frpc, []);
    expect(emitted).toHaveLength(8);
    expect(diagnostics.errors).toHaveLength(3); // the odd one no logger can write
  });

  it('says 16 at the most, whatever the program calls its faults', () => {
    using diagnostics = new DiagRecorder();
    emitter = throwing();
    for (let line = 0; line < 100; line += 1) {
      faults = [Object.assign(new Error('x'), { code: line })];
      emitter.line(lineAt(at(1), 'I', 'x'), frpc, []);
    }
    expect(diagnostics.errors).toHaveLength(16);
  });

  it('emits to one that cannot say what it takes', () => {
    using diagnostics = new DiagRecorder();
    emitter = new LogEmitter({
      emit: ({ body }) => void emitted.push(body),
      enabled: () => {
        throw new Error('cannot say');
      },
    });
    emitter.line(lineAt(at(1), 'I', 'x'), frpc, []);
    expect(emitted).toEqual(['x']);
    expect(diagnostics.errors).toEqual([expect.stringMatching(/cannot say/)]);
  });

  describe('of an alert', () => {
    const ofAlert = {
      'frp.role': 'server',
      'frp.instance': 'frps@host',
      'frp.server.name': 'host:7000',
      'frp.alert.name': 'FrpServerDown',
      'frp.alert.severity': 'critical',
      'frp.alert.subject': 'server',
      'frp.alert.id': '5f2c0a91d0e4b37a',
      'frp.alert.summary': 'frps@host is down',
      'frp.alert.metric': 'frp.process.up',
      'frp.alert.value': 0,
      'frp.alert.threshold': 0,
    };

    it('tells its summary as severely as it is', () => {
      emitter.alert(firing);
      expect(records()).toEqual([
        {
          time: at(4),
          observed: at(4),
          severity: SeverityNumber.FATAL,
          text: undefined,
          event: 'frp.alert.firing',
          body: 'frps@host is down',
          attributes: ofAlert,
        },
      ]);
      for (const severity of ['low', 'medium', 'high'] as const) emitter.alert({ ...firing, severity });
      const { INFO, WARN, ERROR } = SeverityNumber;
      expect(records().map((record) => record.severity)).toEqual([SeverityNumber.FATAL, INFO, WARN, ERROR]);
    });

    it('tells its end with how long it fired, and as good news', () => {
      emitter.alert({ ...firing, kind: 'alert.resolved', time: at(10.5), resolvedAt: at(10.5) });
      expect(records()).toMatchObject([
        {
          time: at(10.5),
          severity: SeverityNumber.INFO,
          event: 'frp.alert.resolved',
          attributes: { ...ofAlert, 'frp.alert.duration': 6.5 },
        },
      ]);
    });

    it('leaves out a value that is no finite number, and a threshold where there is none', () => {
      emitter.alert({ ...firing, value: Number.NaN, threshold: undefined });
      expect(records()[0]?.attributes).not.toHaveProperty('frp.alert.value');
      expect(records()[0]?.attributes).not.toHaveProperty('frp.alert.threshold');
    });
  });
});
