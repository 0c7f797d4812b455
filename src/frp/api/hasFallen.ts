import type { FrpTraffic } from './FrpApi.js';

/** Whether frps counts anew: its counts are less than they were, in at least one direction. */
export const hasFallen = (last: FrpTraffic | undefined, now: FrpTraffic): boolean =>
  last !== undefined && (now.in < last.in || now.out < last.out);
