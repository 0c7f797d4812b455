import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AlertRecord } from '../../src/alerts/AlertRecord.js';
import type { FrpEvent } from '../../src/model/FrpEvent.js';
import { EventListeners } from '../../src/observation/EventListeners.js';

const subject = { role: 'client', instance: 'frpc@host', serverName: 'host:7000', pid: 4711 } as const;
const disconnected = (time: number): FrpEvent => ({
  ...subject,
  kind: 'client.disconnected',
  time,
  reason: 'unknown',
  startTime: undefined,
});
const alert: AlertRecord = {
  id: '5f2c0a91d0e4b37a',
  name: 'FrpServerDown',
  severity: 'critical',
  subject: 'server',
  state: 'firing',
  summary: 'frps@host is down',
  description: 'It is.',
  runbook: [],
  attributes: { 'frp.instance': 'frps@host' },
  metric: 'frp.process.up',
  value: 0,
  threshold: 0,
  createdAt: 1,
  firedAt: 7,
  resolvedAt: undefined,
};
const reloaded: FrpEvent = { ...subject, kind: 'client.config.reloaded', time: 5, error: undefined };

let faults: unknown[];
let listeners: EventListeners;
beforeEach(() => {
  faults = [];
  listeners = new EventListeners((error, kind) => faults.push([kind, error]));
});

/** Lets rejected promises of listeners be seen. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('EventListeners', () => {
  it('tells each event to the listeners of its kind, in the order of events', () => {
    const heard: unknown[] = [];
    listeners.add('client.disconnected', ({ time }) => heard.push(['a', time]));
    listeners.add('client.disconnected', ({ time }) => heard.push(['b', time]));
    listeners.tell(disconnected(1));
    listeners.tell(reloaded);
    listeners.tell(disconnected(2));
    expect(heard).toEqual([
      ['a', 1],
      ['b', 1],
      ['a', 2],
      ['b', 2],
    ]);
  });

  it('takes a listener away, and that one only', () => {
    const heard: string[] = [];
    const removeA = listeners.add('client.disconnected', () => heard.push('a'));
    listeners.add('client.disconnected', () => heard.push('b'));
    removeA();
    removeA();
    listeners.tell(disconnected(1));
    expect(heard).toEqual(['b']);
  });

  it('takes each call as a registration of its own, also of the same function', () => {
    let heard = 0;
    const listener = () => {
      heard += 1;
    };
    const remove = listeners.add('client.disconnected', listener);
    listeners.add('client.disconnected', listener);
    listeners.tell(disconnected(1));
    remove();
    listeners.tell(disconnected(2));
    expect(heard).toBe(3);
  });

  it('says that a listener threw, and tells the others', async () => {
    const heard: number[] = [];
    const fault = new Error('mine');
    listeners.add('client.disconnected', () => {
      throw fault;
    });
    listeners.add('client.disconnected', ({ time }) => heard.push(time));
    expect(() => listeners.tell(disconnected(1))).not.toThrow();
    await settled();
    expect(heard).toEqual([1]);
    expect(faults).toEqual([['client.disconnected', fault]]);
  });

  it('says that a listener rejected', async () => {
    const fault = new Error('mine');
    listeners.add('client.config.reloaded', async () => {
      throw fault;
    });
    listeners.tell(reloaded);
    await settled();
    expect(faults).toEqual([['client.config.reloaded', fault]]);
  });

  it('does not wait for a listener that takes its time', () => {
    const heard: string[] = [];
    listeners.add('client.disconnected', () => new Promise(() => {}));
    listeners.add('client.disconnected', () => heard.push('b'));
    listeners.tell(disconnected(1));
    expect(heard).toEqual(['b']);
  });

  it('gives each listener an event that it cannot change, and a copy of the one that was told', async () => {
    const event = disconnected(1);
    const heard: FrpEvent[] = [];
    listeners.add('client.disconnected', (given) => {
      heard.push(given);
      (given as { time: number }).time = 99;
    });
    listeners.add('client.disconnected', (given) => heard.push(given));
    listeners.tell(event);
    await settled();
    expect(heard).toEqual([event, event]);
    expect(heard[0]).not.toBe(event);
    expect(event.time).toBe(1);
    expect(faults).toEqual([['client.disconnected', expect.objectContaining({ name: 'TypeError' })]]);
  });

  it('lets a listener that is added while an event is told hear of the next one: adding itself again does not loop', () => {
    const heard: number[] = [];
    let remove = () => {};
    const addAgain = ({ time }: { time: number }) => {
      heard.push(time);
      remove();
      if (heard.length < 10) remove = listeners.add('client.disconnected', addAgain);
    };
    remove = listeners.add('client.disconnected', addAgain);
    listeners.tell(disconnected(1));
    listeners.tell(disconnected(2));
    expect(heard).toEqual([1, 2]);
  });

  it.each([['x'], [undefined], [null], [{}]])('refuses %p, which is no function', (listener) => {
    expect(() => listeners.add('client.disconnected', listener as never)).toThrow(
      /^on: client\.disconnected: expected a function, received /,
    );
  });

  it('tells what becomes of an alert, as the alert at that moment', () => {
    const heard: unknown[] = [];
    listeners.add('alert.firing', ({ name, state, time }) => heard.push([name, state, time]));
    listeners.tell({ ...alert, kind: 'alert.firing', time: 7 });
    listeners.tell({ ...alert, kind: 'alert.resolved', state: 'resolved', time: 8 });
    expect(heard).toEqual([['FrpServerDown', 'firing', 7]]);
  });

  it('names the events of alerts, too, among those that there are', () => {
    // @ts-expect-error no such event
    expect(() => listeners.add('alert.pending', () => {})).toThrow(
      /alert\.firing, alert\.resolved, received "alert\.pending"/,
    );
  });
});
