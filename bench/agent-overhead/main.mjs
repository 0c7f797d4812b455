// `npm run bench:agent-overhead`: what `frp-otel observe` takes of a machine, and of frp's throughput.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { resolveFrp } from '../../tools/frp.mjs';
import { startModule } from '../log-parsing/child.mjs';
import { machine } from '../log-parsing/report.mjs';
import { readOptions } from '../readOptions.mjs';
import { readWhole } from '../readWhole.mjs';
import { measureCost } from './cost.mjs';
import { measureLoad } from './load.mjs';
import { printCosts, printLoads } from './report.mjs';

/** @typedef {import('./service.mjs').ServicePorts} ServicePorts */
/** @typedef {import('./sink.mjs').SinkCounts} SinkCounts */
/** @typedef {{ programs: string, folder: string, services: ServicePorts, sinkUrl: string, execArgv: string[], ask: (part: 'service' | 'sink' | 'visitors', message: object) => Promise<unknown> }} World */

const USAGE = `Usage: npm run bench:agent-overhead -- [options]

--tunnels N,N      tcp tunnels of one frps and one frpc at which the cost is measured (1000,10000); 0 leaves that out
--connections N    of them open meanwhile, each with 100 bytes a second each way (200)
--settle S         seconds that the agent has before its cost is measured (20)
--window S         seconds over which it is measured (60)
--rounds N         rounds of without, with, with, without for the throughput (3); 0 leaves that out
--transfer S       seconds of each bulk transfer (5)
--churn S          seconds of each run of short connections (5)
--rate N           short connections per second (1000)
--json FILE        also write every run's figures there
--profile DIR      leave a CPU profile of each agent there; it costs time
FRP_BIN_DIR        a folder with frps and frpc to use instead of those that tools/frp.mjs builds
`;

const options = optionsGiven();
const folder = mkdtempSync(path.join(tmpdir(), 'frp-otel-bench-'));
const parts = {
  service: startModule(here('service.mjs')),
  sink: startModule(here('sink.mjs')),
  visitors: startModule(here('visitors.mjs')),
};
try {
  await main();
} catch (error) {
  process.stderr.write(`bench:agent-overhead: ${/** @type {Error} */ (error).message}\n`);
  process.exitCode = 1;
} finally {
  await Promise.all(Object.values(parts).map((part) => part.end()));
  rmSync(folder, { recursive: true, force: true });
}

async function main() {
  const services = /** @type {ServicePorts} */ (await parts.service.nextMessage());
  const { url: sinkUrl } = /** @type {SinkCounts} */ (await parts.sink.nextMessage());
  const { folder: programs, version } = await resolveFrp();
  console.log(`frp ${version}. ${machine()}.`);

  /** @type {World} */
  const world = {
    programs,
    folder,
    services,
    sinkUrl,
    execArgv: options.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`],
    ask: (part, message) => parts[part].ask(JSON.stringify(message)),
  };
  const costs = [];
  for (const tunnels of options.tunnels) costs.push(await measureCost(world, { ...options, tunnels }));
  if (costs.length > 0) printCosts(costs);
  const loads = options.rounds > 0 ? await measureLoad(world, options) : [];
  if (loads.length > 0) printLoads(loads);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ costs, loads }, null, 2)}\n`);
}

/** @param {string} file */
function here(file) {
  return new URL(file, import.meta.url).href;
}

function optionsGiven() {
  return readOptions(
    'bench:agent-overhead',
    USAGE,
    {
      tunnels: { type: 'string', default: '1000,10000' },
      connections: { type: 'string', default: '200' },
      settle: { type: 'string', default: '20' },
      window: { type: 'string', default: '60' },
      rounds: { type: 'string', default: '3' },
      transfer: { type: 'string', default: '5' },
      churn: { type: 'string', default: '5' },
      rate: { type: 'string', default: '1000' },
      json: { type: 'string' },
      profile: { type: 'string' },
    },
    (values) => {
      return {
        tunnels: values.tunnels
          .split(',')
          .map((text) => readWhole('tunnels', text, 0))
          .filter((tunnels) => tunnels > 0),
        connections: readWhole('connections', values.connections, 1),
        settle: readWhole('settle', values.settle, 0),
        window: readWhole('window', values.window, 1),
        rounds: readWhole('rounds', values.rounds, 0),
        transfer: readWhole('transfer', values.transfer, 1),
        churn: readWhole('churn', values.churn, 1),
        rate: readWhole('rate', values.rate, 1),
        json: values.json,
        profile: values.profile,
      };
    },
  );
}
