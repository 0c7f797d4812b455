import type { FrpSnapshot } from '../model/FrpSnapshot.js';
import { FaultsOfProgram } from '../telemetry/FaultsOfProgram.js';
import { log } from '../telemetry/log.js';
import type { MetricOptions } from '../telemetry/SnapshotSource.js';
import { withinDeadline } from '../telemetry/withinDeadline.js';
import { type AlertEvent, alertEvent } from './AlertEvent.js';
import type { AlertReceiver, AlertRecord } from './AlertRecord.js';
import type { EffectiveRule } from './AlertRule.js';
import { type DroppedAlert, DroppedAlerts } from './DroppedAlerts.js';
import { createReceivers } from './delivery/createReceivers.js';
import type { DeliveryConfig, DeliveryHooks } from './delivery/DeliveryConfig.js';
import { AlertCounts } from './evaluator/AlertCounts.js';
import { AlertEvaluator } from './evaluator/AlertEvaluator.js';
import { ruleReader } from './evaluator/ruleReader.js';
import { AlertHistory } from './history/AlertHistory.js';

/** Those that are over and still shown. */
const MAX_RESOLVED = 1_000;
/** A receiver that does not answer keeps no flush and no shutdown for longer. */
const DEADLINE_MILLIS = 10_000;

export interface AlertsConfig extends DeliveryConfig {
  /** Without, nothing is kept. */
  readonly historyFile?: string | undefined;
  readonly historyDays: number;
}

export interface StartAlertsOptions {
  readonly config: AlertsConfig;
  readonly rules: readonly EffectiveRule[];
  /** What is known now. */
  readonly snapshot: () => FrpSnapshot;
  readonly metrics: MetricOptions;
  /** Hears of each alert that fires, and that was resolved. */
  readonly tell: (event: AlertEvent) => void;
  readonly untraced?: DeliveryHooks['untraced'];
}

/** The alert rules at work. */
export interface Alerts {
  /** Pending, firing and the last ones that were resolved. */
  readonly records: () => readonly AlertRecord[];
  /** The snapshot with how many alerts fire of each instance. */
  readonly on: (snapshot: FrpSnapshot) => FrpSnapshot;
  /** What was left out since this was asked last. */
  readonly takeDropped: () => readonly DroppedAlert[];
  /** Resolves when what fires is delivered and kept, or cannot be; never rejects. */
  readonly flush: () => Promise<void>;
  /** As flush, then nothing is evaluated any more. */
  readonly stop: () => Promise<void>;
}

/** Evaluates the rules now and then, and takes what comes of it to telemetry, listeners, receivers and the history. */
export const startAlerts = ({ config, rules, snapshot, metrics, tell, untraced }: StartAlertsOptions): Alerts => {
  const evaluator = new AlertEvaluator(rules, { derivedMetrics: metrics.derivedMetrics });
  const counts = new AlertCounts(rules);
  const read = ruleReader(rules, metrics);
  const dropped = new DroppedAlerts();
  const faults = new FaultsOfProgram('the alert rules could not be evaluated');
  const faultsOfReceivers = new FaultsOfProgram('alerts could not be given to a receiver');
  const history = openHistory(config, dropped);
  const leftOut = new LeftOut(dropped);
  let resolved: readonly AlertRecord[] = [];
  let receivers: readonly AlertReceiver[] = [];

  const evaluate = (): void => {
    const now = Date.now();
    const changes = evaluator.evaluate(read(snapshot(), now), now);
    leftOut.take(evaluator.leftOut);
    const firing = evaluator.active.filter(({ state }) => state === 'firing');
    const over = changes.filter(({ state }) => state === 'resolved');
    const news = changes.filter(({ state }) => state !== 'pending');
    if (news.length > 0) counts.update(firing);
    if (over.length > 0) resolved = [...resolved, ...over].slice(-MAX_RESOLVED);
    history?.add(news);
    for (const record of news) {
      const event = alertEvent(record, now);
      if (event !== undefined) tell(event);
    }
    for (const receiver of receivers) give(receiver, [...firing, ...over], now);
  };
  const give = (receiver: AlertReceiver, alerts: readonly AlertRecord[], now: number): void => {
    try {
      receiver.receive(alerts, now);
    } catch (error) {
      faultsOfReceivers.say(error); // the others are told
    }
  };

  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  /** Not before it is known what fired when the program ended. */
  const start = async (): Promise<void> => {
    const before = await history?.open();
    if (isStopped) return;
    if (before !== undefined) {
      evaluator.resume(before.firing, Date.now());
      counts.update(before.firing);
      resolved = before.resolved;
    }
    receivers = createReceivers(config, {
      say: (message) => log.warn(message),
      onDropped: (alert, reason) => dropped.add({ item: 'notification', reason, count: 1 }, alert),
      ...(history && { onTold: (receiver, alert) => history.told(receiver, alert) }),
      ...(before && { told: before.told }),
      ...(untraced && { untraced }),
    });
    timer = setInterval(() => {
      try {
        evaluate();
      } catch (error) {
        faults.say(error);
      }
    }, config.intervalMillis).unref();
  };
  const started = start().catch((error) => faults.say(error));

  const flush = async (): Promise<void> => {
    await started;
    const delivered = Promise.all([...receivers.map((receiver) => receiver.flush()), history?.settled()]);
    await withinDeadline('delivery of alerts', DEADLINE_MILLIS, delivered);
  };
  return {
    records: () => Object.freeze([...evaluator.active, ...resolved]),
    on: (of) => counts.on(of),
    takeDropped: () => dropped.take(),
    flush,
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      await flush();
      for (const receiver of receivers) receiver.stop();
    },
  };
};

const openHistory = (
  { historyFile: file, historyDays: days }: AlertsConfig,
  dropped: DroppedAlerts,
): AlertHistory | undefined =>
  file === undefined
    ? undefined
    : new AlertHistory({
        file,
        days,
        say: (message) => log.warn(message),
        onLost: (alert) => dropped.add({ item: 'alert_history', reason: 'unwritable', count: 1 }, alert),
      });

/** What is beyond the limits is left out again at each evaluation: it is counted when it begins to be, and said once. */
class LeftOut {
  readonly #dropped: DroppedAlerts;
  #last = 0;
  #isSaid = false;

  constructor(dropped: DroppedAlerts) {
    this.#dropped = dropped;
  }

  take(leftOut: number): void {
    if (leftOut > this.#last) {
      this.#dropped.add({ item: 'alert', reason: 'limit', count: leftOut - this.#last });
      if (!this.#isSaid)
        log.warn('more alerts than are kept: those beyond the limit are counted as frp.telemetry.dropped');
      this.#isSaid = true;
    }
    this.#last = leftOut;
  }
}
