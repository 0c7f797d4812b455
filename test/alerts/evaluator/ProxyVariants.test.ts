import { describe, expect, it } from '@jest/globals';
import type { EffectiveRule } from '../../../src/alerts/AlertRule.js';
import type { RulePoint } from '../../../src/alerts/evaluator/Condition.js';
import { ProxyVariants } from '../../../src/alerts/evaluator/ProxyVariants.js';

interface Variant {
  readonly label: string;
  readonly proxies: EffectiveRule['proxies'];
}
const variant = (label: string, matching?: string, ...except: readonly string[]): Variant => ({
  label,
  proxies: { matching, except },
});
const FOR_ALL: Variant = { label: 'for all', proxies: undefined };
const OF_SHOP = variant('of shop', 'shop.*');
const OF_WEB = variant('of web', '*.web', 'shop.*');
const OTHERS = variant('others', undefined, 'shop.*', '*.web', 'off');
const ALL = [OF_SHOP, OF_WEB, OTHERS, FOR_ALL];

const labels = (rules: readonly Variant[]): readonly string[] => rules.map(({ label }) => label).sort();
const point = (proxy: string | undefined, value: number): RulePoint => ({
  startTime: [0, 0],
  attributes: proxy === undefined ? {} : { 'frp.proxy.name': proxy },
  value,
});

describe('ProxyVariants', () => {
  it.each([
    ['shop.web', ['for all', 'of shop']],
    ['blog.web', ['for all', 'of web']],
    ['ssh', ['for all', 'others']],
    ['off', ['for all']],
  ])('has of %s what is for it, each time', (proxy, expected) => {
    const variants = new ProxyVariants(ALL);
    expect([labels(variants.of(proxy)), labels(variants.of(proxy))]).toEqual([expected, expected]);
  });

  it('remembers so many names, and finds the others again', () => {
    const variants = new ProxyVariants(ALL, 1);
    const names = ['ssh', 'shop.web', 'off', 'ssh'];
    expect(names.map((name) => labels(variants.of(name)).at(-1))).toEqual(['others', 'of shop', 'for all', 'others']);
  });

  it('gives each the points that it is for, and those of no proxy to what others leave', () => {
    const points = new Map([['m', [point('shop.web', 1), point('ssh', 2), point(undefined, 3), point('off', 4)]]]);
    const of = new ProxyVariants(ALL).divide(points, ['m']);
    const values = (rule: Variant) =>
      of(rule)
        .get('m')
        ?.map(({ value }) => value);
    expect(ALL.map(values)).toEqual([[1], undefined, [2, 3], [1, 2, 3, 4]]);
  });
});
