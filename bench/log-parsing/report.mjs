import { cpus } from 'node:os';

/**
 * @typedef {object} Row one run
 * @property {string} name
 * @property {number} cpuSeconds
 * @property {number[]} rss bytes when 25, 50, 75 and 100 % of the file were read
 * @property {number} peakRss bytes
 * @property {{ records: number, requests: number, bytes: number } | undefined} [sent]
 */

const HEAD = [
  'way',
  'CPU s',
  'lines per CPU-second',
  'RSS at 25/50/75/100 % (MB)',
  'peak (MB)',
  'bytes per record',
  'records per request',
];

export function machine() {
  const [cpu] = cpus();
  return `${cpu?.model.trim() ?? 'unknown CPU'}, ${cpus().length} CPUs, ${process.platform}-${process.arch}, Node ${process.versions.node}`;
}

/**
 * @param {readonly Row[]} rows
 * @param {number} lines
 */
export function printTable(rows, lines) {
  const table = namesOf(rows).map((name) => {
    const { cpuSeconds, rss, peakRss, sent } = medianOf(rows, name);
    return [
      name,
      cpuSeconds.toFixed(2),
      Math.round(lines / cpuSeconds).toLocaleString('en-US'),
      rss.map(megabytes).join(' / '),
      megabytes(peakRss),
      sent ? (sent.bytes / sent.records).toFixed(0) : '-',
      sent ? (sent.records / sent.requests).toFixed(0) : '-',
    ];
  });
  const widths = HEAD.map((title, column) =>
    Math.max(...[HEAD, ...table].map((row) => row[column]?.length ?? title.length)),
  );
  /** @param {readonly string[]} cells */
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  console.log([line(HEAD), line(widths.map((width) => '-'.repeat(width))), ...table.map(line)].join('\n'));
}

/** @param {readonly Row[]} rows */
export function ratios(rows) {
  const [state, otlp, peer] = [
    'ours: file to state',
    'ours: file to state and OTLP',
    'Collector: file_log to OTLP',
  ].map((name) => medianOf(rows, name).cpuSeconds);
  const times = (/** @type {number | undefined} */ ours) => ((peer ?? Number.NaN) / (ours ?? Number.NaN)).toFixed(2);
  return `Against its OTLP export: ours to state ${times(state)} times as many lines per CPU-second, ours with OTLP export ${times(otlp)} times.`;
}

/** @param {readonly Row[]} rows */
const namesOf = (rows) => [...new Set(rows.map(({ name }) => name))];

/**
 * @param {readonly Row[]} rows
 * @param {string} name
 * @returns {Row} the run in the middle, by CPU time
 */
function medianOf(rows, name) {
  const runs = rows.filter((row) => row.name === name).sort((a, b) => a.cpuSeconds - b.cpuSeconds);
  const run = runs[Math.floor((runs.length - 1) / 2)];
  if (run === undefined) throw new Error(`there is no run named ${name}`);
  return run;
}

/** @param {number} bytes */
const megabytes = (bytes) => (bytes / 1e6).toFixed(0);
