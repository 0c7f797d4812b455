import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tryBuildLock } from './buildLock.mjs';

/**
 * @typedef {object} Build
 * @property {string} name what is built, as a person says it and a file name holds it: `frp`
 * @property {string} version `0.71.0`
 * @property {readonly string[]} inputs all that decides the result beside version, platform and architecture: the text of
 *   go.mod and go.sum, flags. Other inputs are another build.
 * @property {(emptyFolder: string) => Promise<void>} build fills the folder, or throws
 * @property {(line: string) => void} [log] progress, a line at a time; stderr by default
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [waitLimitMs] how long to wait for another process that builds the same; 30 min by default
 * @property {number} [progressEveryMs] how often a long build says that it goes on; 15 s by default
 */

const POLL_MS = 200;

/** @param {string} line */
export const logToStderr = (line) => void process.stderr.write(`${line}\n`);

/**
 * Builds something into the user's cache folder, or finds it there: one build, however many callers and processes ask.
 *
 * A build runs in a temporary folder beside its place and is renamed into it when it is whole, so what is in place is whole
 * even if two processes should build at the same time. The lock only saves the second one its work.
 *
 * @param {Build} options
 * @returns {Promise<string>} the folder with what was built; not to be written to
 * @throws {Error} when the build fails, or another process takes longer than `waitLimitMs` over it
 */
export async function buildOnce({
  name,
  version,
  inputs,
  build,
  log = logToStderr,
  env = process.env,
  waitLimitMs = 30 * 60_000,
  progressEveryMs = 15_000,
}) {
  const root = cacheRoot(env);
  const folder = path.join(root, cacheKey(name, version, inputs));
  /** @param {string} line */
  const say = (line) => log(`${name} ${version}: ${line}`);
  const started = performance.now();
  let waitingFor = '';

  while (!existsSync(folder)) {
    await createRoot(root);
    const lock = await tryBuildLock(folder, say);
    if (!lock) {
      await sleep(POLL_MS);
      continue;
    }
    if ('heldBy' in lock) {
      if (performance.now() - started > waitLimitMs) {
        throw new Error(
          `${name} ${version} is not there: expected ${lock.heldBy} to build it within ${waitLimitMs / 1000} s, ` +
            `but it still holds ${lock.file}. End that process, then try again.`,
        );
      }
      if (lock.heldBy !== waitingFor) say(`waiting for ${lock.heldBy}, which builds it`);
      waitingFor = lock.heldBy;
      await sleep(POLL_MS);
      continue;
    }
    try {
      // Another process may have finished between our look at the folder and our lock.
      if (existsSync(folder)) return folder;
      say(`building into ${folder}, once`);
      await withProgress(say, progressEveryMs, async () => {
        await build(lock.emptyFolder);
        await rename(lock.emptyFolder, folder);
      });
    } catch (error) {
      if (existsSync(folder)) return folder; // two built at the same time, and the other one was first
      throw new Error(`${name} ${version} was not built: ${messageOf(error)}`, { cause: error });
    } finally {
      await lock.release();
    }
  }
  return folder;
}

/**
 * `$FRP_OTEL_CACHE_DIR`, else our folder in the platform's folder for caches.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {string}
 */
export function cacheRoot(env) {
  if (env.FRP_OTEL_CACHE_DIR) return path.resolve(env.FRP_OTEL_CACHE_DIR);
  return path.join(userCaches(env), 'opentelemetry-instrumentation-frp');
}

/** @param {NodeJS.ProcessEnv} env */
function userCaches(env) {
  // The XDG specification has relative paths ignored.
  if (env.XDG_CACHE_HOME && path.isAbsolute(env.XDG_CACHE_HOME)) return env.XDG_CACHE_HOME;
  const home = env.HOME || homedir();
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Caches');
  if (process.platform === 'win32') return env.LOCALAPPDATA || path.join(home, 'AppData', 'Local');
  return path.join(home, '.cache');
}

/**
 * @param {string} name
 * @param {string} version
 * @param {readonly string[]} inputs
 */
function cacheKey(name, version, inputs) {
  const target = `${process.platform}-${process.arch}`;
  const hash = createHash('sha256')
    .update(JSON.stringify([name, version, target, inputs]))
    .digest('hex');
  return `${name}-${version}-${target}-${hash.slice(0, 12)}`;
}

/** @param {string} root */
async function createRoot(root) {
  try {
    await mkdir(root, { recursive: true });
  } catch (error) {
    throw new Error(
      `The cache folder ${root} cannot be created (${messageOf(error)}). Set FRP_OTEL_CACHE_DIR to a folder that can.`,
      { cause: error },
    );
  }
}

/**
 * @param {(line: string) => void} say
 * @param {number} everyMs
 * @param {() => Promise<void>} work
 */
async function withProgress(say, everyMs, work) {
  const started = performance.now();
  const seconds = () => `${Math.round((performance.now() - started) / 1000)} s`;
  const timer = setInterval(() => say(`still building, ${seconds()}`), everyMs);
  try {
    await work();
    say(`built in ${seconds()}`);
  } finally {
    clearInterval(timer);
  }
}

/** @param {unknown} error */
const messageOf = (error) => /** @type {{ message?: string }} */ (error)?.message ?? String(error);
