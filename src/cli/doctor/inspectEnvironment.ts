import { DiagLogLevel, diag } from '@opentelemetry/api';
import { exportersOf, millisOf, prometheusAddress, protocolOf } from '../../telemetry/providers/environment.js';
import { SIGNALS } from '../../telemetry/providers/otlpEndpoints.js';

/** Milliseconds by default, as the providers of ours have them. */
const INTERVALS = [
  ['OTEL_METRIC_EXPORT_INTERVAL', 60_000],
  ['OTEL_METRIC_EXPORT_TIMEOUT', 30_000],
] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** What `observe` warns of when it reads `OTEL_*`. */
export const inspectEnvironment = (env: Environment): readonly string[] => {
  const warnings: string[] = [];
  const ignore = (): void => {};
  const warn = (_component: string, ...words: unknown[]): void => void warnings.push(words.join(' '));
  diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
  try {
    const unread = { ...env }; // of one environment each is said once
    for (const signal of SIGNALS) {
      if (exportersOf(signal, unread).includes('otlp')) protocolOf(signal, unread);
    }
    for (const [name, byDefault] of INTERVALS) millisOf(name, byDefault, unread);
    prometheusAddress(unread);
  } finally {
    diag.disable();
  }
  return warnings;
};
