import { cpSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Children, copyShellAs, fixture, plainLines, writeFile } from '../sources/fakeFrp.js';
import { runModule } from '../sources/runModule.js';
import { temporaryFolder } from '../tools/fakePrograms.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let folder: ReturnType<typeof temporaryFolder>;
let children: Children;
let copy: string;
beforeEach(() => {
  folder = temporaryFolder();
  children = new Children();
  for (const part of ['src', 'package.json'])
    cpSync(path.join(ROOT, part), path.join(folder.path, part), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder.path, 'node_modules'));
  copy = pathToFileURL(path.join(folder.path, 'src/index.ts')).href;
});
afterEach(async () => {
  await children[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const LINES = plainLines(fixture('frpc.console.log')).length;

describe('two copies of the package in one process', () => {
  it('observe once, say once that there are two, read what the other has seen, and take turns', async () => {
    const frpc = copyShellAs(folder.path, 'frpc');
    const log = writeFile(folder.path, 'log', fixture('frpc.console.log'));
    const script = writeFile(folder.path, 'run.sh', `cat '${log}'; sleep 0.3`);
    const { code, stdout, stderr } = await runModule(
      `
        const { diag, DiagLogLevel } = await import('@opentelemetry/api');
        const { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } = await import('@opentelemetry/sdk-logs');
        const { MeterProvider, MetricReader } = await import('@opentelemetry/sdk-metrics');
        const { spawn } = await import('node:child_process');
        const { once } = await import('node:events');
        const said = [];
        const say = (...words) => said.push(words.join(' '));
        diag.setLogger({ error: say, warn: say, info() {}, debug() {}, verbose() {} }, DiagLogLevel.ALL);
        const ours = await import('./src/index.ts');
        const theirs = await import('${copy}');
        const exporter = new InMemoryLogRecordExporter();
        const loggerProvider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
        const lines = () => exporter.getFinishedLogRecords().filter(({ body }) => body !== undefined).length;
        class Reader extends MetricReader { async onShutdown() {} async onForceFlush() {} }
        const runFrpc = async () => {
          const child = spawn('${frpc}', ['${script}']);
          child.stdout.resume();
          await once(child, 'close');
        };
        const result = {};

        const reader = new Reader();
        const meterProvider = new MeterProvider({ readers: [theirs.withFrp(ours.withFrp(reader))] });
        const handle = ours.registerFrpInstrumentation({ loggerProvider, meterProvider });
        result.isSame = theirs.registerFrpInstrumentation() === handle;
        result.isJoined = new theirs.FrpInstrumentation().handle === handle;
        await runFrpc();
        const { resourceMetrics, errors } = await reader.collect();
        const names = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.map(({ descriptor }) => descriptor.name));
        const times = (name) => names.filter((each) => each === name).length;
        result.errors = errors.map(String);
        result.metrics = ['frp.process.expected', 'frp.client.login.duration'].map(times);
        await handle.shutdown();
        result.lines = lines();
        result.said = said.filter((text) => text.includes('copies'));

        exporter.reset();
        const second = theirs.registerFrpInstrumentation({ loggerProvider });
        await runFrpc();
        await second.shutdown();
        result.isNew = second !== handle;
        result.linesOfSecond = lines();
        console.log(JSON.stringify(result));
      `,
      children,
      { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none' },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      isSame: true,
      isJoined: true,
      errors: [],
      metrics: [1, 1],
      lines: LINES,
      said: [expect.stringMatching(/two copies of opentelemetry-instrumentation-frp are loaded in this process/)],
      isNew: true,
      linesOfSecond: LINES,
    });
  });
});
