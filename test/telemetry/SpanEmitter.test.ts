import { beforeEach, describe, expect, it } from '@jest/globals';
import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { hrTimeToMilliseconds } from '@opentelemetry/core';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { FrpEvent } from '../../src/model/FrpEvent.js';
import { SpanEmitter } from '../../src/telemetry/SpanEmitter.js';
import {
  connected,
  connectionEnded,
  disconnected,
  frpc,
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

const tell = (...events: FrpEvent[]) => {
  for (const event of events) emitter.event(event);
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
    expect(spans()[0]?.attributes).toMatchObject({ 'error.type': 'token_mismatch', 'error.message': message });
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
    expect(spans()[0]?.attributes['client.address']).toBe('2001:db8::1');
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
    tell(connected({ from: 5, to: 4 }));
    expect(told()).toMatchObject([{ from: at(5), to: at(5) }]);
  });

  it('is no part of a trace of the program that happens to be active', () => {
    const active = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
    context.with(trace.setSpanContext(ROOT_CONTEXT, active), () => tell(connected({ from: 1, to: 2 })));
    expect(spans()[0]?.spanContext().traceId).not.toBe(active.traceId);
  });
});
