import { withoutCredentials } from './probeUrl.js';

export type OptionPath = readonly PropertyKey[];

/** What is wrong with an option, wherever it was given. */
export interface Fault {
  readonly path: OptionPath;
  /** What is allowed and what was received, or that there is no such option. */
  readonly message: string;
  /** Whether it speaks of its key, and not of its value. */
  readonly isOfKey?: boolean;
}

const MAX_SHOWN = 100;

/**
 * A value as a message shows it: short, on one line. A text that may hold a password is shown by its length: one of `probes` or
 * `alerts`, one with an `@`, and one that stands for all options, which may be the wrong file altogether.
 */
export const show = (value: unknown, path: OptionPath): string => {
  if (typeof value === 'string') return isSecret(path) ? lengthOf(value) : quoted(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'boolean' || value == null) return String(value);
  return isArray(value) ? 'an array' : `a value of type ${typeof value}`;
};

const isSecret = ([first]: OptionPath): boolean => first === undefined || first === 'probes' || first === 'alerts';

const lengthOf = ({ length }: string): string =>
  length === 0 ? '""' : `a string of ${length} character${length === 1 ? '' : 's'}`;

/** What follows the `?` of a URL is left out. */
const quoted = (text: string): string => {
  if (text.includes('@')) return lengthOf(text);
  const start = text.slice(0, MAX_SHOWN);
  const shown = showText(text.includes('://') ? withoutCredentials(start) : start);
  return text.length > MAX_SHOWN ? `${shown}… (${text.length} characters)` : shown;
};

const showText = (text: string): string => visible(JSON.stringify(text));

/** Controls and direction marks as numbers: they change what a terminal shows. */
export const visible = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Array.isArray throws on a revoked proxy. */
const isArray = (value: unknown): boolean => {
  try {
    return Array.isArray(value);
  } catch {
    return false; // shown by its type
  }
};

const PLAIN_KEY = /^[\w./-]{1,64}$/;
/** A target or a whole object may stand where a key belongs. */
const VALUE_IN_KEY = /[:=@]/;

/** A name as it is; a key that is no name as a text, or by its length where it may be a value. */
export const showKey = (key: PropertyKey): string => {
  const text = String(key);
  if (typeof key === 'symbol' || PLAIN_KEY.test(text)) return text;
  return VALUE_IN_KEY.test(text) ? lengthOf(text) : quoted(text);
};

/** `probes.targets.0.url` */
export const showPath = (path: OptionPath): string => path.map(showKey).join('.');

/** What an error says, of whatever was thrown. */
export const messageOf = (thrown: unknown): string => {
  try {
    return quoted(thrown instanceof Error ? String(thrown.message) : String(thrown));
  } catch {
    return 'something that cannot be shown';
  }
};
