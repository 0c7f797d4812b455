import { show, showKey } from '../../config/Fault.js';
import type { MetricKind } from './selectMetric.js';

/** A value that was received, as an error quotes it. */
export const shown = (value: unknown): string => show(value, ['views']);

export const shownKey = showKey;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A kind of metric with its article. */
export const named = (kind: MetricKind): string => (kind === 'updowncounter' ? `an ${kind}` : `a ${kind}`);
