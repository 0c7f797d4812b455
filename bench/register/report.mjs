import { median, spread } from '../median.mjs';
import { printTable } from '../printTable.mjs';

/** @typedef {import('./main.mjs').StartRun} StartRun */
/** @typedef {import('./main.mjs').SpawnRun} SpawnRun */

/** @param {readonly StartRun[]} runs */
export function printStarts(runs) {
  const names = [...new Set(runs.map(({ name }) => name))];
  /** @param {string} name */
  const of = (name) => runs.filter((run) => run.name === name);
  printTable(
    ['', 'import (ms)', 'its CPU (ms)', 'registration (ms)', 'RSS (MB)'],
    names.map((name) => {
      const registrations = of(name).flatMap(({ registerMillis }) => registerMillis ?? []);
      return [
        name,
        spread(of(name).map(({ importMillis }) => importMillis)),
        spread(of(name).map(({ importCpuMillis }) => importCpuMillis)),
        registrations.length === 0 ? '-' : spread(registrations),
        (median(of(name).map(({ rss }) => rss)) / 1e6).toFixed(0),
      ];
    }),
  );
}

/** @param {readonly SpawnRun[]} runs */
export function printSpawns(runs) {
  /** @type {[string, (run: SpawnRun) => number][]} */
  const figures = [
    ['told of the first spawn (µs)', (run) => run.firstMicros],
    ...Object.keys(runs[0]?.micros ?? {}).map(
      (name) =>
        /** @type {[string, (run: SpawnRun) => number]} */ ([
          `told of ${name} (µs)`,
          (run) => run.micros[name] ?? Number.NaN,
        ]),
    ),
    ['a whole spawn of true, least (ms)', (run) => Math.min(...run.spawnMillis)],
    ['a whole spawn of true, median (ms)', (run) => median(run.spawnMillis)],
  ];
  const states = [...new Set(runs.map(({ state }) => state))]; // the first round has them in order
  printTable(
    ['', ...states],
    figures.map(([title, figure]) => [
      title,
      ...states.map((state) => spread(runs.filter((run) => run.state === state).map(figure))),
    ]),
  );
}
