import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { alertOf, resolved } from '../alerts/delivery/alertOf.js';
import { startReceivers } from '../alerts/delivery/deliveryConfig.js';
import { ApiServer } from '../sources/api/ApiServer.js';
import { freePort, temporaryFolder } from '../support/realFrp.js';
import { answerOf, WebhookSink } from '../support/WebhookSink.js';
import { waitUntil } from '../support/waitUntil.js';

interface SentAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

const firedAt = Date.now() - 60_000;
const alertsOf = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    alertOf({ id: `a${index}`, firedAt, attributes: { 'frp.proxy.name': `p${index}` } }),
  );
const batchOf = (sink: WebhookSink, request: number): SentAlert[] => sink.requests[request]?.body as SentAlert[];
const target = (url: string, timeoutMillis = 10_000) => ({ alertmanagers: [{ url, timeoutMillis }] });

describe('delivery to Alertmanager', () => {
  let sink: WebhookSink;
  beforeEach(async () => {
    sink = await WebhookSink.start();
  });
  afterEach(() => sink.stop());

  it('posts what fires with an end ahead, and what was resolved with the end that it had', async () => {
    using receivers = startReceivers({ ...target(`${sink.url}/prefix/`), externalUrl: 'https://frp.example/alerts' });
    const alert = alertOf({ firedAt });
    const before = Date.now();
    receivers.receive([alert]);
    await receivers.flush();
    const [sent] = batchOf(sink, 0);
    expect(sink.requests[0]).toMatchObject({ method: 'POST', path: '/prefix/api/v2/alerts' });
    expect(sent).toMatchObject({
      labels: { alertname: 'FrpProxyDown', severity: 'high', frp_alert_subject: 'proxy', frp_proxy_name: 'web' },
      annotations: { summary: 'proxy web is down on frps@edge' },
      startsAt: new Date(firedAt).toISOString(),
      generatorURL: 'https://frp.example/alerts',
    });
    const ahead = Date.parse(sent?.endsAt ?? '') - before;
    expect(ahead).toBeGreaterThanOrEqual(240_000);
    expect(ahead).toBeLessThanOrEqual(240_000 + (Date.now() - before));

    const end = Date.now();
    receivers.receive([resolved(alert, end)]);
    await receivers.flush();
    expect(batchOf(sink, 1).map(({ endsAt }) => endsAt)).toEqual([new Date(end).toISOString()]);
  });

  it('leaves out a link that is no URL', async () => {
    using receivers = startReceivers({ ...target(sink.url), externalUrl: 'opentelemetry-collector' });
    receivers.receive([alertOf()]);
    await receivers.flush();
    expect(Object.keys(batchOf(sink, 0)[0] ?? {})).toEqual(['labels', 'annotations', 'startsAt', 'endsAt']);
  });

  it('sends nothing again before it is time', async () => {
    using receivers = startReceivers(target(sink.url));
    receivers.receive([alertOf()]);
    await receivers.flush();
    receivers.receive([alertOf()]);
    await receivers.flush();
    expect(sink.requests).toHaveLength(1);
  });

  it('sends it again when it is time', async () => {
    using receivers = startReceivers({ ...target(sink.url), resendMillis: 1 });
    receivers.receive([alertOf()]);
    await waitUntil('it to be sent again', () => {
      receivers.receive([alertOf()]);
      return sink.requests.length > 1;
    });
  });

  it('sends at most 256 at once', async () => {
    using receivers = startReceivers(target(sink.url));
    receivers.receive(alertsOf(600));
    await receivers.flush();
    expect(sink.requests.map((_, request) => batchOf(sink, request).length)).toEqual([256, 256, 88]);
  });

  it('sends no further batch after its end', async () => {
    using receivers = startReceivers(target(sink.url));
    sink.answer = (response) => {
      receivers[Symbol.dispose]();
      response.end();
    };
    receivers.receive(alertsOf(600));
    await receivers.flush();
    expect(sink.requests).toHaveLength(1);
  });

  it('gives up at its end what is under way, without a word', async () => {
    sink.answer = () => {};
    using receivers = startReceivers(target(sink.url, 600_000));
    receivers.receive([alertOf()]);
    await sink.waitFor('the request', ({ requests }) => requests.length === 1);
    const done = receivers.flush();
    receivers[Symbol.dispose]();
    await done;
    expect([receivers.requests.underWay, receivers.said]).toEqual([0, []]);
  });

  it('sends the others where the times of one cannot be written', async () => {
    using receivers = startReceivers(target(sink.url));
    for (const _ of [1, 2]) {
      receivers.receive([alertOf({ id: 'b', firedAt: 1e300 }), alertOf({ firedAt })]);
      await receivers.flush();
    }
    expect(sink.requests).toHaveLength(1);
    expect(batchOf(sink, 0)).toHaveLength(1);
    expect(receivers.dropped).toEqual([['b', 'refused']]);
    expect(receivers.said).toEqual([
      `Alertmanager at ${sink.url}: an alert FrpProxyDown is not sent: its times are out of range`,
    ]);
  });

  it('takes eight refusals in a row for one of the whole, and waits until it is time to send again', async () => {
    sink.answer = answerOf(400);
    using receivers = startReceivers(target(sink.url));
    const alerts = alertsOf(2_000);
    receivers.receive(alerts);
    await receivers.flush();
    const requests = sink.requests.length;
    expect(requests).toBeLessThanOrEqual(24);
    expect(receivers.dropped).toEqual(alerts.slice(0, 8).map(({ id }) => [id, 'refused']));
    expect(receivers.said).toEqual([
      `Alertmanager at ${sink.url}: it refused an alert FrpProxyDown (400)`,
      `Alertmanager at ${sink.url}: it refused 8 alerts one after another; what it misses is sent when it answers again`,
    ]);
    receivers.receive(alerts);
    expect(receivers.requests.begun).toBe(requests);
  });

  it('sends in the end what comes after more than eight alerts that are not wanted', async () => {
    const isBad = ({ labels }: SentAlert): boolean => labels.alertname === 'Bad';
    const taken = new Set<string>();
    sink.answer = (response, { body }) => {
      const batch = body as SentAlert[];
      if (!batch.some(isBad)) for (const { labels } of batch) taken.add(labels.frp_proxy_name ?? '');
      response.writeHead(batch.some(isBad) ? 400 : 200).end();
    };
    using receivers = startReceivers({ ...target(sink.url), intervalMillis: 100, resendMillis: 100 });
    const alerts = alertsOf(30).map((alert, index) => (index < 20 ? { ...alert, name: 'Bad' } : alert));
    await waitUntil('the others to be sent', () => {
      receivers.receive(alerts);
      return taken.size === 10;
    });
    await receivers.flush();
    expect(receivers.dropped).toEqual(alerts.slice(0, 20).map(({ id }) => [id, 'refused']));
  });

  it('sends what is new before all that was refused, however much that is', async () => {
    const isBad = ({ labels }: SentAlert): boolean => labels.alertname === 'Bad';
    let taken = 0;
    sink.answer = (response, { body }) => {
      const batch = body as SentAlert[];
      if (!batch.some(isBad)) taken += batch.length;
      response.writeHead(batch.some(isBad) ? 400 : 200).end();
    };
    let now = Date.now();
    using receivers = startReceivers(target(sink.url), { now: () => now });
    const bad = alertsOf(24).map((alert) => ({ ...alert, name: 'Bad' }));
    for (const _ of [1, 2, 3]) {
      receivers.receive(bad);
      await receivers.flush();
    }
    expect(receivers.dropped).toHaveLength(24);
    now += 15 * 60_000;
    const requests = sink.requests.length;
    receivers.receive([...bad, alertOf({ firedAt })]);
    await receivers.flush();
    expect(taken).toBe(1);
    expect(batchOf(sink, requests)).toHaveLength(1);
    expect(receivers.dropped).toHaveLength(24 + 8);
  });

  it('is not asked again at once by evaluations that come while it takes its time', async () => {
    let now = Date.now();
    sink.answer = (response) => {
      now += 5_000;
      response.end();
    };
    using receivers = startReceivers({ ...target(sink.url), resendMillis: 1_000 }, { now: () => now });
    for (const _ of [1, 2, 3]) receivers.receive([alertOf({ firedAt })]);
    await sink.waitFor('the request', ({ requests }) => requests.length === 1);
    await waitUntil('the answer', () => receivers.requests.underWay === 0);
    await receivers.flush(); // nothing is due so soon after the answer
    expect(receivers.requests.begun).toBe(1);
    const other = alertOf({ id: 'a2', firedAt });
    receivers.receive([other]);
    expect(receivers.requests.begun).toBe(1); // of before half an interval is over
    now += 500;
    receivers.receive([other]);
    expect(receivers.requests.begun).toBe(2);
  });

  it('tells all in the round after an outage: what fires, and what was over meanwhile', async () => {
    const port = await freePort();
    using receivers = startReceivers(target(`http://127.0.0.1:${port}`));
    const [one, two] = [alertOf({ id: 'a1', firedAt }), alertOf({ id: 'a2', firedAt, name: 'Other' })];
    receivers.receive([one, two]);
    await receivers.flush();
    receivers.receive([one, resolved(two, Date.now())]);
    await receivers.flush();
    expect(receivers.said).toEqual([
      `Alertmanager at http://127.0.0.1:${port}: connection refused; what it misses is sent when it answers again`,
    ]);
    await using back = await WebhookSink.start(port);
    receivers.receive([one]);
    await receivers.flush();
    const batch = batchOf(back, 0);
    expect(batch.map(({ labels }) => labels.alertname)).toEqual(['FrpProxyDown', 'Other']);
    expect(batch.map(({ endsAt }) => Date.parse(endsAt) > Date.now())).toEqual([true, false]);
    expect(receivers.dropped).toEqual([]);
  });

  it('takes a failure for one of the whole, and says it once', async () => {
    sink.answer = answerOf(503);
    using receivers = startReceivers(target(sink.url));
    for (const _ of [1, 2, 3]) {
      receivers.receive(alertsOf(3));
      await receivers.flush();
    }
    expect(sink.requests.every(({ body }) => (body as unknown[]).length === 3)).toBe(true);
    expect(sink.requests.length).toBeGreaterThanOrEqual(3);
    expect(receivers.dropped).toEqual([]);
    expect(receivers.said).toEqual([
      `Alertmanager at ${sink.url}: it answered 503, expected 200; what it misses is sent when it answers again`,
    ]);
  });

  it.each([401, 404, 302])('drops nothing on %i, which says nothing of the alerts', async (status) => {
    sink.answer = answerOf(status, { location: '/elsewhere' });
    using receivers = startReceivers(target(sink.url));
    receivers.receive(alertsOf(3));
    await receivers.flush();
    expect(new Set(sink.requests.map(({ path }) => path))).toEqual(new Set(['/api/v2/alerts']));
    expect(receivers.dropped).toEqual([]);
    expect(receivers.said).toHaveLength(1);
  });

  it('finds the one alert of a batch that is not wanted, and sends the others', async () => {
    const isBad = ({ labels }: SentAlert): boolean => labels.frp_proxy_name === 'p100';
    const taken = new Set<string>();
    sink.answer = (response, { body }) => {
      const batch = body as SentAlert[];
      if (batch.some(isBad)) {
        response.writeHead(400).end('"invalid label set"');
        return;
      }
      for (const { labels } of batch) taken.add(labels.frp_proxy_name ?? '');
      response.end();
    };
    using receivers = startReceivers(target(sink.url));
    receivers.receive(alertsOf(256));
    await receivers.flush();
    expect(taken.size).toBe(255);
    expect(receivers.dropped).toEqual([['a100', 'refused']]);
    expect(receivers.said).toEqual([
      `Alertmanager at ${sink.url}: it refused an alert FrpProxyDown (400): "invalid label set"`,
    ]);
    const requests = sink.requests.length;
    receivers.receive(alertsOf(256));
    await receivers.flush();
    expect(sink.requests).toHaveLength(requests);
  });

  it('gives up a request that is not answered in time, and begins none before the next evaluation', async () => {
    sink.answer = () => {};
    using receivers = startReceivers(target(sink.url, 50));
    receivers.receive([alertOf()]);
    receivers.receive([alertOf()]);
    receivers.receive([alertOf()]);
    await receivers.flush();
    receivers.receive([alertOf()]); // of before half an interval is over
    expect(receivers.requests).toEqual({ begun: 1, underWay: 0, mostUnderWay: 1 });
    await receivers.flush();
    expect(receivers.requests).toEqual({ begun: 2, underWay: 0, mostUnderWay: 1 });
    expect(receivers.said).toEqual([
      `Alertmanager at ${sink.url}: no answer within 50 ms; what it misses is sent when it answers again`,
    ]);
  });

  it('reads no more of an endless answer than it needs', async () => {
    sink.answer = (response) => {
      const write = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', write);
      };
      response.writeHead(200);
      write();
    };
    using receivers = startReceivers(target(sink.url, 600_000));
    receivers.receive([alertOf()]);
    await receivers.flush();
    receivers.receive([alertOf()]);
    await receivers.flush();
    expect(sink.requests).toHaveLength(1); // it was taken
    expect(receivers.said).toEqual([]);
  });

  it('tells each Alertmanager by itself', async () => {
    const alertmanagers = [`http://127.0.0.1:${await freePort()}`, sink.url].map((url) => ({
      url,
      timeoutMillis: 10_000,
    }));
    using receivers = startReceivers({ alertmanagers });
    receivers.receive([alertOf()]);
    await receivers.flush();
    receivers.receive([alertOf()]);
    await receivers.flush();
    expect(sink.requests).toHaveLength(1);
  });

  it('says it where its clock is so far ahead that all it hears of is over', async () => {
    sink.answer = answerOf(200, { date: new Date(Date.now() + 600_000).toUTCString() });
    using receivers = startReceivers(target(sink.url));
    receivers.receive([alertOf()]);
    await receivers.flush();
    expect(receivers.said).toEqual([
      `Alertmanager at ${sink.url}: its clock is more than 180 s ahead of ours, so that it takes what fires for resolved`,
    ]);
  });

  it('shows the user of its URL, or the token of a file as it is by then', async () => {
    const folder = temporaryFolder();
    try {
      const file = folder.write('token', 'first\n');
      const withUser = sink.url.replace('//', '//ann:s3%3Acret@');
      using receivers = startReceivers({
        resendMillis: 1,
        alertmanagers: [
          { url: withUser, timeoutMillis: 10_000 },
          { url: sink.url, bearerTokenFile: file, timeoutMillis: 10_000 },
        ],
      });
      const headers = (): unknown[] => sink.requests.map(({ headers: { authorization } }) => authorization);
      receivers.receive([alertOf()]);
      await receivers.flush();
      folder.write('token', 'second\n');
      await waitUntil('the second token', () => {
        receivers.receive([alertOf()]);
        return headers().includes('Bearer second');
      });
      expect(new Set(headers())).toEqual(
        new Set([`Basic ${Buffer.from('ann:s3:cret').toString('base64')}`, 'Bearer first', 'Bearer second']),
      );
    } finally {
      folder.remove();
    }
  });

  it('sends nothing without the token that it is to show, and says no secret', async () => {
    sink.answer = (response) => {
      response.writeHead(400).end('"bad path /hook-s3cret/api/v2/alerts"');
    };
    using receivers = startReceivers({
      alertmanagers: [
        { url: sink.url, bearerTokenFile: '/nowhere/token', timeoutMillis: 10_000 },
        { url: `${sink.url.replace('//', '//ann:pass@')}/hook-s3cret`, timeoutMillis: 10_000 },
      ],
    });
    receivers.receive([alertOf()]);
    await receivers.flush();
    expect(sink.requests.map(({ path }) => path)).toEqual(['/hook-s3cret/api/v2/alerts']);
    expect(receivers.said.toSorted()).toEqual([
      `Alertmanager at ${sink.url}: it refused an alert FrpProxyDown (400)`,
      `Alertmanager at ${sink.url}: its bearer token cannot be read (ENOENT): /nowhere/token; what it misses is sent when it answers again`,
    ]);
  });

  it.each([
    ({ authorization }: IncomingHttpHeaders) => `no such header: ${authorization}`,
    ({ authorization = '' }: IncomingHttpHeaders) => `no ${Buffer.from(authorization.slice(6), 'base64')}`,
    ({ authorization = '' }: IncomingHttpHeaders) => `${`${Buffer.from(authorization.slice(6), 'base64')}`.slice(4)}?`,
  ])('quotes no password in whatever form it is sent back', async (quote) => {
    sink.answer = (response, { headers }) => {
      response.writeHead(400).end(JSON.stringify(quote(headers)));
    };
    using receivers = startReceivers(target(sink.url.replace('//', '//ann:s3%3Acret@')));
    receivers.receive([alertOf()]);
    await receivers.flush();
    expect(receivers.said).toEqual([`Alertmanager at ${sink.url}: it refused an alert FrpProxyDown (400)`]);
  });

  it('believes no server whose certificate nobody vouches for', async () => {
    const pem = (name: string): string =>
      readFileSync(new URL(`../fixtures/tls/self-signed.${name}`, import.meta.url), 'utf8');
    const tls = { cert: pem('pem'), key: pem('key') };
    await using server = await ApiServer.start((_request, response) => response.end(), 0, tls);
    using receivers = startReceivers(target(`https://127.0.0.1:${server.port}`));
    receivers.receive([alertOf()]);
    await receivers.flush();
    expect(server.requests).toEqual([]);
    expect(receivers.said).toEqual([
      `Alertmanager at https://127.0.0.1:${server.port}: its certificate is not trusted: name its CA in NODE_EXTRA_CA_CERTS; what it misses is sent when it answers again`,
    ]);
  });
});
