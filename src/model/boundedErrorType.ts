import { ERROR_TYPES } from '../frp/errorType.js';

const KNOWN: ReadonlySet<string | undefined> = new Set([undefined, ...ERROR_TYPES]);
/** A program that records what it saw itself may have classes of its own. */
const MAX_TYPES = KNOWN.size + 20;

/** The error type under which one is kept: a further one when there are too many is `_OTHER`, since each is a series for good. */
export const boundedErrorType = (
  errorType: string | undefined,
  kept: ReadonlyMap<string | undefined, unknown>,
): string | undefined => (kept.size < MAX_TYPES || kept.has(errorType) || KNOWN.has(errorType) ? errorType : '_OTHER');
