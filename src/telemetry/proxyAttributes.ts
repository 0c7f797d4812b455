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
/** A hook that threw is asked again after this, then after twice as long, and so on: for 10,000 proxies it is no small work. */
const FIRST_RETRY_MILLIS = 1_000;
const LONGEST_RETRY_MILLIS = 60_000;

/** A proxy's attributes, and what they were made of. */
interface Kept extends Pick<ProxySnapshot, 'type' | 'user' | 'clientId'>, Pick<InstanceSnapshot, 'version'> {
  readonly serverName: string;
  readonly attributes: Attributes;
  /** When the hook that threw is asked again, and how long that was to wait for; undefined where it answered. */
  readonly retry: { readonly at: number; readonly afterMillis: number } | undefined;
}

/**
 * The attributes that the user wants on every series of a proxy besides the catalogue's: whose it is, and what the hook gives.
 * They are made once for a proxy, and again when its type, its owner, its server or the version of that is another, or where the
 * hook threw: a series must keep its attributes, and 10,000 proxies are read at each collection.
 *
 * @param now milliseconds of a clock that is never set back
 */
export const proxyAttributes = (
  { recordProxyOwner, proxyAttributesHook }: Pick<FrpInstrumentationConfig, 'recordProxyOwner' | 'proxyAttributesHook'>,
  now: () => number = () => performance.now(),
): MetricOptions['proxyAttributes'] => {
  if (!recordProxyOwner && proxyAttributesHook === undefined) return undefined;
  const hook = proxyAttributesHook && new HookAttributes(proxyAttributesHook);
  const make = (proxy: ProxySnapshot, instance: InstanceSnapshot, before: Kept | undefined): Kept => {
    const { type, user, clientId } = proxy;
    const { serverName, version } = instance;
    const given = hook === undefined ? {} : hook.of(proxy, instance);
    const attributes = Object.freeze({ ...(recordProxyOwner ? ownerAttributes(proxy) : {}), ...given });
    const retry = given === undefined ? retryAfter(before?.retry?.afterMillis, now()) : undefined;
    return { type, user, clientId, serverName, version, attributes, retry };
  };
  // Snapshots are made anew all the time, so that they are no key; names come and go without end.
  let kept = new Map<string, Kept>();
  let older = kept;
  return (proxy, instance) => {
    const key = `${instance.name}\0${proxy.name}`;
    const recent = kept.get(key);
    const known = recent ?? older.get(key);
    const isKnown =
      known !== undefined && isOf(known, proxy, instance) && (known.retry === undefined || now() < known.retry.at);
    if (isKnown && known === recent) return known.attributes;
    const entry = isKnown ? known : make(proxy, instance, known);
    if (kept.size >= MAX_KEPT && recent === undefined) {
      older = kept;
      kept = new Map();
    }
    kept.set(key, entry);
    return entry.attributes;
  };
};

const isOf = (
  kept: Kept,
  { type, user, clientId }: ProxySnapshot,
  { serverName, version }: InstanceSnapshot,
): boolean =>
  kept.type === type &&
  kept.user === user &&
  kept.clientId === clientId &&
  kept.serverName === serverName &&
  (kept.version === version || version === undefined); // unknown for a moment after each restart

const retryAfter = (before: number | undefined, now: number): NonNullable<Kept['retry']> => {
  const afterMillis = Math.min(before === undefined ? FIRST_RETRY_MILLIS : before * 2, LONGEST_RETRY_MILLIS);
  return { at: now + afterMillis, afterMillis };
};

const ownerAttributes = ({ user, clientId }: ProxySnapshot): Attributes => ({
  ...(user === undefined ? {} : { [ATTR_FRP.user]: user.slice(0, MAX_OWNER_LENGTH) }),
  ...(clientId === undefined ? {} : { [ATTR_FRP.clientId]: clientId.slice(0, MAX_OWNER_LENGTH) }),
});
