import type { FrpRole } from '../../frp/FrpRole.js';
import type { ProcessIdentity } from './procfs.js';

/** A process that runs frps or frpc. */
export interface FrpProcess extends ProcessIdentity {
  readonly args: readonly string[];
  readonly role: FrpRole;
  /** When it started, milliseconds since the Unix epoch; undefined where it was seen to start. */
  readonly startedAt?: number | undefined;
  /** Where its root folder is seen from here, `/proc/123/root`: it runs in a container. Undefined where it shares ours. */
  readonly root?: string | undefined;
  /** Its own, in a container; undefined where it is ours. */
  readonly hostName?: string | undefined;
  /** Whether it has another network than we: its API cannot be reached by address, its sockets with `nsenter`. */
  readonly hasOtherNetwork?: boolean;
}
