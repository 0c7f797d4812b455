import type { EffectiveRule } from './AlertRule.js';
import { effectiveRules } from './effectiveRules.js';

/** The rules that are in force with the default configuration: what the files of collector-config/ are rendered of. */
export const DEFAULT_RULES: readonly EffectiveRule[] = effectiveRules({});
