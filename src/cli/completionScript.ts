import type { Command, CommandOption } from './Command.js';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Completes commands and their options, and files where an option takes one; made of the same table as the help. */
export const completionScript = (shell: Shell, commands: readonly [Command, ...Command[]]): string => {
  switch (shell) {
    case 'bash':
      return bashScript(commands);
    case 'zsh':
      return zshScript(commands);
    case 'fish':
      return fishScript(commands);
  }
};

const HELP: readonly [string, CommandOption] = ['help', { type: 'boolean', short: 'h', help: 'print what it does' }];

const optionsOf = ({ options }: Command): readonly (readonly [name: string, option: CommandOption])[] => [
  ...Object.entries(options),
  HELP,
];

/** Words that may follow the command itself, as its usage has them: `completion bash`. */
const wordsOf = ({ usage }: Command): readonly string[] =>
  usage.flatMap((line) => (/^[a-z]+ ([a-z]+)(?: [[-].*)?$/.exec(line) ?? []).slice(1));

const takesFile = ({ value }: CommandOption): boolean => value === 'FILE' || value === 'DIR';

/** What fits in a line of a menu: its first sentence. */
const shortHelp = ({ help }: CommandOption): string => help.split(/[;:.](?:\s|$)/, 1)[0] as string;

const withShort = ([name, { short }]: readonly [string, CommandOption]): readonly string[] =>
  short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];

/** For bash from 3.2 on, which macOS has: no mapfile, no compopt that must succeed. */
const bashScript = (commands: readonly [Command, ...Command[]]): string => {
  const [first] = commands;
  const all = commands.flatMap(optionsOf).filter(([, { type }]) => type === 'string');
  const files = new Set(all.filter(([, option]) => takesFile(option)).flatMap(withShort));
  const listed = new Map(all.flatMap(([name, { values }]) => (values === undefined ? [] : [[`--${name}`, values]])));
  const others = new Set(all.flatMap(withShort).filter((name) => !files.has(name) && !listed.has(name)));
  const wordsAfter = (command: Command): string =>
    [...wordsOf(command), ...optionsOf(command).flatMap(withShort)].join(' ');
  return `# Completion of frp-otel. In ~/.bashrc: eval "$(frp-otel completion bash)"
_frp_otel() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} words index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    if [ "\${COMP_WORDS[index]}" = -- ]; then # the command to run, then its files
      [ "$prev" = -- ] && COMPREPLY=($(compgen -c -- "$cur"))
      return
    fi
  done
  case $prev in
    ${[...files].join(' | ')}) return ;;
${Array.from(listed, ([name, values]) => `    ${name})\n      COMPREPLY=($(compgen -W '${values.join(' ')}' -- "$cur"))\n      return\n      ;;`).join('\n')}
    ${[...others].join(' | ')})
      compopt +o default 2> /dev/null
      return
      ;;
  esac
  words='${wordsAfter(first)}'
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${commands.map(({ name }) => name).join(' ')} --version $words"
  else
    case \${COMP_WORDS[1]} in
${commands.map((command) => `      ${command.name}) words='${wordsAfter(command)}' ;;`).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _frp_otel frp-otel`;
};

const zshScript = (commands: readonly [Command, ...Command[]]): string => {
  const [first] = commands;
  const specs = (command: Command, indent: string): string =>
    [...optionsOf(command).map(zshSpec), ...positionalSpecs(command)].map((spec) => `${indent}${spec}`).join(' \\\n');
  return `#compdef frp-otel
# Completion of frp-otel. In ~/.zshrc, behind compinit: source <(frp-otel completion zsh)
_frp-otel() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
  )
  if ((CURRENT == 2)) && [[ $words[2] != -* ]]; then
    _describe command commands
    return
  fi
  local command=$words[2]
  if [[ $command != -* ]]; then
    shift words
    ((CURRENT--))
  fi
  case $command in
${commands.map((command) => `    ${command.name})\n      _arguments \\\n${specs(command, '        ')}\n      ;;`).join('\n')}
    *)
      _arguments '--version[print the version]' \\
${specs(first, '        ')}
      ;;
  esac
}
if [[ $funcstack[1] == _frp-otel ]]; then _frp-otel "$@"; else compdef _frp-otel frp-otel; fi`;
};

const zshSpec = ([name, option]: readonly [string, CommandOption]): string => {
  const { value, values, multiple, short } = option;
  const completed = values === undefined ? (takesFile(option) ? '_files' : ' ') : `(${values.join(' ')})`;
  const argument = value === undefined ? '' : `:${value}:${completed}`;
  const text = quoted(`[${shortHelp(option).replace(/[[\]:\\]/g, '\\$&')}]${argument}`);
  const names = short === undefined ? `--${name}` : `{-${short},--${name}}`;
  const others = multiple ? "'*'" : short === undefined ? '' : `'(-${short} --${name})'`;
  return `${others}${names}${text}`;
};

/** `exec` goes on with a command line; others take at most a word. */
const positionalSpecs = (command: Command): readonly string[] => {
  if (command.usage.some((line) => line.includes(' -- '))) return ["'*::command:_normal'"];
  const words = wordsOf(command);
  return words.length === 0 ? [] : [quoted(`1:word:(${words.join(' ')})`)];
};

const fishScript = (commands: readonly [Command, ...Command[]]): string => {
  const [first] = commands;
  const names = commands.map(({ name }) => name).join(' ');
  const none = `not __fish_seen_subcommand_from ${names}`;
  const line = (condition: string, rest: string): string => `complete -c frp-otel -n ${quoted(condition)} ${rest}`;
  const optionLines = (condition: string, command: Command): readonly string[] =>
    optionsOf(command).map(([name, option]) => {
      const short = option.short === undefined ? '' : ` -s ${option.short}`;
      const values = option.values === undefined ? '' : ` -a ${quoted(option.values.join(' '))}`;
      const argument = option.type === 'boolean' ? '' : takesFile(option) ? ' -r -F' : ` -x${values}`;
      return line(condition, `-l ${name}${short}${argument} -d ${quoted(shortHelp(option))}`);
    });
  return [
    '# Completion of frp-otel. In ~/.config/fish/config.fish: frp-otel completion fish | source',
    'complete -c frp-otel -f',
    ...commands.map(({ name, summary }) => line(none, `-a ${name} -d ${quoted(summary)}`)),
    line(none, "-l version -s v -d 'print the version'"),
    ...optionLines(none, first),
    ...commands.flatMap((command) => {
      const condition = `__fish_seen_subcommand_from ${command.name}`;
      const words = wordsOf(command);
      return [
        ...optionLines(condition, command),
        ...(words.length === 0 ? [] : [line(condition, `-a ${quoted(words.join(' '))}`)]),
      ];
    }),
  ].join('\n');
};

/** As all three shells take it: fish, too, joins what stands side by side. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'"'"'`)}'`;
