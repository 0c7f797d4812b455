import type { FrpConfigFormat } from '../../frp/config/FrpConfig.js';
import { CLIENT_FLAGS, type ConfigFlag, PROXY_FLAGS, SERVER_FLAGS } from '../../frp/config/flags.js';
import { LEGACY_KEYS, LEGACY_PROXY_KEYS } from '../../frp/config/legacyConfig.js';
import type { FrpRole } from '../../frp/FrpRole.js';
import { shellWord } from './shellWord.js';

/** A key path of frp's config and its value, `['webServer.port', 7500]`. */
export type Setting = readonly [path: string, value: string | number | boolean];

/** Where a setting stands: in the config itself, or in each proxy's part of it. */
export type Scope = 'config' | 'proxy';

/**
 * Settings as they are written in a config of this format.
 *
 * @returns undefined where it cannot be said there: frpc has no flags for its API
 */
export const configLines = (
  settings: readonly Setting[],
  format: FrpConfigFormat,
  role: FrpRole,
  scope: Scope = 'config',
): readonly string[] | undefined => {
  switch (format) {
    case 'toml':
      return settings.map(([path, value]) => `${path} = ${JSON.stringify(value)}`);
    case 'yaml':
      return yamlLines(nested(settings), '');
    case 'json':
      return jsonLines(nested(settings));
    case 'ini':
      return allOf(settings, ([path, value]) => {
        const key = legacyKey(path, role, scope);
        return key && `${key} = ${value}`;
      });
    case 'flags': {
      const flags = allOf(settings, ([path, value]) => {
        const name = flagName(path, role, scope);
        return name && (value === true ? name : `${name} ${shellWord(String(value))}`);
      });
      return flags && [flags.join(' ')];
    }
  }
};

/** Where new settings of one table go, `webServer`, in words. */
export const placeOf = (format: FrpConfigFormat, file: string, table: string): string => {
  switch (format) {
    case 'toml':
      return `at the top of ${file}, before its first [ (or without "${table}." in the [${table}] that it has)`;
    case 'yaml':
    case 'json':
      return `in ${file}, joined with what stands there under ${table}`;
    case 'ini':
      return `below [common] in ${file}`;
    case 'flags':
      return 'among its flags';
  }
};

interface Nested {
  [key: string]: Nested | string | number | boolean;
}

const nested = (settings: readonly Setting[]): Nested => {
  const root: Nested = {};
  for (const [path, value] of settings) {
    const keys = path.split('.');
    const last = keys.pop() as string;
    let table = root;
    for (const key of keys) {
      const inner = table[key] ?? {};
      table[key] = inner;
      table = inner as Nested;
    }
    table[last] = value;
  }
  return root;
};

const yamlLines = (table: Nested, indent: string): string[] =>
  Object.entries(table).flatMap(([key, value]) =>
    typeof value === 'object'
      ? [`${indent}${key}:`, ...yamlLines(value, `${indent}  `)]
      : [`${indent}${key}: ${JSON.stringify(value)}`],
  );

/** The members without the braces around them, with a comma since others follow. */
const jsonLines = (table: Nested): string[] =>
  Object.entries(table).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)},`);

const legacyKey = (path: string, role: FrpRole, scope: Scope): string | undefined =>
  (scope === 'config' ? LEGACY_KEYS[role] : LEGACY_PROXY_KEYS).find(([, each]) => each === path)?.[0];

const flagName = (path: string, role: FrpRole, scope: Scope): string | undefined => {
  const flags: readonly ConfigFlag[] =
    scope === 'proxy' ? PROXY_FLAGS : role === 'server' ? SERVER_FLAGS : CLIENT_FLAGS;
  const name = flags.find(([, each]) => each === path)?.[0];
  return name && `--${name.replaceAll('-', '_')}`; // all versions take it so
};

const allOf = (settings: readonly Setting[], write: (setting: Setting) => string | undefined): string[] | undefined => {
  const lines = settings.map(write);
  return lines.every((line) => line !== undefined) ? lines : undefined;
};
