// `npm run bench:collect`: what a collection and a scrape of many proxies cost, ours against the SDK's observable instruments and prom-client.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { startModule } from '../log-parsing/child.mjs';
import { machine } from '../log-parsing/report.mjs';
import { readOptions } from '../readOptions.mjs';
import { readWhole } from '../readWhole.mjs';
import { printCosts, printRatios } from './report.mjs';
import { WAYS } from './ways.mjs';

/** @typedef {import('./case.mjs').Ready} Ready */
/** @typedef {import('./case.mjs').Cost} Cost */
/** @typedef {import('./case.mjs').Memory} Memory */
/** @typedef {import('./ways.mjs').Way} Way */
/**
 * One way in one process.
 *
 * @typedef {object} Run
 * @property {Way} way
 * @property {number} proxies
 * @property {number} round
 * @property {number} series lines of the page with a value
 * @property {number} bytes of the page
 * @property {Cost[]} collections
 * @property {Cost[]} scrapes from the request to the last byte, as the scraper sees it; CPU and gap of the process that is scraped
 * @property {Memory} memory
 */

const USAGE = `Usage: npm run bench:collect -- [options]

--proxies N,N     tcp proxies of one frps (100,1000,10000)
--collections     ours and the observables alone, which are what a collection's ratio is of
--rounds N        processes of each way, in turn; the table has the median of all their collections and scrapes (3)
--repeat N        collections and scrapes of each process that count (10)
--warm-up N       those before them, in which the code is compiled (5)
--changed PERCENT proxies of which the API tells more bytes between two of them (100)
--json FILE       also write every figure there
--profile DIR     leave a CPU profile of each process of ours there; it costs time
`;

const options = optionsGiven();
try {
  await main();
} catch (error) {
  process.stderr.write(`bench:collect: ${/** @type {Error} */ (error).message}\n`);
  process.exitCode = 1;
}

async function main() {
  console.log(`${machine()}. ${options.changed} % of the proxies change before each collection.`);
  /** @type {Run[]} */
  const runs = [];
  for (const proxies of options.proxies) {
    /** @type {Map<Way, string>} */
    const digests = new Map();
    for (let round = 0; round < options.rounds; round += 1) {
      for (const way of options.ways) {
        const { digest, ...run } = await measure(way, proxies, round);
        runs.push(run);
        digests.set(way, digest);
      }
    }
    mustBeSame(proxies, digests);
  }
  for (const proxies of options.proxies) {
    const ofSize = runs.filter((run) => run.proxies === proxies);
    printCosts(ofSize);
    printRatios(ofSize);
  }
  console.log('The pages of all ways had the same series; those of the observables no histograms.');
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ runs }, null, 2)}\n`);
}

/**
 * @param {Way} way
 * @param {number} proxies
 * @param {number} round
 * @returns {Promise<Run & { digest: string }>}
 */
async function measure(way, proxies, round) {
  const isProfiled = options.profile !== undefined && way === 'ours';
  const execArgv = ['--expose-gc', ...(isProfiled ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : [])];
  const file = new URL('case.mjs', import.meta.url).href;
  const child = startModule(file, [way, `${proxies}`, `${options.changed}`], { execArgv });
  try {
    const { url, collects } = /** @type {Ready} */ (await child.nextMessage());
    /** @type {Cost[]} */
    const collections = [];
    for (let nth = -options.warmUp; collects && nth < options.repeat; nth += 1) {
      const cost = /** @type {Cost} */ (await child.ask('collect'));
      if (nth >= 0) collections.push(cost);
    }
    /** @type {Cost[]} */
    const scrapes = [];
    /** @type {Buffer[]} */
    let page = [];
    for (let nth = -options.warmUp; nth < options.repeat; nth += 1) {
      await child.ask('prepare');
      const startedAt = performance.now();
      page = await scrape(url);
      const millis = performance.now() - startedAt;
      const cost = /** @type {Cost} */ (await child.ask('cost'));
      if (nth >= 0) scrapes.push({ ...cost, millis });
    }
    const memory = /** @type {Memory} */ (await child.ask('memory'));
    const bytes = page.reduce((sum, { length }) => sum + length, 0);
    const { digest, series } = readPage(Buffer.concat(page).toString());
    return { way, proxies, round, series, bytes, collections, scrapes, memory, digest };
  } finally {
    await child.end();
  }
}

/**
 * @param {string} url
 * @returns {Promise<Buffer[]>}
 */
function scrape(url) {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      /** @type {Buffer[]} */
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk)).on('error', reject);
      response.on('end', () =>
        response.statusCode === 200 ? resolve(chunks) : reject(new Error(`${response.statusCode}`)),
      );
    }).on('error', reject);
  });
}

/**
 * The series of a page, whatever the order of their lines and labels; what only the SDK has, and histograms, left out.
 *
 * @param {string} page
 */
function readPage(page) {
  const samples = page
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('target_info'));
  const own = samples
    .filter((line) => !/^\w+_(bucket|sum|count)\b/.test(line))
    .map((line) => {
      const [, name, labels = ''] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? [];
      return `${name} ${labels.split(',').sort()}`;
    });
  return { series: samples.length, digest: createHash('sha256').update(own.sort().join('\n')).digest('hex') };
}

/**
 * @param {number} proxies
 * @param {ReadonlyMap<Way, string>} digests
 */
function mustBeSame(proxies, digests) {
  const different = [...digests].filter(([, digest]) => digest !== digests.get('ours')).map(([way]) => way);
  if (different.length > 0)
    throw new Error(`${proxies} proxies: expected the same series, but not of ${different.join(', ')}`);
}

function optionsGiven() {
  return readOptions(
    'bench:collect',
    USAGE,
    {
      proxies: { type: 'string', default: '100,1000,10000' },
      collections: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '3' },
      repeat: { type: 'string', default: '10' },
      'warm-up': { type: 'string', default: '5' },
      changed: { type: 'string', default: '100' },
      json: { type: 'string' },
      profile: { type: 'string' },
    },
    (values) => {
      return {
        proxies: values.proxies.split(',').map((text) => readWhole('proxies', text, 1)),
        ways: WAYS.filter((way) => !values.collections || way === 'ours' || way === 'observables'),
        rounds: readWhole('rounds', values.rounds, 1),
        repeat: readWhole('repeat', values.repeat, 1),
        warmUp: readWhole('warm-up', values['warm-up'], 0),
        changed: readWhole('changed', values.changed, 0),
        json: values.json,
        profile: values.profile,
      };
    },
  );
}
