import type { Resource } from '@opentelemetry/resources';
import { ConsoleLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  ConsoleMetricExporter,
  type IMetricReader,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, ConsoleSpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { DeliveringLogProcessor, type DeliveryOptions } from './DeliveringLogProcessor.js';
import { exportersOf, millisOf, protocolOf } from './environment.js';
import { recordBatches, recordLimits, spanBatches, spanLimits } from './limits.js';
import { otlpLogExporter, otlpMetricExporter, otlpSpanExporter } from './otlpExporters.js';
import { samplerOf } from './sampler.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** A provider of ours that pushes to what `OTEL_METRICS_EXPORTER` names; undefined when that is nobody. */
export const ownPushReaders = async (env: Environment): Promise<IMetricReader[]> => {
  const exporters = exportersOf('metrics', env).filter((name) => name === 'otlp' || name === 'console');
  return Promise.all(
    exporters.map(async (name) =>
      periodic(
        name === 'otlp' ? await otlpMetricExporter(protocolOf('metrics', env)) : new ConsoleMetricExporter(),
        env,
      ),
    ),
  );
};

const periodic = (exporter: PushMetricExporter, env: Environment): IMetricReader => {
  const exportIntervalMillis = millisOf('OTEL_METRIC_EXPORT_INTERVAL', 60_000, env);
  const timeout = millisOf('OTEL_METRIC_EXPORT_TIMEOUT', 30_000, env);
  // The reader refuses a timeout longer than its interval.
  const exportTimeoutMillis = Math.min(timeout, exportIntervalMillis);
  return new PeriodicExportingMetricReader({ exporter, exportIntervalMillis, exportTimeoutMillis });
};

export const ownMeterProvider = (resource: Resource, readers: IMetricReader[]): MeterProvider =>
  new MeterProvider({ resource, readers });

/** A provider of ours, which can tell whether all records that it was given are exported. */
export type OwnLoggerProvider = LoggerProvider & { readonly delivered: () => Promise<boolean> };

export const ownLoggerProvider = async (
  resource: Resource,
  env: Environment,
  onDropped: DeliveryOptions['onDropped'] = () => {},
): Promise<OwnLoggerProvider> => {
  const names = exportersOf('logs', env);
  const otlp = names.includes('otlp')
    ? [
        new DeliveringLogProcessor({
          exporter: await otlpLogExporter(protocolOf('logs', env)),
          onDropped,
          ...recordBatches(env),
        }),
      ]
    : [];
  const console = names.includes('console')
    ? [new SimpleLogRecordProcessor({ exporter: new ConsoleLogRecordExporter() })]
    : [];
  const provider = new LoggerProvider({
    resource,
    processors: [...otlp, ...console],
    logRecordLimits: recordLimits(env),
  });
  return Object.assign(provider, { delivered: async () => (await otlp[0]?.flush()) ?? true });
};

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
