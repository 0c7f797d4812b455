/** By which share of it each wait may be shorter or longer, so that what is asked now and then is not asked all at once. */
const JITTER = 0.1;

/** An interval, give or take a tenth. */
export const jittered = (millis: number): number => millis * (1 + JITTER * (2 * Math.random() - 1));
