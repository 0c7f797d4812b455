import { ATTR_FRP } from '../../telemetry/catalogue/attributes.js';
import type { AlertRecord } from '../AlertRecord.js';
import type { EffectiveRule } from '../AlertRule.js';
import type { ProxyVariants } from './ProxyVariants.js';
import { seriesMatcher } from './seriesMatcher.js';

interface Ruled {
  readonly rule: EffectiveRule;
  readonly proxies: EffectiveRule['proxies'];
}

/**
 * Which of the rules of one name an alert from before is of: one that is for its proxy, and that could have made its attributes; of
 * those, one of its metric, then the one whose attributes it has the most of.
 */
export const ruleOfRecord = <Of extends Ruled>(
  { metric, attributes }: AlertRecord,
  variants: ProxyVariants<Of>,
): Of | undefined => {
  const names = Object.keys(attributes);
  const proxy = attributes[ATTR_FRP.proxyName];
  const found = (proxy === undefined ? variants.all : variants.of(proxy)).filter(
    ({ rule }) => names.every((name) => rule.by.includes(name)) && keptMatcher(rule)(attributes),
  );
  const rank = ({ rule }: Of): number => (rule.metric === metric ? 0 : 1_000) + rule.by.length;
  return found.reduce<Of | undefined>(
    (best, each) => (best === undefined || rank(each) < rank(best) ? each : best),
    undefined,
  );
};

/** What the rule asks of the attributes that an alert keeps; of the others an alert knows nothing. */
const keptMatcher = ({ where = {}, by }: EffectiveRule): ReturnType<typeof seriesMatcher> =>
  seriesMatcher(Object.fromEntries(Object.entries(where).filter(([name]) => by.includes(name))));
