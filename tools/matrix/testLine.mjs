import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute } from './execute.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What tests read besides what npm packs. */
const BESIDE = ['test', 'tools', 'src', 'tsconfig.json', 'tsconfig.jest.json', 'package-lock.json'];
const JEST = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];

/**
 * Lays a folder in which the tests run on the packed build with a line's packages.
 *
 * @param {import('./lines.mjs').Line} line
 * @param {string} tarball
 * @param {string} folder to be made
 */
export const layFolder = async ({ modules }, tarball, folder) => {
  await mkdir(folder, { recursive: true });
  await execute('tar', ['-xzf', tarball, '--strip-components=1'], folder);
  for (const name of BESIDE) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  await symlink(modules, join(folder, 'node_modules'));
};

/**
 * Checks the types of the sources against a line's.
 *
 * @param {import('./lines.mjs').Line} line
 * @param {string} folder
 */
export const checkTypes = ({ program }, folder) =>
  execute(program, ['node_modules/typescript/bin/tsc', '--noEmit', '--skipLibCheck', 'false', '-p', '.'], folder);

/**
 * @param {import('./lines.mjs').Line} line
 * @param {string} folder
 * @returns {Promise<number>} how many tests passed
 * @throws {Error} when one fails, or none is there, with jest's report
 */
export const runTests = async ({ program, sdk }, folder) => {
  const found = JSON.parse(
    await readFile(join(folder, 'node_modules/@opentelemetry/sdk-metrics/package.json'), 'utf8'),
  );
  if (found.version !== sdk) throw new Error(`expected sdk-metrics ${sdk}, found ${found.version}`);
  const results = join(folder, 'results.json');
  const args = ['--config', 'tools/matrix/jest.config.mjs', '--json', `--outputFile=${results}`];
  await execute(program, [...JEST, ...args], folder);
  return JSON.parse(await readFile(results, 'utf8')).numPassedTests;
};
