import { parseArgs } from 'node:util';

/**
 * The options of a benchmark. Prints its usage and ends where that is asked for, or with exit code 2 where an option is wrong.
 *
 * @template {NonNullable<import('node:util').ParseArgsConfig['options']>} Options
 * @template Result
 * @param {string} name `bench:collect`
 * @param {string} usage
 * @param {Options} options as parseArgs has them
 * @param {(values: ReturnType<typeof parseArgs<{ options: Options }>>['values']) => Result} read throws where a value is wrong
 * @returns {Result}
 */
export const readOptions = (name, usage, options, read) => {
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean', short: 'h' } } });
    if (/** @type {{ help?: boolean }} */ (values).help) {
      process.stdout.write(usage);
      process.exit(0);
    }
    return read(/** @type {Parameters<typeof read>[0]} */ (values));
  } catch (error) {
    process.stderr.write(`${name}: ${/** @type {Error} */ (error).message}\n\n${usage}`);
    process.exit(2);
  }
};
