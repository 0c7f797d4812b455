import { median, spread } from '../median.mjs';
import { printTable } from '../printTable.mjs';

/** @typedef {import('./main.mjs').CollectorRun} CollectorRun */
/** @typedef {import('./main.mjs').Evaluation} Evaluation */

const PER_POINTS = 100_000;

/** @param {readonly CollectorRun[]} runs */
export function printCollectors(runs) {
  const files = [...new Set(runs.map(({ file }) => file))];
  /** @param {string} file @param {CollectorRun['rules']} rules */
  const runsOf = (file, rules) => runs.filter((run) => run.file === file && run.rules === rules);
  printTable(
    ['Collector', 'rules', `CPU s per ${PER_POINTS} points`, 'points per s', 'peak RSS (MB)'],
    files.flatMap((file) =>
      /** @type {const} */ (['without', 'with']).map((rules) => {
        const own = runsOf(file, rules);
        return [
          file,
          rules,
          spread(own.map(cpuPerPoints)),
          Math.round(median(own.map(({ cost }) => cost.points / cost.seconds))).toLocaleString('en-US'),
          (median(own.map(({ cost }) => cost.peakRss)) / 1e6).toFixed(0),
        ];
      }),
    ),
  );
  for (const file of files) {
    const without = runsOf(file, 'without').map(cpuPerPoints);
    const ratios = runsOf(file, 'with').map((run, round) => cpuPerPoints(run) / (without[round] ?? Number.NaN));
    console.log(
      `${file}: ${median(ratios).toFixed(2)} of the CPU with the rules (rounds ${ratios.map((ratio) => ratio.toFixed(2)).join(' ')})`,
    );
  }
  console.log('Counted by each Collector: all points came in, all went out, and one more for each series of a rule.');
}

/** @param {CollectorRun} run */
const cpuPerPoints = ({ cost }) => (cost.cpuSeconds / cost.points) * PER_POINTS;

/** @param {Evaluation} evaluation */
export function printEvaluations({ proxies, ours, prometheus }) {
  console.log(`\n${proxies} proxies: ${ours.points} points, ${ours.alerts.length} alerts`);
  printTable(
    ['evaluation of all rules', 'time (ms)', 'CPU (ms)'],
    [
      [
        'ours',
        spread(ours.evaluations.map(({ millis }) => millis)),
        spread(ours.evaluations.map(({ cpuMillis }) => cpuMillis)),
      ],
      [
        'ours: the collection before it',
        spread(ours.collections.map(({ millis }) => millis)),
        spread(ours.collections.map(({ cpuMillis }) => cpuMillis)),
      ],
      ...(prometheus === undefined ? [] : [[`Prometheus ${prometheus.version}`, spread(prometheus.millis), '-']]),
    ],
  );
  console.log(`The evaluator keeps ${(ours.heap / 1e6).toFixed(1)} MB.`);
  if (prometheus === undefined) {
    console.log('Prometheus was left out.');
    return;
  }
  // The least of each: what other programs add is no part of it.
  const ratio = Math.min(...ours.evaluations.map(({ millis }) => millis)) / Math.min(...prometheus.millis);
  console.log(
    `ours / Prometheus: ${ratio.toFixed(2)} of the time, with the same alerts of ${prometheus.series} series`,
  );
}
