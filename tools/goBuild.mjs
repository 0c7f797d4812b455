import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

/** What `go` runs with for a build that gives the same everywhere: versions and checksums are those of go.mod and go.sum. */
export const BUILD_ENV = {
  CGO_ENABLED: '0',
  GOFLAGS: '-mod=readonly',
  GOWORK: 'off',
  GOTOOLCHAIN: 'local',
  GOOS: '',
  GOARCH: '',
};

const VERSION_LIMIT_MS = 10_000;

const execute = promisify(execFile);

/**
 * @param {string} goMod the text of a go.mod, which says what Go it needs
 * @param {NodeJS.ProcessEnv} env
 * @param {string} otherwise what to do without Go: `set FRP_BIN_DIR to …`
 * @throws {Error} when there is no Go in PATH, or it is too old
 */
export async function requireGo(goMod, env, otherwise) {
  const needed = /^go (\S+)/m.exec(goMod)?.[1] ?? '1.24';
  const remedy = `Install Go >= ${needed} from your package manager, or ${otherwise}.`;
  const output = await run('go', ['version'], { env, limitMs: VERSION_LIMIT_MS }).catch((error) => {
    throw new Error(`${error.message}. ${remedy}`, { cause: error });
  });
  const found = /\bgo(\d+\.\d+(?:\.\d+)?)/.exec(output)?.[1];
  if (found === undefined)
    throw new Error(`expected \`go version\` to print a version, received '${output}'. ${remedy}`);
  if (compareVersions(found, needed) < 0) throw new Error(`the Go in PATH is ${found}, which is too old. ${remedy}`);
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {{ limitMs: number, cwd?: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<string>} what it printed on stdout
 * @throws {Error} with the program's own last words, when it fails or takes longer than the limit
 */
export async function run(program, args, { limitMs, ...options }) {
  try {
    const limits = /** @type {const} */ ({ timeout: limitMs, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024 });
    const { stdout } = await execute(program, args, { ...options, ...limits });
    return stdout.trim();
  } catch (error) {
    throw new Error(`\`${path.basename(program)} ${args[0]}\` failed: ${reasonOf(error, limitMs)}`, { cause: error });
  }
}

/**
 * @param {unknown} error what a promisified execFile rejects with
 * @param {number} limitMs
 */
function reasonOf(error, limitMs) {
  const { code, killed, stderr, message } = /** @type {import('node:child_process').ExecFileException} */ (error);
  if (killed) return `no end after ${limitMs / 1000} s`;
  if (code === 'ENOENT') return 'no such program';
  // The last lines say what went wrong; before them go lists what it downloads.
  return stderr?.trim().split('\n').slice(-15).join('\n') || message;
}

/**
 * @param {string} a
 * @param {string} b
 */
export function compareVersions(a, b) {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (const i of [0, 1, 2]) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
