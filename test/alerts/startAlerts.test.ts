import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AlertEvent } from '../../src/alerts/AlertEvent.js';
import { DEFAULT_RULES } from '../../src/alerts/defaultRules.js';
import { type Alerts, startAlerts } from '../../src/alerts/startAlerts.js';
import type { FrpSnapshot } from '../../src/model/FrpSnapshot.js';
import { PLAIN_METRICS } from '../../src/telemetry/SnapshotSource.js';
import { answerOf, WebhookSink } from '../support/WebhookSink.js';
import { waitUntil } from '../support/waitUntil.js';
import { DiagRecorder } from '../telemetry/DiagRecorder.js';
import { server, snapshot } from '../telemetry/snapshots.js';

const RULES = DEFAULT_RULES.filter(({ name }) => name === 'FrpServerDown').map((rule) => ({
  ...rule,
  forMillis: 0,
  keepFiringForMillis: 0,
}));

const serverThatIs = (up: boolean): FrpSnapshot => snapshot(server({ process: { ...server().process, up } }));

let folder: string;
let now: () => FrpSnapshot;
let evaluations: number;
let told: AlertEvent[];
let running: Alerts[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'frp-otel-alerts-'));
  now = () => serverThatIs(true);
  evaluations = 0;
  told = [];
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((alerts) => alerts.stop()));
  rmSync(folder, { recursive: true, force: true });
});

interface Parts {
  readonly historyFile?: string;
  readonly tell?: (event: AlertEvent) => void;
  readonly webhook?: string;
}

const start = (parts: Parts = {}): Alerts => {
  const { historyFile, tell = (event) => told.push(event), webhook } = parts;
  const alerts = startAlerts({
    config: {
      intervalMillis: 20,
      alertmanagers: [],
      webhooks: webhook === undefined ? [] : [{ url: webhook, timeoutMillis: 5_000 }],
      resendMillis: 60_000,
      cooldownMillis: 0,
      maxNotificationsPerMinute: 60,
      historyFile,
      historyDays: 30,
    },
    rules: RULES,
    snapshot: () => {
      evaluations += 1;
      return now();
    },
    metrics: PLAIN_METRICS,
    tell,
  });
  running.push(alerts);
  return alerts;
};
const evaluated = (): Promise<true> => {
  const before = evaluations;
  return waitUntil('two evaluations', () => evaluations >= before + 2);
};

