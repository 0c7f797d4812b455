/** Zones differ by quarters of an hour, up to 26 hours; a line that is off by less is late. */
const ZONE_STEP_MILLIS = 15 * 60_000;
const LATE_MILLIS = 10 * 60_000;
const WIDEST_ZONES_MILLIS = 26 * 3_600_000;
/** A line is written at once: what is further from a quarter of an hour is no other zone, but a file that was copied or touched. */
const WRITTEN_WITHIN_MILLIS = 5_000;

/**
 * What is to be added to the time of a line of frp to have ours: frp prints local time without a zone, and may run in another one.
 *
 * @param lineTime as frp printed it, read in our zone
 * @param now when it was about written, by our clock
 * @returns milliseconds, 0 where both have one zone; undefined where they are further apart than any two zones
 */
export const zoneShift = (lineTime: number, now: number): number | undefined => {
  const apart = now - lineTime;
  if (Math.abs(apart) < LATE_MILLIS) return 0;
  return Math.abs(apart) > WIDEST_ZONES_MILLIS ? undefined : Math.round(apart / ZONE_STEP_MILLIS) * ZONE_STEP_MILLIS;
};

/**
 * As {@link zoneShift}, of a line of which is told when it was written.
 *
 * @param written by our clock
 * @returns undefined where the two do not tell
 */
export const exactZoneShift = (lineTime: number, written: number): number | undefined => {
  const shift = zoneShift(lineTime, written);
  if (shift === undefined || shift === 0) return shift;
  return Math.abs(written - lineTime - shift) <= WRITTEN_WITHIN_MILLIS ? shift : undefined;
};
