import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** @param {string} line said on stderr, so that stdout stays the caller's */
export const say = (line) => process.stderr.write(`${line}\n`);

/** Installs the dependencies of the lockfile when they are missing or older than it. */
export async function ensureInstalled() {
  if (modified('node_modules/.package-lock.json') >= modified('package-lock.json')) return;
  say('Installing dependencies (npm ci) …');
  await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error']);
}

/** Builds dist/ when it is missing or older than the sources. */
export async function ensureBuilt() {
  const sources = ['src', 'tsconfig.json', 'package.json'].map(newest);
  if (modified('dist/index.js') > Math.max(...sources)) return;
  say('Building dist/ …');
  await run(process.execPath, ['tools/build.mjs']);
}

/**
 * Runs a program in the project's folder, its stdout on our stderr.
 *
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<void>} rejects unless it ends with 0
 */
export function run(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 2, 2], shell: program.endsWith('.cmd') });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${[program, ...args].join(' ')} ended with ${signal ?? `exit code ${code}`}`));
    });
  });
}

/** @param {string} file in the project */
const modified = (file) => statSync(ROOT + file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/**
 * @param {string} place a file or a folder in the project
 * @returns {number} when the newest file of it was modified
 */
const newest = (place) => {
  if (!existsSync(ROOT + place) || !statSync(ROOT + place).isDirectory()) return modified(place);
  return Math.max(...readdirSync(ROOT + place).map((entry) => newest(`${place}/${entry}`)));
};