describe('startAlerts', () => {
  it('tells what fires and what was resolved, once each, and has both in its records', async () => {
    const alerts = start();
    await evaluated();
    expect(alerts.records()).toEqual([]);
    now = () => serverThatIs(false);
    await evaluated();
    expect(alerts.records()).toMatchObject([{ name: 'FrpServerDown', state: 'firing' }]);
    now = () => serverThatIs(true);
    await evaluated();
    expect(told.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'alert.firing FrpServerDown',
      'alert.resolved FrpServerDown',
    ]);
    expect(alerts.records()).toMatchObject([{ name: 'FrpServerDown', state: 'resolved', resolvedAt: told[1]?.time }]);
    expect(Object.isFrozen(alerts.records())).toBe(true);
  });

  it('gives each instance its number of alerts', async () => {
    now = () => serverThatIs(false);
    const alerts = start();
    await waitUntil('the alert', () => told.length > 0);
    expect(alerts.on(now()).instances).toMatchObject([{ alerts: [{ name: 'FrpServerDown', firing: 1 }] }]);
  });

  it('says a fault once, and evaluates on', async () => {
    using diag = new DiagRecorder();
    now = () => {
      throw new Error('no snapshot');
    };
    start();
    await evaluated();
    expect(diag.errors).toEqual([expect.stringContaining('the alert rules could not be evaluated')]);
    now = () => serverThatIs(false);
    await waitUntil('the alert', () => told.length > 0);
  });

  it('evaluates no more when it was stopped', async () => {
    const alerts = start();
    await evaluated();
    await alerts.stop();
    now = () => serverThatIs(false);
    const other = start();
    await waitUntil('the other one to evaluate', () => other.records().length > 0);
    expect(alerts.records()).toEqual([]);
  });

  it('takes up what fired when it was stopped, tells it no more, and tells its end', async () => {
    const historyFile = join(folder, 'alerts.jsonl');
    now = () => serverThatIs(false);
    const first = start({ historyFile });
    await waitUntil('the alert', () => told.length > 0);
    await first.stop();
    const second = start({ historyFile });
    await waitUntil('what is known from before', () => second.records().length > 0);
    await evaluated();
    expect(told.map(({ kind }) => kind)).toEqual(['alert.firing']);
    expect(second.records()).toMatchObject([{ id: told[0]?.id, state: 'firing', firedAt: told[0]?.firedAt }]);
    now = () => serverThatIs(true);
    await waitUntil('its end', () => told.length > 1);
    await second.stop();
    expect(told.map(({ kind }) => kind)).toEqual(['alert.firing', 'alert.resolved']);
    const kept = readFileSync(historyFile, 'utf8').trim().split('\n');
    expect(kept.map((line) => JSON.parse(line).state)).toEqual(['firing', 'resolved']);
  });

  it('tells a webhook after a restart what it was not told before, and another one, too', async () => {
    const historyFile = join(folder, 'alerts.jsonl');
    await using sink = await WebhookSink.start();
    now = () => serverThatIs(false);
    const first = start({ historyFile });
    await waitUntil('the alert', () => told.length > 0);
    await first.stop();
    const second = start({ historyFile, webhook: sink.url });
    await waitUntil('the webhook to be told', () => sink.requests.length > 0);
    await second.stop();
    await using other = await WebhookSink.start();
    const third = start({ historyFile, webhook: other.url });
    await waitUntil('the other webhook to be told', () => other.requests.length > 0);
    await third.stop();
    const statuses = [...sink.requests, ...other.requests].map(({ body }) => (body as { status: string }).status);
    expect(statuses).toEqual(['firing', 'firing']);
    expect(readFileSync(historyFile, 'utf8')).not.toContain(sink.url);
  });

  it('tells a webhook over a restart once that it fires, and once that it is over', async () => {
    const historyFile = join(folder, 'alerts.jsonl');
    await using sink = await WebhookSink.start();
    now = () => serverThatIs(false);
    const first = start({ historyFile, webhook: sink.url });
    await waitUntil('the webhook to be told', () => sink.requests.length > 0);
    await first.stop();
    const second = start({ historyFile, webhook: sink.url });
    await waitUntil('what is known from before', () => second.records().length > 0);
    await evaluated();
    now = () => serverThatIs(true);
    await waitUntil('the webhook to be told of the end', () => sink.requests.length > 1);
    await second.stop();
    expect(sink.requests.map(({ body }) => (body as { status: string }).status)).toEqual(['firing', 'resolved']);
  });

  it('tells a webhook after a restart the end that it could not be told before, and tells it once', async () => {
    const historyFile = join(folder, 'alerts.jsonl');
    await using sink = await WebhookSink.start();
    now = () => serverThatIs(false);
    const first = start({ historyFile, webhook: sink.url });
    await waitUntil('the webhook to be told', () => sink.requests.length > 0);
    sink.answer = answerOf(503);
    now = () => serverThatIs(true);
    await waitUntil('its end', () => told.length > 1);
    await first.stop();
    const before = sink.requests.length;
    sink.answer = answerOf(200);
    const second = start({ historyFile, webhook: sink.url });
    await waitUntil('the webhook to be told of the end', () => sink.requests.length > before);
    await second.stop();
    const third = start({ historyFile, webhook: sink.url });
    await waitUntil('what is known from before', () => third.records().length > 0);
    await evaluated();
    await third.stop();
    const endsAt = new Date(told[1]?.time ?? 0).toISOString();
    expect(sink.requests.slice(before)).toMatchObject([{ body: { alerts: [{ status: 'resolved', endsAt }] } }]);
  });

  it('shows what was resolved before it was started', async () => {
    const historyFile = join(folder, 'alerts.jsonl');
    now = () => serverThatIs(false);
    const first = start({ historyFile });
    await waitUntil('the alert', () => told.length > 0);
    now = () => serverThatIs(true);
    await waitUntil('its end', () => told.length > 1);
    await first.stop();
    const second = start({ historyFile });
    await waitUntil('what is known from before', () => second.records().length > 0);
    expect(second.records()).toMatchObject([{ id: told[0]?.id, state: 'resolved' }]);
  });

  it('counts alerts that could not be kept, as the instance’s', async () => {
    const historyFile = join(folder, 'passwd');
    writeFileSync(historyFile, 'root:x:0:0\n');
    const alerts = start({ historyFile });
    now = () => serverThatIs(false);
    await waitUntil('the alert', () => told.length > 0);
    await alerts.flush();
    expect(alerts.takeDropped()).toEqual([
      { instance: 'frps@host', item: 'alert_history', reason: 'unwritable', count: 1 },
    ]);
    expect(alerts.takeDropped()).toEqual([]);
  });
});
