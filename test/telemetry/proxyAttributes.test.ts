import { describe, expect, it } from '@jest/globals';
import type { ProxyAttributesHook } from '../../src/config/FrpInstrumentationOptions.js';
import type { ProxySnapshot } from '../../src/model/FrpSnapshot.js';
import { proxyAttributes } from '../../src/telemetry/proxyAttributes.js';
import { DiagRecorder } from './DiagRecorder.js';
import { proxy, server } from './snapshots.js';

const INSTANCE = server();

/** What a hook that returns anything leads to, and what is said of it. */
const given = (...results: readonly unknown[]) => {
  using diag = new DiagRecorder();
  let call = 0;
  const read = proxyAttributes({
    recordProxyOwner: false,
    proxyAttributesHook: (() => results[call++]) as ProxyAttributesHook,
  });
  const attributes = results.map((_, index) => read?.(proxy({ name: `proxy ${index}` }), INSTANCE));
  return { attributes, said: diag.warnings };
};

const withHook = (hook: (proxy: ProxySnapshot) => unknown, recordProxyOwner = false) => {
  const read = proxyAttributes({ recordProxyOwner, proxyAttributesHook: hook as ProxyAttributesHook });
  if (read === undefined) throw new Error('expected attributes');
  return (changed: Partial<ProxySnapshot> = {}) => read(proxy(changed), INSTANCE);
};

