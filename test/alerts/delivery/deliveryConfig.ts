import type { AlertRecord } from '../../../src/alerts/AlertRecord.js';
import { createReceivers } from '../../../src/alerts/delivery/createReceivers.js';
import type { DeliveryConfig, DeliveryHooks, DropReason } from '../../../src/alerts/delivery/DeliveryConfig.js';

/** Nobody is told, but for who is given. */
export const deliveryConfig = (given: Partial<DeliveryConfig> = {}): DeliveryConfig => ({
  intervalMillis: 1_000,
  alertmanagers: [],
  webhooks: [],
  resendMillis: 60_000,
  cooldownMillis: 300_000,
  maxNotificationsPerMinute: 60,
  ...given,
});

/** The receivers of a configuration, with what they say and drop, and how many requests they began. */
export const startReceivers = (
  config: Partial<DeliveryConfig>,
  before: Pick<Partial<DeliveryHooks>, 'now' | 'told'> = {},
) => {
  const said: string[] = [];
  const told: [receiver: string, id: string][] = [];
  /** The same, by their state and when they fired. */
  const toldAs: [id: string, state: AlertRecord['state'], firedAt: number | undefined][] = [];
  const dropped: [id: string, reason: DropReason][] = [];
  const requests = { begun: 0, underWay: 0, mostUnderWay: 0 };
  const receivers = createReceivers(deliveryConfig(config), {
    say: (message) => said.push(message),
    onDropped: ({ id }, reason) => dropped.push([id, reason]),
    onTold: (receiver, { id, state, firedAt }) => {
      told.push([receiver, id]);
      toldAs.push([id, state, firedAt]);
    },
    ...before,
    untraced: async (request) => {
      requests.begun += 1;
      requests.underWay += 1;
      requests.mostUnderWay = Math.max(requests.mostUnderWay, requests.underWay);
      return await request().finally(() => {
        requests.underWay -= 1;
      });
    },
  });
  return {
    said,
    told,
    toldAs,
    dropped,
    requests,
    receive: (alerts: readonly AlertRecord[], now = Date.now()): void => {
      for (const receiver of receivers) receiver.receive(alerts, now);
    },
    flush: async (): Promise<void> => {
      await Promise.all(receivers.map((receiver) => receiver.flush()));
    },
    [Symbol.dispose]: (): void => {
      for (const receiver of receivers) receiver.stop();
    },
  };
};
