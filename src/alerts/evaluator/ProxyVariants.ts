import { ATTR_FRP } from '../../telemetry/catalogue/attributes.js';
import type { EffectiveRule } from '../AlertRule.js';
import { MAX_REMEMBERED, type RulePoint, type RulePoints } from './Condition.js';
import { ProxyPatterns } from './ProxyPatterns.js';
import { textOf } from './seriesMatcher.js';

type OfProxies = Pick<EffectiveRule, 'proxies'>;

const NO_POINTS: RulePoints = new Map();

/**
 * Which of the rules of one name are for which proxy. A rule may have a variant for each of a thousand patterns, and a proxy is of
 * one or two of them: it is found once by its name, and each point is then given to those alone.
 */
export class ProxyVariants<Rule extends OfProxies> {
  readonly #forAll: readonly Rule[];
  readonly #forSome: readonly Rule[];
  readonly #patterns: ProxyPatterns;
  /** By the pattern that they are for; under undefined those for all that others leave. */
  readonly #byPattern: ReadonlyMap<string | undefined, readonly Rule[]>;
  readonly #known = new Map<string, readonly Rule[]>();
  readonly #mostKnown: number;

  constructor(rules: readonly Rule[], mostKnown = MAX_REMEMBERED) {
    this.#mostKnown = mostKnown;
    this.#forAll = rules.filter(({ proxies }) => proxies === undefined);
    this.#forSome = rules.filter(({ proxies }) => proxies !== undefined);
    this.#patterns = new ProxyPatterns(
      this.#forSome.flatMap(({ proxies }) => [proxies?.matching ?? [], proxies?.except ?? []].flat()),
    );
    const byPattern = new Map<string | undefined, Rule[]>();
    for (const rule of this.#forSome) {
      const alike = byPattern.get(rule.proxies?.matching);
      if (alike === undefined) byPattern.set(rule.proxies?.matching, [rule]);
      else alike.push(rule);
    }
    this.#byPattern = byPattern;
  }

  /** In no order. */
  get all(): readonly Rule[] {
    return [...this.#forAll, ...this.#forSome];
  }

  /** Those that are for all proxies, and those that are for this one. */
  of(proxy: string): readonly Rule[] {
    return [...this.#forAll, ...this.#variantsOf(proxy)];
  }

  /** For each rule the points that it is for, of the metrics that are named. */
  divide(points: RulePoints, metrics: Iterable<string>): (rule: Rule) => RulePoints {
    if (this.#forSome.length === 0) return () => points;
    const divided = new Map<Rule, Map<string, RulePoint[]>>();
    for (const metric of metrics) {
      for (const point of points.get(metric) ?? []) {
        const proxy = textOf(point.attributes[ATTR_FRP.proxyName]) ?? '';
        for (const rule of this.#variantsOf(proxy)) give(divided, rule, metric, point);
      }
    }
    return (rule) => (rule.proxies === undefined ? points : (divided.get(rule) ?? NO_POINTS));
  }

  #variantsOf(proxy: string): readonly Rule[] {
    const known = this.#known.get(proxy);
    if (known !== undefined) return known;
    if (this.#known.size >= this.#mostKnown) this.#known.clear();
    const found = this.#find(proxy);
    this.#known.set(proxy, found);
    return found;
  }

  #find(proxy: string): readonly Rule[] {
    const matching = this.#patterns.matching(proxy);
    return [...matching, undefined]
      .flatMap((text) => this.#byPattern.get(text) ?? [])
      .filter(({ proxies }) => !proxies?.except.some((text) => matching.has(text)));
  }
}

const give = <Rule>(
  divided: Map<Rule, Map<string, RulePoint[]>>,
  rule: Rule,
  metric: string,
  point: RulePoint,
): void => {
  let ofRule = divided.get(rule);
  if (ofRule === undefined) {
    ofRule = new Map();
    divided.set(rule, ofRule);
  }
  const ofMetric = ofRule.get(metric);
  if (ofMetric === undefined) ofRule.set(metric, [point]);
  else ofMetric.push(point);
};
