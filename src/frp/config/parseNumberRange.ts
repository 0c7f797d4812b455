import type { FrpPortRange } from './FrpConfig.js';

/** More numbers than there are ports is no list of ports. */
const MAX_NUMBERS = 65_536;

/**
 * Reads `1000-2000,2001,3000-4000` as ranges (pkg/config/types/types.go, pkg/util/util/util.go).
 *
 * @returns undefined where frp refuses it
 */
export const parseRanges = (text: string): readonly FrpPortRange[] | undefined => {
  const ranges: FrpPortRange[] = [];
  for (const part of text.split(',')) {
    const numbers = part.split('-').map(toNumber);
    const [start] = numbers;
    const end = numbers.at(-1);
    if (numbers.length > 2 || start === undefined || end === undefined || end < start) return undefined;
    ranges.push({ start, end });
  }
  return ranges;
};

/**
 * Reads `6000-6002,7000` as 6000, 6001, 6002, 7000.
 *
 * @returns undefined where frp refuses it, and for more than 65,536 numbers
 */
export const parseNumberRange = (text: string): readonly number[] | undefined => {
  const ranges = parseRanges(text);
  const count = ranges?.reduce((sum, { start, end }) => sum + end - start + 1, 0) ?? Number.POSITIVE_INFINITY;
  if (count > MAX_NUMBERS) return undefined;
  return ranges?.flatMap(({ start, end }) => Array.from({ length: end - start + 1 }, (_, index) => start + index));
};

const toNumber = (text: string): number | undefined => {
  const digits = text.trim();
  const value = Number(digits);
  return /^\+?\d+$/.test(digits) && Number.isSafeInteger(value) ? value : undefined;
};
