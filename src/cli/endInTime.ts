import type { Observation } from '../observation/observe.js';
import { withinDeadline } from '../telemetry/withinDeadline.js';

/** An order to end is obeyed within this time, whatever the other ends do. */
const FLUSH_MILLIS = 5_000;

/** Looks once more, exports all that is known, and ends the observation. */
export const endInTime = (observation: Observation): Promise<void> =>
  withinDeadline('the last export', FLUSH_MILLIS, observation.shutdown());
