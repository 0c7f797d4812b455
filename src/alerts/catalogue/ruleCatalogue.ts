import type { CatalogueRule } from './CatalogueRule.js';
import { clientRules } from './clientRules.js';
import { processRules } from './processRules.js';
import { proxyRules } from './proxyRules.js';
import { serverRules } from './serverRules.js';
import { telemetryRules } from './telemetryRules.js';

/** Every alert rule, once. Rows that have a name in common are alternatives. */
export const ruleCatalogue: readonly CatalogueRule[] = [
  ...processRules,
  ...serverRules,
  ...clientRules,
  ...proxyRules,
  ...telemetryRules,
];
