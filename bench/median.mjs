/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/**
 * `median (least to most)`
 *
 * @param {readonly number[]} values
 */
export const spread = (values) =>
  `${short(median(values))} (${short(Math.min(...values))} to ${short(Math.max(...values))})`;

/** @param {number} value */
const short = (value) => value.toFixed(value < 1 ? 3 : value < 10 ? 1 : 0);
