import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DiagLogLevel, diag } from '@opentelemetry/api';
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
});
