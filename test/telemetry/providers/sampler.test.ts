import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import { ownTracerProvider } from '../../../src/telemetry/providers/ownTracerProvider.js';
import { DiagRecorder } from '../DiagRecorder.js';

let diagnostics: DiagRecorder;
beforeEach(() => {
  diagnostics = new DiagRecorder();
});
afterEach(() => diagnostics[Symbol.dispose]());

const warned = () => diagnostics.warnings.map((text) => text.replace(/^opentelemetry-instrumentation-frp /, ''));

/** Whether a span is recorded as a root, below a parent that is sampled, and below one that is not. */
const recorded = async (OTEL_TRACES_SAMPLER?: string, OTEL_TRACES_SAMPLER_ARG?: string): Promise<boolean[]> => {
  const env = { OTEL_TRACES_EXPORTER: 'none', OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG };
  const tracer = (await ownTracerProvider(emptyResource(), env)).getTracer('test');
  const below = (traceFlags: TraceFlags) =>
    trace.setSpanContext(ROOT_CONTEXT, { traceId: 'f'.repeat(32), spanId: '1'.repeat(16), traceFlags });
  const contexts = [ROOT_CONTEXT, below(TraceFlags.SAMPLED), below(TraceFlags.NONE)];
  return contexts.map((context) => tracer.startSpan('span', {}, context).isRecording());
};

describe('OTEL_TRACES_SAMPLER', () => {
  it.each([
    [undefined, undefined, [true, true, false]],
    ['', '', [true, true, false]],
    ['always_on', undefined, [true, true, true]],
    ['always_off', undefined, [false, false, false]],
    ['traceidratio', '0', [false, false, false]],
    ['traceidratio', '1', [true, true, true]],
    ['traceidratio', undefined, [true, true, true]],
    ['parentbased_always_on', undefined, [true, true, false]],
    ['parentbased_always_off', undefined, [false, true, false]],
    ['parentbased_traceidratio', '0', [false, true, false]],
    [' ParentBased_TraceIdRatio ', ' 1.0 ', [true, true, false]],
  ])(
    '%j with the argument %j records root, child of a sampled, child of an unsampled: %j',
    async (name, arg, expected) => {
      expect(await recorded(name, arg)).toEqual(expected);
      expect(warned()).toEqual([]);
    },
  );

  it('takes about the share of all traces that is asked for', async () => {
    const env = { OTEL_TRACES_EXPORTER: 'none', OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' };
    const tracer = (await ownTracerProvider(emptyResource(), env)).getTracer('test');
    const count = Array.from({ length: 4_000 }, () => tracer.startSpan('span', {}, ROOT_CONTEXT)).filter((span) =>
      span.isRecording(),
    ).length;
    expect(count).toBeGreaterThan(800); // 1,000 expected, 27 of standard deviation
    expect(count).toBeLessThan(1_200);
  });

  it('falls back to the default, which is said', async () => {
    expect(await recorded('jaeger_remote')).toEqual([true, true, false]);
    expect(await recorded('traceidratio', '2')).toEqual([true, true, true]);
    expect(warned()).toEqual([
      'OTEL_TRACES_SAMPLER: expected always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, ' +
        'parentbased_traceidratio, found "jaeger_remote"; parentbased_always_on is used',
      'OTEL_TRACES_SAMPLER_ARG: expected a number, 0 to 1, found "2"; 1 is used',
    ]);
  });
});
