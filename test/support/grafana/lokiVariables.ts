import { ALL, type Choices, type TemplateVariable } from './interpolate.js';

/**
 * Writes Grafana's variables into LogQL: `$name`, `${name}`, `${name:regex}`.
 *
 * Without a format it is the data source that writes them, as text within double quotes: in a regular expression with two
 * backslashes before what is special, and with double quotes as they are (`interpolateQueryExpr` of its datasource.ts, Grafana 12).
 *
 * @throws where a variable is unknown or nothing is chosen: Grafana would leave its name in the query
 */
export const interpolateLogql = (text: string, variables: readonly TemplateVariable[], choices: Choices): string =>
  text.replace(
    /\$(?:([A-Za-z_]\w*)|\{(\w+)(?::(\w+))?\})/g,
    (written, plain?: string, braced?: string, format?: string) => {
      const name = plain ?? braced ?? '';
      const variable = variables.find((each) => each.name === name);
      const chosen = choices[name];
      if (variable === undefined || chosen === undefined) {
        throw new Error(`expected a variable that has a value, received ${written} in ${text}`);
      }
      if (chosen === ALL && variable.allValue !== undefined) return variable.allValue;
      switch (format) {
        case undefined:
          return [chosen]
            .flat()
            .map(isSeveral(variable) ? inPattern : asItIs)
            .join('|');
        case 'regex':
          return oneOf([chosen].flat().map((value) => value.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&')));
        default:
          throw new Error(`expected no format or regex, received ${format}`);
      }
    },
  );

const isSeveral = ({ multi, includeAll }: TemplateVariable): boolean => multi === true || includeAll === true;
const asItIs = (value: string): string => value;
const inPattern = (value: string): string => value.replace(/\\/g, '\\\\\\\\').replace(/[$^*{}[\]+?.()|]/g, '\\\\$&');

const oneOf = (patterns: readonly string[]): string => {
  const [first = '', ...others] = patterns;
  return others.length === 0 ? first : `(${patterns.join('|')})`;
};
