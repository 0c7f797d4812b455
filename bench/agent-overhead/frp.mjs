import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePorts } from '../../tools/scenarios/freePorts.mjs';
import { until } from '../../tools/scenarios/until.mjs';

/** @typedef {Awaited<ReturnType<typeof startFrp>>} RunningFrp */

const START_MILLIS = 120_000;

/**
 * A real frps and frpc with so many tcp tunnels; both log to a file at level info and have their API on, as frp is run where
 * somebody wants to watch it.
 *
 * @param {object} options
 * @param {string} options.programs folder of frps and frpc
 * @param {string} options.folder for their files
 * @param {number} options.tunnels
 * @param {(index: number) => number} options.serviceOf the local port of a tunnel's service; each has an address of its own
 */
export async function startFrp({ programs, folder, tunnels, serviceOf }) {
  mkdirSync(folder, { recursive: true });
  const [bind = 0, serverApi = 0, clientApi = 0, ...ports] = await freePorts(3 + tunnels);
  /** @param {string} name @param {string} text */
  const write = (name, text) => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const proxies = ports.map(
    (port, index) => `
[[proxies]]
name = "t${index}"
type = "tcp"
localIP = "127.1.${index >> 8}.${index & 255}"
localPort = ${serviceOf(index)}
remotePort = ${port}
`,
  );
  const frps = start(
    path.join(programs, 'frps'),
    write(
      'frps.toml',
      `bindAddr = "127.0.0.1"
bindPort = ${bind}
proxyBindAddr = "127.0.0.1"
webServer.port = ${serverApi}
log.to = "${path.join(folder, 'frps.log')}"
`,
    ),
  );
  const online = async () => {
    const answer = await fetch(`http://127.0.0.1:${serverApi}/api/serverinfo`).catch(() => undefined);
    if (answer === undefined) return undefined;
    const { proxyTypeCount } = /** @type {{ proxyTypeCount?: { tcp?: number } }} */ (await answer.json());
    return proxyTypeCount?.tcp ?? 0;
  };
  await until('frps to answer', async () => (await online()) !== undefined, { withinMillis: START_MILLIS });
  const frpc = start(
    path.join(programs, 'frpc'),
    write(
      'frpc.toml',
      `serverAddr = "127.0.0.1"
serverPort = ${bind}
webServer.port = ${clientApi}
log.to = "${path.join(folder, 'frpc.log')}"
${proxies.join('')}`,
    ),
  );
  await until(`${tunnels} tunnels`, async () => (await online()) === tunnels, {
    withinMillis: START_MILLIS,
    everyMillis: 200,
  });
  return {
    frps: frps.pid,
    frpc: frpc.pid,
    ports,
    stop: async () => {
      await frpc.stop();
      await frps.stop();
    },
  };
}

/** @param {string} program @param {string} config */
function start(program, config) {
  const child = spawn(program, ['-c', config], { stdio: ['ignore', 'ignore', 2] });
  const ended = once(child, 'exit');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} could not be started`);
  return {
    pid,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
