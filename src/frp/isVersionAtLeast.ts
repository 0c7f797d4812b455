/** Compares `0.70.1` by its three numbers; what is no version is older than all. */
export const isVersionAtLeast = (version: string, least: string): boolean => {
  const [have, want] = [numbersOf(version), numbersOf(least)];
  for (let index = 0; index < 3; index += 1) {
    const difference = (have[index] ?? -1) - (want[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
};

const numbersOf = (version: string): number[] => {
  const match = /^v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})/.exec(version);
  return match === null ? [] : match.slice(1).map(Number);
};
