/** A variable of a dashboard, as far as it matters to what is written in its place. */
export interface TemplateVariable {
  readonly name: string;
  readonly type: string;
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  /** What stands for all. Grafana writes it as it is, whatever the format. */
  readonly allValue?: string;
}

/** What is chosen of each variable: a value, several of them, or {@link ALL}. */
export type Choices = Readonly<Record<string, string | readonly string[]>>;

/** What Grafana keeps as the choice of all. */
export const ALL = '$__all';

/**
 * How the Prometheus data source escapes what is chosen. `default`: no quote is escaped, so that `="$name"` and `=~"$name"` are no
 * PromQL any more where a name has one. `specialChars`: with the feature toggle prometheusSpecialCharsInLabelValues, which is off
 * unless somebody turns it on (up to Grafana 13.2 at least).
 *
 * Both were compared with prometheusRegularEscape and prometheusSpecialRegexEscape of @grafana/prometheus 13.2.3: the same text for
 * every character of ASCII, and for whole names.
 */
export type Escaping = 'default' | 'specialChars';
export const ESCAPINGS: readonly Escaping[] = ['default', 'specialChars'];

interface Scope {
  readonly variables: readonly TemplateVariable[];
  readonly choices: Choices;
  /** Grafana's own, `__interval` and its like. */
  readonly builtIn: Readonly<Record<string, string>>;
  readonly escaping?: Escaping;
}

/**
 * Writes Grafana's variables into PromQL: `$name`, `${name}`, `${name:regex}`, `${name:raw}`.
 *
 * @throws where a variable is unknown or nothing is chosen: Grafana would leave its name in the query
 */
export const interpolate = (text: string, { variables, choices, builtIn, escaping = 'default' }: Scope): string =>
  text.replace(/\$(?:(\w+)|\{(\w+)(?::(\w+))?\})/g, (written, plain?: string, braced?: string, format?: string) => {
    const name = plain ?? braced ?? '';
    if (/^\d+$/.test(name)) return written; // a group of label_replace
    if (builtIn[name] !== undefined) return builtIn[name];
    const variable = variables.find((each) => each.name === name);
    const chosen = choices[name];
    if (variable === undefined || chosen === undefined) {
      throw new Error(`expected a variable that has a value, received ${written} in ${text}`);
    }
    if (chosen === ALL && variable.allValue !== undefined) return variable.allValue;
    return joined(chosen, formatter(variable, format, escaping));
  });

type Formatter = { readonly escaped: (value: string) => string; readonly isPattern: boolean };

const joined = (chosen: string | readonly string[], { escaped, isPattern }: Formatter): string => {
  if (typeof chosen === 'string') return escaped(chosen);
  const [first = '', ...others] = chosen.map(escaped);
  if (others.length === 0) return first;
  if (!isPattern) throw new Error(`expected one value, received ${chosen.join(', ')}`);
  return `(${[first, ...others].join('|')})`;
};

const formatter = (variable: TemplateVariable, format: string | undefined, escaping: Escaping): Formatter => {
  const isPattern = variable.multi === true || variable.includeAll === true;
  switch (format) {
    case undefined:
      return { escaped: isPattern ? inPattern(escaping) : inString(escaping), isPattern };
    case 'regex':
      return { escaped: (value) => prefixed(value, /[\\^$*+?.()|[\]{}/]/, () => '\\'), isPattern: true };
    case 'raw':
      return { escaped: (value) => value, isPattern: false };
    default:
      throw new Error(`expected no format, regex or raw, received ${format}`);
  }
};

/** Of a value that is compared as a whole, within quotes. */
const inString = (escaping: Escaping): Formatter['escaped'] =>
  escaping === 'default'
    ? (value) => prefixed(value, /[\\']/, (character) => (character === "'" ? '\\\\' : '\\'))
    : (value) => (isMatcher(value) ? value : prefixed(value, /[\\"]/, () => '\\'));

/** Of a value within a regular expression, which itself is within quotes: one backslash is written as two. */
const inPattern = (escaping: Escaping): Formatter['escaped'] =>
  escaping === 'default'
    ? (value) => prefixed(value, /[\\$^*{}[\]+?.()|]/, (character) => (character === '\\' ? '\\\\\\' : '\\\\'))
    : (value) =>
        prefixed(value, /[\\"'$^*{}[\]+?.()|]/, (character) => ('\\"'.includes(character) ? '\\\\\\' : '\\\\'));

/** With the toggle on, what looks like a whole matcher is left alone. */
const isMatcher = (value: string): boolean => /^\w+(?:=|!=|=~|!~)".*"$/.test(value);

const prefixed = (value: string, special: RegExp, prefix: (character: string) => string): string =>
  Array.from(value, (character) => (special.test(character) ? prefix(character) + character : character)).join('');
