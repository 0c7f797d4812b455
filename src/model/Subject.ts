import type { FrpEventSubject } from './FrpEvent.js';
import type { TallySnapshot } from './FrpSnapshot.js';
import type { ProxySet } from './ProxySet.js';
import type { Tally } from './Tally.js';

/** What the role states need of their instance. */
export interface Subject {
  readonly proxies: ProxySet;
  /** The fields that name the instance, as it is now, in each of its events. */
  readonly identity: () => FrpEventSubject;
  /** Whether its log is read: what the log alone tells is not known without it. */
  readonly seesLog: () => boolean;
  /** Whether the log, if it is read, has told of everything since the present process began. */
  readonly toldFromStart: () => boolean;
  /** False while lines are read that show what is and are no news: nothing is counted, and what follows may be still to come. */
  readonly isNews: () => boolean;
  /** What is known of a count that the log alone tells: of one that logs warnings only, the failures. */
  readonly told: (tally: Tally) => TallySnapshot;
}
