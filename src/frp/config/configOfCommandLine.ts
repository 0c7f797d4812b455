import type { FrpRole } from '../FrpRole.js';
import { completeClientConfig, completeServerConfig } from './completeConfig.js';
import { configSchemas } from './configSchema.js';
import type { FrpConfig } from './FrpConfig.js';
import {
  CLIENT_FLAGS,
  type ConfigFlag,
  PROXY_FLAGS,
  type ReadFlags,
  readFlags,
  SERVER_FLAGS,
  VISITOR_FLAGS,
} from './flags.js';
import { setAt, type Tables } from './legacyConfig.js';
import { isOn, isService, PROXY_COMMANDS, VISITOR_COMMANDS } from './parseCommandLine.js';
import { parseRanges } from './parseNumberRange.js';

/**
 * The config of an frps or frpc that has no config file, from its flags: `frps --bind_port 7000`, `frpc tcp --local_port 22 …`.
 *
 * @param args without the executable
 * @returns undefined where it reads a file or folder, ends at once, or its flags make no config
 */
export const configOfCommandLine = (
  args: readonly string[],
  role: FrpRole,
  version?: string,
): FrpConfig | undefined => {
  const flags = readFlags(args, role);
  if (!isService(flags)) return undefined;
  const options = { format: 'flags', version } as const;
  if (role === 'server') {
    if (flags.values.get('config')?.at(-1)) return undefined;
    const file = configSchemas.server.safeParse(toTables(flags, SERVER_FLAGS));
    return file.data && completeServerConfig(file.data, options);
  }
  const tables = clientTables(flags);
  const file = tables && configSchemas.client.safeParse(tables);
  return file?.data && completeClientConfig(file.data, options);
};

const clientTables = (flags: ReadFlags): Tables | undefined => {
  const [type = '', word] = flags.words;
  if (!PROXY_COMMANDS.has(type)) return undefined;
  const common = toTables(flags, CLIENT_FLAGS);
  if (word === 'visitor' && VISITOR_COMMANDS.has(type)) {
    // `-n` is short for the visitor's name here.
    const name = flags.values.get('proxy-name');
    const values = name === undefined ? flags.values : new Map([...flags.values, ['visitor-name', name]]);
    return { ...common, visitors: [{ ...toTables({ ...flags, values }, VISITOR_FLAGS), type }] };
  }
  return { ...common, proxies: [{ ...toTables(flags, PROXY_FLAGS), type }] };
};

const toTables = ({ values }: ReadFlags, flags: readonly ConfigFlag[]): Tables => {
  const tables: Tables = {};
  for (const [name, path, kind, initial] of flags) {
    const given = values.get(name) ?? (initial === undefined ? [] : [initial]);
    const value = given.at(-1);
    if (value !== undefined) setAt(tables, path.split('.'), readKind(kind, value, given));
  }
  return tables;
};

const readKind = (kind: ConfigFlag[2], value: string, given: readonly string[]): unknown => {
  switch (kind) {
    case 'text':
      return value;
    case 'integer':
      return Number(value);
    case 'boolean':
      return isOn(value);
    case 'list':
      return given.flatMap((list) => list.split(','));
    case 'ranges':
      return parseRanges(value);
  }
};
