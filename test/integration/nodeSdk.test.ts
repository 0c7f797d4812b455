import { type StdioPipe, spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { metrics, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { type Instrumentation, registerInstrumentations } from '@opentelemetry/instrumentation';
import { InMemoryLogRecordExporter, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { FrpInstrumentation } from '../../src/FrpInstrumentation.js';
import { SCOPE } from '../../src/telemetry/scope.js';
import { withFrp } from '../../src/telemetry/withFrp.js';
import { Children, copyShellAs, fixture, writeObedientScript } from '../sources/fakeFrp.js';
import { waitUntil } from '../support/waitUntil.js';
import { DiagRecorder } from '../telemetry/DiagRecorder.js';
import { metricsOfScope } from '../telemetry/metricPoints.js';
import { temporaryFolder } from '../tools/fakePrograms.js';

const STDIO: [StdioPipe, StdioPipe, StdioPipe] = ['pipe', 'pipe', 'pipe'];

class ManualReader extends MetricReader {
  protected async onShutdown(): Promise<void> {}
  protected async onForceFlush(): Promise<void> {}
}
const namesIn = async (reader: MetricReader) =>
  metricsOfScope((await reader.collect()).resourceMetrics, SCOPE.name).map(({ descriptor }) => descriptor.name);

let folder: ReturnType<typeof temporaryFolder>;
let children: Children;
let diagnostics: DiagRecorder;
let instrumentation: FrpInstrumentation;
beforeEach(() => {
  folder = temporaryFolder();
  children = new Children();
  diagnostics = new DiagRecorder();
  instrumentation = new FrpInstrumentation({ collectionIntervalMillis: 100 });
});
afterEach(async () => {
  await instrumentation.handle?.shutdown();
  await children[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
  diagnostics[Symbol.dispose]();
  metrics.disable();
  trace.disable();
  logs.disable();
});

const startFrpc = () => {
  const frpc = copyShellAs(folder.path, 'frpc');
  const child = children.add(spawn(frpc, [writeObedientScript(folder.path)], { stdio: STDIO }));
  child.stdin.write(`${fixture('frpc.console.log')}\n`);
  return child;
};

describe('the packages of OpenTelemetry', () => {
  it('NodeSDK takes it as one of its instrumentations and gets the three signals, also of a child before its start', async () => {
    const ours: Instrumentation = instrumentation;
    const reader = new ManualReader();
    const records = new InMemoryLogRecordExporter();
    const spans = new InMemorySpanExporter();
    const sdk = new NodeSDK({
      autoDetectResources: false,
      instrumentations: [ours],
      metricReaders: [withFrp(reader)],
      logRecordProcessors: [new SimpleLogRecordProcessor({ exporter: records })],
      spanProcessors: [new SimpleSpanProcessor({ exporter: spans })],
    });
    const early = startFrpc();
    await waitUntil('the child', () => instrumentation.handle?.snapshot().instances[0]?.client?.connected);
    sdk.start();
    await waitUntil('its metrics', async () => (await namesIn(reader)).includes('frp.process.memory.usage'));
    expect(await namesIn(reader)).toEqual(
      expect.arrayContaining(['frp.client.connected', 'frp.client.login.duration']),
    );
    early.stdin.write(`${fixture('frpc.console.log')}\n`);
    await waitUntil('its log', () => records.getFinishedLogRecords().some(({ eventName }) => eventName !== undefined));
    await waitUntil('its spans', () => spans.getFinishedSpans().length > 0);
    await sdk.shutdown();
    await instrumentation.handle?.shutdown();
    expect(diagnostics.errors).toEqual([]);
  });

  it('registerInstrumentations enables, hands over providers, and disables by what it returns', async () => {
    const reader = new ManualReader();
    const meterProvider = new MeterProvider({ readers: [reader] });
    instrumentation.disable();
    instrumentation.setConfig({ enabled: false, collectionIntervalMillis: 100 });
    const unload = registerInstrumentations({ instrumentations: [instrumentation], meterProvider });
    expect(instrumentation.handle).toBeDefined();
    startFrpc();
    await waitUntil('its metrics', async () => (await namesIn(reader)).includes('frp.client.connected'));
    unload();
    expect(instrumentation.handle).toBeUndefined();
  });
});
