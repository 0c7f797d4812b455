import { setTimeout as delay } from 'node:timers/promises';
import type { Observation } from '../../observe.js';

/** An API that does not answer is no fault within its first 3 s: frp may just start. */
const SETTLED_MILLIS = 4_000;
const AGAIN_MILLIS = 250;

/** Looks until every API has said how it is, or has had the time to. */
export const firstLook = async (observation: Observation): Promise<void> => {
  const deadline = performance.now() + SETTLED_MILLIS;
  for (;;) {
    await observation.forceFlush();
    const { instances } = observation.snapshot();
    const isSettled = instances.every(({ sources }) => sources.some(({ source }) => source === 'api'));
    if (isSettled || performance.now() > deadline) return;
    await delay(AGAIN_MILLIS);
  }
};
