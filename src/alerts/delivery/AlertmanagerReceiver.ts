import type { AlertReceiver, AlertRecord } from '../AlertRecord.js';
import { oneAtATime } from '../oneAtATime.js';
import { AlertsToSend, type AlertToSend } from './AlertsToSend.js';
import { annotationsOf, generatorUrl, hasTimes, labelsOf, startOf } from './alertText.js';
import type { DeliveryConfig, DeliveryHooks, DeliveryTarget } from './DeliveryConfig.js';
import { DeliveryFault, faultOf } from './DeliveryFault.js';
import { Endpoint } from './Endpoint.js';
import { isRefusal } from './isRefusal.js';
import type { PostAnswer } from './postJson.js';
import { quoteRefusal } from './quoteRefusal.js';
import { SaidOnce } from './SaidOnce.js';

const PATH = '/api/v2/alerts';
const MAX_BATCH = 256;
/** Prometheus's: three rounds may fail before Alertmanager takes an alert that fires for over. */
const ROUNDS_VALID = 4;
/** Single alerts in a row: who refuses so many wants none at all, and would be asked twice for each of thousands. */
const MAX_REFUSALS = 8;

/**
 * Tells one Alertmanager of all alerts, as Prometheus does: grouping, inhibition and silences are its own.
 *
 * An end is a time of our clock, and Alertmanager holds it against its own. Where that is ahead of ours by more than an end is ahead
 * of now, all that fires is over when it arrives; where it is behind, what was resolved goes on firing there for as much.
 */
export class AlertmanagerReceiver implements AlertReceiver {
  readonly #endpoint: Endpoint;
  readonly #alerts: AlertsToSend;
  readonly #config: DeliveryConfig;
  readonly #hooks: DeliveryHooks;
  readonly #faults: SaidOnce;
  readonly #refusals: SaidOnce;
  readonly #skew: SaidOnce;
  readonly #round: () => Promise<void>;
  /** Between two times that an alert is sent. */
  readonly #resendMillis: number;
  /** Single alerts of a round since one was taken. */
  #refusedInARow = 0;
  #isUnderWay = false;
  /** When a round was over that sent something, and for how long evaluations begin none from then on. */
  #endedAt: number | undefined;
  #pauseMillis = 0;
  #isStopped = false;

