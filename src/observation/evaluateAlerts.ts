import { join } from 'node:path';
import type { DeliveryTarget } from '../alerts/delivery/DeliveryConfig.js';
import { effectiveRules } from '../alerts/effectiveRules.js';
import type { Alerts, StartAlertsOptions } from '../alerts/startAlerts.js';
import type { FrpInstrumentationConfig } from '../config/parseOptions.js';
import { log } from '../telemetry/log.js';
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
  return loaded({
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

/** Evaluator, delivery and history take a tenth of the time of the import: they are loaded where somebody wants them. */
const loaded = (options: StartAlertsOptions): Alerts => {
  let alerts: Alerts | undefined;
  let isStopped = false;
  const load = async (): Promise<void> => {
    const { startAlerts } = await import('../alerts/startAlerts.js');
    if (!isStopped) alerts = startAlerts(options);
  };
  const loading = load().catch((error) => log.error('the alert rules could not be evaluated', error));
  return {
    records: () => alerts?.records() ?? NONE,
    on: (snapshot) => alerts?.on(snapshot) ?? snapshot,
    takeDropped: () => alerts?.takeDropped() ?? NONE,
    flush: async () => {
      await loading;
      await alerts?.flush();
    },
    stop: async () => {
      isStopped = true;
      await loading;
      await alerts?.stop();
    },
  };
};

const NONE = Object.freeze([]);

/** Its token is read for each request: the working folder may be another by then. */
const fromHere = ({ bearerTokenFile, ...target }: DeliveryTarget): DeliveryTarget =>
  bearerTokenFile === undefined
    ? target
    : { ...target, bearerTokenFile: absolutePath(bearerTokenFile) ?? bearerTokenFile };
