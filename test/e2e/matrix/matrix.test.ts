import { beforeAll, describe, expect, it } from '@jest/globals';
import { frpVersions, resolveFrp } from '../../../tools/frp.mjs';
import { reasonAgainst, runConcurrently } from '../../../tools/scenarios/runScenario.mjs';
import { scenarios } from '../../../tools/scenarios/scenarios.mjs';
import { type Expectation, expectedOf } from './Expectation.js';
import { kinds } from './expected/kinds.js';
import { proxies } from './expected/proxies.js';
import { sessions } from './expected/sessions.js';
import { factsOf } from './factsOf.js';
import { judge } from './judge.js';
import { type Observed, observeScenario } from './observeScenario.js';
import { replay, type ViewName } from './replay.js';

// What the model knows of real frp after each scenario of tools/scenarios: from its log alone, from its API alone, from both.
// Each scenario runs once; what the sources told is given to three models. What is true stands in expected/, what a view
// cannot know, and why, in knowledge.ts.

/** They mostly wait, and a frozen one costs nothing. */
const AT_ONCE = 8;
const LIMIT_MILLIS = 240_000;
const VIEWS: readonly ViewName[] = ['logs', 'api', 'both'];

const expectations = { ...sessions, ...proxies, ...kinds };

const programs = new Map<string, string>();
for (const version of frpVersions) {
  const found = await resolveFrp({ version }).catch((error: Error) => error);
  if (!(found instanceof Error)) programs.set(version, found.folder);
  else if (process.env.CI === 'true') throw found;
  else process.stderr.write(`skipped: the matrix on frp ${version}: ${found.message}\n`);
}

const scenariosOn = (version: string) => scenarios.filter((scenario) => reasonAgainst(scenario, version) === undefined);
const observed = new Map<string, Observed | Error>();
const keyOf = (scenario: string, version: string): string => `${scenario} on ${version}`;

beforeAll(async () => {
  // All versions of one scenario, then the next: the long ones begin first.
  const runs = scenarios.flatMap((scenario) =>
    [...programs].filter(([version]) => reasonAgainst(scenario, version) === undefined).map((on) => ({ scenario, on })),
  );
  await runConcurrently(
    runs.map(({ scenario, on: [version, folder] }) => async () => {
      const result = await observeScenario(scenario, version, folder).catch((error: Error) => error);
      observed.set(keyOf(scenario.name, version), result);
    }),
    AT_ONCE,
  );
}, LIMIT_MILLIS);

const resultOf = (scenario: string, version: string): Observed => {
  const result = observed.get(keyOf(scenario, version));
  if (result === undefined || result instanceof Error) throw result ?? new Error('it was not run');
  return result;
};

const expectationOf = (scenario: string, version: string, { truth, requests }: Observed): Expectation => {
  const expectation = expectations[scenario]?.({ version, truth });
  if (expectation?.frps === undefined) throw new Error(`expected results of ${scenario} in test/e2e/matrix/expected`);
  const { frps } = expectation;
  return { ...expectation, frps: { ...frps, truth: { requests: requests.get('frps') ?? 0, ...frps.truth } } };
};

for (const version of frpVersions) {
  const describeIfFound = programs.has(version) ? describe : describe.skip;
  describeIfFound(`what is known of frp ${version}`, () => {
    describe.each(scenariosOn(version).map(({ name }) => name))('after %s', (name) => {
      it.each(VIEWS)('from %s', (view) => {
        const result = resultOf(name, version);
        const replayed = replay(result, view);
        const expectation = expectationOf(name, version, result);
        expect([...replayed.keys()].sort()).toEqual(Object.keys(expectation).sort());

        const judged = [...replayed].map(([process, state]) => {
          const truth = expectation[process] ?? { truth: {} };
          return [process, judge(expectedOf(process, truth, view, version), factsOf(state))] as const;
        });
        expect(Object.fromEntries(judged.map(([process, { said }]) => [process, said]))).toEqual(
          Object.fromEntries(judged.map(([process, { expected }]) => [process, expected])),
        );
      });
    });
  });
}
