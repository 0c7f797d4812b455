/**
 * How many times longer than asked for the interval has to be, so that sampling stays within its share of one core: a power of
 * two, which goes down only when there is much room, so that it does not change at each sample.
 *
 * @param costMillis of the last sample
 */
export const stretch = (
  factor: number,
  costMillis: number,
  { intervalMillis, maxCpuShare }: { readonly intervalMillis: number; readonly maxCpuShare: number },
): number => {
  const needed = Math.max(1, costMillis / maxCpuShare / intervalMillis);
  return needed > factor || needed < factor / 3 ? 2 ** Math.ceil(Math.log2(needed)) : factor;
};
