import type { Attributes } from '@opentelemetry/api';
import type { FrpInstrumentationConfig } from '../config/parseOptions.js';
import type { InstanceSnapshot, ProxySnapshot } from '../model/FrpSnapshot.js';
import { ATTR_FRP } from './catalogue/attributes.js';
import { HookAttributes } from './HookAttributes.js';
import type { MetricOptions } from './SnapshotSource.js';

/** Who chooses these may choose long ones. */
const MAX_OWNER_LENGTH = 255;
/** Proxies of which the attributes are kept: twice as many at the most, so that each of 10,000 is found again. */
const MAX_KEPT = 20_000;

/** A proxy's attributes, and what they were made of. */
interface Kept extends Pick<ProxySnapshot, 'type' | 'user' | 'clientId'> {
  readonly serverName: string;
  readonly attributes: Attributes;
}

/**
 * The attributes that the user wants on every series of a proxy besides the catalogue's: whose it is, and what the hook gives.
 * They are made once for a proxy, and again when its type or its owner is another: a series must keep its attributes, and 10,000
 * proxies are read at each collection.
 */
export const proxyAttributes = ({
  recordProxyOwner,
  proxyAttributesHook,
}: Pick<FrpInstrumentationConfig, 'recordProxyOwner' | 'proxyAttributesHook'>): MetricOptions['proxyAttributes'] => {
  if (!recordProxyOwner && proxyAttributesHook === undefined) return undefined;
  const hook = proxyAttributesHook && new HookAttributes(proxyAttributesHook);
  const make = (proxy: ProxySnapshot, instance: InstanceSnapshot): Kept => {
    const { type, user, clientId } = proxy;
    const attributes = { ...(recordProxyOwner ? ownerAttributes(proxy) : {}), ...hook?.of(proxy, instance) };
    return { type, user, clientId, serverName: instance.serverName, attributes: Object.freeze(attributes) };
  };
  // Snapshots are made anew all the time, so that they are no key; names come and go without end.
  let kept = new Map<string, Kept>();
  let older = kept;
  return (proxy, instance) => {
    const key = `${instance.name}\0${proxy.name}`;
    const recent = kept.get(key);
    const known = recent ?? older.get(key);
    const isKnown = known !== undefined && isOf(known, proxy, instance);
    if (isKnown && known === recent) return known.attributes;
    const entry = isKnown ? known : make(proxy, instance);
    if (kept.size >= MAX_KEPT && recent === undefined) {
      older = kept;
      kept = new Map();
    }
    kept.set(key, entry);
    return entry.attributes;
  };
};

const isOf = (kept: Kept, { type, user, clientId }: ProxySnapshot, { serverName }: InstanceSnapshot): boolean =>
  kept.type === type && kept.user === user && kept.clientId === clientId && kept.serverName === serverName;

const ownerAttributes = ({ user, clientId }: ProxySnapshot): Attributes => ({
  ...(user === undefined ? {} : { [ATTR_FRP.user]: user.slice(0, MAX_OWNER_LENGTH) }),
  ...(clientId === undefined ? {} : { [ATTR_FRP.clientId]: clientId.slice(0, MAX_OWNER_LENGTH) }),
});
