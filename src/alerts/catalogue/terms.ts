import { ATTR_FRP, INSTANCE_ATTRIBUTES, PROXY_ATTRIBUTES } from '../../telemetry/catalogue/attributes.js';
import type { SeriesSelector } from '../AlertRule.js';

// What the rows of the catalogue have in common.

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

export const OF_INSTANCE = INSTANCE_ATTRIBUTES;
export const OF_PROXY = [...INSTANCE_ATTRIBUTES, ...PROXY_ATTRIBUTES];

export const SERVER: SeriesSelector = { [ATTR_FRP.role]: 'server' };
export const CLIENT: SeriesSelector = { [ATTR_FRP.role]: 'client' };
/** States in which nobody can connect. */
export const NOT_RUNNING = ['offline', 'new', 'wait_start', 'start_error', 'check_failed', 'closed'];

export const atOnce = { forMillis: 0, keepFiringForMillis: 0 } as const;
export const after = (forMillis: number, keepFiringForMillis = 0) => ({ forMillis, keepFiringForMillis });
