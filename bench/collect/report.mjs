import { median, spread } from '../median.mjs';
import { printTable } from '../printTable.mjs';

/** @typedef {import('./main.mjs').Run} Run */
/** @typedef {import('./case.mjs').Cost} Cost */
/** @typedef {import('./ways.mjs').Way} Way */

/** @param {readonly Run[]} runs of one size */
export function printCosts(runs) {
  const [first] = runs;
  if (first === undefined) return;
  console.log(`\n${first.proxies} proxies`);
  printTable(
    [
      'way',
      'series',
      'page (MB)',
      'collection (ms)',
      'CPU (ms)',
      'gap (ms)',
      'scrape (ms)',
      'gap (ms)',
      'CPU (ms)',
      'heap (MB)',
      'peak RSS (MB)',
    ],
    waysOf(runs).map((way) => {
      const own = runs.filter((run) => run.way === way);
      const collections = own.flatMap(({ collections }) => collections);
      const scrapes = own.flatMap(({ scrapes }) => scrapes);
      return [
        way,
        `${own[0]?.series}`,
        megabytes(own[0]?.bytes ?? 0),
        spreadOf(collections, 'millis'),
        spreadOf(collections, 'cpuMillis'),
        spreadOf(collections, 'gapMillis'),
        spreadOf(scrapes, 'millis'),
        spreadOf(scrapes, 'gapMillis'),
        spreadOf(scrapes, 'cpuMillis'),
        megabytes(median(own.map(({ memory }) => memory.heap))),
        megabytes(median(own.map(({ memory }) => memory.peakRss))),
      ];
    }),
  );
}

/** @type {[title: string, what: 'collections' | 'scrapes', above: Way, below: Way][]} */
const RATIOS = [
  ['collection of observables / ours', 'collections', 'observables', 'ours'],
  ['scrape of ours / prom-client', 'scrapes', 'ours', 'prom-client'],
  ["scrape of ours / ours with the SDK's text", 'scrapes', 'ours', "ours, the SDK's text"],
];

/**
 * By CPU, of which another program takes nothing away; the least of each process, for what a busy machine adds is no part of it.
 *
 * @param {readonly Run[]} runs of one size
 */
export function printRatios(runs) {
  const ways = waysOf(runs);
  for (const [title, what, above, below] of RATIOS.filter(
    (ratio) => ways.includes(ratio[2]) && ways.includes(ratio[3]),
  )) {
    /** @param {Way} way */
    const leastOf = (way) =>
      runs.filter((run) => run.way === way).map((run) => Math.min(...run[what].map(({ cpuMillis }) => cpuMillis)));
    const divisors = leastOf(below);
    const ratios = leastOf(above).map((millis, round) => millis / (divisors[round] ?? Number.NaN));
    console.log(
      `${title}: ${median(ratios).toFixed(2)} of the CPU (rounds ${ratios.map((ratio) => ratio.toFixed(2)).join(' ')})`,
    );
  }
}

/** @param {readonly Run[]} runs */
const waysOf = (runs) => [...new Set(runs.map(({ way }) => way))];

/**
 * @param {readonly Cost[]} costs
 * @param {keyof Cost} figure
 */
const spreadOf = (costs, figure) => (costs.length === 0 ? '-' : spread(costs.map((cost) => cost[figure])));

/** @param {number} bytes */
const megabytes = (bytes) => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
