import { otlpEndpoints } from './otlpEndpoints.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** How the SDK tells of metrics; of spans it gives the error alone, and of log records we tell ourselves. */
const OF_METRICS = [
  [/^PeriodicExportingMetricReader: metrics export failed \(error (.*)\)$/s, (found: string) => found],
  [
    /^PeriodicExportingMetricReader: metrics export timed out after (\d+)ms$/,
    (millis: string) => `no answer within ${millis} ms`,
  ],
] as const;

const FATES = {
  metrics: 'metrics could not be exported, and are sent again with the next ones',
  traces: 'spans could not be exported, and are lost',
} as const;

/** The name of a class says nothing to who reads it. */
const CLASS_NAME = /^\w*Error(?: \[\w+\])?: /;

/**
 * What the SDK says of an export that failed, in one wording for all: what, what becomes of it, where, why.
 *
 * @returns undefined where it is about something else
 */
export const metricsFault = (said: string, env: Environment): string | undefined => {
  for (const [pattern, reasonOf] of OF_METRICS) {
    const [, found] = pattern.exec(said) ?? [];
    if (found !== undefined) return sentence('metrics', reasonOf(found), env);
  }
  return undefined;
};

/** @param error as the SDK's span processor has it */
export const spansFault = ({ message, name, code }: Error & { readonly code?: unknown }, env: Environment): string => {
  const reason = message || (code === undefined ? name : String(code));
  return sentence('traces', code === undefined || reason.includes(String(code)) ? reason : `${reason} (${code})`, env);
};

const sentence = (signal: keyof typeof FATES, reason: string, env: Environment): string => {
  const url = otlpEndpoints(env).find((endpoint) => endpoint.signal === signal)?.url;
  const why = reason === 'AggregateError' ? 'no connection' : reason.replace(CLASS_NAME, '');
  return `${FATES[signal]}: ${url === undefined ? why : `${url.href}: ${why}`}`;
};
