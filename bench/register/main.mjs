// `npm run bench:register`: what this package takes of a program that has nothing to do with frp: its import, its registration, each spawn.
import { writeFileSync } from 'node:fs';
import { startModule } from '../log-parsing/child.mjs';
import { machine } from '../log-parsing/report.mjs';
import { readOptions } from '../readOptions.mjs';
import { readWhole } from '../readWhole.mjs';
import { printSpawns, printStarts } from './report.mjs';

/** @typedef {import('./start.mjs').Start} Start */
/** @typedef {import('./spawns.mjs').Spawns} Spawns */
/** @typedef {Start & { name: string, round: number }} StartRun */
/** @typedef {typeof STATES[number]} State */
/** @typedef {Spawns & { state: State, round: number }} SpawnRun */

const USAGE = `Usage: npm run bench:register -- [options]

--rounds N      processes of each kind, in turn (15)
--publishes N   spawns that are only told of, in each process (100000)
--spawns N      spawns of \`true\` in each process (200)
--json FILE     also write every figure there
`;

const MODULES = {
  'an empty module': here('empty.mjs'),
  '@opentelemetry/sdk-metrics': '@opentelemetry/sdk-metrics',
  'this package': here('../../dist/index.js'),
};

/** A larger process takes longer to spawn: what is imported and does nothing tells the two apart. */
const STATES = /** @type {const} */ (['without', 'imported', 'registered']);

const options = optionsGiven();
try {
  await main();
} catch (error) {
  process.stderr.write(`bench:register: ${/** @type {Error} */ (error).message}\n`);
  process.exitCode = 1;
}

async function main() {
  console.log(`${machine()}. ${options.rounds} rounds.`);
  /** @type {StartRun[]} */
  const starts = [];
  /** @type {SpawnRun[]} */
  const spawns = [];
  for (let round = 0; round < options.rounds; round += 1) {
    for (const [name, specifier] of Object.entries(MODULES)) {
      const start = /** @type {Start} */ (await run('start.mjs', [specifier]));
      starts.push({ name, round, ...start });
    }
    for (const state of round % 2 === 0 ? STATES : STATES.toReversed()) {
      const args = [state, `${options.publishes}`, `${options.spawns}`];
      spawns.push({ state, round, .../** @type {Spawns} */ (await run('spawns.mjs', args)) });
    }
  }
  printStarts(starts);
  printSpawns(spawns);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ starts, spawns }, null, 2)}\n`);
}

/**
 * @param {string} file
 * @param {string[]} args
 */
async function run(file, args) {
  // Nobody's own OTEL_* variables have a say here, and nothing is sent.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'));
  const none = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none' };
  const child = startModule(here(file), args, { env: { ...Object.fromEntries(inherited), ...none } });
  const said = await child.nextMessage();
  await child.end();
  return said;
}

/** @param {string} file */
function here(file) {
  return new URL(file, import.meta.url).href;
}

function optionsGiven() {
  return readOptions(
    'bench:register',
    USAGE,
    {
      rounds: { type: 'string', default: '15' },
      publishes: { type: 'string', default: '100000' },
      spawns: { type: 'string', default: '200' },
      json: { type: 'string' },
    },
    (values) => {
      return {
        rounds: readWhole('rounds', values.rounds, 1),
        publishes: readWhole('publishes', values.publishes, 1),
        spawns: readWhole('spawns', values.spawns, 1),
        json: values.json,
      };
    },
  );
}
