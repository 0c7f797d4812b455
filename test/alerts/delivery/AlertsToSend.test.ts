import { describe, expect, it } from '@jest/globals';
import type { AlertRecord } from '../../../src/alerts/AlertRecord.js';
import { AlertsToSend } from '../../../src/alerts/delivery/AlertsToSend.js';
import { alertOf, NOON, resolved } from './alertOf.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const alertsToSend = () => new AlertsToSend({ resendMillis: MINUTE, validMillis: 4 * MINUTE });
/** What is due at a time, by name, state and the seconds from then to its end; it arrives. */
const sendDue = (alerts: AlertsToSend, now: number): string[] => {
  const due = alerts.due(now);
  alerts.sent(due, now);
  return due.map(({ alert, endsAt }) => `${alert.id.slice(-2)} ${alert.state} ${(endsAt - now) / SECOND}`);
};

describe('AlertsToSend', () => {
  it('has what fires at once, and again when it is time, with an end that is ahead', () => {
    const alerts = alertsToSend();
    alerts.see([alertOf()], NOON);
    expect(sendDue(alerts, NOON)).toEqual(['a1 firing 240']);
    expect(sendDue(alerts, NOON + MINUTE - 1)).toEqual([]);
    expect(sendDue(alerts, NOON + MINUTE)).toEqual(['a1 firing 240']);
  });

  it('has what was resolved at once, then again for 15 minutes, with the end that it had', () => {
    const alerts = alertsToSend();
    alerts.see([alertOf()], NOON);
    sendDue(alerts, NOON);
    alerts.see([resolved(alertOf(), NOON + 5 * SECOND)], NOON + 5 * SECOND);
    expect(sendDue(alerts, NOON + 5 * SECOND)).toEqual(['a1 resolved 0']);
    alerts.see([], NOON + 14 * MINUTE);
    expect(sendDue(alerts, NOON + 14 * MINUTE)).toEqual(['a1 resolved -835']);
    alerts.see([], NOON + 15 * MINUTE + 5 * SECOND);
    expect(sendDue(alerts, NOON + 16 * MINUTE)).toEqual([]);
  });

  it('has all of it until it arrived', () => {
    const alerts = alertsToSend();
    alerts.see([alertOf()], NOON);
    expect(alerts.due(NOON)).toHaveLength(1);
    expect(alerts.due(NOON + SECOND)).toHaveLength(1);
  });

  it('has an alert that fires anew at once', () => {
    const alerts = alertsToSend();
    alerts.see([alertOf()], NOON);
    sendDue(alerts, NOON);
    alerts.see([resolved(alertOf(), NOON + SECOND)], NOON + SECOND);
    sendDue(alerts, NOON + SECOND);
    alerts.see([alertOf({ firedAt: NOON + 2 * SECOND })], NOON + 2 * SECOND);
    expect(sendDue(alerts, NOON + 2 * SECOND)).toEqual(['a1 firing 240']);
  });

  it('sends a value that changed with the next time only', () => {
    const alerts = alertsToSend();
    alerts.see([alertOf({ summary: 'at 81 %' })], NOON);
    sendDue(alerts, NOON);
    alerts.see([alertOf({ summary: 'at 97 %' })], NOON + SECOND);
    expect(alerts.due(NOON + SECOND)).toEqual([]);
    expect(alerts.due(NOON + MINUTE).map(({ alert }) => alert.summary)).toEqual(['at 97 %']);
  });

  it('sends what was resolved while it was on its way', () => {
    const alerts = alertsToSend();
    alerts.see([alertOf()], NOON);
    const onItsWay = alerts.due(NOON);
    alerts.see([resolved(alertOf(), NOON + SECOND)], NOON + SECOND);
    alerts.sent(onItsWay, NOON + SECOND);
    expect(sendDue(alerts, NOON + SECOND)).toEqual(['a1 resolved 0']);
  });

  it('leaves out what an evaluation does not tell of any more', () => {
    const alerts = alertsToSend();
    alerts.see([alertOf()], NOON);
    alerts.see([], NOON + SECOND);
    expect(alerts.due(NOON + MINUTE)).toEqual([]);
  });

  it('has one that was refused again after a quarter of an hour, and not its end', () => {
    const alerts = alertsToSend();
    alerts.see([alertOf()], NOON);
    for (const one of alerts.due(NOON)) alerts.refused(one, NOON);
    expect(alerts.due(NOON + 14 * MINUTE)).toEqual([]);
    expect(alerts.due(NOON + 15 * MINUTE)).toHaveLength(1);
    alerts.see([resolved(alertOf(), NOON + MINUTE)], NOON + MINUTE);
    expect(alerts.due(NOON + 2 * MINUTE)).toEqual([]);
  });

  it('has first what was taken before, last what was refused', () => {
    const alerts = alertsToSend();
    const [refused, unknown, taken, over] = ['a1', 'a2', 'a3', 'a4'].map((id) => alertOf({ id })) as [
      AlertRecord,
      AlertRecord,
      AlertRecord,
      AlertRecord,
    ];
    const later = NOON + 15 * MINUTE;
    alerts.see([refused, taken, over], NOON);
    for (const one of alerts.due(NOON)) {
      if (one.alert === refused) alerts.refused(one, NOON);
      else alerts.sent([one], NOON);
    }
    alerts.see([refused, unknown, taken, resolved(over, later)], later);
    expect(alerts.due(later).map(({ alert, isRetry }) => [alert.id, isRetry])).toEqual([
      ['a3', false],
      ['a4', false],
      ['a2', false],
      ['a1', true],
    ]);
  });

  it('sends again at once where the clock was set back', () => {
    const alerts = alertsToSend();
    alerts.see([alertOf()], NOON);
    sendDue(alerts, NOON);
    expect(sendDue(alerts, NOON - 1)).toEqual(['a1 firing 240']);
  });

  it('goes on where the clock was set back, with no end before its start', () => {
    const alerts = alertsToSend();
    alerts.see([alertOf()], NOON);
    sendDue(alerts, NOON);
    alerts.see([resolved(alertOf(), NOON - 30 * SECOND)], NOON - 30 * SECOND);
    expect(sendDue(alerts, NOON - 30 * SECOND)).toEqual(['a1 resolved 30']);
  });
});
