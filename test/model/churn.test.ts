import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import type { FrpModel } from '../../src/model/FrpModel.js';
import type { ProxySnapshot } from '../../src/model/FrpSnapshot.js';
import {
  answered,
  instanceOf,
  logIsOff,
  newModel,
  proxyAnswer,
  says,
  serverStarted,
  socket,
  socketsAreSeen,
  socketsSampled,
} from './signals.js';

const RUN = 'a1';
const KEPT = 500;
const NAMES = 20_000;
const RETENTION = 1_000;
const EVERY = 100;

const frps = (): FrpModel => {
  const model = newModel({ maxProxies: KEPT, retentionMillis: RETENTION });
  model.apply(serverStarted(0));
  return model;
};

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Which of the proxies that were looked at are still in memory: a proxy holds its last snapshot. */
const watch = (model: FrpModel) => {
  const seen = new Map<string, WeakRef<ProxySnapshot>>();
  return {
    look: () => {
      for (const proxy of instanceOf(model).proxies)
        if (!seen.has(proxy.name)) seen.set(proxy.name, new WeakRef(proxy));
    },
    heldInVain: async (): Promise<string[]> => {
      await new Promise(setImmediate); // what a WeakRef has shown lives until the end of the turn
      collectGarbage();
      const known = new Set(instanceOf(model).proxies.map(({ name }) => name));
      expect(seen.size).toBeGreaterThan(KEPT);
      return [...seen].filter(([name, ref]) => !known.has(name) && ref.deref() !== undefined).map(([name]) => name);
    },
  };
};

describe('proxies with ever new names', () => {
  it('that come, are connected to, and are removed, are let go', async () => {
    const model = frps();
    model.apply(socketsAreSeen(0));
    const { look, heldInVain } = watch(model);
    for (let name = 0; name < NAMES; name += 1) {
      const proxy = `proxy ${name}`;
      const time = 100 * name;
      model.apply(says(time, { kind: 'proxy.listening', proxy, port: `${1 + name}` }, RUN));
      model.apply(says(time, { kind: 'proxy.started', proxy, type: 'tcp' }, RUN));
      model.apply(says(time, { kind: 'proxy.user.connection', proxy, address: socket(`${name}`).peer }, RUN));
      if (name % EVERY === 0) look();
      model.apply(says(time, { kind: 'proxy.closing', proxy }, RUN));
      model.apply(says(time, { kind: 'proxy.removed', proxy }, RUN));
      if (name % EVERY === 0) model.apply(socketsSampled(time));
    }
    model.apply(socketsSampled(100 * NAMES + 10_000));
    expect(instanceOf(model).proxies).toHaveLength(KEPT);
    expect(await heldInVain()).toEqual([]);
    model.forget(100 * NAMES + 300_000); // what was removed is kept as long at least
    expect(instanceOf(model).proxies).toEqual([]);
    expect(await heldInVain()).toEqual([]);
  });

  it('that are lost with their sessions, are let go', async () => {
    const model = frps();
    const { look, heldInVain } = watch(model);
    for (let name = 0; name < NAMES; name += 1) {
      const runId = `${name}`;
      model.apply(says(name, { kind: 'proxy.started', proxy: `proxy ${name}`, type: 'tcp' }, runId));
      if (name % EVERY === 0) look();
      model.apply(says(name, { kind: 'client.exit' }, runId));
    }
    expect([instanceOf(model).proxies.length, instanceOf(model).server?.clients.length]).toEqual([KEPT, 1_000]);
    expect(await heldInVain()).toEqual([]);
  });

  it('that the API alone tells, and lists no more, are let go', async () => {
    const model = frps();
    model.apply(logIsOff(0));
    const { look, heldInVain } = watch(model);
    for (let first = 0; first < NAMES; first += EVERY) {
      const proxies = Array.from({ length: EVERY }, (_, index) =>
        proxyAnswer(`${first + index}`, { remotePort: first }),
      );
      model.apply(answered(first, proxies));
      look();
    }
    expect(instanceOf(model).proxies.length).toBeLessThanOrEqual(KEPT);
    expect(await heldInVain()).toEqual([]);
    model.apply(answered(NAMES, []));
    model.forget(NAMES + RETENTION + 1);
    expect(instanceOf(model).proxies).toEqual([]);
  });

  it('that the limit refuses, are counted', () => {
    const model = frps();
    for (let name = 0; name < NAMES; name += 1) {
      model.apply(says(name, { kind: 'proxy.started', proxy: `proxy ${name}`, type: 'tcp' }, RUN));
    }
    expect(instanceOf(model).proxies).toHaveLength(KEPT);
    expect(instanceOf(model)).toMatchObject({ dropped: [{ item: 'proxy', reason: 'limit', count: NAMES - KEPT }] });
  });
});
