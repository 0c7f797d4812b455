import type { FrpEventSubject } from './FrpEvent.js';
import type { ProxySet } from './ProxySet.js';

/** What the role states need of their instance. */
export interface Subject {
  readonly proxies: ProxySet;
  /** The fields that name the instance, as it is now, in each of its events. */
  readonly identity: () => FrpEventSubject;
  /** Whether its log is read: what the log alone tells is not known without it. */
  readonly seesLog: () => boolean;
}
