import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AlertRecord } from '../../src/alerts/AlertRecord.js';
import { labelsOf } from '../../src/alerts/delivery/alertText.js';
import type { DeliveryConfig } from '../../src/alerts/delivery/DeliveryConfig.js';
import { inhibitedAlerts } from '../../src/alerts/delivery/inhibitedAlerts.js';
import { renderAlertmanager } from '../../src/alerts/render/alertmanager.js';
import { alertOf, resolved, serverDown } from '../alerts/delivery/alertOf.js';
import { deliveryConfig, startReceivers } from '../alerts/delivery/deliveryConfig.js';
import { ApiServer } from '../sources/api/ApiServer.js';
import { describeWithAlertmanager, RealAlertmanager } from '../support/RealAlertmanager.js';
import { WebhookSink } from '../support/WebhookSink.js';
import { waitUntil } from '../support/waitUntil.js';

/** With the inhibitions as they are shipped. It would tell again whatever it does not know to have told: it looks five times a second. */
const configFor = (webhook: string): string => `${renderAlertmanager().text}
route:
  receiver: webhook
  group_by: [alertname, frp_server_name]
  group_wait: 500ms
  group_interval: 200ms
  repeat_interval: 4h
receivers:
  - name: webhook
    webhook_configs: [{ url: '${webhook}', send_resolved: true }]
`;

/** Tells these Alertmanagers again every second. */
const receiversOf = (...alertmanagers: RealAlertmanager[]) =>
  startReceivers({
    alertmanagers: alertmanagers.map(({ url }) => ({ url, timeoutMillis: 5_000 })),
    resendMillis: 1_000,
    externalUrl: 'https://frp.example/alerts',
  });

const toldOf = ({ alerts }: WebhookSink): string[] =>
  alerts.map(({ labels: { alertname }, status }) => `${alertname} ${status}`);
const statesOf = async (alertmanager: RealAlertmanager): Promise<string[]> =>
  (await alertmanager.alerts()).map(({ labels: { alertname }, status: { state } }) => `${alertname} ${state}`);

const RULES = [
  ['FrpServerDown', 'server'],
  ['FrpClientDown', 'client'],
  ['FrpClientDisconnected', 'client'],
  ['FrpReporterAbsent', 'telemetry'],
  ['FrpServerCpuHigh', 'server'],
  ['FrpProxyDown', 'proxy'],
] as const;

/** Alerts that come together by chance, always the same ones, in small worlds of their own; some attributes are missing. */
const alertsByChance = (count: number): AlertRecord[] => {
  let seed = 1;
  const below = (limit: number): number => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed % limit;
  };
  const byLabels = new Map<string, AlertRecord>();
  while (byLabels.size < count) {
    const world = below(25);
    const [name, subject] = RULES[below(RULES.length)] ?? RULES[0];
    const attributes = {
      'frp.role': below(2) === 0 ? 'server' : 'client',
      ...(below(10) > 0 && { 'frp.instance': `${world}-${below(2)}` }),
      ...(below(10) > 0 && { 'frp.server.name': `${world}-${below(2)}` }),
    };
    const alert = alertOf({ id: `${byLabels.size}`, name, subject, attributes, firedAt: Date.now() });
    const key = JSON.stringify(labelsOf(alert));
    if (!byLabels.has(key)) byLabels.set(key, alert);
  }
  return [...byLabels.values()];
};

