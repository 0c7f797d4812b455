import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LogLineRead } from '../../src/model/FrpSignal.js';
import { Telemetry } from '../../src/telemetry/Telemetry.js';
import { OtlpSink } from '../support/OtlpSink.js';
import { DiagRecorder } from '../telemetry/DiagRecorder.js';
import { frpc, lineAt } from '../telemetry/events.js';
import { at } from '../telemetry/snapshots.js';

const PATH = '/var/log/frpc.log';

const environment = { ...process.env };
let sink: OtlpSink;
let diagnostics: DiagRecorder;
let telemetry: Telemetry;
beforeEach(async () => {
  diagnostics = new DiagRecorder();
  sink = await OtlpSink.start();
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = sink.url;
  process.env.OTEL_METRICS_EXPORTER = 'none';
  process.env.OTEL_TRACES_EXPORTER = 'none';
});
afterEach(async () => {
  await telemetry.shutdown();
  await sink.stop();
  diagnostics[Symbol.dispose]();
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
  Object.assign(process.env, environment);
});

const start = (instanceId?: string) => {
  telemetry = new Telemetry({ env: process.env, instanceId }, { snapshot: () => ({ instances: [] }) });
};

/** The line at an offset of the file; lines are 100 bytes long. */
const lineOfFile = (number: number): LogLineRead => ({
  ...lineAt(at(1), 'I', `line ${number}`),
  place: { path: PATH, offset: 100 * number },
});
const tell = (line: LogLineRead) => telemetry.receive(line, frpc, []);
const tellLines = (from: number, to: number) => {
  for (let number = from; number < to; number += 1) tell(lineOfFile(number));
};
const offsets = () => sink.logRecords.map(({ attributes }) => Number(attributes['log.file.record_offset']));
const offsetsOf = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => 100 * (from + index));

describe('log records', () => {
  it('are delivered once the receiver has taken them, with the place of each line', async () => {
    start();
    tellLines(0, 1000);
    expect(await telemetry.delivered()).toBe(true);
    expect(offsets()).toEqual(offsetsOf(0, 1000));
    expect(sink.logRecords[7]).toMatchObject({
      body: 'line 7',
      attributes: { 'log.file.path': PATH, 'log.file.name': 'frpc.log', 'log.file.record_offset': 700 },
    });
  });

  it.each([500, 503, 401, 404])(
    'are not delivered while the receiver answers %i, and come once when it takes them',
    async (status) => {
      process.env.OTEL_EXPORTER_OTLP_TIMEOUT = '500'; // too short for the exporter to try 503 again by itself
      start();
      sink.failNext(status, 3);
      tellLines(0, 1000);
      const answers: boolean[] = [];
      while (answers.length < 4) answers.push(await telemetry.delivered());
      expect(answers.at(-1)).toBe(true);
      expect(answers.filter((isDelivered) => !isDelivered)).toHaveLength(3);
      expect(offsets()).toEqual(offsetsOf(0, 1000));
    },
  );

  it('each come once, whoever asks for them at a time, over failures in between', async () => {
    start();
    for (let round = 0; round < 10; round += 1) {
      sink.failNext(500);
      tellLines(300 * round, 300 * (round + 1));
      await Promise.all([telemetry.delivered(), telemetry.forceFlush(), telemetry.delivered()]);
    }
    expect(await telemetry.delivered()).toBe(true);
    expect(offsets()).toEqual(offsetsOf(0, 3000));
  });

  it('come at the end, when the receiver is back by then', async () => {
    start();
    sink.failNext(500);
    tellLines(0, 10);
    expect(await telemetry.delivered()).toBe(false);
    await telemetry.shutdown();
    expect(offsets()).toEqual(offsetsOf(0, 10));
  });

  it('that the receiver refuses for good are given up and counted for their instance, and the next ones come', async () => {
    start();
    sink.failNext(400, 5); // all three, two of them, and each alone
    tellLines(0, 3);
    expect(await telemetry.delivered()).toBe(true);
    expect(telemetry.takeDropped()).toEqual([
      { instance: 'frpc@host', item: 'log_record', reason: 'refused', count: 3 },
    ]);
    expect(telemetry.takeDropped()).toEqual([]); // told once
    tellLines(3, 5);
    expect(await telemetry.delivered()).toBe(true);
    expect(offsets()).toEqual(offsetsOf(3, 5));
  });

  it('of a pipe are dropped and counted when too many wait, those of files are not', async () => {
    start();
    sink.failNext(500);
    tell(lineAt(at(1), 'I', 'first'));
    expect(await telemetry.delivered()).toBe(false);
    for (let count = 0; count < 10_004; count += 1) tell(lineAt(at(1), 'I', 'of a pipe'));
    tellLines(0, 2);
    expect(telemetry.takeDropped()).toEqual([{ instance: 'frpc@host', item: 'log_record', reason: 'limit', count: 5 }]);
    expect(await telemetry.delivered()).toBe(true);
    expect(sink.logRecords).toHaveLength(10_002);
    expect(offsets().slice(-2)).toEqual(offsetsOf(0, 2));
  });

  it('are of the instance that is given, and of another one each time where none is', async () => {
    const idsOf = () => sink.logRecords.map(({ resource }) => resource['service.instance.id']);
    for (const instanceId of ['kept', 'kept', undefined, undefined]) {
      start(instanceId);
      tellLines(0, 1);
      await telemetry.shutdown();
    }
    const [first, second, third, fourth] = idsOf();
    expect([first, second]).toEqual(['kept', 'kept']);
    expect(new Set(['kept', third, fourth]).size).toBe(3);
    process.env.OTEL_RESOURCE_ATTRIBUTES = 'service.instance.id=mine';
    start('kept');
    tellLines(0, 1);
    await telemetry.shutdown();
    expect(idsOf().at(-1)).toBe('mine');
  });
});
