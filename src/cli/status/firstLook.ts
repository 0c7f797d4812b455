import { setTimeout as delay } from 'node:timers/promises';
import type { InstanceSnapshot } from '../../model/FrpSnapshot.js';
import type { Observation } from '../../observation/observe.js';
import { BEHIND } from '../../sources/log/tailFile.js';

/** An API that does not answer is no fault within its first 3 s: frp may just start. */
const SETTLED_MILLIS = 4_000;
/** So long a large log may take: some 10 million lines. */
const READ_MILLIS = 60_000;
const AGAIN_MILLIS = 250;

/** Looks until every API has said how it is and every log is read, or has had the time to. */
export const firstLook = async (observation: Observation): Promise<void> => {
  const began = performance.now();
  for (;;) {
    await observation.forceFlush();
    const { instances } = observation.snapshot();
    const isOver = performance.now() - began > (instances.some(isBehind) ? READ_MILLIS : SETTLED_MILLIS);
    if (isOver || instances.every((instance) => hasToldApi(instance) && !isBehind(instance))) return;
    await delay(AGAIN_MILLIS);
  }
};

const hasToldApi = ({ sources }: InstanceSnapshot): boolean => sources.some(({ source }) => source === 'api');

const isBehind = ({ sources }: InstanceSnapshot): boolean =>
  sources.some(({ source, reason }) => source === 'log' && reason === BEHIND);
