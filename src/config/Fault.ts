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

/** A value as a message shows it: short, on one line, without what a URL may hold of secrets. */
export const show = (value: unknown, path: OptionPath): string => {
  if (typeof value === 'string') {
    const isUrl = path.at(-1) === 'url' || value.includes('://');
    const text = isUrl ? withoutCredentials(value) : value;
    return text.length > MAX_SHOWN
      ? `${showText(text.slice(0, MAX_SHOWN))}… (${text.length} characters)`
      : showText(text);
  }
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'boolean' || value == null) return String(value);
  return isArray(value) ? 'an array' : `a value of type ${typeof value}`;
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

const PLAIN_KEY = /^[\w.:/@-]{1,64}$/;

/** `probes.targets.0.url`; a key that is no name is shown as a text. */
export const showPath = (path: OptionPath): string =>
  path.map((key) => (typeof key === 'symbol' || PLAIN_KEY.test(String(key)) ? String(key) : show(key, []))).join('.');

/** What an error says, of whatever was thrown. */
export const messageOf = (thrown: unknown): string => {
  try {
    return show(thrown instanceof Error ? thrown.message : String(thrown), ['url'.slice(3)]);
  } catch {
    return 'something that cannot be shown';
  }
};
