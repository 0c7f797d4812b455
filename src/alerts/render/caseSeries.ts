import { ATTR_FRP } from '../../telemetry/catalogue/attributes.js';
import { attributeTable } from '../../telemetry/catalogue/attributeTable.js';
import type { EffectiveRule, RatioRule, SeriesSelector } from '../AlertRule.js';
import { seriesMatcher } from '../evaluator/seriesMatcher.js';

export type SeriesAttributes = Readonly<Record<string, string>>;

/** A series that counts for the rule, with all attributes of `by`; undefined where no proxy is left for it. */
export const exampleAttributes = (rule: EffectiveRule): SeriesAttributes | undefined => {
  const proxyName = exampleProxy(rule.proxies);
  if (proxyName === undefined) return undefined;
  const examples = Object.fromEntries(rule.by.map((name) => [name, exampleOf(name, rule)]));
  const named = rule.by.includes(ATTR_FRP.proxyName) || rule.proxies !== undefined;
  return withSelected({ ...examples, ...(named && { [ATTR_FRP.proxyName]: proxyName }) }, rule.where);
};

/** The same of the whole of a ratio: the two have only `by` in common. */
export const wholeAttributes = ({ by, whole }: RatioRule, part: SeriesAttributes): SeriesAttributes =>
  withSelected(
    Object.fromEntries(by.flatMap((name) => (part[name] === undefined ? [] : [[name, part[name]]]))),
    whole.where,
  );

/** One that differs in the first attribute of `by` in which it may: another alert of the same rule. */
export const otherAttributes = (
  { by, where = {}, proxies }: EffectiveRule,
  attributes: SeriesAttributes,
): SeriesAttributes | undefined => {
  const name = by.find((each) => where[each] === undefined && !(proxies && each === ATTR_FRP.proxyName));
  return name === undefined ? undefined : { ...attributes, [name]: 'other' };
};

/** One that counts for none of these: as the first, but for one thing that the rule asks for. */
export const strangerAttributes = (
  rule: EffectiveRule,
  attributes: SeriesAttributes,
  alternatives: readonly EffectiveRule[],
): SeriesAttributes | undefined => {
  const other = otherAttributes(rule, attributes) ?? attributes;
  const candidates = [
    ...Object.entries(rule.where ?? {}).map(([name, wanted]) =>
      withSelected(other, { [name]: wanted !== true && 'other' }),
    ),
    ...(rule.proxies?.except ?? []).map((pattern) => ({
      ...other,
      [ATTR_FRP.proxyName]: pattern.replaceAll('*', 'x'),
    })),
  ];
  return candidates.find(
    (candidate) => !alternatives.some(({ where, proxies }) => seriesMatcher(where, proxies)(candidate)),
  );
};

/** What stands for any text, until a name is found that no pattern before takes. */
const FILLINGS = ['', 'x', '0', 'web', 'some-proxy', 'Q7'];

const exampleProxy = (proxies: EffectiveRule['proxies']): string | undefined => {
  const pattern = proxies?.matching ?? '*';
  const isTaken = seriesMatcher({}, proxies);
  return FILLINGS.map((filling) => pattern.replaceAll('*', filling)).find(
    (name) => name !== '' && isTaken({ [ATTR_FRP.proxyName]: name }),
  );
};

const exampleOf = (name: string, rule: EffectiveRule): string => {
  const role = rule.where?.[ATTR_FRP.role] ?? (rule.subject === 'client' ? 'client' : 'server');
  if (name === ATTR_FRP.role) return String(role);
  if (name === ATTR_FRP.instance) return role === 'client' ? 'frpc@laptop' : 'frps@gateway';
  return String(attributeTable.find((row) => row.name === name)?.examples[0] ?? 'some');
};

/** Any is `some`, none is left out. */
const withSelected = (attributes: SeriesAttributes, where: SeriesSelector = {}): SeriesAttributes => {
  const all: Record<string, string> = { ...attributes };
  for (const [name, wanted] of Object.entries(where)) {
    if (wanted === false) delete all[name];
    else if (wanted === true) all[name] ??= 'some';
    else all[name] = typeof wanted === 'string' ? wanted : (wanted[0] ?? '');
  }
  return all;
};