describeWithAlertmanager('delivery to a real Alertmanager', () => {
  it('is told on once, however often it is sent, and its end once', async () => {
    await using sink = await WebhookSink.start();
    await using alertmanager = await RealAlertmanager.start(configFor(sink.url));
    using receivers = receiversOf(alertmanager);
    const evaluateUntil = (what: string, alerts: readonly AlertRecord[], is: () => boolean): Promise<unknown> =>
      waitUntil(what, () => {
        receivers.receive(alerts);
        return is();
      });
    const alert = alertOf({ firedAt: Date.now() });

    await evaluateUntil('the alert to be told', [alert], () => sink.alerts.length > 0);
    const sentBefore = receivers.requests.begun;
    await evaluateUntil('it to be sent twice more', [alert], () => receivers.requests.begun >= sentBefore + 2);
    expect(toldOf(sink)).toEqual(['FrpProxyDown firing']);
    expect(sink.alerts[0]).toMatchObject({
      labels: { severity: 'high', frp_alert_subject: 'proxy', frp_server_name: 'edge', frp_proxy_name: 'web' },
      annotations: { summary: 'proxy web is down on frps@edge' },
      startsAt: new Date(alert.firedAt ?? 0).toISOString().replace(/\.?0*Z$/, 'Z'),
      generatorURL: 'https://frp.example/alerts',
    });

    const end = Date.now();
    receivers.receive([resolved(alert, end)]);
    await evaluateUntil('its end to be told', [], () => sink.alerts.length > 1);
    const sentUntilEnd = receivers.requests.begun;
    await evaluateUntil('its end to be sent again', [], () => receivers.requests.begun > sentUntilEnd);
    await receivers.flush();
    expect(toldOf(sink)).toEqual(['FrpProxyDown firing', 'FrpProxyDown resolved']);
    expect(Date.parse(sink.alerts[1]?.endsAt ?? '')).toBe(end);
    expect([receivers.said, receivers.dropped]).toEqual([[], []]);
  });

  it('silences the proxies of a server that is down, and tells them when it is back and they are not', async () => {
    await using sink = await WebhookSink.start();
    await using alertmanager = await RealAlertmanager.start(configFor(sink.url));
    using receivers = receiversOf(alertmanager);
    const [down, proxy] = [serverDown({ firedAt: Date.now() }), alertOf({ firedAt: Date.now() })];

    await waitUntil('the proxy to be silenced and the server told', async () => {
      receivers.receive([down, proxy]);
      const states = await statesOf(alertmanager);
      return states.includes('FrpProxyDown suppressed') && sink.alerts.length > 0;
    });
    expect(toldOf(sink)).toEqual(['FrpServerDown firing']);

    receivers.receive([resolved(down, Date.now()), proxy]);
    await waitUntil('the end of the server, and the proxy to be told', () => {
      receivers.receive([proxy]);
      return sink.alerts.length >= 3;
    });
    expect(toldOf(sink).slice(1).sort()).toEqual(['FrpProxyDown firing', 'FrpServerDown resolved']);
  });

  it('silences what we silence ourselves for webhooks, and nothing else', async () => {
    await using sink = await WebhookSink.start();
    await using alertmanager = await RealAlertmanager.start(configFor(sink.url));
    using receivers = receiversOf(alertmanager);
    const alerts = alertsByChance(200);
    const keyOf = (labels: Readonly<Record<string, string>>): string => JSON.stringify(Object.entries(labels).sort());
    const ours = Array.from(inhibitedAlerts(alerts), (alert) => keyOf(labelsOf(alert))).sort();
    let silenced: string[] = [];
    await waitUntil(
      () =>
        `the same to be silenced; of ours not: ${ours.filter((key) => !silenced.includes(key))}, besides: ${silenced.filter((key) => !ours.includes(key))}`,
      async () => {
        receivers.receive(alerts);
        const held = await alertmanager.alerts();
        silenced = held.filter(({ status: { state } }) => state === 'suppressed').map(({ labels }) => keyOf(labels));
        return held.length === alerts.length && silenced.sort().join() === ours.join();
      },
    );
    expect([ours.length > 40, ours.length < 160]).toEqual([true, true]);
  });

  it('is told again after a crash, and tells nobody a second time', async () => {
    await using sink = await WebhookSink.start();
    await using alertmanager = await RealAlertmanager.start(configFor(sink.url));
    using receivers = receiversOf(alertmanager);
    const alert = alertOf({ firedAt: Date.now() });
    await waitUntil('the alert to be told, and kept for told', () => {
      receivers.receive([alert]);
      const kept = statSync(alertmanager.notificationLog, { throwIfNoEntry: false });
      return sink.alerts.length > 0 && (kept?.size ?? 0) > 0;
    });

    await alertmanager.end('SIGKILL');
    await waitUntil('it to be missed', () => {
      receivers.receive([alert]);
      return receivers.said.length > 0;
    });
    await alertmanager.start();
    await waitUntil('it to have the alert again, and to look whom it has told', async () => {
      receivers.receive([alert]);
      return (await alertmanager.metric('alertmanager_nflog_queries_total')) > 0;
    });
    receivers.receive([resolved(alert, Date.now())]);
    await sink.waitFor('its end', ({ alerts }) => {
      receivers.receive([]);
      return alerts.length > 1;
    });
    expect(toldOf(sink)).toEqual(['FrpProxyDown firing', 'FrpProxyDown resolved']);
    expect(receivers.said).toEqual([
      `Alertmanager at ${alertmanager.url}: connection refused; what it misses is sent when it answers again`,
    ]);
  });

  it('resolves by itself what nobody tells it of any more', async () => {
    await using sink = await WebhookSink.start();
    await using alertmanager = await RealAlertmanager.start(configFor(sink.url));
    using receivers = receiversOf(alertmanager);
    receivers.receive([alertOf({ firedAt: Date.now() })]);
    await sink.waitFor('the alert and its end', ({ alerts }) => alerts.length === 2);
    expect(toldOf(sink)).toEqual(['FrpProxyDown firing', 'FrpProxyDown resolved']);
  });

  it('tells two Alertmanagers, whichever of them answers', async () => {
    await using one = await WebhookSink.start();
    await using two = await WebhookSink.start();
    await using first = await RealAlertmanager.start(configFor(one.url));
    await using second = await RealAlertmanager.start(configFor(two.url));
    using receivers = receiversOf(first, second);
    await first.end('SIGKILL');
    const alert = alertOf({ firedAt: Date.now() });
    await waitUntil('the second one to tell', () => {
      receivers.receive([alert]);
      return two.alerts.length > 0;
    });
    await first.start();
    await waitUntil('the first one to tell', () => {
      receivers.receive([alert]);
      return one.alerts.length > 0;
    });
    expect([toldOf(one), toldOf(two)]).toEqual([['FrpProxyDown firing'], ['FrpProxyDown firing']]);
  });
});