describe('attributes of proxies that the user wants', () => {
  it('are none where nothing is asked for', () => {
    expect(proxyAttributes({ recordProxyOwner: false, proxyAttributesHook: undefined })).toBeUndefined();
  });

  it('tell the owner as far as it is known, and only where that is asked for', () => {
    const read = proxyAttributes({ recordProxyOwner: true, proxyAttributesHook: undefined });
    expect(read?.(proxy({ user: 'ann', clientId: 'laptop' }), INSTANCE)).toEqual({
      'frp.user': 'ann',
      'frp.client.id': 'laptop',
    });
    expect(read?.(proxy({ user: 'a'.repeat(300) }), INSTANCE)).toEqual({ 'frp.user': 'a'.repeat(255) });
    expect(read?.(proxy(), INSTANCE)).toEqual({});
    expect(withHook(() => ({ tier: 'gold' }))({ user: 'ann' })).toEqual({ tier: 'gold' });
    expect(withHook(() => ({ tier: 'gold' }), true)({ user: 'ann' })).toEqual({ 'frp.user': 'ann', tier: 'gold' });
  });

  it('are asked for once for a proxy, and again when its type or its owner is another', () => {
    let calls = 0;
    const read = withHook(() => ({ call: ++calls }));
    expect([read(), read({ lastActivity: 5 }), read({ state: 'offline' })]).toEqual(Array(3).fill({ call: 1 }));
    expect(read({ type: 'udp' })).toEqual({ call: 2 });
    expect(read({ type: 'udp', user: 'ann' })).toEqual({ call: 3 });
    expect(read({ name: 'other' })).toEqual({ call: 4 });
    expect(calls).toBe(4);
  });

  it('are asked for again when the server’s version is known or another, and not while it is unknown', () => {
    let calls = 0;
    const read = proxyAttributes({ recordProxyOwner: false, proxyAttributesHook: () => ({ call: ++calls }) });
    const versions = [undefined, '0.65.0', undefined, '0.65.0', '0.66.0'];
    const told = versions.map((version) => read?.(proxy(), { ...INSTANCE, version }));
    expect(told).toEqual([1, 2, 2, 2, 3].map((call) => ({ call })));
  });

  it('are asked for again after 1 s where the hook threw, then after twice as long each time up to a minute', () => {
    using _ = new DiagRecorder();
    let [now, calls, isReady] = [0, 0, false];
    const hook = () => {
      calls += 1;
      if (!isReady) throw new Error('not read yet');
      return { team: 'a' };
    };
    const attributes = proxyAttributes({ recordProxyOwner: true, proxyAttributesHook: hook }, () => now);
    const read = () => attributes?.(proxy({ user: 'ann' }), INSTANCE);
    const asked: number[] = [];
    for (; now <= 243_000; now += 500) {
      const before = calls;
      expect(read()).toEqual({ 'frp.user': 'ann' });
      if (calls > before) asked.push(now / 1_000);
    }
    expect(asked).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
    isReady = true;
    expect(read()).toEqual({ 'frp.user': 'ann' });
    now += 60_000;
    expect(read()).toEqual({ 'frp.user': 'ann', team: 'a' });
    now += 60_000;
    expect([read(), calls]).toEqual([{ 'frp.user': 'ann', team: 'a' }, 11]);
  });

  it('of 20,000 proxies are kept over each collection', () => {
    let calls = 0;
    const read = withHook(() => ({ answer: ++calls > 0 }));
    const all = Array.from({ length: 20_000 }, (_, index) => ({ name: `proxy ${index}` }));
    for (let collection = 0; collection < 3; collection += 1) for (const each of all) read(each);
    expect(calls).toBe(20_000);
  });

  it('are strings, cut at 255 characters, finite numbers and booleans', () => {
    const { attributes, said } = given({ a: 'x', b: 1.5, c: false, d: 'y'.repeat(300), e: '', f: undefined });
    expect(attributes).toEqual([{ a: 'x', b: 1.5, c: false, d: 'y'.repeat(255), e: '' }]);
    expect(said).toEqual([]);
  });

  const circular: Record<string, unknown> = {};
  circular.self = circular;
  it.each([
    ['a BigInt', 1n],
    ['an object that holds itself', circular],
    ['an array', ['a']],
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['null', null],
    ['a symbol', Symbol('x')],
    ['a function', () => 1],
    ['a promise', Promise.resolve('x')],
    ['a date', new Date(0)],
    ['a string of 1 MB', 'x'.repeat(1_000_000)],
  ])('leave out a value that is %s, and say so once', (_, value) => {
    const { attributes, said } = given({ bad: value, good: 1 }, { bad: value, good: 2 });
    expect(attributes).toEqual([{ good: 1 }, { good: 2 }]);
    expect(said).toEqual([expect.stringContaining('"bad" is left out: expected a short string')]);
  });

  it.each([
    ['a string', 'tier'],
    ['null', null],
    ['a number', 7],
    ['an array', [{ a: 1 }]],
    ['a function', () => ({})],
  ])('are none where the hook returns %s', (_, result) => {
    const { attributes, said } = given(result, result);
    expect(attributes).toEqual([{}, {}]);
    expect(said).toEqual([expect.stringContaining('expected an object with attributes, received')]);
  });

  it('are none, without a word, where the hook has nothing to say of a proxy', () => {
    expect(given(undefined, {})).toEqual({ attributes: [{}, {}], said: [] });
  });

  it('are none where the hook throws, once said; a getter that throws does no more harm', () => {
    using diag = new DiagRecorder();
    const throwing = withHook(() => {
      throw new Error('no such customer');
    });
    expect([throwing({ name: 'a' }), throwing({ name: 'b' })]).toEqual([{}, {}]);
    const getter = withHook(() => Object.defineProperty({}, 'tier', { enumerable: true, get: () => JSON.parse('{') }));
    expect(getter()).toEqual({});
    expect(diag.warnings).toEqual([
      expect.stringContaining('no such customer'),
      expect.stringContaining('SyntaxError'),
    ]);
  });

  it('are none where the hook returns a promise, which may fail without ending the program', async () => {
    const { attributes, said } = given(Promise.reject(new Error('late')), Promise.resolve({ tier: 'gold' }));
    expect(attributes).toEqual([{}, {}]);
    expect(said).toEqual([expect.stringContaining('returned a promise')]);
    await new Promise(setImmediate); // an unhandled rejection fails the test
  });

  it.each([
    'frp.proxy.name',
    'frp_role',
    'frp-x',
    'error.type',
    'le',
    '__name__',
    'otel_scope_name',
    'otel..scope.name',
    'error__type',
    '',
    'k'.repeat(101),
  ])('may not be called %p', (key) => {
    const { attributes, said } = given({ [key]: 'x', 'frps.tier': 'gold' });
    expect(attributes).toEqual([{ 'frps.tier': 'gold' }]);
    expect(said).toHaveLength(1);
  });

  it('that Prometheus would write alike are one, the first', () => {
    const { attributes, said } = given(
      { 'team.name': 'a', team_name: 'b' },
      { team__name: 'a', 'team..name': 'b', 'team.name': 'c' },
      { '1st': 'a', _1st: 'b' },
    );
    expect(attributes).toEqual([{ 'team.name': 'a' }, { team__name: 'a' }, { '1st': 'a' }]);
    expect(said).toEqual(
      ['team_name', 'team..name', 'team.name', '_1st'].map((name) => expect.stringContaining(`"${name}" can be no`)),
    );
  });

  it('are eight at the most', () => {
    const ten = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`a${index}`, index]));
    const { attributes, said } = given(ten);
    expect(Object.keys(attributes[0] ?? {})).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7']);
    expect(said).toHaveLength(1);
  });

  it('have 1,000 values each and 64 names at the most; what is beyond is left out, what is known stays', () => {
    const { attributes, said } = given(
      ...Array.from({ length: 1_001 }, (_, index) => ({ customer: `c${index}` })),
      { customer: 'c7' },
      ...Array.from({ length: 70 }, (_, index) => ({ [`k${index}`]: true })),
    );
    expect(attributes[999]).toEqual({ customer: 'c999' });
    expect(attributes[1_000]).toEqual({});
    expect(attributes[1_001]).toEqual({ customer: 'c7' });
    expect(attributes.slice(1_002).filter((each) => Object.keys(each ?? {}).length > 0)).toHaveLength(63);
    expect(said[0]).toContain('"customer" has more than 1000 values');
  });
});
