import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildOnce, logToStderr } from './buildOnce.mjs';
import { BUILD_ENV, requireGo, run } from './goBuild.mjs';
import { runAsTool } from './runAsTool.mjs';

/** @typedef {{ file: string, version: string, from: 'OTELCOL_BIN' | 'cache' }} Otelcol */

const MANIFEST = fileURLToPath(new URL('../collector-config/builder.yaml', import.meta.url));
const BUILDER = fileURLToPath(new URL('otelcol/builder/', import.meta.url));
// go.mod and go.sum of the program that the builder writes. It would resolve them anew for each build.
const LOCK = fileURLToPath(new URL('otelcol/distribution/', import.meta.url));
const LOCK_FILES = ['go.mod', 'go.sum'];
const BUILDER_PACKAGE = 'go.opentelemetry.io/collector/cmd/builder';
const EXE = process.platform === 'win32' ? '.exe' : '';
const WITHOUT_GO = 'set OTELCOL_BIN to a Collector that has the components of collector-config/builder.yaml';
const RUN_LIMIT_MS = 20_000;
const BUILD_LIMIT_MS = 40 * 60_000;

/**
 * Finds the Collector that `OTELCOL_BIN` names, or builds the one of collector-config/builder.yaml once into the user's cache folder.
 *
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {(line: string) => void} [options.log] how a build goes; stderr by default
 * @param {boolean} [options.mayBuild] false: only what is there already; true by default
 * @param {number} [options.runLimitMs] how long the program may take to say its version; 20 s by default
 * @returns {Promise<Otelcol>}
 * @throws {Error} when `OTELCOL_BIN` is no Collector that runs, when the build fails, or when there is none and it may not be built
 */
export async function resolveOtelcol({
  env = process.env,
  log = logToStderr,
  mayBuild = true,
  runLimitMs = RUN_LIMIT_MS,
} = {}) {
  if (env.OTELCOL_BIN) {
    const file = path.resolve(env.OTELCOL_BIN);
    return {
      file,
      version: await versionOf(file, runLimitMs, `OTELCOL_BIN=${env.OTELCOL_BIN}: `),
      from: 'OTELCOL_BIN',
    };
  }
  const inputs = await readInputs();
  const folder = await buildOnce({
    name: 'otelcol',
    version: inputs.version,
    inputs: [inputs.manifest, inputs.builderMod, ...inputs.sums, JSON.stringify(BUILD_ENV)],
    log: mayBuild ? log : () => {},
    env,
    ...(!mayBuild && { waitLimitMs: 0 }),
    build: async (emptyFolder) => {
      if (!mayBuild) throw new Error('run `node tools/otelcol.mjs`, which takes some minutes, or set OTELCOL_BIN');
      const goEnv = { ...env, ...BUILD_ENV };
      await requireGo(inputs.builderMod, goEnv, WITHOUT_GO);
      await inTemporaryFolder((work) => build(work, emptyFolder, goEnv));
      await versionOf(path.join(emptyFolder, `otelcol${EXE}`), RUN_LIMIT_MS, 'what was built cannot be used: ');
    },
  });
  return { file: path.join(folder, `otelcol${EXE}`), version: inputs.version, from: 'cache' };
}

/**
 * Resolves the modules of the manifest anew and keeps their versions and checksums: after a change of its components.
 *
 * @param {NodeJS.ProcessEnv} [env]
 */
export async function lockOtelcol(env = process.env) {
  const goEnv = { ...env, ...BUILD_ENV, GOFLAGS: '' };
  await inTemporaryFolder(async (work) => {
    const ocb = await buildBuilder(work, goEnv);
    await run(ocb, [`--config=${MANIFEST}`, '--skip-compilation'], { cwd: work, env: goEnv, limitMs: BUILD_LIMIT_MS });
    for (const file of LOCK_FILES) await copyFile(path.join(work, 'otelcol', file), path.join(LOCK, file));
  });
}

