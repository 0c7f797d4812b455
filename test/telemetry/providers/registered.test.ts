import { afterEach, describe, expect, it } from '@jest/globals';
import { metrics, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import {
  registeredLoggerProvider,
  registeredMeterProvider,
  registeredTracerProvider,
} from '../../../src/telemetry/providers/registered.js';

afterEach(() => {
  metrics.disable();
  trace.disable();
  logs.disable();
});

const nobody = () => {
  expect(registeredMeterProvider()).toBeUndefined();
  expect(registeredTracerProvider()).toBeUndefined();
  expect(registeredLoggerProvider()).toBeUndefined();
};

describe('the program’s own providers', () => {
  it('are none at first', nobody);

  it('are none after somebody has only asked for a meter, a tracer and a logger', () => {
    metrics.getMeter('x').createCounter('y').add(1);
    trace.getTracer('x').startSpan('y').end();
    logs.getLogger('x').emit({ body: 'y' });
    nobody();
  });

  it('are found as soon as they are registered, each signal for itself, and no more once disabled', () => {
    const meterProvider = new MeterProvider();
    metrics.setGlobalMeterProvider(meterProvider);
    expect(registeredMeterProvider()).toBe(meterProvider);
    expect(registeredTracerProvider()).toBeUndefined();
    expect(registeredLoggerProvider()).toBeUndefined();

    const loggerProvider = new LoggerProvider();
    logs.setGlobalLoggerProvider(loggerProvider);
    expect(registeredLoggerProvider()).toBeDefined();
    expect(registeredTracerProvider()).toBeUndefined();

    metrics.disable();
    logs.disable();
    nobody();
  });

  it('of spans is one that leads to the program’s exporter', () => {
    const exporter = new InMemorySpanExporter();
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
    registeredTracerProvider()?.getTracer('x').startSpan('mine').end();
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['mine']);
    trace.disable();
    nobody();
  });
});
