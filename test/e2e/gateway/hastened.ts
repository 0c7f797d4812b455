/** How many times faster than in earnest the tier's time runs: a minute is three seconds. */
const TIMES_FASTER = 20;

/** A time as it is in this tier, milliseconds. */
export const hastened = (millis: number): number => millis / TIMES_FASTER;

const UNIT_MILLIS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** The same text with all its durations (`30s`, `[5m]`, `for: 2m`) as they are in this tier. */
export const hastenedText = (text: string): string =>
  text.replace(
    /(?<=[\s[])(\d+)([smh])(?=[\],}\s]|$)/g,
    (_, count: string, unit: keyof typeof UNIT_MILLIS) => `${hastened(Number(count) * UNIT_MILLIS[unit])}ms`,
  );
