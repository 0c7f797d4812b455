import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { type AlertEvent, type FrpInstrumentationHandle, registerFrpInstrumentation } from '../../src/index.js';
import { OtlpSink } from '../support/OtlpSink.js';
import { describeWithFrp, freePort, frpsConfig, RealFrp, temporaryFolder, tunnelConfig } from '../support/realFrp.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(60_000);

describeWithFrp('the alert rules in the process that observes a real frp', (folder) => {
  const files = temporaryFolder();
  const state = join(files.path, 'state');
  const heard: AlertEvent[] = [];
  let sink: OtlpSink;
  let handle: FrpInstrumentationHandle;
  let frps: RealFrp;
  let frpc: RealFrp;

  const register = (): FrpInstrumentationHandle => {
    const registered = registerFrpInstrumentation({
      collectionIntervalMillis: 200,
      stateDirectory: state,
      alerts: { intervalMillis: 200 },
      alertRules: { overrides: [{ rule: 'FrpServerDown', forMillis: 500, keepFiringForMillis: 500 }] },
    });
    registered.on('alert.firing', () => {
      throw new Error('a listener that fails');
    });
    for (const kind of ['alert.firing', 'alert.resolved'] as const) registered.on(kind, (event) => heard.push(event));
    return registered;
  };
  const startServer = async (): Promise<void> => {
    frps = RealFrp.start(folder, 'frps', `${files.path}/frps.toml`);
    await frps.line(/frps started successfully/);
  };
  const ofServerDown = () => heard.filter(({ name }) => name === 'FrpServerDown');
  const kinds = () => ofServerDown().map(({ kind }) => kind);
  const records = () => sink.logRecords.filter(({ attributes }) => attributes['frp.alert.name'] === 'FrpServerDown');
  /** What was exported last of the rule. */
  const active = async (): Promise<unknown> => {
    await handle.forceFlush();
    return sink.metricPoints
      .filter(({ name, attributes }) => name === 'frp.alert.active' && attributes['frp.alert.name'] === 'FrpServerDown')
      .at(-1)?.value;
  };

  beforeAll(async () => {
    sink = await OtlpSink.start();
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = sink.url;
    const [bind = 0, dashboard = 0, local = 0, remote = 0] = await Promise.all(Array.from({ length: 4 }, freePort));
    files.write('frps.toml', frpsConfig({ bind, dashboard }));
    files.write(
      'frpc.toml',
      `serverAddr = "127.0.0.1"\nserverPort = ${bind}\nloginFailExit = false\n${tunnelConfig('web', local, remote)}`,
    );
    handle = register();
    await startServer();
    frpc = RealFrp.start(folder, 'frpc', `${files.path}/frpc.toml`);
    await frpc.line(/\[web\] start proxy success/);
  });

  afterAll(async () => {
    await frpc?.end();
    await frps?.end();
    await handle?.shutdown();
    await sink?.stop();
    files.remove();
  });

  it('tells nothing, and 0, while all is well', async () => {
    await waitUntil('the metric', async () => (await active()) === 0);
    expect(handle.alerts()).toEqual([]);
    expect(heard).toEqual([]);
  });

  it('given a killed frps, fires once: to listeners, as a log record and as a metric', async () => {
    await frps.end('SIGKILL');
    await waitUntil('the alert', () => kinds().length > 0);
    await waitUntil('the metric', async () => (await active()) === 1);
    expect(ofServerDown()).toMatchObject([
      {
        kind: 'alert.firing',
        state: 'firing',
        severity: 'critical',
        attributes: { 'frp.role': 'server', 'frp.instance': expect.stringMatching(/^frps@/) },
        value: 0,
        threshold: 0,
      },
    ]);
    const [alert] = ofServerDown();
    expect((alert?.firedAt ?? 0) - (alert?.createdAt ?? 0)).toBeGreaterThanOrEqual(500);
    expect(handle.alerts().filter(({ name }) => name === 'FrpServerDown')).toMatchObject([
      { id: alert?.id, state: 'firing' },
    ]);
    expect(records()).toMatchObject([
      {
        eventName: 'frp.alert.firing',
        body: alert?.summary,
        attributes: { 'frp.alert.id': alert?.id, 'frp.alert.severity': 'critical', 'frp.role': 'server' },
      },
    ]);
  });

  it('given another start of the program, goes on with it and does not tell it again', async () => {
    await handle.shutdown();
    const told = heard.length;
    handle = register();
    await waitUntil('the alert from before', () =>
      handle.alerts().some(({ name, state: of }) => name === 'FrpServerDown' && of === 'firing'),
    );
    expect(heard).toHaveLength(told);
  });

  it('given frps again, is resolved once', async () => {
    await startServer();
    await waitUntil('its end', () => kinds().includes('alert.resolved'));
    await waitUntil('the metric', async () => (await active()) === 0);
    expect(kinds()).toEqual(['alert.firing', 'alert.resolved']);
    expect(records()).toMatchObject([
      { eventName: 'frp.alert.firing' },
      { eventName: 'frp.alert.resolved', attributes: { 'frp.alert.duration': expect.any(Number) } },
    ]);
    expect(handle.alerts().at(-1)).toMatchObject({ name: 'FrpServerDown', state: 'resolved' });
  });

  it('has kept both in the state folder', () => {
    const lines = readFileSync(join(state, 'alerts.jsonl'), 'utf8').trim().split('\n');
    const kept = lines.map((line) => JSON.parse(line)).filter(({ name }) => name === 'FrpServerDown');
    expect(kept.map(({ state: of }) => of)).toEqual(['firing', 'resolved']);
  });
});
