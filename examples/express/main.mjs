// An Express app behind a tunnel of its own. The app's metrics, ours among them, are at /metrics on a port for insiders.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import express from 'express';
import { registerFrpInstrumentation, withFrp } from 'opentelemetry-instrumentation-frp';

const exporter = new PrometheusExporter({ preventServerStart: true });
const meterProvider = new MeterProvider({ readers: [withFrp(exporter)] });
const frp = registerFrpInstrumentation({ meterProvider }); // before frpc is spawned

// What visitors of the tunnel see.
const app = express().disable('x-powered-by');
app.get('/', (_, response) => void response.type('text').send('hello from Express, behind a tunnel\n'));
const site = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
await once(site, 'listening');
const { port } = /** @type {import('node:net').AddressInfo} */ (site.address());

// What is not for them.
const inside = express().disable('x-powered-by');
inside.get('/metrics', (request, response) => exporter.getMetricsRequestHandler(request, response));
inside.get('/tunnels', (_, response) => {
  const tunnels = frp.snapshot().instances.flatMap(({ name, proxies }) =>
    proxies.map((proxy) => ({
      tunnel: proxy.name,
      of: name,
      state: proxy.state,
      open: proxy.activeConnections ?? null,
      bytes: proxy.io ?? null,
      lastError: proxy.lastError?.message ?? null,
    })),
  );
  response.json(tunnels);
});
const backdoor = inside.listen(Number(process.env.INSIDE_PORT ?? 9464), '127.0.0.1');

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

frp.on('proxy.connected', ({ proxy, proxyType }) => console.log(`tunnel ${proxy} (${proxyType}) is open`));

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
  site.close();
  await frp.shutdown();
  await meterProvider.shutdown();
  backdoor.close();
}
