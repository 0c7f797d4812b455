import type { AlertReceiver, AlertRecord } from '../AlertRecord.js';
import type { DeliveryConfig, DeliveryHooks, DeliveryTarget, DropReason } from './DeliveryConfig.js';
import { DeliveryFault } from './DeliveryFault.js';
import { Endpoint } from './Endpoint.js';
import { MinuteLimit } from './MinuteLimit.js';
import { oneAtATime } from './oneAtATime.js';
import type { PostAnswer } from './postJson.js';
import { retryDelay } from './retryDelay.js';
import { SaidOnce } from './SaidOnce.js';
import { UntoldAlerts } from './UntoldAlerts.js';
import { webhookMessage } from './webhookMessage.js';

/** In one request. */
const MAX_ALERTS = 256;
/** Besides 5xx, what another time may be answered otherwise: too early, too often, or with a token that is being renewed. */
const PASSING: readonly number[] = [401, 403, 408, 425, 429];

/** Tells one webhook what has changed, once: what fires, and when it is over. */
export class WebhookReceiver implements AlertReceiver {
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
  #isStopped = false;

  constructor(target: DeliveryTarget, config: DeliveryConfig, hooks: DeliveryHooks) {
    this.#endpoint = new Endpoint(target, hooks.untraced);
    this.#untold = new UntoldAlerts(config.cooldownMillis, hooks.told);
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
    void this.#round();
  }

  /** Tries once more, also where it would be tried later. */
  flush(): Promise<void> {
    this.#endWait();
    return this.#round();
  }

  stop(): void {
    this.#isStopped = true;
    this.#endWait();
  }

  async #tellUntold(): Promise<void> {
    while (!this.#isStopped && this.#wait === undefined && !this.#untold.isEmpty) {
      const now = this.#hooks.now();
      if (this.#limit.take(now)) await this.#tell(this.#untold.take(MAX_ALERTS));
      else this.#waitFor(this.#limit.freeIn(now));
    }
  }

  async #tell(taken: readonly AlertRecord[]): Promise<void> {
    try {
      this.#answered(taken, await this.#endpoint.post(webhookMessage(taken, this.#config)));
    } catch (error) {
      this.#failed(taken, faultOf(error));
    }
  }

  #answered(taken: readonly AlertRecord[], { status, retryAfter }: PostAnswer): void {
    if (status >= 500 || PASSING.includes(status)) {
      this.#failed(taken, `it answered ${status}, expected 200`, retryAfter);
      return;
    }
    this.#failures = 0;
    if (status >= 200 && status < 300) {
      this.#untold.told(taken, this.#hooks.now());
      this.#faults.well();
      this.#refusals.well();
    } else {
      this.#untold.refused(taken);
      this.#drop(taken, 'refused');
      this.#refusals.fault(`it answered ${status}, expected 200; what it does not want is not sent again`);
    }
  }

  #failed(taken: readonly AlertRecord[], fault: string, retryAfter?: string): void {
    this.#drop(this.#untold.failed(taken), 'missed');
    this.#failures += 1;
    this.#faults.fault(`${fault}; it is tried again, and told what is true by then`);
    const { failures, now } = { failures: this.#failures, now: this.#hooks.now() };
    this.#waitFor(retryDelay({ failures, retryAfter, now, chance: Math.random() }));
  }

  #waitFor(millis: number): void {
    if (this.#isStopped) return;
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

const faultOf = (error: unknown): string =>
  error instanceof DeliveryFault ? error.message : `a fault of ours (${(error as Error).name})`;
