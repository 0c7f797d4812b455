import type { FrpProcess } from '../processes/FrpProcess.js';
import type { Source } from '../Source.js';
import type { LogLocation } from './findLog.js';
import { followJournal } from './followJournal.js';
import type { LogReading } from './LogReading.js';
import { tailFile } from './tailFile.js';

export interface FollowOptions extends Omit<LogReading, 'from' | 'processStartedAt' | 'delivered'> {
  /** Undefined where only the log is known. */
  readonly process: Pick<FrpProcess, 'pid' | 'startedAt' | 'user'> | undefined;
  /** Whether all that it has logged is ours to tell. */
  readonly seenFromStart: boolean;
  /** Undefined where nobody waits for it. */
  readonly delivered: LogReading['delivered'] | undefined;
}

/** Reads a log where it is; nothing to do where the caller hands in the output. */
export const followLog = (
  location: LogLocation,
  { process, seenFromStart, delivered = ALWAYS_DELIVERED, ...how }: FollowOptions,
): Source | undefined => {
  const following = {
    ...how,
    delivered,
    from: whereFrom(process, seenFromStart),
    processStartedAt: process?.startedAt,
  };
  switch (location.kind) {
    case 'file':
      return tailFile({ ...following, path: location.path, name: location.name, user: process?.user });
    case 'journal':
      return process && followJournal({ ...following, pid: process.pid, unit: location.unit });
    case 'output':
    case 'none':
      return undefined;
    default:
      return location satisfies never;
  }
};

const ALWAYS_DELIVERED = async (): Promise<boolean> => true;

/** One that we saw start as our child has written nothing yet; one that we found has, since its start. */
const whereFrom = (process: FollowOptions['process'], seenFromStart: boolean): LogReading['from'] => {
  if (!seenFromStart) return 'history';
  return process !== undefined && process.startedAt === undefined ? 'here' : 'start';
};
