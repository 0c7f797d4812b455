import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Children } from './fakeFrp.js';

const HOOK = new URL('./registerTypeScript.mjs', import.meta.url).href;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface ModuleRun {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** How long it ran after it printed its first byte. */
  readonly millisAfterOutput: number;
}

/**
 * Runs a module in a process of its own, to see what becomes of the process.
 *
 * @param text imports our sources from `./src/…`
 */
export const runModule = (text: string, children: Children, env: NodeJS.ProcessEnv = {}): Promise<ModuleRun> => {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const child = children.add(
    spawn(process.execPath, ['--import', HOOK, '--input-type=module', '-e', text], {
      cwd: ROOT,
      env: { ...inherited, ...env },
    }),
  );
  let stdout = '';
  let stderr = '';
  let firstOutput: number | undefined;
  child.stdout.setEncoding('utf8').on('data', (part) => {
    firstOutput ??= performance.now();
    stdout += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part) => {
    stderr += part;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr, millisAfterOutput: performance.now() - (firstOutput ?? Number.NaN) });
    });
  });
};
