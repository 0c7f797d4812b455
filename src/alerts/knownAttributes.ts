import { ATTR_FRP, OPT_IN_PROXY_ATTRIBUTES } from '../telemetry/catalogue/attributes.js';
import { attributeTable } from '../telemetry/catalogue/attributeTable.js';
import type { DerivedRule } from '../telemetry/catalogue/derivedMetrics.js';
import type { RuleMetric } from './ruleMetric.js';

/** What says which metrics and attributes there are besides those of the catalogue. */
export interface RuleContext {
  readonly derivedMetrics: readonly DerivedRule[];
  readonly recordProxyOwner: boolean;
  readonly proxyAttributesHook?: unknown;
}

/** The attributes that series of a metric may have; undefined where a hook of the program gives others besides. */
export const knownAttributes = (
  { attributes }: RuleMetric,
  { recordProxyOwner, proxyAttributesHook }: RuleContext,
): readonly string[] | undefined => {
  if (!attributes.includes(ATTR_FRP.proxyName)) return attributes;
  if (proxyAttributesHook !== undefined) return undefined;
  return recordProxyOwner ? [...attributes, ...OPT_IN_PROXY_ATTRIBUTES] : attributes;
};

const VALUES: ReadonlyMap<string, readonly string[] | undefined> = new Map(
  attributeTable.map(({ name, values }) => [name, values?.map(({ value }) => value)]),
);

/** All values that an attribute can have; undefined where there are others. */
export const knownValues = (name: string): readonly string[] | undefined => VALUES.get(name);
