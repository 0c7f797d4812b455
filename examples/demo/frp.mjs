import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './freePort.mjs';

const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 5_000;

/**
 * Starts frps, then frpc with the tunnels `echo` and `web`, and waits until both run.
 *
 * @param {string} folder where frps and frpc are
 * @param {{ echo: number, web: number }} services ports of the local services
 */
export async function startFrp(folder, services) {
  const [bind, vhost, dashboard, echo] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const token = randomBytes(16).toString('hex');
  const config = await mkdtemp(join(tmpdir(), 'frp-otel-demo-'));
  await writeFile(
    join(config, 'frps.toml'),
    `bindAddr = "127.0.0.1"
bindPort = ${bind}
proxyBindAddr = "127.0.0.1"
vhostHTTPPort = ${vhost}
auth.token = "${token}"
webServer.addr = "127.0.0.1"
webServer.port = ${dashboard}
webServer.user = "admin"
webServer.password = "${token}"
`,
  );
  await writeFile(
    join(config, 'frpc.toml'),
    `serverAddr = "127.0.0.1"
serverPort = ${bind}
auth.token = "${token}"

[[proxies]]
name = "echo"
type = "tcp"
localPort = ${services.echo}
remotePort = ${echo}

[[proxies]]
name = "web"
type = "http"
localPort = ${services.web}
customDomains = ["web.example"]
`,
  );

  const frps = start(folder, 'frps', config);
  /** @type {Program[]} */
  const programs = [frps];
  const stop = async () => {
    for (const program of programs.reverse()) await program.stop();
    await rm(config, { recursive: true, force: true });
  };
  try {
    await frps.says('frps started successfully');
    const frpc = start(folder, 'frpc', config);
    programs.push(frpc);
    await Promise.all([frpc.says('[echo] start proxy success'), frpc.says('[web] start proxy success')]);
  } catch (error) {
    await stop();
    throw error;
  }
  const failed = Promise.race(programs.map((program) => program.failed));
  failed.catch(() => undefined); // heard by whoever awaits it; nobody does while we stop them ourselves
  return { ports: { echo, vhost }, failed, stop };
}

/** @typedef {ReturnType<typeof start>} Program */

/**
 * @param {string} folder
 * @param {'frps' | 'frpc'} name
 * @param {string} cwd
 */
function start(folder, name, cwd) {
  // A group of its own: the terminal's Ctrl-C reaches the demo only, which then stops frp in order.
  const options = {
    cwd,
    detached: true,
    stdio: /** @type {['ignore', 'pipe', 'inherit']} */ (['ignore', 'pipe', 'inherit']),
  };
  const child = spawn(join(folder, name), ['-c', `${name}.toml`], options);
  // Whatever ends the demo, frp does not outlive it.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);

  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output = (output + text).slice(-10_000);
    child.emit('output');
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const failed = new Promise((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      reject(new Error(`${name} ended with ${signal ?? `exit code ${code}`}; its last output:\n${output}`));
    });
  });
  failed.catch(() => undefined);

  return {
    failed,
    /** @param {string} text resolves when it was printed, rejects when the program ends or takes too long */
    says: (text) => {
      const said = new Promise((resolve) => {
        child.on('output', () => output.includes(text) && resolve(undefined));
        child.emit('output');
      });
      return Promise.race([said, failed, deadline(START_LIMIT_MS, () => `${name} did not say "${text}":\n${output}`)]);
    },
    stop: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(kill, STOP_LIMIT_MS);
      await ended;
      clearTimeout(timer);
      process.off('exit', kill);
    },
  };
}

/**
 * @param {number} ms
 * @param {() => string} message
 * @returns {Promise<never>}
 */
function deadline(ms, message) {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(message())), ms).unref();
  });
}
