import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from '../../tools/scenarios/until.mjs';
import { cpuSecondsWithChildrenOf, memoryWithChildrenOf } from './usage.mjs';

/** @typedef {Awaited<ReturnType<typeof startAgent>>} Agent */

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const START_MILLIS = 60_000;

/**
 * `frp-otel observe` of one frps and one frpc, as a user has it; ready when it has found both.
 *
 * @param {object} options
 * @param {readonly number[]} options.pids of frps and frpc, so that no other frp of the machine is in the figures
 * @param {string} options.sinkUrl
 * @param {string} options.stateFolder
 * @param {readonly string[]} options.execArgv of Node.js
 */
export async function startAgent({ pids, sinkUrl, stateFolder, execArgv }) {
  // Nobody's own OTEL_* variables have a say here.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'));
  const env = { ...Object.fromEntries(inherited), OTEL_EXPORTER_OTLP_ENDPOINT: sinkUrl };
  const args = [...pids.flatMap((pid) => ['--pid', `${pid}`]), '--prometheus-port', '0'];
  const child = spawn(process.execPath, [...execArgv, CLI, 'observe', ...args, '--state-directory', stateFolder], {
    env,
    stdio: ['ignore', 'pipe', 2],
  });
  const ended = once(child, 'exit');
  let said = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('the agent could not be started');

  const metricsUrl = () => /^ *Prometheus: (\S+)$/m.exec(said)?.[1];
  /** What /metrics reports: tunnels that run, on both roles, and frps's open connections. It costs more than all the rest. */
  const known = async () => {
    const answer = await fetch(metricsUrl() ?? '').catch(() => undefined);
    const text = (await answer?.text()) ?? '';
    const open = text.matchAll(/^frp_proxy_connection_active\{.*frp_role="server".*\} (\d+)/gm);
    return {
      running: text.match(/^frp_proxy_status\{.*frp_proxy_state="(online|running)".*\} 1\b/gm)?.length ?? 0,
      open: [...open].reduce((sum, [, count]) => sum + Number(count), 0),
    };
  };
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  const hasFoundBoth = () => /^frps@/m.test(said) && /^frpc@/m.test(said);
  try {
    await until('the agent to find frps and frpc', hasFoundBoth, { withinMillis: START_MILLIS });
  } catch (error) {
    await stop();
    throw new Error(`${/** @type {Error} */ (error).message}; it said:\n${said}`);
  }
  return {
    known,
    /** What it printed so far. */
    said: () => said,
    cpuSeconds: () => cpuSecondsWithChildrenOf(pid),
    memory: () => memoryWithChildrenOf(pid),
    stop,
  };
}
