/**
 * The demo behind `npm start`: a real frps and a real frpc with two tunnels under steady traffic, watched by
 * registerFrpInstrumentation() in the process that spawns them. The table shows what was exported over OTLP.
 */
import { DiagConsoleLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { registerFrpInstrumentation } from 'opentelemetry-instrumentation-frp';
import { resolveFrp } from '../../tools/frp.mjs';
import { metricsPort } from './freePort.mjs';
import { startFrp } from './frp.mjs';
import { OtlpTap } from './OtlpTap.mjs';
import { readOptions } from './options.mjs';
import { startScreen } from './screen.mjs';
import { startServices } from './services.mjs';
import { startTraffic } from './traffic.mjs';

const options = readOptions(process.argv.slice(2));
const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);
const interrupted = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve(signal));
});

/** @type {(() => Promise<void>)[]} */
const cleanUps = [];
try {
  process.exitCode = await demo();
} catch (error) {
  say(`The demo failed: ${/** @type {Error} */ (error).message}`);
  process.exitCode = 1;
} finally {
  for (const cleanUp of cleanUps.reverse()) {
    await cleanUp().catch((/** @type {Error} */ error) => say(`Cleaning up: ${error.message}`));
  }
}

async function demo() {
  const tap = await OtlpTap.start(process.env);
  cleanUps.push(() => tap.stop());
  Object.assign(process.env, tap.environment);

  // All that a program needs: this call, before it spawns frp. The options only make the demo livelier.
  diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);
  const port = await metricsPort(options.metricsPort, say);
  const handle = registerFrpInstrumentation({ collectionIntervalMillis: 1000, prometheus: { port } });
  cleanUps.push(() => handle.shutdown());

  const { folder, version } = await resolveFrp({ log: say });
  say(`Starting frps and frpc ${version} with two tunnels: echo (tcp) and web (http) …`);
  const services = await startServices();
  cleanUps.push(() => services.stop());
  const frp = await startFrp(folder, services.ports);
  cleanUps.push(() => frp.stop());
  const traffic = startTraffic(frp.ports);
  cleanUps.push(() => traffic.stop());

  const screen = startScreen({ tap, handle, live: process.stderr.isTTY === true });
  const timeIsUp = new Promise((resolve) => {
    if (options.duration !== undefined) setTimeout(() => resolve('time is up'), options.duration * 1000);
  });
  try {
    await Promise.race([interrupted, timeIsUp, frp.failed]);
  } finally {
    screen.stop();
  }

  await traffic.stop();
  await handle.forceFlush();
  const snapshot = handle.snapshot();
  const summary = tap.summary(['echo', 'web']);
  say(`\n${screen.table()}\n\n${summary.text}`);
  if (options.json) process.stdout.write(`${JSON.stringify(snapshot, undefined, 2)}\n`);
  return options.duration === undefined || summary.complete ? 0 : 1;
}
