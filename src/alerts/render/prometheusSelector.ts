import { ATTR_FRP } from '../../telemetry/catalogue/attributes.js';
import type { EffectiveRule, SeriesSelector } from '../AlertRule.js';
import { prometheusLabel } from '../prometheusDialect.js';

/** A text as PromQL has it: in Go's escapes, of which those of JSON are a part. Half of a surrogate pair is none in Go. */
export const promqlText = (text: string): string => JSON.stringify(text.replace(/\p{Surrogate}/gu, '\ufffd'));

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
  return typeof wanted === 'string' ? `=${promqlText(wanted)}` : `=~${promqlText(wanted.map(literally).join('|'))}`;
};

const proxyMatchers = (proxies: EffectiveRule['proxies']): string[] => {
  const label = prometheusLabel(ATTR_FRP.proxyName);
  const { matching: pattern, except = [] } = proxies ?? {};
  return [
    ...(pattern === undefined ? [] : [`${label}=~${promqlText(regexOf(pattern))}`]),
    ...(except.length === 0 ? [] : [`${label}!~${promqlText(except.map(regexOf).join('|'))}`]),
  ];
};

/** Prometheus anchors it at both ends. */
const regexOf = (pattern: string): string => pattern.split('*').map(literally).join('.*');

const literally = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
