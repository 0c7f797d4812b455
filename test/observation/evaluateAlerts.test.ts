import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseOptions } from '../../src/config/parseOptions.js';
import { evaluateAlerts } from '../../src/observation/evaluateAlerts.js';
import { PLAIN_METRICS } from '../../src/telemetry/SnapshotSource.js';
import { WebhookSink } from '../support/WebhookSink.js';
import { waitUntil } from '../support/waitUntil.js';
import { server, snapshot } from '../telemetry/snapshots.js';

const ofOptions = (options: unknown): ReturnType<typeof evaluateAlerts> =>
  evaluateAlerts(parseOptions(options), {
    historyFolder: undefined,
    snapshot: () => snapshot(server({ process: { ...server().process, up: false } })),
    metrics: PLAIN_METRICS,
    tell: () => {},
  });

describe('evaluateAlerts', () => {
  const before = process.cwd();
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'frp-otel-evaluate-'));
  });
  afterEach(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  });

  it('evaluates nothing unless it is asked for', () => {
    expect(ofOptions({})).toBeUndefined();
  });

  it('finds the token of a receiver where it was at the start, wherever the program goes', async () => {
    await using sink = await WebhookSink.start();
    writeFileSync(join(folder, 'token'), 'of-the-start');
    process.chdir(folder);
    const alerts = ofOptions({
      alerts: { intervalMillis: 100, webhooks: [{ url: sink.url, bearerTokenFile: 'token' }] },
      alertRules: { overrides: [{ rule: 'FrpServerDown', forMillis: 0 }] },
    });
    process.chdir(before);
    try {
      await waitUntil('the webhook to be told', () => sink.requests.length > 0);
    } finally {
      await alerts?.stop();
    }
    expect(sink.requests[0]?.headers.authorization).toBe('Bearer of-the-start');
  });
});
