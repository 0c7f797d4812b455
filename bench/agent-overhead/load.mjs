import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startAgent } from './agent.mjs';
import { startFrp } from './frp.mjs';

/** @typedef {import('./agent.mjs').Agent} Agent */
/** @typedef {import('./service.mjs').Received} Received */
/** @typedef {import('./visitors.mjs').ChurnResult} ChurnResult */
/** @typedef {Awaited<ReturnType<typeof measureRun>> & { round: number, observed: boolean }} LoadRun */

/** The first leads to the discarding service, the others to the echo. */
const TUNNELS = 10;
const STREAMS = 4;
/** Until the streams have found their speed. */
const RAMP_MILLIS = 1_000;
/** Each round begins with the way that the last one ended with, so that a drift of the machine meets both alike. */
const ROUND = [false, true, true, false];

/**
 * How much a tunnel carries, and how many short connections frp takes, with an agent beside it and without.
 *
 * @param {import('./main.mjs').World} world
 * @param {{ rounds: number, transfer: number, churn: number, rate: number }} options seconds, connections per second
 * @returns {Promise<LoadRun[]>}
 */
export async function measureLoad(world, options) {
  const { services, sinkUrl, execArgv, programs } = world;
  const folder = path.join(world.folder, 'load');
  const serviceOf = (/** @type {number} */ index) => (index === 0 ? services.discard : services.echo);
  const frp = await startFrp({ programs, folder, tunnels: TUNNELS, serviceOf });
  /** @type {Agent | undefined} */
  let agent;
  try {
    /** @type {LoadRun[]} */
    const runs = [];
    for (let round = 1; round <= options.rounds; round += 1) {
      for (const observed of ROUND) {
        if (observed) {
          const stateFolder = path.join(folder, 'state');
          agent ??= await startAgent({ pids: [frp.frps, frp.frpc], sinkUrl, stateFolder, execArgv });
        } else {
          await agent?.stop();
          agent = undefined;
        }
        runs.push({ round, observed, ...(await measureRun(world, { ...options, ports: frp.ports, agent })) });
      }
    }
    return runs;
  } finally {
    await agent?.stop();
    await frp.stop();
  }
}

/**
 * @param {import('./main.mjs').World} world
 * @param {{ ports: number[], agent: Agent | undefined, transfer: number, churn: number, rate: number }} options
 */
async function measureRun({ ask }, { ports: [bulk = 0, ...short], agent, transfer, churn, rate }) {
  await ask('visitors', { kind: 'flood', port: bulk, streams: STREAMS });
  await sleep(RAMP_MILLIS);
  const cpuBefore = agent?.cpuSeconds();
  const before = /** @type {Received} */ (await ask('service', {}));
  await sleep(transfer * 1000);
  const after = /** @type {Received} */ (await ask('service', {}));
  const cpuBetween = agent?.cpuSeconds();
  await ask('visitors', { kind: 'release' });

  const result = /** @type {ChurnResult} */ (
    await ask('visitors', { kind: 'churn', ports: short, rate, seconds: churn })
  );
  const cpuAfter = agent?.cpuSeconds();
  const latencies = result.latencies.sort((a, b) => a - b);
  return {
    bytesPerSecond: ((after.bytes - before.bytes) / (after.millis - before.millis)) * 1000,
    connectionsPerSecond: result.answered / result.seconds,
    failed: result.failed,
    medianMillis: quantile(latencies, 0.5),
    p99Millis: quantile(latencies, 0.99),
    agentCpu:
      cpuBefore === undefined || cpuBetween === undefined || cpuAfter === undefined
        ? undefined
        : { transfer: (cpuBetween - cpuBefore) / transfer, churn: (cpuAfter - cpuBetween) / result.seconds },
  };
}

/**
 * @param {readonly number[]} sorted
 * @param {number} share
 */
function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
