import { describe, expect, it } from '@jest/globals';
import type { FrpModel } from '../../src/model/FrpModel.js';
import type { FrpSignal } from '../../src/model/FrpSignal.js';
import {
  answered,
  clientAnswer,
  clientStarted,
  clientsAnswered,
  exited,
  instanceOf,
  logIsOff,
  newModel,
  proxyAnswer,
  says,
  serverStarted,
  socket,
  socketClosed,
  socketsAreSeen,
  socketsSampled,
  statusAnswered,
  statusOf,
} from './signals.js';

const numbered = <Item>(count: number, item: (number: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => item(index));
const runIdOf = (number: number): string => number.toString(16).padStart(16, '0');

/** Milliseconds of CPU, in which no other program's share of the machine is; the least of three. */
const millisOf = (work: () => () => void): number =>
  Math.min(
    ...numbered(3, () => {
      const run = work();
      const before = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    }),
  );

/** Twice as many take less than four times as long, which what grows with the square does not; below 20 ms nothing is known. */
const expectLinear = (count: number, work: (count: number) => () => void): void => {
  const half = millisOf(() => work(count / 2));
  expect(millisOf(() => work(count))).toBeLessThan(4 * Math.max(half, 20));
};

const frps = (maxProxies: number): FrpModel => {
  const model = newModel({ maxProxies });
  model.apply(serverStarted(0));
  return model;
};
const applyAll = (model: FrpModel, signals: readonly FrpSignal[]): void => {
  for (const signal of signals) model.apply(signal);
};
const proxies = (count: number, changed = {}) => numbered(count, (number) => proxyAnswer(`proxy ${number}`, changed));

describe('100,000 proxies', () => {
  it('in one answer, are all kept, and cost no more each than fewer do', () => {
    const model = frps(100_000);
    const events = model.apply(answered(10, proxies(100_000)));
    expect([events.length, instanceOf(model).proxies.length]).toEqual([200_000, 100_000]);
    expectLinear(40_000, (count) => {
      const some = frps(100_000);
      const answers = [answered(10, proxies(count)), answered(20, proxies(count, { today: { in: 1, out: 1 } }))];
      return () => {
        applyAll(some, answers);
        some.snapshot();
      };
    });
  });

  it('of which a tenth can be kept, are refused in the same time as they would be kept', () => {
    const model = frps(10_000);
    model.apply(answered(10, proxies(100_000)));
    expect(instanceOf(model)).toMatchObject({ dropped: [{ item: 'proxy', reason: 'limit', count: 90_000 }] });
    const answers = [answered(10, proxies(50_000)), answered(20, proxies(50_000))];
    const kept = millisOf(() => () => applyAll(frps(50_000), answers));
    expect(millisOf(() => () => applyAll(frps(5_000), answers))).toBeLessThan(4 * Math.max(kept, 20));
  });

  it('that come and go at the limit, each take the place of one that is gone, in linear time', () => {
    expectLinear(40_000, (count) => {
      const model = frps(count / 2);
      const signals = numbered(count, (number) => [
        says(number, { kind: 'proxy.started', proxy: `${number}`, type: 'tcp' }, 'run'),
        says(number, { kind: 'proxy.closing', proxy: `${number}` }, 'run'),
      ]).flat();
      return () => {
        applyAll(model, signals);
        expect(instanceOf(model).proxies).toHaveLength(count / 2);
      };
    });
  });

  it('that a prune takes away, are all lost at once, in linear time', () => {
    expectLinear(40_000, (count) => {
      const model = frps(100_000);
      model.apply(logIsOff(0));
      model.apply(answered(10, proxies(count)));
      return () => expect(model.apply(answered(20, []))).toHaveLength(count);
    });
  });

  it('of frpc, in one answer and gone with the next, cost linear time', () => {
    expectLinear(50_000, (count) => {
      const model = newModel({ maxProxies: 100_000 });
      model.apply(clientStarted(0));
      model.apply(logIsOff(0));
      const status = statusAnswered(10, ...numbered(count, (number) => statusOf(`proxy ${number}`)));
      return () => {
        model.apply(status);
        expect(model.apply(statusAnswered(20))).toHaveLength(count + 1);
      };
    });
  });
});

describe('40,000 connections', () => {
  const open = (count: number, bytes: number) =>
    numbered(count, (number) => socket(`${number}`, { port: 6_000 + (number % 1_000), in: bytes, out: bytes }));

  it('in each look, and ended one by one, cost linear time', () => {
    expectLinear(40_000, (count) => {
      const model = frps(1_000);
      applyAll(model, [
        socketsAreSeen(0),
        answered(
          5,
          numbered(1_000, (number) => proxyAnswer(`proxy ${number}`, { remotePort: 6_000 + number })),
        ),
      ]);
      const looks = [1, 2].map((bytes) => ({ ...socketsSampled(10 * bytes), sockets: open(count, bytes) }));
      const ends = open(count, 3).map((socket) => socketClosed(30, socket));
      return () => {
        applyAll(model, looks);
        applyAll(model, ends);
        const carried = instanceOf(model).proxies.reduce((sum, { io }) => sum + (io?.in ?? 0), 0);
        expect(carried).toBe(3 * count);
      };
    });
  });
});

describe('10,000 sessions', () => {
  it('that log in, start a proxy and leave, cost linear time', () => {
    expectLinear(10_000, (count) => {
      const model = frps(10_000);
      const of = (number: number, time: number, saying: Parameters<typeof says>[1]) =>
        says(time, saying, runIdOf(number));
      const attempt = { kind: 'client.login', address: 'a', version: '', hostname: '', os: '', arch: '' } as const;
      const signals = [
        ...numbered(count, (number) => [
          of(number, number, attempt),
          of(number, number, { kind: 'proxy.started', proxy: `${number}`, type: 'tcp' }),
        ]),
        ...numbered(count, (number) => [of(number, count + number, { kind: 'client.exit' })]),
      ].flat();
      return () => {
        applyAll(model, signals);
        expect(instanceOf(model).server?.activeClients).toBe(0);
      };
    });
  });

  it('in each answer, and lost with frps, cost linear time', () => {
    expectLinear(10_000, (count) => {
      const model = frps(10_000);
      const clients = numbered(count, (number) => clientAnswer(runIdOf(number)));
      return () => {
        for (let time = 10; time < 100; time += 10) model.apply(clientsAnswered(time, ...clients));
        expect(model.apply(exited(200))).toHaveLength(count + 1);
      };
    });
  });

  it('of one client whose 100,000 proxies it loses, costs linear time', () => {
    expectLinear(40_000, (count) => {
      const model = frps(100_000);
      applyAll(
        model,
        numbered(count, (number) => says(1, { kind: 'proxy.started', proxy: `${number}`, type: 'tcp' }, 'run')),
      );
      return () => expect(model.apply(says(2, { kind: 'client.exit' }, 'run'))).toHaveLength(count + 1);
    });
  });
});
