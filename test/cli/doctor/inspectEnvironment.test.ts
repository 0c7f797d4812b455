import { describe, expect, it } from '@jest/globals';
import { inspectEnvironment } from '../../../src/cli/doctor/inspectEnvironment.js';

describe('inspectEnvironment', () => {
  it('finds nothing in what makes sense', () => {
    expect(inspectEnvironment({})).toEqual([]);
    expect(inspectEnvironment({ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_METRICS_EXPORTER: 'none' })).toEqual([]);
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', 'expected http/protobuf or http/json, found "grpc"; http/protobuf is used'],
    ['OTEL_TRACES_EXPORTER', 'zipkin', 'expected otlp, console, none, found "zipkin"; it is left out'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '5s', 'expected milliseconds, 1 to 2147483647, found "5s"; 60000 is used'],
    ['OTEL_EXPORTER_PROMETHEUS_PORT', '-1', 'expected 0 to 65535, found "-1"; 9464 is used'],
  ])('says of %s=%s what observe says, each time it is asked', (name, value, said) => {
    const env = { [name]: value };
    for (let time = 1; time <= 2; time += 1) expect(inspectEnvironment(env)).toEqual([`${name}: ${said}`]);
  });

  it('minds no protocol of what is not exported', () => {
    const none = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none' };
    expect(inspectEnvironment({ ...none, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toEqual([]);
  });
});
