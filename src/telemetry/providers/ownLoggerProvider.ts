import type { Resource } from '@opentelemetry/resources';
import { ConsoleLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { DeliveringLogProcessor, type DeliveryOptions } from './DeliveringLogProcessor.js';
import { exportersOf, protocolOf } from './environment.js';
import { recordBatches, recordLimits } from './limits.js';
import { otlpLogExporter } from './otlpExporters.js';

type Environment = Readonly<Record<string, string | undefined>>;

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
