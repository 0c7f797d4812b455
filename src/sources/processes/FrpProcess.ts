import type { FrpRole } from '../../frp/FrpRole.js';
import type { ProcessUser } from './processUser.js';
import type { ProcessIdentity } from './procfs.js';

/** A process that runs frps or frpc. */
export interface FrpProcess extends ProcessIdentity, Surroundings {
  readonly args: readonly string[];
  readonly role: FrpRole;
  /** When it started, milliseconds since the Unix epoch, to 10 ms; undefined where it was seen to start. */
  readonly startedAt?: number | undefined;
  /** The same in the kernel's ticks since boot: with the pid it tells a process from every other until the next boot. */
  readonly startTicks?: number | undefined;
  /** Whether it came while processes were watched, so that all it has counted is ours to tell. */
  readonly seenFromStart?: boolean;
  /**
   * Another user's, of which this one sees the command line alone: `workingFolder` is then `/` for want of a better one, its
   * environment and whether it runs in a container are not known.
   */
  readonly isHidden?: boolean;
  /** Whose it is, of one that was found: it is given away no more than he may read. One of this program's own is believed. */
  readonly user?: ProcessUser | undefined;
  /** Takes what is to be done when it is gone; whatever came in its place is told of when that is done. */
  readonly onGone?: ((finish: () => Promise<void>) => void) | undefined;
}

/** What a process in a container sees that we do not. */
export interface Surroundings {
  /** Where its root folder is seen from here, `/proc/123/root`: it runs in a container. Undefined where it shares ours. */
  readonly root?: string | undefined;
  /** Its own, in a container; undefined where it is ours. */
  readonly hostName?: string | undefined;
  /** Whether it has another network than we: its API cannot be reached by address, its sockets with `nsenter`. */
  readonly hasOtherNetwork?: boolean;
}
