import { type OptionRow, optionRows } from '../config/optionRows.js';

/** Every option that there is. */
export const renderOptions = (form: 'text' | 'markdown'): string => {
  const rows = optionRows();
  return form === 'text' ? rows.map(textOf).join('\n\n') : markdown(rows);
};

const textOf = ({ option, variable, isInFile, allowed, byDefault, isRequired, description }: OptionRow): string =>
  [
    `${option}${isInFile ? '' : ' (in code only)'}`,
    `  ${description}`,
    `  ${allowed}${isRequired ? '; required' : byDefault === undefined ? '' : `; ${JSON.stringify(byDefault)} by default`}`,
    ...(variable === undefined ? [] : [`  ${variable}`]),
  ]
    .filter((line) => line.trim() !== '')
    .join('\n');

const markdown = (rows: readonly OptionRow[]): string =>
  [
    '| option | variable | allowed | default | what it does |',
    '|---|---|---|---|---|',
    ...rows.map(
      ({ option, variable, isInFile, allowed, byDefault, isRequired, description }) =>
        `| \`${option}\` | ${variable === undefined ? (isInFile ? '' : 'in code only') : `\`${variable}\``} | ${allowed} | ${
          isRequired ? 'required' : byDefault === undefined ? '' : `\`${JSON.stringify(byDefault)}\``
        } | ${description} |`,
    ),
  ].join('\n');
