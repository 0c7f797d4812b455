// A Fastify app behind a tunnel of its own. The tunnel's metrics are at /metrics on a port for insiders.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import fastify from 'fastify';
import { registerFrpInstrumentation } from 'opentelemetry-instrumentation-frp';

// Before frpc is spawned. We serve /metrics; OTLP goes where OTEL_* says.
const frp = registerFrpInstrumentation({ prometheus: { port: Number(process.env.METRICS_PORT ?? 9464) } });

const app = fastify({ forceCloseConnections: true });
app.get('/', async () => 'hello from Fastify, behind a tunnel\n');
app.get('/status', async (_, reply) => {
  // For anybody who comes through the tunnel: no more than whether it is well.
  const tunnels = frp.snapshot().instances.flatMap(({ proxies }) => proxies);
  const isWell = tunnels.every(({ state }) => state === 'running');
  reply.code(isWell ? 200 : 503);
  return tunnels.map(({ name, state, activeConnections }) => ({
    tunnel: name,
    state,
    open: activeConnections ?? null,
  }));
});
app.addHook('onClose', () => frp.shutdown());
await app.listen({ port: Number(process.env.PORT ?? 0), host: '127.0.0.1' });
const { port } = /** @type {import('node:net').AddressInfo} */ (app.server.address());

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

frp.on('proxy.connected', ({ proxy, proxyType }) => {
  console.log(`tunnel ${proxy} (${proxyType}) is open; metrics: ${frp.metricsUrl}`);
});

let isEnding = false;

/** @param {string} [fault] why it ends, unless it was told to */
async function end(fault) {
  if (isEnding) return;
  isEnding = true;
  if (fault !== undefined) {
    console.error(fault);
    process.exitCode = 1;
  } else {
    frpc.kill(); // first of all, so that no visitor comes any more
    await once(frpc, 'exit');
  }
  await app.close();
}
