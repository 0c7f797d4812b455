import { parseArgs } from 'node:util';
import { nearest } from '../config/nearest.js';
import { type CommandOptions, UsageError } from './Command.js';

/** The values of a command's options, by name. */
export type OptionValues<Options extends CommandOptions> = {
  readonly [Name in keyof Options]?: Options[Name]['type'] extends 'boolean'
    ? boolean
    : Options[Name] extends { readonly multiple: true }
      ? readonly string[]
      : string;
};

/**
 * Reads a command's options; what is no option is an error.
 *
 * @throws UsageError that names what was expected, and the option that was most likely meant
 */
export const parseCommandArgs = <const Options extends CommandOptions>(
  args: readonly string[],
  options: Options,
): OptionValues<Options> => {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values as OptionValues<Options>;
  } catch (error) {
    throw new UsageError(describe(error as NodeJS.ErrnoException, options));
  }
};

const describe = ({ code, message }: NodeJS.ErrnoException, options: CommandOptions): string => {
  const found = /'(.*?)'/.exec(message)?.[1] ?? '';
  switch (code) {
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION': {
      const meant = nearest(found.replace(/^-+/, ''), Object.keys(options));
      return `unknown option ${found}${meant === undefined ? '' : `; did you mean --${meant}?`}`;
    }
    case 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL':
      return `expected options only, found ${JSON.stringify(found)}`;
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE': {
      const [, name = ''] = /--([\w-]+)/.exec(message) ?? [];
      const value = options[name]?.value;
      return value === undefined
        ? `--${name}: expected no value`
        : `--${name}: expected ${value} behind it, found none`;
    }
    default:
      return message.split('\n').join(' '); // it names the option and what is wrong with its value
  }
};
