import type * as z from 'zod';
import type { FrpRole } from '../FrpRole.js';
import { completeClientConfig, completeServerConfig, completeTunnels } from './completeConfig.js';
import { configSchemas, yamlConfigSchemas } from './configSchema.js';
import type { FrpConfig, FrpConfigFormat, FrpTunnels } from './FrpConfig.js';
import { FrpConfigError } from './FrpConfigError.js';
import { legacyConfig, legacyTunnels } from './legacyConfig.js';
import { isLegacyIni, parseIni } from './parseIni.js';
import { type ParsedTables, parseTables } from './parseTables.js';
import { type Environment, renderTemplate } from './renderTemplate.js';

export { FrpConfigError };

export interface ParseConfigOptions {
  /** Of the frp process, for `{{ .Envs.NAME }}`; a file that needs it is refused without. */
  readonly environment?: Environment | undefined;
  /** Of frp, such as `0.61.2`; the newest's defaults when it is unknown. */
  readonly version?: string | undefined;
}

/**
 * Reads an frps or frpc config file: TOML, YAML, JSON or legacy INI, with the Go templates that frp evaluates first. Files that it
 * includes are not read: see `parseIncluded`.
 *
 * @param text the file's text
 * @throws FrpConfigError when it is none of these or a value has the wrong type; the message names the place, not the text
 */
export const parseConfig = (text: string, role: FrpRole, options: ParseConfigOptions = {}): FrpConfig =>
  guarded(() => {
    const hasIni = isLegacyIni(withoutMark(text));
    const rendered = render(text, hasIni, options.environment);
    const { format, tables } = hasIni
      ? ({ format: 'ini', tables: legacyConfig(parseIni(rendered), role) } as const)
      : parseTables(rendered);
    const complete = { format, version: options.version };
    const { server, client } = schemasOf(format);
    return role === 'server'
      ? completeServerConfig(check(server, tables), complete)
      : completeClientConfig(check(client, tables), complete);
  });

/**
 * Reads the proxies and visitors of a file that frpc's config includes; its other keys have no meaning there.
 *
 * @param format of the including file: INI includes INI, without a [common] section
 * @throws FrpConfigError as `parseConfig`
 */
export const parseIncluded = (text: string, format: FrpConfigFormat, environment?: Environment): FrpTunnels =>
  guarded(() => {
    const isIni = format === 'ini';
    const rendered = render(text, isIni, environment);
    const parsed: ParsedTables = isIni ? { format, tables: legacyTunnels(parseIni(rendered)) } : parseTables(rendered);
    return completeTunnels(check(schemasOf(parsed.format).tunnels, parsed.tables));
  });

/** A config with the proxies and visitors of the files that it includes. */
export const withIncluded = (config: FrpConfig, included: readonly FrpTunnels[]): FrpConfig => ({
  ...config,
  proxies: [config, ...included].flatMap(({ proxies }) => proxies),
  visitors: [config, ...included].flatMap(({ visitors }) => visitors),
});

const schemasOf = (format: FrpConfigFormat) => (format === 'yaml' ? yamlConfigSchemas : configSchemas);

const render = (text: string, isIni: boolean, environment: Environment | undefined): string =>
  renderTemplate(withoutMark(text), { environment, hasNumberRanges: !isIni });

/** A byte order mark is no part of the text. */
const withoutMark = (text: string): string => (text.startsWith('\uFEFF') ? text.slice(1) : text);

/** @param tables undefined and null stand for an empty file */
const check = <Value>(schema: z.ZodType<Value>, tables: unknown): Value => {
  const result = schema.safeParse(tables ?? {});
  if (!result.success) throw new FrpConfigError(describeIssues(result.error));
  return result.data;
};

const MAX_ISSUES = 3;

/** zod's messages name types and bounds, never a value. */
const describeIssues = ({ issues }: z.ZodError): string => {
  const described = issues
    .slice(0, MAX_ISSUES)
    .map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`)
    .join('; ');
  return issues.length > MAX_ISSUES ? `${described}; and ${issues.length - MAX_ISSUES} more` : described;
};

/** Text that nests too deep for a parser's recursion ends in another error than its own. */
const guarded = <Result>(read: () => Result): Result => {
  try {
    return read();
  } catch (error) {
    if (error instanceof FrpConfigError) throw error;
    throw new FrpConfigError('expected a config of frp, found one that nests too deep or is too large to read');
  }
};
