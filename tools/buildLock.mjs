import { link, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

/**
 * @typedef {object} Held another process has the lock
 * @property {string} heldBy `pid 12 on laptop`
 * @property {string} file the lock itself
 */
/**
 * @typedef {object} Taken the lock is ours until `release`
 * @property {string} emptyFolder where to build; beside the final place, so that a rename finishes the build
 * @property {() => Promise<void>} release gives the lock back and removes what is left in the temporary folder
 */
/** @typedef {{ text: string, who: string, dead: boolean }} Owner */

const DEAD_AFTER_MS = 60_000;
const HEARTBEAT_MS = 15_000;

/**
 * Takes the lock for building `folder`, unless a living process holds it. What dead processes left is removed: the lock, and
 * temporary folders of any build beside this one.
 *
 * A lock is a hard link to the file `owner` in its process's temporary folder: a link appears at once and with its content,
 * and only where nothing is yet.
 *
 * @param {string} folder the final place of the build
 * @param {(line: string) => void} log
 * @returns {Promise<Held | Taken | undefined>} nothing when another process was faster just now: ask again
 */
export async function tryBuildLock(folder, log) {
  const lock = `${folder}.lock`;
  const previous = await ownerOf(lock);
  if (previous && !previous.dead) return { heldBy: previous.who, file: lock };

  const workplace = await mkdtemp(`${folder}.tmp-`);
  const owner = path.join(workplace, 'owner');
  const text = `pid ${process.pid} on ${hostname()} since ${new Date().toISOString()}`;
  await writeFile(owner, text);
  const ours = await (previous ? replaceDeadLock(lock, previous.text, owner) : linked(owner, lock));
  if (!ours) {
    await rm(workplace, { recursive: true });
    return undefined;
  }

  if (previous) log(`${previous.who} died while building it; starting anew`);
  await removeDeadWorkplaces(path.dirname(folder));
  const emptyFolder = path.join(workplace, 'result');
  await mkdir(emptyFolder);
  const heartbeat = setInterval(() => touch(owner, log), HEARTBEAT_MS);
  const release = async () => {
    clearInterval(heartbeat);
    if ((await textOf(lock)) === text) await rm(lock, { force: true });
    await rm(workplace, { recursive: true, force: true });
  };
  return { emptyFolder, release };
}

/**
 * Whose a lock is, and whether that process is dead. The pid tells at once when it runs no more. Where it tells nothing (given
 * to another process after a reboot, or numbered by another container or machine), an owner is dead that has not touched its
 * file for a minute.
 *
 * @param {string} file
 * @returns {Promise<Owner | undefined>} nothing when there is no such file
 */
async function ownerOf(file) {
  const text = await textOf(file);
  if (text === undefined) return undefined;
  const [, who = 'an unknown process', pid, host] = /^(pid (\d+) on (.+)) since /.exec(text) ?? [];
  const gone = host === hostname() && !isRunning(Number(pid));
  return { text, who, dead: gone || (await isUntouched(file)) };
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM'; // it runs, as another user
  }
}

/** @param {string} file */
async function isUntouched(file) {
  const found = await unlessMissing(stat(file));
  return found !== undefined && Date.now() - found.mtimeMs > DEAD_AFTER_MS;
}

/**
 * Removing a dead process's lock and then taking it would let a slow process remove the lock of the one that had just taken over.
 * So only who holds `.heir` may replace it, and looks again whether it is still the dead one's.
 *
 * @param {string} lock
 * @param {string} deadText
 * @param {string} owner
 * @returns {Promise<boolean>} false when another process was faster
 */
async function replaceDeadLock(lock, deadText, owner) {
  const heir = `${lock}.heir`;
  if (!(await linked(owner, heir))) {
    if ((await ownerOf(heir))?.dead) await rm(heir, { force: true });
    return false;
  }
  try {
    if ((await textOf(lock)) !== deadText) return false;
    const replacement = `${owner}.lock`;
    await link(owner, replacement);
    await rename(replacement, lock);
    return true;
  } finally {
    await rm(heir, { force: true });
  }
}

/** @param {string} root */
async function removeDeadWorkplaces(root) {
  for (const entry of await readdir(root)) {
    if (!/\.tmp-\w{6}$/.test(entry)) continue;
    const workplace = path.join(root, entry);
    const owner = await ownerOf(path.join(workplace, 'owner'));
    if (owner ? owner.dead : await isUntouched(workplace)) await rm(workplace, { recursive: true, force: true });
  }
}

/**
 * @param {string} file
 * @param {(line: string) => void} log
 */
async function touch(file, log) {
  const now = new Date();
  await utimes(file, now, now).catch((error) => log(`${file} cannot be touched, so others may build too: ${error}`));
}

/**
 * @param {string} file
 * @param {string} name
 * @returns {Promise<boolean>} false when the name is taken
 */
async function linked(file, name) {
  try {
    await link(file, name);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} file */
const textOf = (file) => unlessMissing(readFile(file, 'utf8'));

/**
 * @template T
 * @param {Promise<T>} operation
 * @returns {Promise<T | undefined>} nothing when the file it is about does not exist
 */
async function unlessMissing(operation) {
  try {
    return await operation;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** @param {unknown} error */
const codeOf = (error) => /** @type {{ code?: unknown }} */ (error)?.code;
