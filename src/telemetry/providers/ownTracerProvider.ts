import type { Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor, ConsoleSpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { exportersOf, protocolOf } from './environment.js';
import { spanBatches, spanLimits } from './limits.js';
import { otlpSpanExporter } from './otlpExporters.js';
import { samplerOf } from './sampler.js';

type Environment = Readonly<Record<string, string | undefined>>;

export const ownTracerProvider = async (resource: Resource, env: Environment): Promise<TracerProvider> => {
  const spanProcessors = await Promise.all(
    exportersOf('traces', env).map(async (name) =>
      name === 'otlp'
        ? new BatchSpanProcessor({ exporter: await otlpSpanExporter(protocolOf('traces', env)), ...spanBatches(env) })
        : new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() }),
    ),
  );
  return new TracerProvider({ resource, spanProcessors, sampler: samplerOf(env), spanLimits: spanLimits(env) });
};
