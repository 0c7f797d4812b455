import { describe, expect, it } from '@jest/globals';
import { describeExports } from '../../src/cli/describeExports.js';

describe('describeExports', () => {
  it('names the default of OTLP', () => {
    expect(describeExports({})).toEqual([
      'metrics: http://localhost:4318/v1/metrics',
      'logs: http://localhost:4318/v1/logs',
      'traces: http://localhost:4318/v1/traces',
    ]);
  });

  it('reads what is common, and what is of one signal', () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel.example.com/base/',
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://logs.example.com/take',
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'otlp,console,prometheus',
    };
    expect(describeExports(env)).toEqual([
      'metrics: https://otel.example.com/base/v1/metrics and this output',
      'logs: http://logs.example.com/take',
      'traces: not pushed',
    ]);
  });

  it('shows no credentials', () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://user:secret@otel.example.com',
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://logs.example.com/take?key=secret',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'secret',
    };
    expect(describeExports(env)).toEqual([
      'metrics: https://otel.example.com/v1/metrics',
      'logs: https://logs.example.com/take',
      'traces: an address that is no URL',
    ]);
  });
});
