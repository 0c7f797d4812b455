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

  it('says of an export that failed why, without a stack, once a minute', () => {
    jest.useFakeTimers();
    const printed = listen();
    const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' });
    for (let signal = 0; signal < 3; signal += 1) globalErrorHandler(refused);
    expect(printed.stderr).toBe('frp-otel: error: an export failed: ECONNREFUSED\n');
    jest.advanceTimersByTime(60_000);
    globalErrorHandler(refused);
    expect(printed.stderr.split('\n')).toHaveLength(3);
  });
});
