import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { diag } from '@opentelemetry/api';
import { globalErrorHandler } from '@opentelemetry/core';
import { logToStderr } from '../../src/cli/logToStderr.js';
import { log } from '../../src/telemetry/log.js';
import { fakeIo } from './fakeIo.js';

const listen = (env = {}) => {
  const { io, printed } = fakeIo(env);
  logToStderr(io);
  return printed;
};

afterEach(() => {
  diag.disable();
  jest.useRealTimers();
});

describe('logToStderr', () => {
  it('says warnings and errors, nothing else, and nothing on stdout', () => {
    const printed = listen();
    log.error('a fault', new Error('of this kind'));
    log.warn('the port is taken');
    log.info('all is well');
    expect(printed).toEqual({
      stdout: '',
      stderr: 'frp-otel: error: a fault of this kind\nfrp-otel: warning: the port is taken\n',
    });
  });

  it('says as much as OTEL_LOG_LEVEL asks for', () => {
    const printed = listen({ OTEL_LOG_LEVEL: 'info' });
    log.info('all is well');
    diag.debug('how it is done');
    expect(printed.stderr).toBe('frp-otel: info: all is well\n');
  });

  it('says on one line what it is given besides words, also where that is a circle', () => {
    const printed = listen();
    const circle: { itself?: unknown } = {};
    circle.itself = circle;
    diag.warn('found', circle, 5);
    expect(printed.stderr).toBe('frp-otel: warning: found <ref *1> { itself: [Circular *1] } 5\n');
  });

  it('says of an export that failed what becomes of it, where and why, without a stack or a class, once a minute', () => {
    jest.useFakeTimers();
    const printed = listen({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:secret@edge:4318' });
    const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' });
    for (let time = 0; time < 3; time += 1) globalErrorHandler(refused);
    expect(printed.stderr).toBe(
      'frp-otel: error: spans could not be exported, and are lost: http://edge:4318/v1/traces: ECONNREFUSED\n',
    );
    jest.advanceTimersByTime(60_000);
    globalErrorHandler(refused);
    expect(printed.stderr.split('\n')).toHaveLength(3);
  });

  // As OpenTelemetry 2.12 and 3.1 write them.
  it.each([
    ['metrics export failed (error Error: connect ECONNREFUSED 10.0.0.1:4318)', 'connect ECONNREFUSED 10.0.0.1:4318'],
    ['metrics export failed (error AggregateError)', 'no connection'],
    ['metrics export failed (error OTLPExporterError: Bad Request)', 'Bad Request'],
    ['metrics export timed out after 1500ms', 'no answer within 1500 ms'],
  ])('says likewise of metrics: %s', (said, why) => {
    const printed = listen();
    const text = `PeriodicExportingMetricReader: ${said}`;
    if (said.includes('timed out')) diag.error(text);
    else globalErrorHandler(new Error(text));
    expect(printed.stderr).toBe(
      `frp-otel: error: metrics could not be exported, and are sent again with the next ones: http://localhost:4318/v1/metrics: ${why}\n`,
    );
  });

  it('says of a refusal its status', () => {
    const printed = listen();
    globalErrorHandler(Object.assign(new Error('Bad Request'), { code: 400 }));
    expect(printed.stderr).toContain('/v1/traces: Bad Request (400)\n');
  });
});
