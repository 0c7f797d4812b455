/** The ports that make a socket interesting: its own, or that of its other end. */
export interface InterestingPorts {
  readonly local: ReadonlySet<number>;
  readonly peer: ReadonlySet<number>;
}

/** A longer expression is refused by the kernel, and each range costs for every socket of the machine. */
const MAX_RANGES = 32;

/**
 * The expression that has `ss` print the sockets of these ports. With many of them it prints others as well: neighbouring ports
 * are taken together.
 *
 * @returns undefined where there are none
 */
export const ssFilter = ({ local, peer }: InterestingPorts): string | undefined => {
  const terms = [
    ...rangesOf(local).map((range) => term('sport', range)),
    ...rangesOf(peer).map((range) => term('dport', range)),
  ];
  return terms.length === 0 ? undefined : `( ${terms.join(' or ')} )`;
};

interface Range {
  readonly first: number;
  readonly last: number;
}

const term = (side: 'sport' | 'dport', { first, last }: Range): string =>
  first === last ? `${side} = :${first}` : `( ${side} >= :${first} and ${side} <= :${last} )`;

/** As few ranges as allowed, with the narrowest gaps between ports closed. */
const rangesOf = (ports: ReadonlySet<number>): Range[] => {
  const sorted = [...ports].sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((port, index) => port - (sorted[index] ?? 0));
  const widest = Math.max(1, gaps.toSorted((a, b) => b - a)[MAX_RANGES - 1] ?? 1);
  const ranges: { first: number; last: number }[] = [];
  for (const port of sorted) {
    const range = ranges.at(-1);
    if (range !== undefined && port - range.last <= widest) range.last = port;
    else ranges.push({ first: port, last: port });
  }
  return ranges;
};
