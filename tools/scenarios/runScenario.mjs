import { isAtLeast } from './isAtLeast.mjs';
import { World } from './World.mjs';

/**
 * @typedef {object} Scenario one thing that happens to frp
 * @property {string} name also that of its recorded files
 * @property {string} done what is done, in a sentence or two
 * @property {string} config what the configs say besides addresses, ports and proxies
 * @property {readonly string[]} types of its proxies, as frps's API lists them
 * @property {string} [since] the first version that it can run on
 * @property {string} [reason] why not before
 * @property {(world: World) => Promise<unknown>} run its result is what is true and frp was not asked for: bytes that a service got, …
 */

/**
 * @param {Scenario} scenario
 * @param {string} version
 * @returns {string | undefined} why it cannot run on that version
 */
export const reasonAgainst = ({ since, reason }, version) =>
  since !== undefined && !isAtLeast(version, since) ? `needs frp ${since}: ${reason}` : undefined;

/**
 * Runs a scenario on a real frp and cleans up behind it.
 *
 * @param {Scenario} scenario
 * @param {{ version: string, programs: string, observer: import('./World.mjs').Observer }} on
 * @returns {Promise<{ world: World, truth: unknown }>} the world is closed; its logs and counts can still be read
 */
export const runScenario = async (scenario, { version, programs, observer }) => {
  const world = await World.open(version, programs, observer);
  try {
    const truth = await scenario.run(world);
    observer.ends?.();
    return { world, truth };
  } catch (error) {
    throw new Error(`${scenario.name} on frp ${version}: ${/** @type {Error} */ (error).message}\n${world.logs}`, {
      cause: error,
    });
  } finally {
    await world.close();
  }
};

/**
 * Runs tasks, so many at a time, in their order.
 *
 * @template Result
 * @param {readonly (() => Promise<Result>)[]} tasks
 * @param {number} limit
 * @returns {Promise<PromiseSettledResult<Result>[]>}
 */
export const runConcurrently = async (tasks, limit) => {
  /** @type {PromiseSettledResult<Result>[]} */
  const results = [];
  const waiting = [...tasks.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, task] = next;
      results[index] = await task().then(
        (value) => ({ status: /** @type {const} */ ('fulfilled'), value }),
        (reason) => ({ status: /** @type {const} */ ('rejected'), reason }),
      );
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
};
