import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildOnce, logToStderr } from './buildOnce.mjs';
import { BUILD_ENV, requireGo, run } from './goBuild.mjs';
import { runAsTool } from './runAsTool.mjs';

/** @typedef {{ file: string, version: string, from: 'LOKI_BIN' | 'cache' }} Loki */

const MODULE = fileURLToPath(new URL('loki/', import.meta.url));
const PACKAGE = 'github.com/grafana/loki/v3/cmd/loki';
const EXE = process.platform === 'win32' ? '.exe' : '';
const RUN_LIMIT_MS = 20_000;
const BUILD_LIMIT_MS = 40 * 60_000;

/**
 * Finds the Loki that `LOKI_BIN` names, or builds the one of tools/loki/go.mod once into the user's cache folder.
 *
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {(line: string) => void} [options.log] how a build goes; stderr by default
 * @param {boolean} [options.mayBuild] false: only what is there already; true by default
 * @param {number} [options.runLimitMs] how long the program may take to say its version; 20 s by default
 * @returns {Promise<Loki>}
 * @throws {Error} when `LOKI_BIN` is no Loki that runs, when the build fails, or when there is none and it may not be built
 */
export async function resolveLoki({
  env = process.env,
  log = logToStderr,
  mayBuild = true,
  runLimitMs = RUN_LIMIT_MS,
} = {}) {
  if (env.LOKI_BIN) {
    const file = path.resolve(env.LOKI_BIN);
    return { file, version: await versionOf(file, runLimitMs, `LOKI_BIN=${env.LOKI_BIN}: `), from: 'LOKI_BIN' };
  }
  const [goMod, goSum] = await Promise.all(
    ['go.mod', 'go.sum'].map((file) => readFile(path.join(MODULE, file), 'utf8')),
  );
  const version = /^\tgithub\.com\/grafana\/loki\/v3 v(\S+)/m.exec(goMod ?? '')?.[1];
  if (goMod === undefined || goSum === undefined || version === undefined)
    throw new Error('expected tools/loki/go.mod to require github.com/grafana/loki/v3');
  const flags = ['-trimpath', '-ldflags', `-s -w -X github.com/grafana/loki/v3/pkg/util/build.Version=${version}`];
  const folder = await buildOnce({
    name: 'loki',
    version,
    inputs: [goMod, goSum, ...flags, JSON.stringify(BUILD_ENV)],
    log: mayBuild ? log : () => {},
    env,
    waitLimitMs: mayBuild ? BUILD_LIMIT_MS : 0,
    build: async (emptyFolder) => {
      if (!mayBuild)
        throw new Error(
          'run `node tools/loki.mjs`, which takes ten minutes of CPU time and 2 GB of memory, or set LOKI_BIN',
        );
      const goEnv = { ...env, ...BUILD_ENV };
      await requireGo(goMod, goEnv, 'set LOKI_BIN to a Loki');
      const file = path.join(emptyFolder, `loki${EXE}`);
      await run('go', ['build', ...flags, '-o', file, PACKAGE], { cwd: MODULE, env: goEnv, limitMs: BUILD_LIMIT_MS });
      await versionOf(file, RUN_LIMIT_MS, 'what was built cannot be used: ');
    },
  });
  return { file: path.join(folder, `loki${EXE}`), version, from: 'cache' };
}

/**
 * @param {string} file
 * @param {number} limitMs
 * @param {string} context the beginning of the error message
 */
async function versionOf(file, limitMs, context) {
  const output = await run(file, ['-version'], { limitMs }).catch((error) => {
    throw new Error(`${context}${error.message}`, { cause: error });
  });
  const version = /^loki, version (\S+)/m.exec(output)?.[1];
  if (version !== undefined && version !== '(branch:') return version;
  throw new Error(`${context}expected \`${path.basename(file)} -version\` to print a version, received '${output}'`);
}

const USAGE = `Usage: node tools/loki.mjs

Prints the path of a Loki: LOKI_BIN, or the one of tools/loki/go.mod in the user's cache folder, where it is built once (needs
Go and its module proxy; ten minutes of CPU time, 2 GB of memory).

LOKI_BIN             a Loki to use instead
FRP_OTEL_CACHE_DIR   where builds are kept instead of the user's cache folder
`;

await runAsTool(import.meta.url, { usage: USAGE, answer: async () => (await resolveLoki()).file });
