/** One of those who want to read a file. */
export interface Claimant {
  readonly pause: () => void;
  readonly resume: () => void;
}

/** Of each file that is read. The last one has it, the others wait: two at once would tell its lines twice. */
const claimants = new Map<string, readonly Claimant[]>();

/** Takes a file, from whoever has it. */
export const claim = (file: string, claimant: Claimant): void => {
  const waiting = claimants.get(file) ?? [];
  if (waiting.includes(claimant)) return;
  waiting.at(-1)?.pause();
  claimants.set(file, [...waiting, claimant]);
};

/** Gives it back to whoever had it before, or waits no longer. */
export const release = (file: string, claimant: Claimant): void => {
  const all = claimants.get(file) ?? [];
  const left = all.filter((other) => other !== claimant);
  if (left.length === 0) claimants.delete(file);
  else claimants.set(file, left);
  if (all.at(-1) === claimant) left.at(-1)?.resume();
};
