import { existsSync, readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildOnce } from '../buildOnce.mjs';
import { npm } from './execute.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * A line of Node.js with the line of the SDK that npm chooses on it.
 *
 * @typedef {object} Line
 * @property {string} node `24`
 * @property {string} program that Node.js
 * @property {string} sdk the version of sdk-metrics: `3.1.0`
 * @property {string} sdkNode the version of sdk-node that goes with it
 * @property {string} modules the node_modules with this SDK and what the tests need besides
 */

const SDK_2 = { sdk: '2.12.0', sdkNode: '0.223.0', folder: undefined }; // the project's own lockfile
const SDK_3 = { sdk: '3.1.0', sdkNode: '0.301.0', folder: 'sdk3' };
const TABLE = [
  { node: '20', ...SDK_2 },
  { node: '22', ...SDK_3 },
  { node: '24', ...SDK_3 },
];

/**
 * @param {readonly string[]} chosen the lines of Node.js; all of them when there are none
 * @returns {Promise<Line[]>}
 * @throws {Error} when a line is none of these, or there is no such Node.js for this machine
 */
export const lines = async (chosen) => {
  const known = TABLE.map(({ node }) => node);
  const unknown = chosen.find((node) => !known.includes(node));
  if (unknown !== undefined) throw new Error(`expected lines of ${known.join(', ')}, received ${unknown}`);
  const programs = await install('nodes', process.execPath);
  const programOf = (/** @type {string} */ node) => {
    const program = join(programs, `node${node}-${process.arch}`, 'bin', 'node');
    if (existsSync(program)) return program;
    throw new Error(`there is no Node.js ${node} for ${process.platform} ${process.arch} in tools/matrix/nodes`);
  };
  const found = [];
  for (const { folder, ...line } of TABLE) {
    if (chosen.length > 0 && !chosen.includes(line.node)) continue;
    const program = programOf(line.node);
    const modules = folder === undefined ? join(ROOT, 'node_modules') : await install(folder, program);
    found.push({ ...line, program, modules });
  }
  return found;
};

/**
 * Installs a lockfile of this folder into the user's cache, once.
 *
 * @param {string} name of its folder
 * @param {string} program the Node.js that npm runs on
 * @returns {Promise<string>} its node_modules
 */
const install = async (name, program) => {
  const from = fileURLToPath(new URL(name, import.meta.url));
  const files = ['package.json', 'package-lock.json'];
  const folder = await buildOnce({
    name: `matrix-${name}`,
    version: '1',
    inputs: files.map((file) => readFileSync(join(from, file), 'utf8')),
    build: async (empty) => {
      for (const file of files) await copyFile(join(from, file), join(empty, file));
      await npm(program, ['ci'], empty);
    },
  });
  return join(folder, 'node_modules');
};
