import { parse as parseToml, TomlError } from 'smol-toml';
import { KEY_NAMES } from './configSchema.js';
import type { FrpConfigFormat } from './FrpConfig.js';
import { FrpConfigError, placeOf } from './FrpConfigError.js';
import { parseYaml } from './parseYaml.js';

/** A file's values, under frp's spelling of the keys. */
export interface ParsedTables {
  readonly format: FrpConfigFormat;
  readonly tables: unknown;
}

/** Levels of frp's keys, such as `proxies`, an entry, `transport`, `bandwidthLimit`: none is deeper. */
const MAX_LEVELS = 6;

/**
 * Reads a file as frp does: as TOML, else as JSON where it starts with `{`, else as YAML (LoadConfigure in pkg/config/load.go).
 *
 * @throws FrpConfigError with the places at which it is neither
 */
export const parseTables = (text: string): ParsedTables => {
  const toml = attempt(() => parseToml(text, { integersAsBigInt: 'asNeeded' }), tomlPlace);
  if ('value' in toml) return { format: 'toml', tables: spelled(toml.value, MAX_LEVELS) };
  if (text.trimStart().startsWith('{')) {
    const json = attempt(
      () => JSON.parse(text),
      (error) => jsonPlace(error, text),
    );
    if ('value' in json) return { format: 'json', tables: spelled(json.value, MAX_LEVELS) };
    throw new FrpConfigError(`expected JSON, found something else${json.place}`);
  }
  const yaml = attempt(
    () => parseYaml(text),
    (error) => (error instanceof FrpConfigError ? error.message : ''),
  );
  if ('value' in yaml && isTable(yaml.value)) return { format: 'yaml', tables: spelled(yaml.value, MAX_LEVELS) };
  const yamlPlace = 'value' in yaml ? '' : yaml.place;
  throw new FrpConfigError(
    `expected TOML, JSON, YAML or INI with a [common] section, found something else: not TOML${toml.place}, not YAML${yamlPlace}`,
  );
};

type Attempt = { readonly value: unknown } | { readonly place: string };

/** Messages of parsers quote the text: only the position may leave this place. */
const attempt = (parse: () => unknown, place: (error: unknown) => string): Attempt => {
  try {
    return { value: parse() };
  } catch (error) {
    return { place: place(error) };
  }
};

const tomlPlace = (error: unknown): string =>
  error instanceof TomlError ? ` (line ${error.line}, column ${error.column})` : '';

const jsonPlace = (error: unknown, text: string): string => {
  const position = /at position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
  return position === undefined ? '' : ` (${placeOf(text, Number(position))})`;
};

const isTable = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const spelled = (value: unknown, levels: number): unknown => {
  if (levels === 0) return undefined;
  if (Array.isArray(value)) return value.map((item) => spelled(item, levels - 1));
  if (!isTable(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const name = KEY_NAMES.get(key.toLowerCase());
      return name === undefined ? [] : [[name, spelled(inner, levels - 1)]];
    }),
  );
};
