import { describe, expect, it } from '@jest/globals';
import type { AlertRecord } from '../../../src/alerts/AlertRecord.js';
import { UntoldAlerts } from '../../../src/alerts/delivery/UntoldAlerts.js';
import { alertOf, NOON, resolved, serverDown } from './alertOf.js';

const SECOND = 1_000;
const COOLDOWN = 300 * SECOND;

const at = (seconds: number): number => NOON + seconds * SECOND;
const fires = (seconds: number, id = '00000000000000a1'): AlertRecord => alertOf({ id, firedAt: at(seconds) });
const written = (alerts: readonly AlertRecord[]): string[] => alerts.map(({ id, state }) => `${id.slice(-2)} ${state}`);

/** Evaluations of a webhook that takes all: what it is told at each, so many seconds after noon. */
const tell = (untold: UntoldAlerts, seconds: number, alerts: readonly AlertRecord[]): string[] => {
  untold.see(alerts, at(seconds));
  const taken = untold.take(256);
  untold.told(taken, at(seconds));
  return written(taken);
};

describe('UntoldAlerts', () => {
  it('has what fires once, and its end once', () => {
    const untold = new UntoldAlerts(COOLDOWN);
    expect(tell(untold, 0, [fires(0)])).toEqual(['a1 firing']);
    expect(tell(untold, 15, [fires(0)])).toEqual([]);
    expect(tell(untold, 30, [resolved(fires(0), at(30))])).toEqual(['a1 resolved']);
    expect(tell(untold, 45, [])).toEqual([]);
  });

  it('makes an end for what an evaluation does not tell of any more', () => {
    const untold = new UntoldAlerts(COOLDOWN);
    tell(untold, 0, [fires(0)]);
    untold.see([], at(15));
    expect(untold.take(1)).toEqual([resolved(fires(0), at(15))]);
  });

  it('never takes more than is asked for, ends first', () => {
    const untold = new UntoldAlerts(COOLDOWN);
    tell(untold, 0, [fires(0)]);
    untold.see([resolved(fires(0), at(15)), fires(15, 'b2'), fires(15, 'b3')], at(15));
    expect(written(untold.take(2))).toEqual(['a1 resolved', 'b2 firing']);
    expect(written(untold.take(2))).toEqual(['a1 resolved', 'b3 firing']); // the end is not known to have arrived
  });

  describe('in the cooldown', () => {
    it('has neither a second fire nor its end', () => {
      const untold = new UntoldAlerts(COOLDOWN);
      tell(untold, 0, [fires(0)]);
      tell(untold, 15, [resolved(fires(0), at(15))]);
      expect(tell(untold, 30, [fires(30)])).toEqual([]);
      expect(tell(untold, 45, [resolved(fires(30), at(45))])).toEqual([]);
    });

    it('has it when the cooldown is over and it still fires, and then its end', () => {
      const untold = new UntoldAlerts(COOLDOWN);
      tell(untold, 0, [fires(0)]);
      tell(untold, 15, [resolved(fires(0), at(15))]);
      expect(tell(untold, 299, [fires(30)])).toEqual([]);
      expect(tell(untold, 300, [fires(30)])).toEqual(['a1 firing']);
      expect(tell(untold, 315, [resolved(fires(30), at(315))])).toEqual(['a1 resolved']);
    });

    it('takes what it holds back for nothing that was missed', () => {
      const untold = new UntoldAlerts(COOLDOWN);
      tell(untold, 0, [fires(0)]);
      tell(untold, 15, [resolved(fires(0), at(15))]);
      tell(untold, 30, [fires(30)]);
      expect(untold.see([resolved(fires(30), at(45))], at(45))).toEqual([]);
    });
  });

  describe('while a server is down', () => {
    it('has the server, and none of its proxies', () => {
      const untold = new UntoldAlerts(COOLDOWN);
      expect(tell(untold, 0, [serverDown(), fires(0)])).toEqual(['b1 firing']);
      expect(tell(untold, 15, [serverDown(), resolved(fires(0), at(15))])).toEqual([]);
    });

    it('has a proxy that is still down half a minute after the server came back', () => {
      const untold = new UntoldAlerts(COOLDOWN);
      tell(untold, 0, [serverDown(), fires(0)]);
      expect(tell(untold, 15, [resolved(serverDown(), at(15)), fires(0)])).toEqual(['b1 resolved']);
      expect(tell(untold, 29, [fires(0)])).toEqual([]);
      expect(tell(untold, 30, [fires(0)])).toEqual(['a1 firing']);
    });

    it('has no proxy that came back with its server', () => {
      const untold = new UntoldAlerts(COOLDOWN);
      tell(untold, 0, [serverDown(), fires(0)]);
      tell(untold, 15, [resolved(serverDown(), at(15)), fires(0)]);
      expect(untold.see([resolved(fires(0), at(29))], at(29))).toEqual([]);
      expect(tell(untold, 60, [])).toEqual([]);
    });

    it('has the end of a proxy that was told before', () => {
      const untold = new UntoldAlerts(COOLDOWN);
      tell(untold, 0, [fires(0)]);
      expect(tell(untold, 15, [serverDown(), fires(0)])).toEqual(['b1 firing']);
      expect(tell(untold, 30, [serverDown(), resolved(fires(0), at(30))])).toEqual(['a1 resolved']);
    });
  });

  describe('of a webhook that cannot be reached', () => {
    it('has again what did not arrive', () => {
      const untold = new UntoldAlerts(COOLDOWN);
      untold.see([fires(0)], at(0));
      expect(untold.failed(untold.take(256))).toEqual([]);
      expect(written(untold.take(256))).toEqual(['a1 firing']);
    });

    it('has again an end that did not arrive, however long it takes', () => {
      const untold = new UntoldAlerts(COOLDOWN);
      tell(untold, 0, [fires(0)]);
      untold.see([resolved(fires(0), at(15))], at(15));
      expect(untold.failed(untold.take(256))).toEqual([]);
      untold.see([], at(86_400));
      expect(untold.take(256)).toEqual([resolved(fires(0), at(15))]);
    });

    it('tells what was over before it was sent, and before it arrived', () => {
      const untold = new UntoldAlerts(COOLDOWN);
      untold.see([fires(0), fires(0, 'a2')], at(0));
      const taken = untold.take(1);
      const over = [resolved(fires(0), at(15)), resolved(fires(0, 'a2'), at(15))];
      expect(untold.see(over, at(15))).toEqual([fires(0, 'a2')]);
      expect(untold.failed(taken)).toEqual([fires(0)]);
      expect(untold.isEmpty).toBe(true);
    });

    it('has nothing to tell where an alert fires again before its end arrived', () => {
      const untold = new UntoldAlerts(COOLDOWN);
      tell(untold, 0, [fires(0)]);
      untold.see([resolved(fires(0), at(15))], at(15));
      untold.failed(untold.take(256));
      expect(untold.see([fires(30)], at(30))).toEqual([]);
      expect(untold.isEmpty).toBe(true);
    });

    it('knows that it fires anew where its former end did not arrive, and has its later end', () => {
      const untold = new UntoldAlerts(COOLDOWN);
      tell(untold, 0, [fires(0)]);
      untold.see([resolved(fires(0), at(15))], at(15));
      const taken = untold.take(256);
      untold.see([fires(30)], at(30));
      expect(untold.firedAnew).toEqual([]); // the end may arrive yet
      untold.failed(taken);
      untold.see([fires(30)], at(45));
      expect(untold.firedAnew).toEqual([fires(30)]);
      untold.see([fires(30)], at(60));
      expect(untold.firedAnew).toEqual([]);
      untold.see([], at(75));
      expect(untold.take(256)).toEqual([resolved(fires(30), at(75))]);
    });

    it('takes nothing for known that was refused', () => {
      const untold = new UntoldAlerts(COOLDOWN);
      untold.see([fires(0)], at(0));
      untold.refused(untold.take(256));
      untold.see([fires(30)], at(30));
      expect(untold.firedAnew).toEqual([]);
    });
  });

  it('has the end of an alert that was over while it was on its way', () => {
    const untold = new UntoldAlerts(COOLDOWN);
    untold.see([fires(0)], at(0));
    const taken = untold.take(256);
    untold.see([resolved(fires(0), at(15))], at(15));
    untold.told(taken, at(16));
    expect(written(untold.take(256))).toEqual(['a1 resolved']);
  });

  it('has an alert again that fired anew while its end was on its way, when the cooldown is over', () => {
    const untold = new UntoldAlerts(COOLDOWN);
    tell(untold, 0, [fires(0)]);
    untold.see([resolved(fires(0), at(15))], at(15));
    const taken = untold.take(256);
    untold.see([fires(30)], at(30));
    untold.told(taken, at(31));
    expect(tell(untold, 299, [fires(30)])).toEqual([]);
    expect(tell(untold, 300, [fires(30)])).toEqual(['a1 firing']);
  });

  it('has nothing but the end of what was told before a restart', () => {
    const untold = new UntoldAlerts(COOLDOWN, [fires(0), fires(0, 'a2')]);
    expect(tell(untold, 15, [fires(0), resolved(fires(0, 'a2'), at(15))])).toEqual(['a2 resolved']);
    expect(tell(untold, 30, [resolved(fires(0), at(30))])).toEqual(['a1 resolved']);
  });

  it('has the end of what was told before a restart and was over by then, not before the first evaluation', () => {
    const over = resolved(fires(0, 'a2'), at(5));
    const untold = new UntoldAlerts(COOLDOWN, [fires(0), over, fires(0, 'a3')]);
    expect([untold.isEmpty, untold.take(256)]).toEqual([true, []]);
    untold.see([fires(0, 'a3')], at(15));
    expect(untold.take(256)).toEqual([resolved(fires(0), at(15)), over]);
  });

  it('offers what was refused no more, nor its end, and the alert when it fires anew', () => {
    const untold = new UntoldAlerts(COOLDOWN);
    untold.see([fires(0)], at(0));
    untold.refused(untold.take(256));
    expect(tell(untold, 15, [fires(0)])).toEqual([]);
    expect(tell(untold, 30, [resolved(fires(0), at(30))])).toEqual([]);
    expect(tell(untold, 45, [fires(45)])).toEqual(['a1 firing']);
  });

  it('offers an end that was refused no more', () => {
    const untold = new UntoldAlerts(COOLDOWN);
    tell(untold, 0, [fires(0)]);
    untold.see([resolved(fires(0), at(15))], at(15));
    untold.refused(untold.take(256));
    expect(untold.isEmpty).toBe(true);
  });
});
