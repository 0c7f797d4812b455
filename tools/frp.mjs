import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildOnce, logToStderr } from './buildOnce.mjs';
import { BUILD_ENV, compareVersions, requireGo, run } from './goBuild.mjs';
import { runAsTool } from './runAsTool.mjs';

/** @typedef {{ folder: string, version: string, from: 'FRP_BIN_DIR' | 'PATH' | 'cache' }} Frp */
/** @typedef {{ version: string } | { problem: string }} Probe */

const MODULES = fileURLToPath(new URL('frp/', import.meta.url));
const EXE = process.platform === 'win32' ? '.exe' : '';
const PROGRAMS = ['frps', 'frpc'];
const BUILD_FLAGS = ['-tags', 'noweb', '-trimpath', '-ldflags', '-s -w'];
const WITHOUT_GO = 'set FRP_BIN_DIR to a folder with frps and frpc';
const RUN_LIMIT_MS = 10_000;
const BUILD_LIMIT_MS = 25 * 60_000;

/** The versions that can be built: one folder with a Go tools module each. Newest first. */
export const frpVersions = readdirSync(MODULES)
  .filter((entry) => /^\d+\.\d+\.\d+$/.test(entry))
  .sort((a, b) => compareVersions(b, a));

/**
 * Finds the real frps and frpc, or builds them once into the user's cache folder.
 *
 * Looks into `FRP_BIN_DIR`, then `PATH`, then the cache. Without a version, any that runs in the first two will do, else the
 * newest of `frpVersions` is built; with a version, only that one counts.
 *
 * @param {object} [options]
 * @param {string | undefined} [options.version] `0.61.2`
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {(line: string) => void} [options.log] what was passed over and how a build goes; stderr by default
 * @param {number} [options.runLimitMs] how long a program may take to say its version; 10 s by default
 * @returns {Promise<Frp>}
 * @throws {Error} when `FRP_BIN_DIR` lacks a program, when the version is unknown, or when the build fails
 */
export async function resolveFrp({ version, env = process.env, log = logToStderr, runLimitMs = RUN_LIMIT_MS } = {}) {
  if (env.FRP_BIN_DIR) requirePrograms(env.FRP_BIN_DIR);
  for (const { folder, from } of candidates(env)) {
    const probe = await probeFolder(folder, runLimitMs);
    const problem = problemOf(probe, version);
    if ('version' in probe && problem === undefined) return { folder, version: probe.version, from };
    log(`${from}: ${folder} passed over: ${problem}`);
  }
  const toBuild = version ?? frpVersions[0];
  if (toBuild === undefined || !frpVersions.includes(toBuild)) {
    throw new Error(
      `frp ${toBuild} was not found in FRP_BIN_DIR or PATH, and there is no tools module to build it. ` +
        `Ask for one of ${frpVersions.join(', ')}, or set FRP_BIN_DIR to a folder with frps and frpc ${toBuild}.`,
    );
  }
  return { folder: await buildFrp(toBuild, env, log), version: toBuild, from: 'cache' };
}

/** @param {string} folder */
function requirePrograms(folder) {
  const missing = missingIn(folder);
  if (missing.length === 0) return;
  throw new Error(
    `FRP_BIN_DIR=${folder}: expected a folder that holds ${PROGRAMS.join(' and ')}, but ${missing.join(' and ')} ` +
      `cannot be found there; found: ${contentOf(folder)}. Set it to the folder that holds both, or unset it.`,
  );
}

/** @param {string} folder */
function contentOf(folder) {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) return 'no such folder';
  if (!found.isDirectory()) return 'a file';
  return readdirSync(folder).slice(0, 10).join(', ') || 'an empty folder';
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ folder: string, from: 'FRP_BIN_DIR' | 'PATH' }[]} folders with at least one of the programs
 */
function candidates(env) {
  const onPath = (env.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return [
    ...(env.FRP_BIN_DIR ? [{ folder: path.resolve(env.FRP_BIN_DIR), from: /** @type {const} */ ('FRP_BIN_DIR') }] : []),
    ...onPath.map((folder) => ({ folder, from: /** @type {const} */ ('PATH') })),
  ].filter(({ folder }) => missingIn(folder).length < PROGRAMS.length);
}

/** @param {string} folder */
const missingIn = (folder) => PROGRAMS.filter((program) => !existsSync(path.join(folder, program + EXE)));

/**
 * @param {Probe} probe
 * @param {string | undefined} wanted
 */
function problemOf(probe, wanted) {
  if ('problem' in probe) return probe.problem;
  if (wanted !== undefined && probe.version !== wanted) return `it has version ${probe.version}, wanted is ${wanted}`;
  return undefined;
}

/**
 * @param {string} folder
 * @param {number} limitMs
 * @returns {Promise<Probe>} the version that both programs say they have
 */
async function probeFolder(folder, limitMs) {
  const missing = missingIn(folder);
  if (missing.length > 0) return { problem: `it has no ${missing.join(' and no ')}` };
  const versions = [];
  for (const program of PROGRAMS) {
    const file = path.join(folder, program + EXE);
    try {
      versions.push(await run(file, ['-v'], { limitMs }));
    } catch (error) {
      return { problem: /** @type {Error} */ (error).message };
    }
  }
  const [frps = '', frpc = ''] = versions;
  if (frps !== frpc) return { problem: `frps has version ${frps}, but frpc ${frpc}` };
  if (!/^\d+\.\d+\.\d+/.test(frps)) return { problem: `expected \`frps -v\` to print a version, received '${frps}'` };
  return { version: frps };
}

/**
 * @param {string} version
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} log
 */
async function buildFrp(version, env, log) {
  const module = path.join(MODULES, version);
  const goMod = await readFile(path.join(module, 'go.mod'), 'utf8');
  const goSum = await readFile(path.join(module, 'go.sum'), 'utf8');
  const packages = PROGRAMS.map((program) => `github.com/fatedier/frp/cmd/${program}`);
  return buildOnce({
    name: 'frp',
    version,
    inputs: [goMod, goSum, ...BUILD_FLAGS, ...packages, JSON.stringify(BUILD_ENV)],
    log,
    env,
    build: async (emptyFolder) => {
      const goEnv = { ...env, ...BUILD_ENV };
      await requireGo(goMod, goEnv, WITHOUT_GO);
      // A folder as -o takes all programs at once, if it ends in a slash.
      const args = ['build', ...BUILD_FLAGS, '-o', `${emptyFolder}/`, ...packages];
      await run('go', args, { cwd: module, env: goEnv, limitMs: BUILD_LIMIT_MS });
      const problem = problemOf(await probeFolder(emptyFolder, RUN_LIMIT_MS), version);
      if (problem !== undefined) throw new Error(`what was built cannot be used: ${problem}`);
    },
  });
}

const USAGE = `Usage: node tools/frp.mjs [VERSION]

Prints the folder that holds frps and frpc: FRP_BIN_DIR, a folder in PATH, or one in the user's cache folder, where they
are built once (needs Go and its module proxy). Without VERSION, whatever version is found first, else the newest.

VERSION              one of ${frpVersions.join(', ')}, or another that FRP_BIN_DIR or PATH has
FRP_BIN_DIR          a folder that holds both
FRP_OTEL_CACHE_DIR   where builds are kept instead of the user's cache folder
`;

await runAsTool(import.meta.url, {
  usage: USAGE,
  positional: 'VERSION',
  answer: async ({ positionals: [version] }) => (await resolveFrp({ version })).folder,
});
