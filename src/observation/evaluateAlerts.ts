import { join } from 'node:path';
import type { DeliveryTarget } from '../alerts/delivery/DeliveryConfig.js';
import { effectiveRules } from '../alerts/effectiveRules.js';
import { type Alerts, type StartAlertsOptions, startAlerts } from '../alerts/startAlerts.js';
import type { FrpInstrumentationConfig } from '../config/parseOptions.js';
import { absolutePath } from './absolutePath.js';

interface EvaluateAlertsOptions extends Omit<StartAlertsOptions, 'config' | 'rules'> {
  /** Where the history is kept unless the user names a file; undefined where there is no folder. */
  readonly historyFolder: string | undefined;
}

/** Evaluates the alert rules, where the user wants them evaluated here. */
export const evaluateAlerts = (
  config: FrpInstrumentationConfig,
  { historyFolder, ...parts }: EvaluateAlertsOptions,
): Alerts | undefined => {
  const { alerts, alertRules } = config;
  if (alerts === undefined) return undefined;
  const { historyFile = historyFolder && join(historyFolder, 'alerts.jsonl') } = alerts;
  return startAlerts({
    ...parts,
    config: {
      ...alerts,
      alertmanagers: alerts.alertmanagers.map(fromHere),
      webhooks: alerts.webhooks.map(fromHere),
      historyFile: historyFile && absolutePath(historyFile),
      runbookUrl: alertRules.runbookUrl,
    },
    rules: effectiveRules(config),
  });
};

/** Its token is read for each request: the working folder may be another by then. */
const fromHere = ({ bearerTokenFile, ...target }: DeliveryTarget): DeliveryTarget =>
  bearerTokenFile === undefined
    ? target
    : { ...target, bearerTokenFile: absolutePath(bearerTokenFile) ?? bearerTokenFile };
