// A plain program that opens a tunnel to a service of its own. One call makes the tunnel's telemetry.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { registerFrpInstrumentation } from 'opentelemetry-instrumentation-frp';

const frp = registerFrpInstrumentation(); // before frpc is spawned; exports by OTLP as OTEL_* says

frp.on('client.connected', ({ serverName }) => console.log(`connected to ${serverName}`));
frp.on('client.disconnected', ({ reason }) => console.log(`connection lost: ${reason}`));
frp.on('proxy.connected', ({ proxy, proxyType }) => console.log(`tunnel ${proxy} (${proxyType}) is open`));
frp.on('proxy.error', ({ proxy, error }) => console.log(`tunnel ${proxy}: ${error.type}: ${error.message}`));

const service = createServer((_, response) => response.end('hello from behind the tunnel\n'));
await once(service.listen(0, '127.0.0.1'), 'listening');
const { port } = /** @type {import('node:net').AddressInfo} */ (service.address());

const frpc = spawn(process.env.FRPC ?? 'frpc', ['-c', fileURLToPath(new URL('frpc.toml', import.meta.url))], {
  env: {
    FRP_SERVER_ADDR: '127.0.0.1',
    FRP_SERVER_PORT: '7000',
    FRP_TOKEN: '',
    REMOTE_PORT: '6080',
    ...process.env,
    LOCAL_PORT: String(port),
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
frpc.stdout.resume();
frpc.once('error', ({ message }) => end(`frpc cannot be started: ${message}`));
frpc.once('exit', (code, signal) => end(`frpc ended: ${signal ?? code}`));
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, () => end());

let isEnding = false;

/** @param {string} [fault] why it ends, unless it was told to */
async function end(fault) {
  if (isEnding) return;
  isEnding = true;
  if (fault !== undefined) {
    console.error(fault);
    process.exitCode = 1;
  } else {
    frpc.kill();
    await once(frpc, 'exit');
  }
  await frp.shutdown(); // exports what is left, the end of frpc too
  service.close();
}