/** A program that does nothing but what is given, with the receivers of a configuration; resolves when it has ended by itself. */
const runProgram = (config: DeliveryConfig, does: string, env: NodeJS.ProcessEnv = {}) => {
  const program = `
    import { createReceivers } from ${JSON.stringify(new URL('../../dist/alerts/delivery/createReceivers.js', import.meta.url))};
    const hooks = { say: (message) => process.stderr.write(message), onDropped: () => {} };
    const receivers = createReceivers(${JSON.stringify(config)}, hooks);
    const receive = () => receivers.forEach((receiver) => receiver.receive([${JSON.stringify(alertOf())}], Date.now()));
    ${does}
  `;
  return promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    timeout: 10_000,
  });
};

describe('a program that is done, with an Alertmanager and a webhook that do not answer', () => {
  const configOf = ({ url }: WebhookSink, timeoutMillis: number): DeliveryConfig => {
    const target = { url, timeoutMillis };
    return deliveryConfig({ intervalMillis: 100, alertmanagers: [target], webhooks: [target] });
  };
  let sink: WebhookSink;
  beforeEach(async () => {
    sink = await WebhookSink.start();
    sink.answer = () => {};
  });
  afterEach(() => sink.stop());

  it('ends when their time is over, though evaluations would go on', async () => {
    const { stderr } = await runProgram(configOf(sink, 300), 'receive(); setInterval(receive, 100).unref();');
    expect(stderr.match(/no answer within 300 ms/g)).toHaveLength(2);
  });

  it('ends when it stops them', async () => {
    const does = 'receive(); setTimeout(() => receivers.forEach((receiver) => receiver.stop()), 200).unref();';
    expect(await runProgram(configOf(sink, 600_000), does)).toEqual({ stdout: '', stderr: '' });
    expect(sink.requests).toHaveLength(2);
  });
});

it('believes over TLS what NODE_EXTRA_CA_CERTS names, and ends with its program', async () => {
  const file = (name: string): string => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));
  const tls = { cert: readFileSync(file('loopback.pem'), 'utf8'), key: readFileSync(file('loopback.key'), 'utf8') };
  await using server = await ApiServer.start((_request, response) => response.end(), 0, tls);
  const config = deliveryConfig({
    webhooks: [{ url: `https://127.0.0.1:${server.port}/hook`, timeoutMillis: 30_000 }],
  });
  const ended = runProgram(config, 'receive();', { NODE_EXTRA_CA_CERTS: file('loopback.pem') });
  expect(await ended).toEqual({ stdout: '', stderr: '' });
  expect(server.requests.map(({ url }) => url)).toEqual(['/hook']);
});
