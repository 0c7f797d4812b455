import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Checkpoints } from './Checkpoints.js';
import { memoryCheckpoints } from './Checkpoints.js';
import { FileCheckpoints } from './FileCheckpoints.js';
import { lockFolder } from './lockFolder.js';

/** What an agent keeps over its restarts. */
export interface StateFolder {
  readonly checkpoints: Checkpoints;
  /** For `service.instance.id`: the same over restarts, and no two agents' at one time. */
  readonly instanceId: string;
  /** Writes what is known to be delivered, and gives the folder back; never rejects. After the exporters have ended. */
  readonly close: () => Promise<void>;
}

/**
 * Opens the folder in which an agent keeps how far logs were delivered, and who it is. Never throws: where it cannot be had, all
 * works for as long as the program runs, and `checkpoints.fault` says so.
 *
 * @param folder absolute; it is made where it is missing
 */
export const openStateFolder = (folder: string): StateFolder => {
  try {
    makeFolder(folder);
    const { uid } = statSync(folder);
    if (!isTrusted(uid)) {
      return withoutFolder(
        `${folder} belongs to uid ${uid}: give it to the user who runs this (uid ${process.getuid?.()}), or name another folder`,
      );
    }
    const lock = lockFolder(folder);
    if (typeof lock !== 'function') {
      return withoutFolder(
        `${folder} is used by the agent with pid ${lock.heldBy}: stop it, or give this one another state folder`,
      );
    }
    const checkpoints = FileCheckpoints.open(folder);
    return {
      checkpoints,
      instanceId: checkpoints.instanceId,
      close: async () => {
        await checkpoints.settled();
        lock();
      },
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return withoutFolder(`${folder} cannot be used (${code ?? 'unknown fault'}): make it a folder of this user`);
  }
};

/** Node's own `recursive` never ends in a folder that says of what it cannot make that it is not there, as /proc does. */
const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
};

/** Whoever owns the folder says what stands in it. On Windows uids tell nothing. */
const isTrusted = (uid: number): boolean => uid === 0 || uid === (process.getuid?.() ?? uid);

const withoutFolder = (fault: string): StateFolder => ({
  checkpoints: { ...memoryCheckpoints(), fault },
  instanceId: randomUUID(),
  close: async () => {},
});
