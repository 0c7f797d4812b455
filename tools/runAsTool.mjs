import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** @typedef {{ values: Record<string, unknown>, positionals: string[] }} Args */

/**
 * Where Node was called with this file: reads the command line, prints the answer, and sets the exit code: 2 for a wrong command line,
 * 1 where there is no answer.
 *
 * @param {string} url of the module
 * @param {object} tool
 * @param {string} tool.usage
 * @param {NonNullable<import('node:util').ParseArgsConfig['options']>} [tool.options] besides --help
 * @param {string} [tool.positional] the name of the one argument that it takes; none by default
 * @param {(args: Args) => Promise<string | undefined>} tool.answer what is printed, if anything
 */
export async function runAsTool(url, tool) {
  const file = fileURLToPath(url);
  const invoked = process.argv[1];
  if (invoked === undefined || !existsSync(invoked) || realpathSync(invoked) !== file) return;
  process.exitCode = await main(path.basename(file), tool);
}

/**
 * @param {string} name
 * @param {Parameters<typeof runAsTool>[1]} tool
 */
async function main(name, { usage, options = {}, positional, answer }) {
  let args;
  try {
    args = parseArgs({
      args: process.argv.slice(2),
      allowPositionals: positional !== undefined,
      options: { help: { type: 'boolean', short: 'h' }, ...options },
    });
    if (args.positionals.length > 1)
      throw new Error(`expected one ${positional}, received ${args.positionals.join(' ')}`);
  } catch (error) {
    process.stderr.write(`${name}: ${/** @type {Error} */ (error).message}\n\n${usage}`);
    return 2;
  }
  if (args.values.help) {
    process.stdout.write(usage);
    return 0;
  }
  try {
    const text = await answer(args);
    if (text !== undefined) process.stdout.write(`${text}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${name}: ${/** @type {Error} */ (error).message}\n`);
    return 1;
  }
}
