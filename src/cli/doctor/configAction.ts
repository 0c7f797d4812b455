import type { FrpRole } from '../../frp/FrpRole.js';
import type { Action } from './Check.js';
import { configLines, placeOf, type Scope, type Setting } from './configLines.js';
import type { InstanceFacts } from './DoctorFacts.js';

const PROGRAMS: Readonly<Record<FrpRole, string>> = { server: 'frps', client: 'frpc' };

/** The program's name. */
export const programOf = ({ snapshot: { role } }: InstanceFacts): string => PROGRAMS[role];

/** Settings that it does not have, as lines to be added to its config in its own format; nothing where that is not known. */
export const addToConfig = (instance: InstanceFacts, settings: readonly [Setting, ...Setting[]]): readonly Action[] => {
  const { config, configPath = 'its config', snapshot } = instance;
  if (config === undefined) return [];
  const program = programOf(instance);
  const [[path]] = settings;
  const lines = configLines(settings, config.format, snapshot.role);
  if (lines !== undefined) {
    const place = placeOf(config.format, configPath, path.split('.')[0] as string);
    return [{ text: `add ${place}, then restart ${program}:`, lines }];
  }
  const toml = configLines(settings, 'toml', snapshot.role) ?? [];
  return [{ text: `run ${program} with a config file, which can have these lines:`, lines: toml }];
};

/** A setting that it has, as the line that it should be. */
export const changeInConfig = (
  instance: InstanceFacts,
  setting: Setting,
  scope: Scope = 'config',
): readonly Action[] => {
  const { config, configPath = 'its flags', snapshot } = instance;
  const lines = config && configLines([setting], config.format, snapshot.role, scope);
  return lines === undefined
    ? []
    : [{ text: `change it in ${configPath}, then restart ${programOf(instance)}:`, lines }];
};