  constructor(target: DeliveryTarget, config: DeliveryConfig, hooks: DeliveryHooks) {
    this.#endpoint = new Endpoint(target, hooks.untraced, PATH);
    this.#config = config;
    this.#hooks = hooks;
    // A round comes with an evaluation: where these are rare, so are the rounds.
    this.#resendMillis = Math.max(config.resendMillis, config.intervalMillis);
    this.#alerts = new AlertsToSend({
      resendMillis: config.resendMillis,
      validMillis: ROUNDS_VALID * this.#resendMillis,
    });
    const say = (message: string): void => hooks.say(`Alertmanager at ${this.#endpoint.origin}: ${message}`);
    this.#faults = new SaidOnce(say);
    this.#refusals = new SaidOnce(say);
    this.#skew = new SaidOnce(say);
    this.#round = oneAtATime(() => this.#sendDue());
  }

  receive(alerts: readonly AlertRecord[], now: number): void {
    if (this.#isStopped) return;
    this.#alerts.see(alerts, now);
    // Who takes longer to answer than evaluations are apart would be asked without end, and keep a program alive that is done.
    if (!this.#isUnderWay && !this.#isPausing(this.#hooks.now())) void this.#round();
  }

  /** Tries once more, also where it would be tried later. */
  flush(): Promise<void> {
    return this.#round();
  }

  stop(): void {
    this.#isStopped = true;
    this.#endpoint.cut();
  }

  /** What cannot be sent now is due again in the next round. */
  async #sendDue(): Promise<boolean> {
    const now = this.#hooks.now();
    const due = this.#writable(this.#alerts.due(now), now);
    if (due.length === 0) return true;
    this.#isUnderWay = true;
    this.#refusedInARow = 0;
    this.#pauseMillis = this.#config.intervalMillis / 2;
    try {
      // By themselves and last: however many are not wanted, they keep no others from being sent.
      await this.#sendAll(due.filter(({ isRetry }) => !isRetry));
      await this.#sendAll(due.filter(({ isRetry }) => isRetry));
      this.#faults.well();
      return true;
    } catch (error) {
      if (!this.#isStopped) this.#faults.fault(`${faultOf(error)}; what it misses is sent when it answers again`);
      return false;
    } finally {
      this.#isUnderWay = false;
      this.#endedAt = this.#hooks.now();
    }
  }

  async #sendAll(due: readonly AlertToSend[]): Promise<void> {
    for (let first = 0; first < due.length && !this.#isStopped; first += MAX_BATCH) {
      await this.#send(due.slice(first, first + MAX_BATCH));
    }
  }

  /** Without those that would keep all others from being sent. */
  #writable(due: readonly AlertToSend[], now: number): AlertToSend[] {
    const broken = due.filter(({ alert }) => !hasTimes(alert));
    for (const one of broken)
      this.#refuse(one, now, `an alert ${one.alert.name} is not sent: its times are out of range`);
    return due.filter((one) => !broken.includes(one));
  }

  #isPausing(now: number): boolean {
    const at = this.#endedAt;
    return at !== undefined && now >= at && now - at < this.#pauseMillis;
  }

  /** One alert that it does not want lets the whole batch fail: the halves tell which one it is. */
  async #send(batch: readonly AlertToSend[]): Promise<void> {
    const answer = await this.#endpoint.post(batch.map((one) => this.#alertOf(one)));
    const { status } = answer;
    const now = this.#hooks.now(); // by when it is told again: from its answer on, however long that took
    if (status >= 200 && status < 300) {
      this.#alerts.sent(batch, now);
      this.#refusedInARow = 0;
      this.#holdClocks(answer);
    } else if (!isRefusal(status)) {
      throw new DeliveryFault(`it answered ${status}, expected 200`);
    } else if (batch.length > 1) {
      const half = Math.ceil(batch.length / 2);
      await this.#send(batch.slice(0, half));
      await this.#send(batch.slice(half));
    } else {
      const said = quoteRefusal(answer.text, this.#endpoint.secrets);
      for (const one of batch) this.#refuse(one, now, `it refused an alert ${one.alert.name} (${status})${said}`);
      this.#refusedInARow += 1;
      if (this.#refusedInARow < MAX_REFUSALS) return;
      this.#pauseMillis = this.#resendMillis;
      throw new DeliveryFault(`it refused ${MAX_REFUSALS} alerts one after another`);
    }
  }

  #refuse(one: AlertToSend, now: number, said: string): void {
    this.#alerts.refused(one, now);
    this.#hooks.onDropped(one.alert, 'refused');
    this.#refusals.fault(said);
  }

  #alertOf({ alert, endsAt }: AlertToSend): object {
    const { externalUrl, runbookUrl } = this.#config;
    const generatorURL = generatorUrl(externalUrl);
    return {
      labels: labelsOf(alert),
      annotations: annotationsOf(alert, runbookUrl),
      startsAt: new Date(startOf(alert)).toISOString(),
      endsAt: new Date(endsAt).toISOString(),
      ...(generatorURL !== undefined && { generatorURL }),
    };
  }

  /** Says it where the clocks are so far apart that alerts end before they are sent again, or stay for as long after their end. */
  #holdClocks({ date }: PostAnswer): void {
    const ahead = date === undefined ? Number.NaN : Date.parse(date) - this.#hooks.now();
    const mostMillis = (ROUNDS_VALID - 1) * this.#resendMillis;
    if (Math.abs(ahead) <= mostMillis || Number.isNaN(ahead)) return;
    const effect =
      ahead > 0 ? 'ahead of ours, so that it takes what fires for resolved' : 'behind ours, so that it resolves late';
    this.#skew.fault(`its clock is more than ${mostMillis / 1000} s ${effect}`);
  }
}
