import { otlpEndpoints } from './providers/otlpEndpoints.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** An export that failed, as the SDK tells of it. */
export interface ExportFault {
  readonly signal: 'metrics' | 'traces';
  /** Where `OTEL_*` sends it, without credentials; undefined where it sends it nowhere. */
  readonly url: string | undefined;
  readonly reason: string;
}

/** How the SDK tells of metrics; of spans it gives the error alone, and of log records we tell ourselves. */
const OF_METRICS = [
  [/^PeriodicExportingMetricReader: metrics export failed \(error (.*)\)$/s, (found: string) => found],
  [
    /^PeriodicExportingMetricReader: metrics export timed out after (\d+)ms$/,
    (millis: string) => `no answer within ${millis} ms`,
  ],
] as const;

/** The name of a class says nothing to who reads it. */
const CLASS_NAME = /^\w*Error(?: \[\w+\])?: /;

/** @returns undefined where it is about something else */
export const metricsFault = (said: string, env: Environment): ExportFault | undefined => {
  for (const [pattern, reasonOf] of OF_METRICS) {
    const [, found] = pattern.exec(said) ?? [];
    if (found !== undefined) return fault('metrics', reasonOf(found), env);
  }
  return undefined;
};

/** @param error as the SDK's span processor has it */
export const spansFault = (
  { message, name, code }: Pick<Error, 'message' | 'name'> & { readonly code?: unknown },
  env: Environment,
): ExportFault => {
  const reason = message || (code === undefined ? name : String(code));
  return fault('traces', code === undefined || reason.includes(String(code)) ? reason : `${reason} (${code})`, env);
};

const fault = (signal: ExportFault['signal'], reason: string, env: Environment): ExportFault => ({
  signal,
  url: otlpEndpoints(env).find((endpoint) => endpoint.signal === signal)?.url?.href,
  reason: reason === 'AggregateError' ? 'no connection' : reason.replace(CLASS_NAME, ''),
});
