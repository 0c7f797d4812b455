import { ATTR_FRP, INSTANCE_ATTRIBUTES, PROXY_ATTRIBUTES } from '../telemetry/catalogue/attributes.js';
import type { AlertRule, AlertSubject, SeriesSelector } from './AlertRule.js';
import type { OwnRule } from './ownRules.js';
import type { RuleMetric } from './ruleMetric.js';

export const DEFAULT_FOR_MILLIS = 60_000;

/** A rule of the user that was checked, with its defaults. */
export const completeOwnRule = (own: OwnRule, metric: RuleMetric): AlertRule => {
  const by = own.by ?? defaultBy(own, metric);
  const rule = {
    forMillis: DEFAULT_FOR_MILLIS,
    keepFiringForMillis: 0,
    runbook: [],
    ...(own.of === 'ratio' && { atLeast: 0 }),
    ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)),
    by,
    subject: own.subject ?? subjectOf(own, by),
  };
  return rule as unknown as AlertRule; // which keys there are with each `of`, the check has seen to
};

/** Every series of its own; two roles meet in the server's name, and in the proxy's. */
export const defaultBy = (rule: OwnRule, { attributes }: RuleMetric): readonly string[] => {
  const isOfProxy = attributes.includes(ATTR_FRP.proxyName);
  if (isAcrossRoles(rule)) return [ATTR_FRP.serverName, ...(isOfProxy ? [ATTR_FRP.proxyName] : [])];
  return [...INSTANCE_ATTRIBUTES, ...(isOfProxy ? PROXY_ATTRIBUTES : [])];
};

/** Whether its two sides are never of one instance. */
export const isAcrossRoles = ({ where, whole }: Pick<OwnRule, 'where' | 'whole'>): boolean => {
  const [role, wholeRole] = [roleOf(where), roleOf(whole?.where)];
  return role !== undefined && wholeRole !== undefined && role !== wholeRole;
};

const roleOf = (where: SeriesSelector | undefined): string | undefined => {
  const role = where?.[ATTR_FRP.role];
  return typeof role === 'string' ? role : undefined;
};

/** A rule that does not tell whom it is about is about the server: nothing larger silences it. */
const subjectOf = ({ metric, where }: OwnRule, by: readonly string[]): AlertSubject => {
  if (by.includes(ATTR_FRP.proxyName)) return 'proxy';
  if (metric.startsWith('frp.telemetry.')) return 'telemetry';
  return roleOf(where) === 'client' || metric.startsWith('frp.client.') ? 'client' : 'server';
};
