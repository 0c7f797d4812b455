import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { COMMANDS } from '../../src/cli/commands.js';
import { parseCommandArgs } from '../../src/cli/parseCommandArgs.js';

const folderOf = (name: string): string => fileURLToPath(new URL(`../../examples/${name}/`, import.meta.url));

export const fileNames = (folder: string): string[] => readdirSync(folderOf(folder)).sort();

export const pathOf = (folder: string, file: string): string => `${folderOf(folder)}${file}`;

export const textOf = (folder: string, file: string): string => readFileSync(pathOf(folder, file), 'utf8');

/**
 * Why frp-otel would refuse to be started so.
 *
 * @param words the command line, `frp-otel` first
 * @returns undefined when it would not
 */
export const refusalOf = (words: readonly string[]): string | undefined => {
  const [program, ...args] = words;
  if (program !== 'frp-otel') return `expected frp-otel, found ${program}`;
  const [first = ''] = args;
  const isNamed = first !== '' && !first.startsWith('-');
  const command = isNamed ? COMMANDS.find(({ name }) => name === first) : COMMANDS[0];
  if (command === undefined) return `it has no command ${first}`;
  const rest = isNamed ? args.slice(1) : args;
  // `rules render` and `config check FILE` have words before their options.
  const takesWord = command.usage.some((way) => way.startsWith(`${first} ${rest[0]}`));
  if (!takesWord && command.usage.every((way) => /^\w+ [a-z]+/.test(way))) return `${first} has no word ${rest[0]}`;
  const options = takesWord ? rest.slice(rest[1]?.startsWith('-') === false ? 2 : 1) : rest;
  const end = options.indexOf('--');
  if ((command.name === 'exec') !== end >= 0) return 'exec, and exec alone, has a command after --';
  if (end >= 0 && end === options.length - 1) return 'expected a command after --';
  try {
    parseCommandArgs(end < 0 ? options : options.slice(0, end), command.options);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

/** Every `frp-otel …` that a README's code blocks tell to type, as words. */
export const commandLinesIn = (markdown: string): string[][] =>
  [...markdown.matchAll(/^```sh\n(.*?)^```/gms)]
    .flatMap(([, block = '']) => block.split('\n'))
    .flatMap((line) => /(?:^|exec frp-otel |-- )(frp-otel(?: [^#]*)?)(?:#|$)/.exec(line)?.[1] ?? [])
    .map((line) => line.trim().split(/\s+/));

/** The files of the same folder that a README links to. */
export const linkedIn = (markdown: string): string[] =>
  [...markdown.matchAll(/\]\(([^)/:]+)\)/g)].map(([, name = '']) => name);
