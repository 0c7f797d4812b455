import { spawn } from 'node:child_process';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type FrpInstrumentationHandle, registerFrpInstrumentation } from '../../src/index.js';
import { Children, copyShellAs, writeFile } from '../sources/fakeFrp.js';
import { OtlpSink } from '../support/OtlpSink.js';
import { temporaryFolder, until } from '../tools/fakePrograms.js';

const LINES = 10_010;
const ENVIRONMENT = { OTEL_METRICS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none' };

let folder: ReturnType<typeof temporaryFolder>;
let children: Children;
let sink: OtlpSink;
let handle: FrpInstrumentationHandle;
beforeEach(async () => {
  folder = temporaryFolder();
  children = new Children();
  sink = await OtlpSink.start();
  Object.assign(process.env, ENVIRONMENT, { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url });
  handle = registerFrpInstrumentation({ sockets: false, prometheus: { port: 0 } });
});
afterEach(async () => {
  await handle.shutdown();
  await children[Symbol.asyncDispose]();
  await sink.stop();
  folder[Symbol.dispose]();
  for (const name of [...Object.keys(ENVIRONMENT), 'OTEL_EXPORTER_OTLP_ENDPOINT']) delete process.env[name];
});

it('counts the lines of a pipe that were too many to wait for a receiver that fails', async () => {
  sink.failNext(500, 1_000);
  const lines = Array.from({ length: LINES }, (_, index) => `line ${index}\n`);
  const script = writeFile(folder.path, 'run.sh', `cat '${writeFile(folder.path, 'log', lines.join(''))}'; read -r go`);
  const frpc = children.add(spawn(copyShellAs(folder.path, 'frpc'), [script], { stdio: ['pipe', 'pipe', 'inherit'] }));
  frpc.stdout?.resume();
  const instance = () => handle.snapshot().instances[0];
  await until('all lines to be read', () => (instance()?.logLines?.unknown ?? 0) === LINES);
  expect(instance()?.dropped).toContainEqual({ item: 'log_record', reason: 'limit', count: 10 });
  const text = await (await fetch(handle.metricsUrl ?? '')).text();
  const [line] = text
    .split('\n')
    .filter((each) => each.startsWith('frp_telemetry_dropped_total{') && / 10$/.test(each));
  expect(line).toMatch(/frp_telemetry_kind="log_record",frp_telemetry_reason="limit"/);
});
