import { describe, expect, it } from '@jest/globals';
import type { FrpServerProxy } from '../../src/frp/api/FrpApi.js';
import { ProxyTraffic } from '../../src/model/ProxyTraffic.js';

const told = (today: number, sinceStart: number | undefined): FrpServerProxy => ({
  name: 'ssh',
  type: 'tcp',
  online: true,
  curConns: 0,
  today: { in: today, out: today },
  yesterday: undefined,
  sinceStart: sinceStart === undefined ? undefined : { in: sinceStart, out: sinceStart },
  user: undefined,
  clientId: undefined,
  remotePort: undefined,
  group: undefined,
});

const totalAfter = (...answers: readonly FrpServerProxy[]): number => {
  const traffic = new ProxyTraffic(true);
  for (const answer of answers) traffic.see(answer, false);
  expect(traffic.total.out).toBe(traffic.total.in);
  return traffic.total.in;
};

describe('the bytes of a proxy', () => {
  it('are whole where a connection closes in the first answer between its two counts', () => {
    expect(totalAfter(told(0, 1000), told(1000, 1000))).toBe(1000);
  });

  it('are counted once where a connection closes in a later answer between its two counts', () => {
    expect(totalAfter(told(0, 0), told(0, 1000), told(1000, 1000), told(1500, 1500))).toBe(1500);
  });

  it('leave out what the series of the same name held before', () => {
    expect(totalAfter(told(10, 700), told(30, 720))).toBe(30);
  });

  it('go on where /metrics is no longer told', () => {
    expect(totalAfter(told(0, 0), told(10, 10), told(25, undefined))).toBe(25);
  });
});
