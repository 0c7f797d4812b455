import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSecondsOf } from '../log-parsing/procfs.mjs';
import { startAgent } from './agent.mjs';
import { startFrp } from './frp.mjs';
import { sharesOver } from './usage.mjs';

/** @typedef {import('./sink.mjs').SinkCounts} SinkCounts */
/** @typedef {Awaited<ReturnType<typeof measureCost>>} Cost */

/**
 * What an agent takes beside an frps and an frpc with so many tunnels: CPU of itself and of what it runs, memory, and the CPU
 * of frp with it and without.
 *
 * @param {import('./main.mjs').World} world
 * @param {{ tunnels: number, connections: number, settle: number, window: number }} options seconds
 */
export async function measureCost(world, { tunnels, connections, settle, window }) {
  const { services, sinkUrl, execArgv, ask, programs } = world;
  const folder = path.join(world.folder, `cost-${tunnels}`);
  const frp = await startFrp({ programs, folder, tunnels, serviceOf: () => services.echo });
  try {
    await ask('visitors', { kind: 'hold', ports: frp.ports, connections });
    const frpCpu = () => ({ frps: cpuSecondsOf(frp.frps), frpc: cpuSecondsOf(frp.frpc) });
    const alone = await sharesOver(window, frpCpu);

    const agent = await startAgent({
      pids: [frp.frps, frp.frpc],
      sinkUrl,
      execArgv,
      stateFolder: path.join(folder, 'state'),
    });
    try {
      await sleep(settle * 1000);
      const before = /** @type {SinkCounts} */ (await ask('sink', {}));
      const used = await sharesOver(window, () => ({ agent: agent.cpuSeconds(), ...frpCpu() }));
      const memory = agent.memory();
      const after = /** @type {SinkCounts} */ (await ask('sink', {}));

      // Right, or not worth a figure; asked last, since an answer for so many tunnels has its own cost.
      const { running, open } = await agent.known();
      if (running !== 2 * tunnels || open !== connections) {
        throw new Error(
          `expected ${2 * tunnels} running tunnels on both roles and ${connections} connections of frps, the agent knows ${running} and ${open}`,
        );
      }
      return {
        tunnels,
        connections,
        window,
        cpuShare: used.agent,
        ...memory,
        sentBytes: after.bytes - before.bytes,
        frpsCpuShare: { with: used.frps, without: alone.frps },
        frpcCpuShare: { with: used.frpc, without: alone.frpc },
        said: agent.said(),
      };
    } finally {
      await agent.stop();
    }
  } finally {
    await ask('visitors', { kind: 'release' });
    await frp.stop();
  }
}