async function readInputs() {
  const [manifest = '', builderMod = '', lockMod = '', ...sums] = await Promise.all(
    [
      MANIFEST,
      path.join(BUILDER, 'go.mod'),
      path.join(LOCK, 'go.mod'),
      path.join(BUILDER, 'go.sum'),
      path.join(LOCK, 'go.sum'),
    ].map((file) => readFile(file, 'utf8')),
  );
  const unlocked = componentsOf(manifest).filter((component) => !lockMod.includes(`\t${component}\n`));
  if (unlocked.length > 0) {
    throw new Error(
      `collector-config/builder.yaml has ${unlocked.join(', ')}, which tools/otelcol/distribution/go.mod has not. ` +
        'Run node tools/otelcol.mjs --lock.',
    );
  }
  const version = /^ {2}version: (\S+)$/m.exec(manifest)?.[1];
  if (version === undefined) throw new Error('expected dist.version in collector-config/builder.yaml');
  return { manifest, version, builderMod, sums: [lockMod, ...sums] };
}

/** @param {string} manifest */
const componentsOf = (manifest) => Array.from(manifest.matchAll(/^ {2}- gomod: (\S+ \S+)$/gm), ([, gomod]) => gomod);

/**
 * @param {string} work
 * @param {string} emptyFolder
 * @param {NodeJS.ProcessEnv} env
 */
async function build(work, emptyFolder, env) {
  const ocb = await buildBuilder(work, env);
  const sources = path.join(work, 'otelcol'); // dist.output_path
  await mkdir(sources);
  for (const file of LOCK_FILES) await copyFile(path.join(LOCK, file), path.join(sources, file));
  // With --skip-get-modules it leaves the go.mod that is there as it is.
  await run(ocb, [`--config=${MANIFEST}`, '--skip-get-modules'], { cwd: work, env, limitMs: BUILD_LIMIT_MS });
  await copyFile(path.join(sources, `otelcol${EXE}`), path.join(emptyFolder, `otelcol${EXE}`));
}

/**
 * @param {string} work
 * @param {NodeJS.ProcessEnv} env
 */
async function buildBuilder(work, env) {
  const ocb = path.join(work, `builder${EXE}`);
  await run('go', ['build', '-trimpath', '-o', ocb, BUILDER_PACKAGE], { cwd: BUILDER, env, limitMs: BUILD_LIMIT_MS });
  return ocb;
}

/** @param {(folder: string) => Promise<void>} work */
async function inTemporaryFolder(work) {
  const folder = await mkdtemp(path.join(tmpdir(), 'frp-otel-otelcol-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} file
 * @param {number} limitMs
 * @param {string} context the beginning of the error message
 */
async function versionOf(file, limitMs, context) {
  const output = await run(file, ['--version'], { limitMs }).catch((error) => {
    throw new Error(`${context}${error.message}`, { cause: error });
  });
  const version = /\bversion v?(\d+\.\d+\.\d+\S*)/.exec(output)?.[1];
  if (version !== undefined) return version;
  throw new Error(`${context}expected \`${path.basename(file)} --version\` to print a version, received '${output}'`);
}

const USAGE = `Usage: node tools/otelcol.mjs [--lock]

Prints the path of an OpenTelemetry Collector: OTELCOL_BIN, or the one of collector-config/builder.yaml in the user's cache
folder, where it is built once (needs Go and its module proxy; minutes).

--lock               resolve the modules of the manifest anew into tools/otelcol/distribution/, and build nothing
OTELCOL_BIN          a Collector to use instead; it needs the components of the manifest
FRP_OTEL_CACHE_DIR   where builds are kept instead of the user's cache folder
`;

await runAsTool(import.meta.url, {
  usage: USAGE,
  options: { lock: { type: 'boolean' } },
  answer: async ({ values }) => {
    if (!values.lock) return (await resolveOtelcol()).file;
    await lockOtelcol();
    return undefined;
  },
});
