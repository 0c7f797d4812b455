import { FrpOptionsError } from '../config/FrpInstrumentationOptions.js';
import { didYouMean } from '../config/nearest.js';
import { SCOPE } from '../telemetry/scope.js';
import { type Command, type Io, UsageError } from './Command.js';
import { renderCommandHelp, renderHelp } from './renderHelp.js';

/** @returns the exit code; what fails is said on stderr */
export const runCommandLine = async (
  given: readonly string[],
  commands: readonly [Command, ...Command[]],
  io: Io,
): Promise<number> => {
  const args = withOptions(given);
  const [first = ''] = args;
  const isNamed = first !== '' && !first.startsWith('-');
  const command = isNamed ? commands.find(({ name }) => name === first) : commands[0];
  try {
    if (command === undefined) throw new UsageError(unknownCommand(first, commands));
    const options = isNamed ? args.slice(1) : args;
    if (asks(options, '--help', '-h')) {
      io.stdout.write(`${isNamed ? renderCommandHelp(command) : renderHelp(commands)}\n`);
    } else if (!isNamed && asks(options, '--version', '-v')) io.stdout.write(`${SCOPE.version}\n`);
    else return await command.run(options, io);
    return 0;
  } catch (error) {
    const isUsage = error instanceof UsageError || error instanceof FrpOptionsError;
    io.stderr.write(`frp-otel: ${error instanceof Error ? error.message : String(error)}\n`);
    if (isUsage) io.stderr.write(`Try "frp-otel ${isNamed && command ? `${command.name} ` : ''}--help".\n`);
    return isUsage ? 2 : 1;
  }
};

/** `help`, `help COMMAND` and `version`, as others have it, are options here. */
const withOptions = (args: readonly string[]): readonly string[] => {
  const [first, ...rest] = args;
  if (first === 'version') return ['--version', ...rest];
  return first === 'help' ? [...rest.slice(0, 1), '--help'] : args;
};

/** What follows `--` is of the command that is to be run. */
const asks = (args: readonly string[], ...names: readonly string[]): boolean => {
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  return own.some((arg) => names.includes(arg));
};

const unknownCommand = (word: string, commands: readonly Command[]): string => {
  const names = commands.map(({ name }) => name);
  return `expected a command (${names.join(', ')}), found ${JSON.stringify(word)}${didYouMean(word, names)}`;
};
