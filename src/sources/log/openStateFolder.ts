import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
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
    mkdirSync(folder, { recursive: true, mode: 0o700 });
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

const withoutFolder = (fault: string): StateFolder => ({
  checkpoints: { ...memoryCheckpoints(), fault },
  instanceId: randomUUID(),
  close: async () => {},
});
