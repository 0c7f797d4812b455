import type { AlertReceiver } from '../AlertRecord.js';
import { AlertmanagerReceiver } from './AlertmanagerReceiver.js';
import type { DeliveryConfig, DeliveryHooks } from './DeliveryConfig.js';
import { WebhookReceiver } from './WebhookReceiver.js';

type GivenHooks = Pick<DeliveryHooks, 'onDropped' | 'say'> & Partial<DeliveryHooks>;

/** What takes alerts to each Alertmanager and each webhook of the configuration; none waits for another. */
export const createReceivers = (
  config: DeliveryConfig,
  { onDropped, say, told = () => [], onTold = () => {}, now = Date.now, untraced = (request) => request() }: GivenHooks,
): readonly AlertReceiver[] => {
  const hooks: DeliveryHooks = { onDropped, say, told, onTold, now, untraced };
  return [
    ...config.alertmanagers.map((target) => new AlertmanagerReceiver(target, config, hooks)),
    ...config.webhooks.map((target) => new WebhookReceiver(target, config, hooks)),
  ];
};
