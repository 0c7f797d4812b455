import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { globalErrorHandler } from '@opentelemetry/core';
import { diagToStderr } from '../../src/telemetry/diagToStderr.js';
import { log } from '../../src/telemetry/log.js';

let printed: string;
beforeEach(() => {
  printed = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
});
afterEach(() => {
  diag.disable();
  jest.restoreAllMocks();
});

const ignore = () => {};
const silent = { error: ignore, warn: ignore, info: ignore, debug: ignore, verbose: ignore };

describe('diagToStderr', () => {
  it('prints warnings and errors, a line each, and no more', () => {
    diagToStderr({});
    log.warn('one thing');
    log.info('another');
    diag.error('of an exporter', new Error('refused'));
    expect(printed).toBe(
      'opentelemetry-instrumentation-frp: warning: one thing\n' +
        'opentelemetry-instrumentation-frp: error: of an exporter refused\n',
    );
  });

  it('prints what OTEL_LOG_LEVEL asks for', () => {
    diagToStderr({ OTEL_LOG_LEVEL: 'INFO' });
    log.info('another');
    expect(printed).toBe('opentelemetry-instrumentation-frp: info: another\n');
  });

  it('prints nothing with OTEL_LOG_LEVEL=NONE', () => {
    diagToStderr({ OTEL_LOG_LEVEL: 'NONE' });
    log.error('another');
    expect(printed).toBe('');
  });

  it('says the same thing again only after a minute', () => {
    diagToStderr({});
    for (let times = 0; times < 3; times += 1) log.warn('down');
    log.warn('up');
    log.warn('down');
    expect(printed.match(/down/g)).toHaveLength(2);
  });

  it('leaves a logger of the program in place', () => {
    const heard = jest.fn();
    diag.setLogger({ ...silent, warn: heard });
    diagToStderr({});
    log.warn('one thing');
    expect(heard).toHaveBeenCalledTimes(1);
    expect(printed).toBe('');
  });

  it('gives way without a word to a logger that the program sets later', () => {
    diagToStderr({});
    const heard = jest.fn();
    diag.setLogger({ ...silent, warn: heard }, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: false });
    log.warn('one thing');
    expect(heard).toHaveBeenLastCalledWith('opentelemetry-instrumentation-frp', 'one thing');
    expect(printed).toBe('');
  });

  const refused = () => Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:4318'), { code: 'ECONNREFUSED' });
  const notExported = (error: Error) =>
    new Error(`PeriodicExportingMetricReader: metrics export failed (error ${error})`);

  it('says of exports that fail what, where to and what to do, once for each signal', () => {
    diagToStderr({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:hunter2@collector:4318' });
    for (let times = 0; times < 3; times += 1) {
      globalErrorHandler(notExported(refused()));
      globalErrorHandler(refused()); // as the processor of spans gives it
    }
    expect(printed).toBe(
      'opentelemetry-instrumentation-frp: error: metrics could not be sent to http://collector:4318/v1/metrics: ' +
        'connection refused; set OTEL_EXPORTER_OTLP_ENDPOINT, or OTEL_METRICS_EXPORTER=none\n' +
        'opentelemetry-instrumentation-frp: error: spans could not be sent to http://collector:4318/v1/traces: ' +
        'connection refused; set OTEL_EXPORTER_OTLP_ENDPOINT, or OTEL_TRACES_EXPORTER=none\n',
    );
  });

  it('says it again after ten minutes, whatever else was said', () => {
    const now = jest.spyOn(performance, 'now');
    diagToStderr({});
    for (const minutes of [0, 1, 9, 10, 19]) {
      now.mockReturnValue(minutes * 60_000);
      globalErrorHandler(notExported(refused()));
      log.warn(`minute ${minutes}`);
    }
    expect(printed.match(/metrics could not be sent/g)).toHaveLength(2);
  });

  it.each([
    ['the own words of another error', new Error('out of paper'), 'out of paper'],
    ['no variable where none has a part in it', notExported(new Error('gone')), 'metrics could not be sent: gone'],
  ])('says %s', (_, error, text) => {
    diagToStderr({ OTEL_METRICS_EXPORTER: 'none' });
    globalErrorHandler(error);
    expect(printed).toBe(`opentelemetry-instrumentation-frp: error: ${text}\n`);
  });
});
