import type { Resource } from '@opentelemetry/resources';
import {
  ConsoleMetricExporter,
  type IMetricReader,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { exportersOf, millisOf, protocolOf } from './environment.js';
import { otlpMetricExporter } from './otlpExporters.js';

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
