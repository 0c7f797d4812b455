import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AlertRecord } from '../../src/alerts/AlertRecord.js';
import { alertOf, resolved, serverDown } from '../alerts/delivery/alertOf.js';
import { startReceivers } from '../alerts/delivery/deliveryConfig.js';
import { freePort } from '../support/realFrp.js';
import { answerOf, type ToldAlert, WebhookSink } from '../support/WebhookSink.js';
import { waitUntil } from '../support/waitUntil.js';

const firedAt = Date.now() - 60_000;
const alert = alertOf({ firedAt });
const target = (url: string, timeoutMillis = 10_000) => ({ webhooks: [{ url, timeoutMillis }] });
const statesOf = ({ alerts }: WebhookSink): string[] =>
  alerts.map(({ fingerprint, status }) => `${fingerprint.slice(-2)} ${status}`);

describe('delivery to a webhook', () => {
  let sink: WebhookSink;
  beforeEach(async () => {
    sink = await WebhookSink.start();
  });
  afterEach(() => sink.stop());

  it('posts once what fires, and once its end', async () => {
    using receivers = startReceivers(target(`${sink.url}/hook?key=1`));
    for (const alerts of [[alert], [alert], [resolved(alert, Date.now())], []]) {
      receivers.receive(alerts);
      await receivers.flush();
    }
    expect(sink.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /hook?key=1',
      'POST /hook?key=1',
    ]);
    expect(statesOf(sink)).toEqual(['a1 firing', 'a1 resolved']);
  });

  it('posts all that one evaluation changed in one message, and what is silenced in none', async () => {
    using receivers = startReceivers(target(sink.url));
    const other = alertOf({ id: '00000000000000c1', subject: 'telemetry', firedAt });
    receivers.receive([serverDown({ firedAt }), alert, other]);
    await receivers.flush();
    expect(sink.requests).toHaveLength(1);
    expect(statesOf(sink)).toEqual(['b1 firing', 'c1 firing']);
  });

  it('tries again after a failure, with what is true by then', async () => {
    let failures = 2;
    sink.answer = (response) => {
      failures -= 1;
      response.writeHead(failures >= 0 ? 500 : 200).end();
    };
    using receivers = startReceivers(target(sink.url));
    const [one, two] = [alertOf({ id: '1', firedAt }), alertOf({ id: '2', firedAt })];
    receivers.receive([one]);
    await sink.waitFor('the first attempt', ({ requests }) => requests.length === 1);
    receivers.receive([one, two]);
    await sink.waitFor('the third attempt', ({ requests }) => requests.length === 3);
    expect(sink.requests.map(({ body }) => (body as { alerts: unknown[] }).alerts.length)).toEqual([1, 2, 2]);
    await receivers.flush();
    expect(sink.requests).toHaveLength(3);
    expect(receivers.dropped).toEqual([]);
    expect(receivers.said).toEqual([
      `webhook at ${sink.url}: it answered 500, expected 200; it is tried again, and told what is true by then`,
    ]);
  });

  it('waits between attempts, also where evaluations go on', async () => {
    sink.answer = answerOf(429, { 'retry-after': '3600' });
    using receivers = startReceivers(target(sink.url));
    receivers.receive([alert]);
    await waitUntil('the first attempt to fail', () => receivers.said.length > 0);
    await receivers.flush(); // the second attempt, since it was asked for
    for (const _ of [1, 2, 3]) receivers.receive([alert]);
    expect(receivers.requests.begun).toBe(2);
  });

  it('tells what was over before it could be told', async () => {
    using receivers = startReceivers(target(`http://127.0.0.1:${await freePort()}`));
    receivers.receive([alert]);
    await receivers.flush();
    receivers.receive([resolved(alert, Date.now())]);
    expect(receivers.dropped).toEqual([['00000000000000a1', 'missed']]);
    expect(receivers.said).toHaveLength(1);
    expect(receivers.said[0]).toContain('connection refused; it is tried again');
  });

  it.each([302, 404, 405, 410, 501])('keeps what is answered with %i, which says nothing of it', async (status) => {
    sink.answer = answerOf(status, { location: '/elsewhere' });
    using receivers = startReceivers(target(`${sink.url}/services/s3cret`));
    receivers.receive([alert]);
    await sink.waitFor('the first attempt', ({ requests }) => requests.length === 1);
    await receivers.flush();
    sink.answer = answerOf(200);
    await receivers.flush();
    const paths = sink.requests.map(({ path }) => path);
    expect([paths.length >= 2, ...new Set(paths)]).toEqual([true, '/services/s3cret']);
    expect(receivers.told.map(([, id]) => id)).toEqual(['00000000000000a1']);
    expect(receivers.dropped).toEqual([]);
    expect(receivers.said).toEqual([
      `webhook at ${sink.url}: it answered ${status}, expected 200; it is tried again, and told what is true by then`,
    ]);
  });

  it.each([400, 413, 422])('drops one alert that is answered with %i by itself, and says it once', async (status) => {
    sink.answer = answerOf(status);
    using receivers = startReceivers(target(`${sink.url}/services/s3cret`));
    const other = alertOf({ id: '2', firedAt });
    for (const alerts of [[alert], [alert, other], [resolved(alert, Date.now()), other]]) {
      receivers.receive(alerts);
      await receivers.flush();
    }
    expect(sink.requests).toHaveLength(2);
    expect(receivers.dropped).toEqual([
      ['00000000000000a1', 'refused'],
      ['2', 'refused'],
    ]);
    expect(receivers.said).toEqual([
      `webhook at ${sink.url}: it refused an alert FrpProxyDown (${status}), which is not sent again`,
    ]);
  });

  describe('that refuses one alert of many', () => {
    const many = Array.from({ length: 256 }, (_, index) => alertOf({ id: `${index}`, firedAt }));
    const taken: string[] = [];
    beforeEach(() => {
      taken.length = 0;
      sink.answer = (response, { body }) => {
        const ids = (body as { alerts: ToldAlert[] }).alerts.map(({ fingerprint }) => fingerprint);
        if (!ids.includes('100')) taken.push(...ids);
        response.writeHead(ids.includes('100') ? 400 : 200).end();
      };
    });

    it('tells the others', async () => {
      using receivers = startReceivers(target(sink.url));
      receivers.receive(many);
      await receivers.flush();
      expect(taken).toEqual(many.map(({ id }) => id).filter((id) => id !== '100'));
      expect(receivers.dropped).toEqual([['100', 'refused']]);
    });

    it('searches it within the limit', async () => {
      using receivers = startReceivers({ ...target(sink.url), maxNotificationsPerMinute: 3 });
      receivers.receive(many);
      await receivers.flush();
      receivers.receive(many);
      await receivers.flush();
      expect(sink.requests).toHaveLength(3);
      expect(receivers.dropped).toEqual([]);
    });
  });

  it('tells the others where the times of one cannot be written', async () => {
    using receivers = startReceivers(target(sink.url));
    for (const _ of [1, 2]) {
      receivers.receive([alertOf({ id: 'b', firedAt: 1e300 }), alert]);
      await receivers.flush();
    }
    expect(statesOf(sink)).toEqual(['a1 firing']);
    expect(receivers.dropped).toEqual([['b', 'refused']]);
    expect(receivers.said).toEqual([
      `webhook at ${sink.url}: an alert FrpProxyDown is not sent: its times are out of range`,
    ]);
  });

  it('tells by a name of each webhook what it was told of, and takes it for told after a restart', async () => {
    const urls = [`${sink.url}/s3cret`, `http://127.0.0.1:${await freePort()}/other`];
    const webhooks = urls.map((url) => ({ url, timeoutMillis: 10_000 }));
    const names = urls.map((url) => createHash('sha256').update(url).digest('hex').slice(0, 16));
    using before = startReceivers({ webhooks });
    before.receive([alert]);
    await before.flush();
    expect(before.told).toEqual([[names[0], alert.id]]);
    before[Symbol.dispose]();

    await using other = await WebhookSink.start(Number(new URL(urls[1] ?? '').port));
    const asked: string[] = [];
    const told = (receiver: string): AlertRecord[] => {
      asked.push(receiver);
      return before.told.some(([name]) => name === receiver) ? [alert] : [];
    };
    using after = startReceivers({ webhooks }, { told });
    for (const alerts of [[alert], [resolved(alert, Date.now())]]) {
      after.receive(alerts);
      await after.flush();
    }
    expect(asked).toEqual(names);
    expect(statesOf(sink)).toEqual(['a1 firing', 'a1 resolved']);
    expect(statesOf(other)).toEqual(['a1 firing', 'a1 resolved']);
    expect(after.told).toEqual([
      [names[1], alert.id],
      [names[0], alert.id],
      [names[1], alert.id],
    ]);
  });

  it('tells that an end arrived, or was refused', async () => {
    using receivers = startReceivers(target(sink.url));
    const other = alertOf({ id: '2', firedAt });
    receivers.receive([alert, other]);
    await receivers.flush();
    receivers.receive([resolved(alert, Date.now()), other]);
    await receivers.flush();
    sink.answer = answerOf(400);
    receivers.receive([resolved(other, Date.now())]);
    await receivers.flush();
    expect(receivers.toldAs).toEqual([
      [alert.id, 'firing', firedAt],
      ['2', 'firing', firedAt],
      [alert.id, 'resolved', firedAt],
      ['2', 'resolved', firedAt],
    ]);
  });

  it('tells of an alert that fires anew while its end did not arrive that it is known', async () => {
    using receivers = startReceivers(target(sink.url));
    const anew = { ...alert, firedAt: firedAt + 30_000 };
    receivers.receive([alert]);
    await receivers.flush();
    sink.answer = answerOf(503);
    receivers.receive([resolved(alert, Date.now())]);
    await receivers.flush();
    receivers.receive([anew]);
    sink.answer = answerOf(200);
    await receivers.flush();
    expect(receivers.toldAs).toEqual([
      [alert.id, 'firing', firedAt],
      [alert.id, 'firing', anew.firedAt],
    ]);
    receivers.receive([resolved(anew, Date.now())]);
    await receivers.flush();
    expect(receivers.toldAs.at(-1)).toEqual([alert.id, 'resolved', anew.firedAt]);
  });

  it('tells after a restart the end of what does not fire any more', async () => {
    using receivers = startReceivers(target(sink.url), { told: () => [alert, alertOf({ id: '2', firedAt })] });
    await receivers.flush();
    expect(sink.requests).toEqual([]); // nothing is known yet
    receivers.receive([alert]);
    await receivers.flush();
    expect(statesOf(sink)).toEqual(['2 resolved']);
    expect(receivers.toldAs).toEqual([['2', 'resolved', firedAt]]);
  });

  it('holds back what is over the limit, and tells it together later', async () => {
    using receivers = startReceivers({ ...target(sink.url), maxNotificationsPerMinute: 2 });
    const alerts = ['1', '2', '3', '4'].map((id) => alertOf({ id, firedAt }));
    for (const count of [1, 2, 3, 4]) {
      receivers.receive(alerts.slice(0, count));
      await receivers.flush();
    }
    expect(statesOf(sink)).toEqual(['1 firing', '2 firing']);
    receivers.receive([...alerts.slice(0, 3), resolved(alertOf({ id: '4', firedAt }), Date.now())]);
    expect(receivers.dropped).toEqual([['4', 'missed']]);
  });

  it('keeps to its time with an answer that does not come', async () => {
    sink.answer = () => {};
    using receivers = startReceivers(target(sink.url, 50));
    receivers.receive([alert]);
    await receivers.flush();
    expect(receivers.said).toEqual([
      `webhook at ${sink.url}: no answer within 50 ms; it is tried again, and told what is true by then`,
    ]);
  });

  it('gives up at its end what is under way, without a word', async () => {
    sink.answer = () => {};
    using receivers = startReceivers(target(sink.url, 600_000));
    receivers.receive([alert]);
    await sink.waitFor('the request', ({ requests }) => requests.length === 1);
    const done = receivers.flush();
    receivers[Symbol.dispose]();
    await done;
    expect([receivers.requests.underWay, receivers.said, receivers.dropped]).toEqual([0, [], []]);
  });

  it('posts nothing after its end', async () => {
    using receivers = startReceivers(target(sink.url));
    receivers[Symbol.dispose]();
    receivers.receive([alert]);
    await receivers.flush();
    expect(sink.requests).toEqual([]);
  });
});
