import { ATTR_FRP } from '../../telemetry/catalogue/attributes.js';
import type { EffectiveRule, SeriesSelector } from '../AlertRule.js';
import { prometheusLabel } from '../prometheusDialect.js';
import { goQuoted, re2Literal, re2Wildcard } from './goSyntax.js';

/** The series of a metric that count: `frp_process_up{frp_role="server"}`. */
export const promqlSelector = (
  metric: string,
  where: SeriesSelector | undefined,
  proxies?: EffectiveRule['proxies'],
): string => {
  const matchers = [
    ...Object.entries(where ?? {}).map(([attribute, wanted]) => `${prometheusLabel(attribute)}${matching(wanted)}`),
    ...proxyMatchers(proxies),
  ];
  return matchers.length === 0 ? metric : `${metric}{${matchers.join(', ')}}`;
};

const matching = (wanted: SeriesSelector[string]): string => {
  if (wanted === true) return '!=""';
  if (wanted === false) return '=""';
  return typeof wanted === 'string' ? `=${goQuoted(wanted)}` : `=~${goQuoted(wanted.map(re2Literal).join('|'))}`;
};

/** Prometheus anchors regular expressions at both ends. */
const proxyMatchers = (proxies: EffectiveRule['proxies']): string[] => {
  const label = prometheusLabel(ATTR_FRP.proxyName);
  const { matching: pattern, except = [] } = proxies ?? {};
  return [
    ...(pattern === undefined ? [] : [`${label}=~${goQuoted(re2Wildcard(pattern))}`]),
    ...(except.length === 0 ? [] : [`${label}!~${goQuoted(except.map(re2Wildcard).join('|'))}`]),
  ];
};
