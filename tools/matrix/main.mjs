// `npm run test:matrix [-- 20 | 22 | 24 …]`: one build, as npm packs it, on each line of Node.js with the line of the SDK that
// npm chooses there: the same tests, the types, and what a user's install gets. With `--beside-npm-test` the tests of the
// Node.js that runs this are left to `npm test`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, say } from '../setup.mjs';
import { checkConsumer } from './consumer.mjs';
import { execute } from './execute.mjs';
import { lines } from './lines.mjs';
import { checkTypes, layFolder, runTests } from './testLine.mjs';

const BESIDE = '--beside-npm-test';
const ROOT = new URL('../..', import.meta.url).pathname;

await ensureInstalled();
await ensureBuilt();
const folder = await mkdtemp(join(tmpdir(), 'frp-otel-matrix-'));
const started = performance.now();
let failures = 0;

/**
 * One check: says how long it took, or why it failed.
 *
 * @template Result
 * @param {string} what
 * @param {() => Promise<Result>} check
 * @param {(result: Result) => string} [tell]
 */
const check = async (what, check, tell = () => 'ok') => {
  const begin = performance.now();
  const seconds = () => `${((performance.now() - begin) / 1000).toFixed(1)} s`.padStart(8);
  try {
    const result = await check();
    say(`${seconds()}  ${what}: ${tell(result)}`);
  } catch (error) {
    failures += 1;
    say(`${seconds()}  ${what}: FAILED\n${/** @type {Error} */ (error).message}`);
  }
};

try {
  const [packed] = JSON.parse(await execute('npm', ['pack', '--json', '--pack-destination', folder], ROOT));
  const tarball = join(folder, packed.filename);
  const chosen = (await lines(process.argv.slice(2).filter((arg) => arg !== BESIDE))).map((line) => ({
    ...line,
    name: `Node ${line.node}, SDK ${line.sdk}`,
    place: join(folder, line.node),
  }));
  for (const { place, ...line } of chosen) await layFolder(line, tarball, place);
  const firstOfSdk = chosen.filter(({ sdk }, index) => chosen.findIndex((other) => other.sdk === sdk) === index);
  await Promise.all(
    firstOfSdk.flatMap(({ name, place, ...line }) => [
      check(`${name}: types of the sources`, () => checkTypes(line, place)),
      check(
        `${name}: a user's install`,
        () => checkConsumer(line, tarball, join(folder, `consumer${line.node}`)),
        (count) => `one copy of each of ${count} OpenTelemetry packages, types fit`,
      ),
    ]),
  );
  const tests = (/** @type {typeof chosen[number]} */ { name, place, ...line }) =>
    check(
      `${name}: tests`,
      () => runTests(line, place),
      (count) => `${count} passed`,
    );
  const own = process.versions.node.split('.')[0];
  const tested = process.argv.includes(BESIDE) ? chosen.filter(({ node }) => node !== own) : chosen;
  for (const line of tested) await tests(line); // examples serve on a port that is theirs
} finally {
  await rm(folder, { recursive: true, force: true });
}
say(
  `matrix: ${failures === 0 ? 'all of it holds' : `${failures} failed`}, in ${Math.round((performance.now() - started) / 1000)} s`,
);
process.exitCode = failures === 0 ? 0 : 1;
