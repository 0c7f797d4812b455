import { createHash } from 'node:crypto';
import type { AlertReceiver, AlertRecord } from '../AlertRecord.js';
import { oneAtATime } from '../oneAtATime.js';
import { hasTimes } from './alertText.js';
import type { DeliveryConfig, DeliveryHooks, DeliveryTarget, DropReason } from './DeliveryConfig.js';
import { faultOf } from './DeliveryFault.js';
import { Endpoint } from './Endpoint.js';
import { isRefusal } from './isRefusal.js';
import { MinuteLimit } from './MinuteLimit.js';
import type { PostAnswer } from './postJson.js';
import { retryDelay } from './retryDelay.js';
import { SaidOnce } from './SaidOnce.js';
import { UntoldAlerts } from './UntoldAlerts.js';
import { webhookMessage } from './webhookMessage.js';

/** In one request. */
const MAX_ALERTS = 256;

/** Tells one webhook what has changed, once: what fires, and when it is over. */
export class WebhookReceiver implements AlertReceiver {
  readonly #id: string;
  readonly #endpoint: Endpoint;
  readonly #untold: UntoldAlerts;
  readonly #limit: MinuteLimit;
  readonly #config: DeliveryConfig;
  readonly #hooks: DeliveryHooks;
  readonly #faults: SaidOnce;
  readonly #refusals: SaidOnce;
  readonly #round: () => Promise<void>;
  /** Until then nothing is sent: after a failure, or over the limit. */
  #wait: NodeJS.Timeout | undefined;
  #failures = 0;
  /** In one request: fewer while it is searched which one is not wanted. */
  #most = MAX_ALERTS;
  #isStopped = false;

  constructor(target: DeliveryTarget, config: DeliveryConfig, hooks: DeliveryHooks) {
    this.#id = createHash('sha256').update(target.url).digest('hex').slice(0, 16);
    this.#endpoint = new Endpoint(target, hooks.untraced);
    this.#untold = new UntoldAlerts(config.cooldownMillis, hooks.told(this.#id));
    this.#limit = new MinuteLimit(config.maxNotificationsPerMinute);
    this.#config = config;
    this.#hooks = hooks;
    const say = (message: string): void => hooks.say(`webhook at ${this.#endpoint.origin}: ${message}`);
    this.#faults = new SaidOnce(say);
    this.#refusals = new SaidOnce(say);
    this.#round = oneAtATime(() => this.#tellUntold());
  }

  receive(alerts: readonly AlertRecord[], now: number): void {
    if (this.#isStopped) return;
    this.#drop(this.#untold.see(alerts, now), 'missed');
    for (const alert of this.#untold.firedAnew) this.#hooks.onTold(this.#id, alert);
    void this.#round();
  }

  /** Tries once more, also where it would be tried later. */
  flush(): Promise<void> {
    this.#endWait();
    return this.#round();
  }

  stop(): void {
    this.#isStopped = true;
    this.#endpoint.cut();
    this.#endWait();
  }

  async #tellUntold(): Promise<void> {
    while (!this.#isStopped && this.#wait === undefined && !this.#untold.isEmpty) {
      const now = this.#hooks.now();
      if (this.#limit.take(now)) await this.#tell(this.#writable(this.#untold.take(this.#most)));
      else this.#waitFor(this.#limit.freeIn(now));
    }
  }

  /** Without those that would keep all others from being told. */
  #writable(taken: readonly AlertRecord[]): AlertRecord[] {
    const broken = taken.filter((alert) => !hasTimes(alert));
    for (const alert of broken) this.#refuse(alert, `an alert ${alert.name} is not sent: its times are out of range`);
    return taken.filter((alert) => !broken.includes(alert));
  }

  async #tell(taken: readonly AlertRecord[]): Promise<void> {
    if (taken.length === 0) return;
    try {
      this.#answered(taken, await this.#endpoint.post(webhookMessage(taken, this.#config)));
    } catch (error) {
      this.#failed(taken, faultOf(error));
    }
  }

  #answered(taken: readonly AlertRecord[], { status, retryAfter }: PostAnswer): void {
    if (status >= 200 && status < 300) this.#wanted(taken);
    else if (isRefusal(status)) this.#unwanted(taken, status);
    else this.#failed(taken, `it answered ${status}, expected 200`, retryAfter);
  }

  #wanted(taken: readonly AlertRecord[]): void {
    this.#untold.told(taken, this.#hooks.now());
    for (const alert of taken) this.#hooks.onTold(this.#id, alert);
    this.#most = Math.min(2 * this.#most, MAX_ALERTS);
    this.#failures = 0;
    this.#faults.well();
  }

  /** One alert that it does not want lets all of them fail: they are told by halves until that one is alone. */
  #unwanted(taken: readonly AlertRecord[], status: number): void {
    this.#failures = 0;
    const [alert] = taken;
    if (taken.length === 1 && alert !== undefined) {
      this.#refuse(alert, `it refused an alert ${alert.name} (${status}), which is not sent again`);
    } else {
      this.#most = Math.ceil(taken.length / 2);
      this.#drop(this.#untold.failed(taken), 'missed');
    }
  }

  #refuse(alert: AlertRecord, said: string): void {
    this.#untold.refused([alert]);
    this.#drop([alert], 'refused');
    // It is not offered again after a restart, either.
    if (alert.state === 'resolved') this.#hooks.onTold(this.#id, alert);
    this.#refusals.fault(said);
  }

  #failed(taken: readonly AlertRecord[], fault: string, retryAfter?: string): void {
    this.#drop(this.#untold.failed(taken), 'missed');
    if (this.#isStopped) return;
    this.#failures += 1;
    this.#faults.fault(`${fault}; it is tried again, and told what is true by then`);
    const { failures, now } = { failures: this.#failures, now: this.#hooks.now() };
    this.#waitFor(retryDelay({ failures, retryAfter, now, chance: Math.random() }));
  }

  #waitFor(millis: number): void {
    this.#wait = setTimeout(() => {
      this.#wait = undefined;
      void this.#round();
    }, millis).unref();
  }

  #endWait(): void {
    clearTimeout(this.#wait);
    this.#wait = undefined;
  }

  #drop(alerts: readonly AlertRecord[], reason: DropReason): void {
    for (const alert of alerts) this.#hooks.onDropped(alert, reason);
  }
}
