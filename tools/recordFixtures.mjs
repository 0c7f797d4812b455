// `node tools/recordFixtures.mjs [VERSION…] [--only NAME]`: runs the scenarios on real frp and writes what frp wrote.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { frpVersions, resolveFrp } from './frp.mjs';
import { isAtLeast } from './scenarios/isAtLeast.mjs';
import { reasonAgainst, runConcurrently, runScenario } from './scenarios/runScenario.mjs';
import { scenarios } from './scenarios/scenarios.mjs';

/**
 * @typedef {import('./scenarios/runScenario.mjs').Scenario} Scenario
 * @typedef {import('./scenarios/World.mjs').World} World
 * @typedef {import('./scenarios/FrpProcess.mjs').FrpProcess} FrpProcess
 */

const FIXTURES = fileURLToPath(new URL('../test/fixtures/', import.meta.url));
const AT_ONCE = 6;
/** What is larger would be a scenario that went wrong. */
const MAX_FILE_BYTES = 64 * 1024;
const README_MARK = '<!-- below: written by tools/recordFixtures.mjs -->';

/** What is asked at each moment: on frps by version, on frpc always. */
const V2_ROUTES = [
  ['info', '/api/v2/system/info'],
  ['proxies', '/api/v2/proxies?page=1&pageSize=200'],
  ['clients', '/api/v2/clients?page=1&pageSize=200'],
];
const V1_INFO = ['serverinfo', '/api/serverinfo'];

/**
 * @param {string} version
 * @param {readonly string[]} types
 */
const routesOf = (version, types) =>
  isAtLeast(version, '0.70.0') ? V2_ROUTES : [V1_INFO, ...types.map((type) => [`proxy-${type}`, `/api/proxy/${type}`])];

/**
 * Runs one scenario and collects its files.
 *
 * @param {Scenario} scenario
 * @param {string} version
 * @param {string} programs
 * @returns {Promise<Map<string, string>>} text by file name
 */
const record = async (scenario, version, programs) => {
  /** @type {Map<string, string>} */
  const files = new Map();
  const saves = (/** @type {string} */ file, /** @type {string} */ text) => {
    files.set(
      `${scenario.name}.${file}`,
      file.endsWith('.json') ? `${JSON.stringify(JSON.parse(text), null, 2)}\n` : text,
    );
  };
  /** @type {World | undefined} */
  let world;
  const opened = (/** @type {World} */ opened) => {
    world = opened;
  };
  const looks = async (/** @type {string} */ moment, /** @type {FrpProcess[]} */ at) => {
    for (const { name, program } of at) {
      const routes = program === 'frps' ? routesOf(version, scenario.types) : [[`${name}-status`, '/api/status']];
      for (const [what = '', route = ''] of routes) {
        // One that is starting does not answer yet.
        const answer = await world?.get(name, route, { credentials: 'admin:dummy-password' }).catch(() => undefined);
        if (answer?.status === 200) saves(`${moment}.${what}.json`, answer.body);
      }
    }
  };
  const ran = await runScenario(scenario, { version, programs, observer: { opened, saves, looks } });
  for (const [name, runs] of ran.world.processes) saves(`${name}.log`, runs.map(({ output }) => output).join(''));
  for (const [file, text] of files) {
    if (text.length > MAX_FILE_BYTES) {
      throw new Error(
        `${file} has ${text.length} bytes, expected at most ${MAX_FILE_BYTES}: make the scenario shorter`,
      );
    }
  }
  return files;
};

/**
 * @param {string} version
 * @param {readonly Scenario[]} chosen
 * @returns {Promise<number>} how many scenarios failed
 */
const recordVersion = async (version, chosen) => {
  const { folder: programs } = await resolveFrp({ version });
  const folder = path.join(FIXTURES, `frp-${version}`);
  mkdirSync(folder, { recursive: true });
  const possible = chosen.filter((scenario) => reasonAgainst(scenario, version) === undefined);
  const results = await runConcurrently(
    possible.map((scenario) => async () => {
      const files = await record(scenario, version, programs);
      for (const old of readdirSync(folder).filter((file) => file.startsWith(`${scenario.name}.`))) {
        rmSync(path.join(folder, old));
      }
      for (const [file, text] of files) writeFileSync(path.join(folder, file), text);
      process.stderr.write(`frp ${version}: ${scenario.name}: ${files.size} files\n`);
    }),
    AT_ONCE,
  );
  const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  for (const error of failed) process.stderr.write(`${error.message}\n`);
  writeReadme(version, folder);
  return failed.length;
};

/**
 * Rewrites the table below the mark; what stands above it was recorded by hand and stays.
 *
 * @param {string} version
 * @param {string} folder
 */
const writeReadme = (version, folder) => {
  const file = path.join(folder, 'README.md');
  const above = existsSync(file) ? readFileSync(file, 'utf8').split(README_MARK)[0]?.trimEnd() : `# frp ${version}`;
  const names = readdirSync(folder);
  const rows = [...scenarios]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((scenario) => {
      const { name, config, done } = scenario;
      const reason = reasonAgainst(scenario, version);
      const count = names.filter((entry) => entry.startsWith(`${name}.`)).length;
      const files = reason === undefined ? `\`${name}.*\` (${count})` : `none: ${reason}`;
      return `| ${name} | ${files} | ${config} | ${done} |`;
    });
  const text = `${above}

${README_MARK}

## Scenarios

Recorded by \`node tools/recordFixtures.mjs ${version}\` from frp ${version}; the steps stand in tools/scenarios. \`*.frps.log\` and
\`*.frpc.log\` (\`frpc2\`, …) are all that the process printed, over its restarts; \`*.MOMENT.*.json\` what the APIs answered at that
moment, and a process that could not answer has none. In the end each frpc gets SIGKILL, and then frps. Secrets in the configs
are dummies.

| scenario | files | config | what was done |
|---|---|---|---|
${rows.join('\n')}
`;
  writeFileSync(file, text);
};

const USAGE = `Usage: node tools/recordFixtures.mjs [VERSION…] [--only NAME]…

Runs the scenarios of tools/scenarios on real frp and writes its logs and API answers to test/fixtures/frp-VERSION.

VERSION       ${frpVersions.join(', ')}; all of them by default
--only NAME   one of ${scenarios.map(({ name }) => name).join(', ')}
`;

/** @param {string[]} args */
const main = async (args) => {
  let versions = frpVersions;
  let chosen = scenarios;
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { only: { type: 'string', multiple: true }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    if (positionals.length > 0) versions = positionals;
    if (values.only !== undefined) chosen = values.only.map(scenarioNamed);
  } catch (error) {
    process.stderr.write(`recordFixtures.mjs: ${/** @type {Error} */ (error).message}\n\n${USAGE}`);
    return 2;
  }
  let failed = 0;
  for (const version of versions) failed += await recordVersion(version, chosen);
  return failed === 0 ? 0 : 1;
};

/** @param {string} name */
const scenarioNamed = (name) => {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`expected the name of a scenario, received ${name}`);
  return found;
};

process.exitCode = await main(process.argv.slice(2));
