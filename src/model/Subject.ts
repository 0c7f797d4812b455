import type { FrpEventSubject } from './FrpEvent.js';
import type { ProxySet } from './ProxySet.js';

/** What the role states need of their instance. */
export interface Subject {
  readonly proxies: ProxySet;
  /** The fields that name the instance, as it is now, in each of its events. */
  readonly identity: () => FrpEventSubject;
}
