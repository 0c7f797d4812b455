import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Context, context, ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { hrTimeToMilliseconds, suppressTracing } from '@opentelemetry/core';
import { AlwaysOffSampler, InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { parseConfig } from '../../src/frp/config/parseConfig.js';
import type { FrpLogMeaning } from '../../src/frp/log/FrpLogMeaning.js';
import type { FrpEvent, FrpEventSubject } from '../../src/model/FrpEvent.js';
import type { FrpSignal, LogLineRead, ProcessStarted, SocketReading, SpawnCall } from '../../src/model/FrpSignal.js';
import { SpanEmitter } from '../../src/telemetry/SpanEmitter.js';
import { socket } from '../model/signals.js';
import { DiagRecorder } from './DiagRecorder.js';
import {
  connected,
  connectionEnded,
  disconnected,
  frpc,
  frps,
  lineAt,
  loginFailed,
  ofFrpc,
  ofFrps,
  proxyConnected,
  proxyFailed,
} from './events.js';
import { at } from './snapshots.js';

let exporter: InMemorySpanExporter;
let tracer: Tracer;
let emitter: SpanEmitter;
beforeEach(() => {
  exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  tracer = provider.getTracer('frp');
  emitter = new SpanEmitter(tracer);
});

/** Events that no line tells. */
const tell = (...events: FrpEvent[]) => {
  for (const event of events) emitter.receive(nothing(event.time), event, [event]);
};
const nothing = (time: number): FrpSignal => ({
  kind: 'items.dropped',
  time,
  target: 1,
  item: 'span',
  reason: 'limit',
  count: 0,
});
const means = (second: number, meaning: FrpLogMeaning | undefined, runId?: string): LogLineRead => ({
  ...lineAt(at(second), 'I', 'as frp says it', runId),
  meaning,
});
/** The ids of the span that a line's records are in. */
const read = (line: LogLineRead, subject: FrpEventSubject, ...events: FrpEvent[]) =>
  idsOf(emitter.receive(line, subject, events));
const idsOf = (told: Context | undefined) => {
  const { traceId, spanId } = (told && trace.getSpanContext(told)) ?? {};
  return told && { traceId, spanId };
};
const idsOfSpan = (index: number) => {
  const { traceId, spanId } = spans()[index]?.spanContext() ?? {};
  return { traceId, spanId };
};
const started = (second: number, subject = frpc, changed: Partial<ProcessStarted> = {}): void => {
  const { role, pid } = subject;
  const of = { role, pid, hostName: 'host', configPath: undefined, config: undefined, seenFromStart: true };
  emitter.receive({ kind: 'process.started', time: at(second), target: 1, ...of, ...changed }, subject, []);
};
const exited = (second: number, subject = frpc, target = 1): void => {
  const how = { exitCode: undefined, exitSignal: 'SIGKILL' };
  emitter.receive({ kind: 'process.exited', time: at(second), target, ...how }, subject, []);
};
const spans = () => exporter.getFinishedSpans();
const told = () =>
  spans().map(({ name, kind, startTime, endTime, status }) => ({
    name,
    kind,
    from: hrTimeToMilliseconds(startTime),
    to: hrTimeToMilliseconds(endTime),
    status,
  }));

const EXITED = { type: 'process_exited', message: 'frpc exited before the login ended' } as const;
const LOGIN_STARTED = { kind: 'login.started' } as const;
const LOGIN_SUCCEEDED = { kind: 'login.succeeded', runId: '8a39e05ac3a8a99c' } as const;

describe('SpanEmitter', () => {
  it('makes a span of a login from the attempt to its success', () => {
    tell(connected({ from: 1.25, to: 1.5 }));
    expect(told()).toEqual([
      {
        name: 'frp.client.login',
        kind: SpanKind.CLIENT,
        from: at(1.25),
        to: at(1.5),
        status: { code: SpanStatusCode.UNSET },
      },
    ]);
    expect(spans()[0]?.attributes).toEqual({
      ...ofFrpc,
      'frp.run_id': '8a39e05ac3a8a99c',
      'server.address': 'frp.example.com',
      'server.port': 7000,
    });
  });

  it('makes a span with an error of a login that failed', () => {
    tell(loginFailed({ from: 1, to: 3 }));
    const message = "token in login doesn't match token from configuration";
    expect(told()).toEqual([
      {
        name: 'frp.client.login',
        kind: SpanKind.CLIENT,
        from: at(1),
        to: at(3),
        status: { code: SpanStatusCode.ERROR, message },
      },
    ]);
    const { attributes } = spans()[0] ?? {};
    expect(attributes).toMatchObject({ 'error.type': 'token_mismatch' });
    // The message is the status and the exception's, and no attribute besides.
    expect(Object.values(attributes ?? {})).not.toContain(message);
  });

  it('makes of the start of a proxy a child of the session’s login', () => {
    tell(connected({ from: 1, to: 2 }), proxyConnected({ from: 2.5, to: 2.75 }));
    const [login, start] = spans();
    expect(told()[1]).toEqual({
      name: 'frp.proxy.start',
      kind: SpanKind.INTERNAL,
      from: at(2.5),
      to: at(2.75),
      status: { code: SpanStatusCode.UNSET },
    });
    expect(start?.attributes).toEqual({ ...ofFrpc, 'frp.proxy.name': 'web', 'frp.proxy.type': 'tcp' });
    expect(login?.parentSpanContext).toBeUndefined();
    expect(start?.parentSpanContext?.spanId).toBe(login?.spanContext().spanId);
    expect(start?.spanContext().traceId).toBe(login?.spanContext().traceId);
  });

  it('makes a span with an error of a start that was refused', () => {
    tell(connected({ from: 1, to: 2 }), proxyFailed({ from: 2, to: 3 }, 'start'));
    expect(told()[1]).toEqual({
      name: 'frp.proxy.start',
      kind: SpanKind.INTERNAL,
      from: at(2),
      to: at(3),
      status: { code: SpanStatusCode.ERROR, message: 'port already used' },
    });
    expect(spans()[1]?.attributes).toMatchObject({ 'error.type': 'port_already_used' });
  });

  it.each([
    ['the session was lost', disconnected(10)],
    ['a login failed', loginFailed({ from: 9, to: 10 })],
    ['a login was not seen from its beginning', connected({ to: 10 })],
  ])('makes a root of the start of a proxy after %s', (_, event) => {
    tell(connected({ from: 1, to: 2 }), event, proxyConnected({ from: 11, to: 12 }));
    const start = spans().at(-1);
    expect(start?.name).toBe('frp.proxy.start');
    expect(start?.parentSpanContext).toBeUndefined();
    expect(start?.spanContext().traceId).not.toBe(spans()[0]?.spanContext().traceId);
  });

  it('hangs proxies on the login of the present session after a reconnect', () => {
    tell(connected({ from: 1, to: 2 }), disconnected(10), connected({ from: 11, to: 12 }));
    tell(proxyConnected({ from: 12, to: 13 }));
    expect(spans()[2]?.parentSpanContext?.spanId).toBe(spans()[1]?.spanContext().spanId);
  });

  it('does not mix the sessions of two instances', () => {
    const other = { ...frpc, instance: 'frpc@host/b.toml' };
    tell(connected({ from: 1, to: 2 }), connected({ from: 3, to: 4 }, other));
    tell(proxyConnected({ from: 5, to: 6 }), proxyConnected({ from: 5, to: 6 }, 'ssh', other));
    const [first, second, web, ssh] = spans();
    expect(web?.parentSpanContext?.spanId).toBe(first?.spanContext().spanId);
    expect(ssh?.parentSpanContext?.spanId).toBe(second?.spanContext().spanId);
  });

  it('makes a span of a user connection, with its bytes and without its address', () => {
    tell(connectionEnded({ from: 1, to: 61 }));
    expect(told()).toEqual([
      {
        name: 'frp.connection',
        kind: SpanKind.SERVER,
        from: at(1),
        to: at(61),
        status: { code: SpanStatusCode.UNSET },
      },
    ]);
    expect(spans()[0]?.attributes).toEqual({
      ...ofFrps,
      'frp.proxy.name': 'web',
      'frp.proxy.type': 'tcp',
      'frp.connection.io.in': 500,
      'frp.connection.io.out': 7_000,
    });
  });

  it('tells the address of a visitor where it is asked to', () => {
    emitter = new SpanEmitter(tracer, { recordClientAddress: true });
    tell(connectionEnded({ from: 1, to: 2 }, '[2001:db8::1]:51234'));
    expect(spans()[0]?.attributes).toMatchObject({ 'client.address': '2001:db8::1', 'client.port': 51_234 });
  });

  it.each(['stcp', ''])('never tells it of a proxy of type "%s": it may be that of the visiting frpc', (proxyType) => {
    emitter = new SpanEmitter(tracer, { recordClientAddress: true });
    tell({ ...connectionEnded({ from: 1, to: 2 }), proxyType } as FrpEvent);
    expect(spans()).toHaveLength(1);
    expect(Object.keys(spans()[0]?.attributes ?? {}).filter((name) => name.startsWith('client.'))).toEqual([]);
  });

  it('makes spans of 50 connections a second, and tells of the others', () => {
    let dropped = 0;
    emitter = new SpanEmitter(tracer, { onDropped: () => (dropped += 1) });
    for (let count = 0; count < 60; count += 1) tell(connectionEnded({ from: 0, to: 10 }));
    expect([spans().length, dropped]).toEqual([50, 10]);
    for (let count = 0; count < 60; count += 1) tell(connectionEnded({ from: 0, to: 10.5 }));
    expect([spans().length, dropped]).toEqual([75, 45]);
  });

  it('makes no span of moments, nor where the beginning was not seen', () => {
    tell(
      connected({ to: 2 }),
      loginFailed({ to: 3 }),
      proxyConnected({ to: 4 }),
      proxyFailed({ to: 5 }, 'connection'),
      disconnected(6),
      { ...frpc, kind: 'client.config.reloaded', time: at(7), error: undefined },
      { ...frpc, kind: 'proxy.closed', time: at(8), proxy: 'web', proxyType: 'tcp' },
    );
    expect(spans()).toEqual([]);
  });

  it('gives a span no negative length when the clock was set back in between', () => {
    tell(connected({ from: 5, to: 4 }), loginFailed({ from: 5, to: 4 }));
    expect(told()).toMatchObject([
      { from: at(5), to: at(5) },
      { from: at(5), to: at(5) },
    ]);
    expect(spans()[1]?.events.map(({ time }) => hrTimeToMilliseconds(time))).toEqual([at(5)]);
  });

  it('is no part of a trace of the program that happens to be active', () => {
    const active = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
    context.with(trace.setSpanContext(ROOT_CONTEXT, active), () => tell(connected({ from: 1, to: 2 })));
    expect(spans()[0]?.spanContext().traceId).not.toBe(active.traceId);
  });
});

describe('an error', () => {
  it('is the span’s status, its error.type and an exception event without a stack, at the span’s end', () => {
    tell(loginFailed({ from: 1, to: 3 }));
    const message = "token in login doesn't match token from configuration";
    const [login] = spans();
    expect(login?.status).toEqual({ code: SpanStatusCode.ERROR, message });
    expect(login?.attributes['error.type']).toBe('token_mismatch');
    expect(login?.events.map(({ name, time, attributes }) => [name, hrTimeToMilliseconds(time), attributes])).toEqual([
      ['exception', at(3), { 'exception.type': 'token_mismatch', 'exception.message': message }],
    ]);
  });

  it('is told in 4,096 characters at the most', () => {
    const error = { type: 'token_mismatch', message: 'x'.repeat(16_384) } as const;
    tell({ ...loginFailed({ from: 1, to: 3 }), error } as FrpEvent);
    const [login] = spans();
    const texts = [login?.status.message, login?.events[0]?.attributes?.['exception.message']];
    expect(texts).toEqual(Array(2).fill(`${'x'.repeat(4_095)}…`));
  });
});

describe('the span of a login, open from its first line', () => {
  it('is what every line of that frpc is in up to the outcome, and the line that adds the proxies', () => {
    started(0);
    const before = read(means(0.5, undefined), frpc);
    const first = read(means(1, LOGIN_STARTED), frpc);
    const between = read(means(1.5, undefined), frpc);
    const last = read(means(2, LOGIN_SUCCEEDED), frpc, connected({ from: 1, to: 2 }));
    const added = read(means(2.1, { kind: 'proxies.added', proxies: ['web'] }), frpc);
    const after = read(means(3, undefined), frpc);
    expect([before, after]).toEqual([undefined, undefined]);
    expect([first, between, last, added]).toEqual(Array(4).fill(idsOfSpan(0)));
    expect(told()).toMatchObject([{ name: 'frp.client.login', from: at(1), to: at(2) }]);
    expect(spans()[0]?.attributes).toMatchObject({
      ...ofFrpc,
      'server.port': 7000,
      'frp.run_id': LOGIN_SUCCEEDED.runId,
    });
  });

  it('is what a refusal is in', () => {
    read(means(1, LOGIN_STARTED), frpc);
    const failed = { kind: 'login.failed', error: 'x', errorType: 'token_mismatch' } as const;
    expect(read(means(2, failed), frpc, loginFailed({ from: 1, to: 2 }))).toEqual(idsOfSpan(0));
  });

  it('is not what another frpc’s lines are in', () => {
    read(means(1, LOGIN_STARTED), frpc);
    expect(read(means(1.5, undefined), { ...frpc, instance: 'frpc@host/b.toml' })).toBeUndefined();
  });

  it('goes on when the API tells first that frpc is connected', () => {
    read(means(1, LOGIN_STARTED), frpc);
    tell(connected({ to: 1.5 }));
    expect(spans()).toEqual([]);
    read(means(2, LOGIN_SUCCEEDED), frpc, connected({ from: 1, to: 2 }));
    expect(told()).toMatchObject([{ from: at(1), to: at(2) }]);
  });

  it.each([
    ['as the model tells it', [{ ...loginFailed({ from: 1, to: 5 }), error: EXITED } as FrpEvent]],
    ['where the model says nothing', []],
  ])('ends with an error when the process goes, once, %s', (_, events) => {
    started(0);
    read(means(1, LOGIN_STARTED), frpc);
    const gone = { kind: 'process.exited', time: at(5), target: 1, exitCode: 1, exitSignal: undefined } as const;
    emitter.receive(gone, frpc, events);
    const message = 'frpc exited before the login ended';
    expect(told()).toMatchObject([{ from: at(1), to: at(5), status: { code: SpanStatusCode.ERROR, message } }]);
    expect(spans()[0]?.attributes['error.type']).toBe('process_exited');
    expect(read(means(6, undefined), frpc)).toBeUndefined();
  });

  it('ends with an error after a minute, and a session that comes all the same hangs on it', () => {
    started(0);
    read(means(1, LOGIN_STARTED), frpc);
    emitter.receive(sampled(61), frpc, []);
    expect(spans()).toEqual([]);
    emitter.receive(sampled(61.001), frpc, []);
    expect(spans()[0]?.attributes['error.type']).toBe('timeout');
    expect(told()).toMatchObject([{ from: at(1), to: at(61.001) }]);
    expect(read(means(62, undefined), frpc)).toBeUndefined();
    read(means(70, LOGIN_SUCCEEDED), frpc, connected({ from: 1, to: 70 }));
    tell(proxyConnected({ from: 70, to: 71 }));
    expect(told().map(({ name }) => name)).toEqual(['frp.client.login', 'frp.proxy.start']);
    expect(spans()[1]?.parentSpanContext?.spanId).toBe(idsOfSpan(0).spanId);
  });

  it('ends when another one begins before its outcome was seen', () => {
    read(means(1, LOGIN_STARTED), frpc);
    read(means(3, LOGIN_STARTED), frpc);
    expect(told()).toMatchObject([{ from: at(1), to: at(3), status: { code: SpanStatusCode.ERROR } }]);
    read(means(4, LOGIN_SUCCEEDED), frpc, connected({ from: 3, to: 4 }));
    expect(told()[1]).toMatchObject({ from: at(3), to: at(4), status: { code: SpanStatusCode.UNSET } });
  });

  it('is not touched by the last lines and the end of the process before', () => {
    started(0);
    started(10, frpc, { target: 2 });
    read({ ...means(11, LOGIN_STARTED), target: 2 }, frpc);
    expect(read(means(11.1, undefined), frpc)).toBeUndefined();
    exited(11.2);
    expect(spans()).toEqual([]);
    expect(read({ ...means(11.3, undefined), target: 2 }, frpc)).toBeDefined();
  });
});

it('goes on with another tracer: what is open ends where it began, and what follows is its child', () => {
  started(0);
  read(means(1, LOGIN_STARTED), frpc);
  const later = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor({ exporter: later })];
  emitter.useTracer(new TracerProvider({ spanProcessors }).getTracer('frp'));
  read(means(2, LOGIN_SUCCEEDED), frpc, connected({ from: 1, to: 2 }));
  tell(proxyConnected({ from: 2, to: 3 }));
  expect(told().map(({ name }) => name)).toEqual(['frp.client.login']);
  expect(later.getFinishedSpans().map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([
    idsOfSpan(0).spanId,
  ]);
});

it('survives a tracer that throws, and says so', () => {
  using diagnostics = new DiagRecorder();
  emitter.useTracer({
    ...tracer,
    startSpan: () => {
      throw new Error('a fault of theirs');
    },
  });
  expect(read(means(1, LOGIN_STARTED), frpc)).toBeUndefined();
  expect(diagnostics.errors).toEqual([expect.stringMatching(/sampler or span processor of the program failed/)]);
  emitter.useTracer(tracer);
  read(means(2, LOGIN_STARTED), frpc);
  read(means(3, LOGIN_SUCCEEDED), frpc, connected({ from: 2, to: 3 }));
  expect(told()).toMatchObject([{ from: at(2), to: at(3) }]);
});

describe('given a process that this program spawned', () => {
  const caller = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
  const spawned = (changed: Partial<SpawnCall> = {}): Partial<ProcessStarted> => ({
    spawned: {
      startTime: at(0.1),
      endTime: at(0.103),
      executable: 'frpc',
      context: trace.setSpanContext(ROOT_CONTEXT, caller),
      ...changed,
    },
  });
  const login = (from: number): void => {
    read(means(from, LOGIN_STARTED), frpc);
    read(means(from + 1, LOGIN_SUCCEEDED), frpc, connected({ from, to: from + 1 }));
  };

  it('makes a span of the call, in the caller’s context', () => {
    started(0.2, frpc, spawned());
    expect(told()).toMatchObject([
      { name: 'frp.process.spawn', kind: SpanKind.INTERNAL, from: at(0.1), to: at(0.103), status: { code: 0 } },
    ]);
    expect(spans()[0]?.attributes).toEqual({ ...ofFrpc, 'process.executable.name': 'frpc' });
    expect(spans()[0]?.parentSpanContext).toMatchObject(caller);
  });

  it('makes the first login its child, and later ones roots that are linked to it', () => {
    started(0.2, frpc, spawned());
    login(1);
    tell(proxyConnected({ from: 2, to: 3 }), disconnected(9));
    login(10);
    const [spawn, first, proxy, second] = spans();
    expect(first?.parentSpanContext?.spanId).toBe(spawn?.spanContext().spanId);
    expect(proxy?.parentSpanContext?.spanId).toBe(first?.spanContext().spanId);
    expect([spawn, first, proxy].map((span) => span?.spanContext().traceId)).toEqual(Array(3).fill(caller.traceId));
    expect(first?.links).toEqual([]);
    expect(second?.parentSpanContext).toBeUndefined();
    expect(second?.spanContext().traceId).not.toBe(caller.traceId);
    expect(second?.links.map((link) => link.context.spanId)).toEqual([spawn?.spanContext().spanId]);
  });

  it('begins anew with each process', () => {
    started(0.2, frpc, spawned());
    login(1);
    exited(5);
    started(6.2, frpc, { ...spawned({ startTime: at(6), endTime: at(6.1) }), target: 2 });
    read({ ...means(7, LOGIN_STARTED), target: 2 }, frpc);
    read({ ...means(8, LOGIN_SUCCEEDED), target: 2 }, frpc, connected({ from: 7, to: 8 }));
    expect(spans()[3]?.parentSpanContext?.spanId).toBe(idsOfSpan(2).spanId);
  });

  it.each([
    ['no context is known', undefined],
    ['the context is none', { traceId: 'x' }],
  ])('makes roots where %s', (_, given) => {
    started(0.2, frpc, spawned({ context: given }));
    expect(spans()[0]?.parentSpanContext).toBeUndefined();
    login(1);
    expect(spans()[1]?.parentSpanContext?.spanId).toBe(idsOfSpan(0).spanId);
  });

  it('ends it no earlier than it began', () => {
    started(0.2, frpc, spawned({ endTime: at(0) }));
    expect(told()).toMatchObject([{ from: at(0.1), to: at(0.1) }]);
  });

  it('tells of logins without it where the program had switched tracing off', () => {
    started(0.2, frpc, spawned({ context: suppressTracing(ROOT_CONTEXT) }));
    login(1);
    expect(told().map(({ name }) => name)).toEqual(['frp.client.login']);
    expect(spans()[0]?.links).toEqual([]);
  });

  it('leaves the sampling to the SDK: a caller that is not sampled has children that are not', () => {
    const unsampled = trace.setSpanContext(ROOT_CONTEXT, { ...caller, traceFlags: 0 });
    started(0.2, frpc, spawned({ context: unsampled }));
    login(1);
    expect(spans()).toEqual([]);
    login(10);
    expect(told().map(({ name }) => name)).toEqual(['frp.client.login']);
  });
});

describe('the span of a user connection', () => {
  const userConnection = (second: number, address = '203.0.113.7:51234', proxy = 'web'): LogLineRead =>
    means(second, { kind: 'proxy.user.connection', proxy, address }, '8a39e05ac3a8a99c');
  const PORT = 6000;
  interface Look {
    readonly tellsEnds?: boolean;
    readonly ports?: readonly number[];
    readonly sockets?: readonly SocketReading[];
  }
  const looked = (second: number, look: Look = {}): void => {
    const all = { tellsEnds: true, ports: [PORT], sockets: [], ...look };
    emitter.receive({ kind: 'sockets.sampled', time: at(second), target: 1, ...all }, frps, []);
  };
  const created = (second: number, proxyType = 'tcp', proxy = 'web'): void => {
    if (proxyType === 'tcp') read(means(second, { kind: 'proxy.listening', proxy, port: String(PORT) }), frps);
    tell({ ...frps, kind: 'proxy.created', time: at(second), proxy, proxyType });
  };
  const socketsAre = (state: 'off' | 'degraded', givesSome?: true): void => {
    const changed = { kind: 'source.changed', source: 'sockets', state, reason: 'why' } as const;
    emitter.receive({ ...changed, time: at(2), target: 1, ...(givesSome && { givesSome }) }, frps, []);
  };
  const begins = (second: number, address?: string) => read(userConnection(second, address), frps);

  it('is open from the line that begins it, where its end will be told', () => {
    started(0, frps);
    created(0.1);
    looked(0.5);
    const begun = begins(1);
    expect(spans()).toEqual([]);
    tell(connectionEnded({ from: 1, to: 61 }));
    expect(begun).toEqual(idsOfSpan(0));
    expect(told()).toMatchObject([{ name: 'frp.connection', kind: SpanKind.SERVER, from: at(1), to: at(61) }]);
    expect(spans()[0]?.attributes).toEqual({
      ...ofFrps,
      'frp.proxy.name': 'web',
      'frp.proxy.type': 'tcp',
      'frp.run_id': '8a39e05ac3a8a99c',
      'frp.connection.io.in': 500,
      'frp.connection.io.out': 7_000,
    });
  });

  it.each<[what: string, release: (time: number) => void, ends: number]>([
    ['its process is let go', (time) => emitter.released(1, frps, time), 1],
    ['all are', (time) => emitter.allReleased(time), 1],
    ['a process is that it was before: not', (time) => emitter.released(9, frps, time), 0],
  ])('ends without an error where %s', (_, release, ends) => {
    started(0, frps);
    created(0.1);
    looked(0.5);
    begins(1);
    release(at(3));
    expect(told()).toMatchObject([{ name: 'frp.connection', from: at(1), to: at(3) }].slice(0, ends));
    expect(spans().flatMap(({ status, events }) => [status, events])).toEqual([{ code: 0 }, []].slice(0, 2 * ends));
    begins(4, '203.0.113.7:2'); // nothing of it is known any more, until it is told of again
    emitter.allReleased(at(5));
    expect(spans()).toHaveLength(ends === 1 ? 1 : 2);
  });

  it('begins and ends in one line, where the end was told before it', () => {
    created(0);
    looked(0.5);
    const line = read(userConnection(1), frps, connectionEnded({ from: 1, to: 2 }));
    expect(line).toEqual(idsOfSpan(0));
    expect(spans()).toHaveLength(1);
  });

  it('is not that of another proxy which the same address visits at the same time', () => {
    let dropped = 0;
    emitter = new SpanEmitter(tracer, { onDropped: () => (dropped += 1) });
    created(0);
    created(0, 'tcp', 'ssh');
    looked(0.5);
    begins(1);
    read(userConnection(1, undefined, 'ssh'), frps);
    tell(connectionEnded({ from: 1, to: 2 })); // of web
    expect([spans().length, dropped]).toEqual([0, 1]);
    tell({ ...connectionEnded({ from: 1, to: 3 }), proxy: 'ssh' } as FrpEvent);
    expect(spans().map(({ attributes }) => attributes['frp.proxy.name'])).toEqual(['ssh']);
  });

  it('is known by its address as the kernel has it', () => {
    created(0);
    looked(0.5);
    const begun = begins(1, '[::ffff:203.0.113.7]:51234');
    tell(connectionEnded({ from: 1, to: 2 }));
    expect(begun).toEqual(idsOfSpan(0));
  });

  it.each<[string, () => void]>([
    ['no ends are told', () => created(0)],
    ['only looks tell of connections', () => [created(0), looked(0.5, { tellsEnds: false })]],
    ['the ends are told since later', () => [created(0), looked(1.5)]],
    ['the port was not listed yet', () => [looked(0, { ports: [] }), created(0.1), looked(0.5, { ports: [6001] })]],
    ['the port was listed since later', () => [looked(0, { ports: [] }), created(0.1), looked(1.5)]],
    ['the port was listed before, and is not any more', () => [created(0), looked(0.5), looked(0.8, { ports: [] })]],
    ['the looks do not tell of which ports', () => [created(0), looked(0.5, { ports: [] })]],
    ['the port of the proxy is not known', () => looked(0.5)],
    ['the proxy is stcp', () => [created(0, 'stcp'), looked(0.5)]],
    ['the proxy is stcp now', () => [created(0), looked(0.5), created(0.6, 'stcp')]],
    ['the proxy was closed in between', () => [created(0), looked(0.5), tell(proxyClosed(0.7))]],
  ])('is made at its end where %s', (_, given) => {
    given();
    expect(begins(1)).toBeUndefined();
    tell(connectionEnded({ from: 1, to: 2 }));
    expect(told()).toMatchObject([{ from: at(1), to: at(2) }]);
  });

  it('is open from its line once one of its proxy has ended', () => {
    looked(0.5);
    tell(connectionEnded({ from: 1, to: 2 }));
    expect(begins(3)).toBeDefined();
  });

  it('is made at its end where it had begun before that was known', () => {
    looked(0.5);
    expect(begins(1)).toBeUndefined();
    tell(connectionEnded({ from: 0.9, to: 2 }, '203.0.113.8:1'), connectionEnded({ from: 1, to: 3 }));
    expect(told().map(({ from, to }) => [from, to])).toEqual([
      [at(0.9), at(2)],
      [at(1), at(3)],
    ]);
  });

  it('is made at its end where it had begun when the look told, though after the look', () => {
    let dropped = 0;
    emitter = new SpanEmitter(tracer, { onDropped: () => (dropped += 1) });
    created(0);
    expect(begins(1)).toBeUndefined();
    looked(0.9);
    tell(connectionEnded({ from: 1, to: 2 }));
    expect([spans().length, dropped]).toEqual([1, 0]);
  });

  it('is not made of a probe of ours', () => {
    created(0);
    looked(0.5);
    emitter.receive(
      { kind: 'probe.started', time: at(1), target: 1, proxy: 'web', address: '127.0.0.1:5000' },
      frps,
      [],
    );
    expect(begins(1, '127.0.0.1:5000')).toBeUndefined();
    exited(2, frps);
    expect(spans()).toEqual([]);
  });

  it('is made of 50 that begin in a second: the others are counted at their ends, and lines of theirs are in none', () => {
    let dropped = 0;
    emitter = new SpanEmitter(tracer, { onDropped: () => (dropped += 1) });
    created(0);
    looked(0.5);
    const ports = Array.from({ length: 60 }, (_, index) => `203.0.113.7:${50_000 + index}`);
    const begun = ports.map((address) => begins(1, address));
    expect(begun.filter((ids) => ids !== undefined)).toHaveLength(50);
    expect(dropped).toBe(0);
    for (const address of ports) tell(connectionEnded({ from: 1, to: 100 }, address));
    expect([spans().length, dropped]).toEqual([50, 10]);
  });

  it('is linked to the login of its client where that is observed too', () => {
    tell(connected({ from: 0.1, to: 0.2 }));
    created(0);
    looked(0.5);
    begins(1);
    tell(connectionEnded({ from: 1, to: 2 }));
    tell({ ...connectionEnded({ from: 0.3, to: 3 }), runId: '8a39e05ac3a8a99c' } as FrpEvent); // of before the first look
    tell({ ...connectionEnded({ from: 0.3, to: 3 }), runId: 'another' } as FrpEvent);
    const [login, ...connections] = spans();
    expect(connections.map(({ links }) => links.map((link) => link.context.spanId))).toEqual([
      [login?.spanContext().spanId],
      [login?.spanContext().spanId],
      [],
    ]);
    expect(connections.map(({ attributes }) => attributes['frp.run_id'])).toEqual([
      '8a39e05ac3a8a99c',
      '8a39e05ac3a8a99c',
      'another',
    ]);
    expect(login?.attributes['frp.run_id']).toBe('8a39e05ac3a8a99c');
  });

  it('ends with an error when frps goes', () => {
    started(0, frps);
    created(0);
    looked(0.5);
    begins(1);
    exited(5, frps);
    expect(told()).toMatchObject([
      {
        from: at(1),
        to: at(5),
        status: { code: SpanStatusCode.ERROR, message: 'frps exited while the connection was open' },
      },
    ]);
    expect(spans()[0]?.attributes).toMatchObject({ 'frp.proxy.name': 'web', 'error.type': 'process_exited' });
    expect(begins(6)).toBeUndefined();
  });

  it.each<[string, () => void]>([
    ['only looks tell of connections', () => looked(2, { tellsEnds: false })],
    ['nobody looks at connections any more', () => socketsAre('off')],
    ['a look fails', () => socketsAre('degraded')],
  ])('is forgotten when %s', (_, happens) => {
    created(0);
    looked(0.5);
    begins(1);
    happens();
    exited(5, frps);
    expect(spans()).toEqual([]);
  });

  it('goes on where a look gives something', () => {
    created(0);
    looked(0.5);
    begins(1);
    socketsAre('degraded', true);
    tell(connectionEnded({ from: 1, to: 3 }));
    expect(told()).toMatchObject([{ from: at(1), to: at(3) }]);
  });

  it.each([
    ['https', 'vhostHTTPSPort'],
    ['tcpmux', 'tcpmuxHTTPConnectPort'],
  ] as const)('is open from its line where it is of %s, whose port is in the config', (type, key) => {
    started(0, frps, { config: parseConfig(`${key} = ${PORT}`, 'server') });
    created(0.1, type);
    looked(0.5, { ports: [] });
    expect(begins(1, '203.0.113.7:1')).toBeUndefined(); // with frps's own port, say, it is not looked at
    looked(1.5);
    expect(begins(2, '203.0.113.7:2')).toBeDefined();
  });

  it('is one of before where its proxy went offline and is back: then the next look is waited for', () => {
    looked(0.5, { ports: [] });
    tell(connectionEnded({ from: 1, to: 2 })); // so its ends are told
    tell({ ...frps, kind: 'proxy.disconnected', time: at(3), proxy: 'web', proxyType: 'tcp' });
    created(4);
    expect(begins(5)).toBeUndefined();
    looked(6);
    expect(begins(7)).toBeDefined();
  });

  describe('of which a look finds no connection', () => {
    const dropped: string[] = [];
    beforeEach(() => {
      dropped.length = 0;
      emitter = new SpanEmitter(tracer, { onDropped: ({ instance }, reason) => dropped.push(`${instance} ${reason}`) });
      created(0);
      looked(0.5);
      begins(1);
    });
    const LOST = [`${frps.instance} not_attributed`];

    it('is counted when frps goes, and is no error', () => {
      looked(2);
      exited(5, frps);
      expect([spans(), dropped]).toEqual([[], LOST]);
    });

    it('is counted after a minute', () => {
      looked(2);
      looked(61.9);
      expect(dropped).toEqual([]);
      looked(62);
      expect(dropped).toEqual(LOST);
      exited(70, frps);
      expect([spans(), dropped]).toEqual([[], LOST]);
    });

    it('ends with its end, which is told late', () => {
      looked(2);
      tell(connectionEnded({ from: 1, to: 1.5 }));
      expect(told()).toMatchObject([{ from: at(1), to: at(1.5) }]);
      exited(5, frps);
      expect(dropped).toEqual([]);
    });

    it('goes on when one finds it again', () => {
      looked(2);
      looked(30, { sockets: [socket('51234')] });
      looked(70);
      expect(dropped).toEqual([]);
      looked(129, { sockets: [socket('51234')] });
      exited(140, frps);
      expect(told()).toMatchObject([{ status: { code: SpanStatusCode.ERROR } }]);
      expect(dropped).toEqual([]);
    });

    it('is open where it began after that look', () => {
      begins(3, '203.0.113.7:3');
      looked(2);
      exited(5, frps);
      expect(told()).toMatchObject([{ from: at(3), status: { code: SpanStatusCode.ERROR } }]);
      expect(dropped).toEqual(LOST);
    });
  });

  it('is not told of the oldest beyond 10,000 that are open at a time', () => {
    let dropped = 0;
    emitter = new SpanEmitter(tracer, { onDropped: () => (dropped += 1) });
    created(0);
    looked(0);
    for (let index = 0; index <= 10_000; index += 1) begins(1 + index, `203.0.113.7:${index}`);
    tell(connectionEnded({ from: 1, to: 20_000 }, '203.0.113.7:0'));
    expect([spans().length, dropped]).toEqual([0, 1]);
    tell(connectionEnded({ from: 2, to: 20_000 }, '203.0.113.7:1'));
    expect([spans().length, dropped]).toEqual([1, 1]);
  });

  it('has a context also where it is not sampled, and is not exported', () => {
    const spanProcessors = [new SimpleSpanProcessor({ exporter })];
    tracer = new TracerProvider({ sampler: new AlwaysOffSampler(), spanProcessors }).getTracer('frp');
    emitter = new SpanEmitter(tracer);
    created(0);
    looked(0.5);
    expect(begins(1)).toMatchObject({ traceId: expect.stringMatching(/^[\da-f]{32}$/) });
    tell(connectionEnded({ from: 1, to: 2 }));
    expect(spans()).toEqual([]);
  });
});

const sampled = (second: number): FrpSignal => ({
  kind: 'process.sampled',
  time: at(second),
  target: 1,
  resources: {
    cpuUser: 0,
    cpuSystem: 0,
    cpuCount: 1,
    memoryResident: 1,
    memoryVirtual: 1,
    threads: 1,
    openFiles: 1,
    maxOpenFiles: 1,
    stopped: false,
  },
});

const proxyClosed = (second: number): FrpEvent => ({
  ...frps,
  kind: 'proxy.closed',
  time: at(second),
  proxy: 'web',
  proxyType: 'tcp',
});
