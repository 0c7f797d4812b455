import type { EffectiveRule } from '../../alerts/AlertRule.js';
import { effectiveRules } from '../../alerts/effectiveRules.js';
import { FrpOptionsError } from '../../config/FrpInstrumentationOptions.js';
import type { FrpInstrumentationConfig } from '../../config/parseOptions.js';
import type { Io } from '../Command.js';
import { readSettings } from '../settings.js';

/** The rules that are in force, and the configuration that says so. */
export interface ReadRules {
  readonly rules: readonly EffectiveRule[];
  readonly config: FrpInstrumentationConfig;
}

/**
 * Of a config file and FRP_OTEL_*.
 *
 * @returns undefined where something in them is wrong: that is said on stderr, a line for each fault
 */
export const readRules = (file: string | undefined, { env, stderr }: Io): ReadRules | undefined => {
  try {
    const config = readSettings({}, env, { file });
    return { rules: effectiveRules(config), config };
  } catch (error) {
    if (!(error instanceof FrpOptionsError)) throw error;
    for (const fault of error.faults) stderr.write(`${fault}\n`);
    return undefined;
  }
};
