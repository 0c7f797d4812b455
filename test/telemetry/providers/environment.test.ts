import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  exportersOf,
  millisOf,
  prometheusAddress,
  protocolOf,
  sdkDisabled,
} from '../../../src/telemetry/providers/environment.js';
import { DiagRecorder } from '../DiagRecorder.js';

let diagnostics: DiagRecorder;
beforeEach(() => {
  diagnostics = new DiagRecorder();
});
afterEach(() => diagnostics[Symbol.dispose]());

const warned = () => diagnostics.warnings.map((text) => text.replace(/^opentelemetry-instrumentation-frp /, ''));

describe('OTEL_SDK_DISABLED', () => {
  it.each(['true', 'TRUE', 'True', ' true '])('disables when it is %j', (value) => {
    expect(sdkDisabled({ OTEL_SDK_DISABLED: value })).toBe(true);
  });

  it.each(['', 'false', '1', 'yes', undefined])('does not disable when it is %j', (value) => {
    expect(sdkDisabled({ OTEL_SDK_DISABLED: value })).toBe(false);
  });
});

describe('OTEL_{TRACES,METRICS,LOGS}_EXPORTER', () => {
  it.each([
    ['traces', 'OTEL_TRACES_EXPORTER'],
    ['metrics', 'OTEL_METRICS_EXPORTER'],
    ['logs', 'OTEL_LOGS_EXPORTER'],
  ] as const)('%s: is read from %s, otlp by default', (signal, variable) => {
    expect(exportersOf(signal, {})).toEqual(['otlp']);
    expect(exportersOf(signal, { [variable]: '' })).toEqual(['otlp']);
    expect(exportersOf(signal, { [variable]: ' ' })).toEqual(['otlp']);
    expect(exportersOf(signal, { [variable]: 'console' })).toEqual(['console']);
    expect(exportersOf(signal, { [variable]: 'none' })).toEqual([]);
    expect(exportersOf(signal, { [variable]: 'otlp , console' })).toEqual(['otlp', 'console']);
    expect(exportersOf(signal, { [variable]: 'otlp,otlp' })).toEqual(['otlp']);
    expect(warned()).toEqual([]);
  });

  it('has prometheus for metrics only', () => {
    expect(exportersOf('metrics', { OTEL_METRICS_EXPORTER: 'otlp,prometheus' })).toEqual(['otlp', 'prometheus']);
    expect(exportersOf('logs', { OTEL_LOGS_EXPORTER: 'prometheus' })).toEqual([]);
    expect(warned()).toEqual(['OTEL_LOGS_EXPORTER: expected otlp, console, none, found "prometheus"; it is left out']);
  });

  it('leaves out what it does not know, and says so once though it is asked twice', () => {
    const env = { OTEL_METRICS_EXPORTER: 'zipkin,otlp' };
    expect(exportersOf('metrics', env)).toEqual(['otlp']);
    expect(exportersOf('metrics', env)).toEqual(['otlp']);
    expect(warned()).toEqual([
      'OTEL_METRICS_EXPORTER: expected otlp, console, prometheus, none, found "zipkin"; it is left out',
    ]);
  });
});

describe('OTEL_EXPORTER_OTLP_PROTOCOL', () => {
  it('is http/protobuf by default, also when empty', () => {
    expect(protocolOf('logs', {})).toBe('http/protobuf');
    expect(protocolOf('logs', { OTEL_EXPORTER_OTLP_PROTOCOL: '' })).toBe('http/protobuf');
    expect(warned()).toEqual([]);
  });

  it('is of all signals, and each signal’s own wins', () => {
    const env = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'http/protobuf' };
    expect(protocolOf('traces', env)).toBe('http/json');
    expect(protocolOf('metrics', env)).toBe('http/json');
    expect(protocolOf('logs', env)).toBe('http/protobuf');
    expect(protocolOf('metrics', { OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json' })).toBe('http/json');
    expect(protocolOf('traces', { OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: ' http/json ' })).toBe('http/json');
    expect(warned()).toEqual([]);
  });

  it('falls back to http/protobuf and says so once for the three signals', () => {
    const env = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    for (const signal of ['traces', 'metrics', 'logs'] as const) expect(protocolOf(signal, env)).toBe('http/protobuf');
    expect(warned()).toEqual([
      'OTEL_EXPORTER_OTLP_PROTOCOL: expected http/protobuf or http/json, found "grpc"; http/protobuf is used',
    ]);
  });

  it('names the variable that is wrong', () => {
    protocolOf('logs', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'x' });
    expect(warned()).toEqual([expect.stringMatching(/^OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: .* found "x"/)]);
  });
});

describe('milliseconds', () => {
  const interval = (value: string | undefined) =>
    millisOf('OTEL_METRIC_EXPORT_INTERVAL', 60_000, { OTEL_METRIC_EXPORT_INTERVAL: value });

  it.each([
    [undefined, 60_000],
    ['', 60_000],
    [' 5000 ', 5000],
    ['1', 1],
    ['2147483647', 2_147_483_647],
  ])('of %j are %i', (value, millis) => {
    expect(interval(value)).toBe(millis);
    expect(warned()).toEqual([]);
  });

  it.each(['0', '-5', '1.5', 'soon', '2147483648', 'Infinity', 'NaN'])(
    'of %j are the default, which is said',
    (value) => {
      expect(interval(value)).toBe(60_000);
      expect(warned()).toEqual([
        `OTEL_METRIC_EXPORT_INTERVAL: expected milliseconds, 1 to 2147483647, found "${value}"; 60000 is used`,
      ]);
    },
  );
});

describe('OTEL_EXPORTER_PROMETHEUS_HOST and _PORT', () => {
  const address = (host?: string, port?: string) =>
    prometheusAddress({ OTEL_EXPORTER_PROMETHEUS_HOST: host, OTEL_EXPORTER_PROMETHEUS_PORT: port });

  it.each([
    [undefined, undefined, { host: '127.0.0.1', port: 9464 }],
    ['', '', { host: '127.0.0.1', port: 9464 }],
    ['localhost', '0', { host: 'localhost', port: 0 }],
    ['::1', '65535', { host: '::1', port: 65_535 }],
  ])('of %j and %j are %j', (host, port, expected) => {
    expect(address(host, port)).toEqual(expected);
    expect(warned()).toEqual([]);
  });

  it('refuses to serve others than this host', () => {
    expect(address('0.0.0.0', '9000')).toEqual({ host: '127.0.0.1', port: 9000 });
    expect(warned()).toEqual([
      'OTEL_EXPORTER_PROMETHEUS_HOST: expected a loopback address, found "0.0.0.0"; 127.0.0.1 is used',
    ]);
  });

  it.each(['-1', '65536', '1.5', 'http'])('takes the default for port %j', (port) => {
    expect(address('127.0.0.1', port)).toEqual({ host: '127.0.0.1', port: 9464 });
    expect(warned()).toEqual([`OTEL_EXPORTER_PROMETHEUS_PORT: expected 0 to 65535, found "${port}"; 9464 is used`]);
  });
});
