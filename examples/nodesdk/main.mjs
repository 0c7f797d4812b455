// A program that sets up OpenTelemetry by NodeSDK and opens a tunnel to a service of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { FrpInstrumentation, withFrp } from 'opentelemetry-instrumentation-frp';

const frp = new FrpInstrumentation();
const reader = new PeriodicExportingMetricReader({
  exporter: new OTLPMetricExporter(),
  exportIntervalMillis: Number(process.env.OTEL_METRIC_EXPORT_INTERVAL ?? 60_000),
  exportTimeoutMillis: Number(process.env.OTEL_METRIC_EXPORT_TIMEOUT ?? 30_000),
});
// withFrp: histograms, and series that end with their tunnel. Spans and log records go where OTEL_* says, as NodeSDK has it.
const sdk = new NodeSDK({ serviceName: 'tunnelled', instrumentations: [frp], metricReaders: [withFrp(reader)] });
sdk.start();

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

frp.handle?.on('proxy.connected', ({ proxy, proxyType }) => console.log(`tunnel ${proxy} (${proxyType}) is open`));

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
  await frp.handle?.forceFlush(); // what was seen last reaches the SDK before it shuts down
  frp.disable();
  await sdk.shutdown();
  service.close();
}
