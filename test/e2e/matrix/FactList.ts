import type { Expected } from './Expectation.js';

export type Counts = Readonly<Record<string, number>>;

export const sum = (counts: Counts): number => Object.values(counts).reduce((total, count) => total + count, 0);

/** Facts as they add up; a count that stayed 0 is left out. */
export class FactList {
  readonly all: Record<string, Expected> = {};

  happened(fact: string, count: number): void {
    if (count > 0) this.all[fact] = Number(this.all[fact] ?? 0) + count;
  }

  is(fact: string, value: Expected): void {
    this.all[fact] ??= value;
  }
}
