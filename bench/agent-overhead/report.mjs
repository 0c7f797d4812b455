import { median } from '../median.mjs';
import { printTable } from '../printTable.mjs';

/** @typedef {import('./cost.mjs').Cost} Cost */
/** @typedef {import('./load.mjs').LoadRun} LoadRun */

/** @param {readonly Cost[]} costs */
export function printCosts(costs) {
  printTable(
    ['tunnels', 'open', 'agent CPU', 'RSS (MB)', 'peak (MB)', 'its ss (MB)', 'sent (MB)', 'frps CPU', 'frpc CPU'],
    costs.map((cost) => [
      `${cost.tunnels}`,
      `${cost.connections}`,
      percent(cost.cpuShare),
      megabytes(cost.rss),
      megabytes(cost.peakRss),
      megabytes(cost.childrenRss),
      megabytes(cost.sentBytes),
      `${percent(cost.frpsCpuShare.with)} (${percent(cost.frpsCpuShare.without)} alone)`,
      `${percent(cost.frpcCpuShare.with)} (${percent(cost.frpcCpuShare.without)} alone)`,
    ]),
  );
  console.log('CPU as a share of one core, of the agent with all that it runs.');
}

/** What is better when it is more, and what when it is less. */
const FIGURES = /** @type {const} */ ([
  ['bulk transfer, MB/s', 'bytesPerSecond', 1e-6],
  ['short connections per second', 'connectionsPerSecond', 1],
  ['their median latency, ms', 'medianMillis', 1],
  ['99th percentile, ms', 'p99Millis', 1],
]);

/** @param {readonly LoadRun[]} runs */
export function printLoads(runs) {
  printTable(
    ['', 'without', 'with', 'with / without: median of rounds', 'each round'],
    FIGURES.map(([title, figure, factor]) => {
      const ratios = ratiosOf(runs, figure);
      return [
        title,
        ...[false, true].map((observed) => (median(valuesOf(runs, figure, observed)) * factor).toFixed(1)),
        median(ratios).toFixed(3),
        ratios.map((ratio) => ratio.toFixed(3)).join(' '),
      ];
    }),
  );
  const failed = runs.reduce((sum, run) => sum + run.failed, 0);
  const shares = runs.flatMap(({ agentCpu }) => agentCpu ?? []);
  console.log(
    `${failed} connections failed. The agent meanwhile: ${percent(median(shares.map(({ transfer }) => transfer)))} of one core, ` +
      `${percent(median(shares.map(({ churn }) => churn)))} with the short connections.`,
  );
}

/**
 * @param {readonly LoadRun[]} runs
 * @param {(typeof FIGURES)[number][1]} figure
 */
function ratiosOf(runs, figure) {
  return [...new Set(runs.map(({ round }) => round))].map((round) => {
    const own = runs.filter((run) => run.round === round);
    return mean(valuesOf(own, figure, true)) / mean(valuesOf(own, figure, false));
  });
}

/**
 * @param {readonly LoadRun[]} runs
 * @param {(typeof FIGURES)[number][1]} figure
 * @param {boolean} observed
 */
function valuesOf(runs, figure, observed) {
  return runs.filter((run) => run.observed === observed).map((run) => run[figure]);
}

/** @param {readonly number[]} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** @param {number} bytes */
const megabytes = (bytes) => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);

/** @param {number} share */
const percent = (share) => `${(share * 100).toFixed(1)} %`;
