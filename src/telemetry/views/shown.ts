import type { MetricKind } from './selectMetric.js';

const MAX_SHOWN = 100;

/** A value that was received, as an error quotes it. */
export const shown = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, MAX_SHOWN));
  if (typeof value === 'number' || typeof value === 'boolean' || value == null) return String(value);
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
};

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A kind of metric with its article. */
export const named = (kind: MetricKind): string => (kind === 'updowncounter' ? `an ${kind}` : `a ${kind}`);
