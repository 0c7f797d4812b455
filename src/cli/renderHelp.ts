import { SCOPE } from '../telemetry/scope.js';
import type { Command, CommandOption } from './Command.js';

const WIDTH = 80;

/** What `frp-otel --help` prints. */
export const renderHelp = (commands: readonly Command[]): string => {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    `frp-otel ${SCOPE.version}: OpenTelemetry for frp, without touching frp

Usage: frp-otel [observe] [options]
       frp-otel COMMAND [options]
       frp-otel help [COMMAND]
       frp-otel version

Commands:`,
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    `
Begin with "frp-otel observe" beside a running frps or frpc, or with
"frp-otel exec -- frpc -c frpc.toml" in place of it; "frp-otel doctor" says what
cannot be seen, and what to do about that.

Where to export to is said by the variables of OpenTelemetry, such as
OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 (the default).

Exit codes: 0 done, 1 failed, 2 wrong command line; exec ends as its command.`,
  ].join('\n');
};

/** What `frp-otel COMMAND --help` prints. */
export const renderCommandHelp = ({ usage, help, options, exitCodes }: Command): string =>
  [
    usage.map((line, index) => `${index === 0 ? 'Usage:' : '      '} frp-otel ${line}`).join('\n'),
    help.split('\n\n').map(paragraph).join('\n\n'),
    `Options:\n${table([...Object.entries(options).map(optionRow), HELP_ROW])}`,
    `Exit codes:\n${table(Object.entries({ ...exitCodes, 2: 'the command line is wrong' }))}`, // numbers come in their order
  ].join('\n\n');

/** Indented lines stay as they are: they are there to be copied. */
const paragraph = (text: string): string =>
  text.startsWith(' ') ? text : wrap(text.replaceAll('\n', ' '), WIDTH).join('\n');

type Row = readonly [name: string, text: string];

const HELP_ROW: Row = ['-h, --help', 'print this'];

const optionRow = ([name, { short, value, multiple, help }]: [string, CommandOption]): Row => [
  `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
  multiple ? `${help}; may be given several times` : help,
];

const table = (rows: readonly Row[]): string => {
  const indent = 2 + Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows
    .map(([name, text]) => `  ${name.padEnd(indent - 2)}${wrap(text, WIDTH - indent).join(`\n${' '.repeat(indent)}`)}`)
    .join('\n');
};

const wrap = (text: string, width: number): string[] => {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
};
