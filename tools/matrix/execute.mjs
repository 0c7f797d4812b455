import { execFile } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { promisify } from 'node:util';

const MAX_OUTPUT_BYTES = 64 * 2 ** 20;

/**
 * Runs a program to its end.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<string>} what it printed on stdout
 * @throws {Error} unless it ends with 0; the message has all that it printed
 */
export const execute = async (program, args, cwd, env = process.env) => {
  try {
    const { stdout } = await promisify(execFile)(program, args, { cwd, env, maxBuffer: MAX_OUTPUT_BYTES });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '', message } = /** @type {Error & { stdout?: string, stderr?: string }} */ (error);
    throw new Error([message.split('\n')[0], stdout, stderr].filter((text) => text !== '').join('\n'), {
      cause: error,
    });
  }
};

/**
 * Runs npm on a Node.js of one's choice: among versions npm prefers those whose `engines` fit the Node.js it runs on.
 *
 * @param {string} node
 * @param {readonly string[]} args
 * @param {string} cwd
 */
export const npm = (node, args, cwd) =>
  execute('npm', [...args, '--no-fund', '--no-audit', '--loglevel=error', '--prefer-offline'], cwd, {
    // npm found by its name runs on the first node of PATH. What an outer `npm run` was told is not for this one.
    ...Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^npm_(config|package|lifecycle)_/i.test(name)),
    ),
    PATH: [dirname(node), process.env.PATH].join(delimiter),
  });
