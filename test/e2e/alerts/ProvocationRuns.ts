import type { ToldAlert } from '../../support/WebhookSink.js';
import { waitUntil } from '../../support/waitUntil.js';
import type { FrpWorld } from './FrpWorld.js';
import type { ExpectedAlert, Provocation } from './provocations.js';

/** All go side by side, on a machine that others may use. */
export const PATIENCE_MILLIS = 90_000;

type Labels = Readonly<Record<string, string>>;

/** Where it is seen what comes of a provocation. */
export interface AlertView {
  /** The labels of what fires, whether somebody is told or not. */
  readonly firing: () => Promise<readonly Labels[]>;
  /** What was told, in its order. */
  readonly told: () => readonly ToldAlert[];
}

/** Provocations under way, side by side but where one must wait for another. */
export class ProvocationRuns {
  readonly #world: FrpWorld;
  readonly #told: AlertView['told'];
  readonly #firing: AlertView['firing'];
  readonly #waitsForEnd: (provocation: Provocation) => boolean;
  #firedLast: readonly Labels[] = [];
  readonly #runs = new Map<string, Promise<void>>();

  /** @param waitsForEnd whether alerts of the provocation are waited for until they are over */
  constructor(
    world: FrpWorld,
    view: AlertView,
    provocations: readonly Provocation[],
    waitsForEnd: (provocation: Provocation) => boolean = () => true,
  ) {
    this.#world = world;
    this.#told = view.told;
    this.#firing = oneAtATime(view.firing);
    this.#waitsForEnd = waitsForEnd;
    for (const provocation of provocations) {
      const run = this.#run(provocation);
      run.catch(() => undefined); // told by `over`
      this.#runs.set(provocation.provoked, run);
    }
  }

  /** Resolves when all alerts of the provocation were told, and that they are over. */
  over({ provoked }: Provocation): Promise<void> {
    const run = this.#runs.get(provoked);
    if (run === undefined) throw new Error(`expected a provocation that was begun, received ${provoked}`);
    return run;
  }

  async allEnded(): Promise<void> {
    await Promise.allSettled(this.#runs.values());
  }

  /** What was told of an alert. */
  messages(alert: ExpectedAlert): readonly ToldAlert[] {
    return this.#told().filter(({ labels }) => this.#isOf(alert, labels));
  }

  async #run(provocation: Provocation): Promise<void> {
    const { after, provoked, provoke, cured, cure, alerts } = provocation;
    if (after !== undefined) await this.#runs.get(after);
    await provoke(this.#world);
    await Promise.all(alerts.map((alert) => this.#fires(alert, provoked)));
    await cure(this.#world);
    if (this.#waitsForEnd(provocation)) await Promise.all(alerts.map((alert) => this.#isOver(alert, cured)));
  }

  async #fires(alert: ExpectedAlert, why: string): Promise<void> {
    await this.#until(alert, `fire, since ${why}`, () => this.#doesFire(alert));
    if (alert.isInhibited !== true) await this.#isTold(alert, 'firing');
  }

  async #isOver(alert: ExpectedAlert, why: string): Promise<void> {
    await this.#until(alert, `be over, since ${why}`, async () => !(await this.#doesFire(alert)));
    if (alert.isInhibited !== true) await this.#isTold(alert, 'resolved');
    else if (this.messages(alert).length > 0) throw new Error(`${this.#describe(alert)} was told, and its cause, too`);
  }

  #isTold(alert: ExpectedAlert, status: ToldAlert['status']): Promise<unknown> {
    return this.#until(alert, `be told as ${status}`, async () =>
      this.messages(alert).some((message) => message.status === status),
    );
  }

  #until(alert: ExpectedAlert, what: string, isSo: () => Promise<boolean>): Promise<unknown> {
    const fires = (): string => this.#firedLast.map((labels) => JSON.stringify(labels)).join('\n');
    const found = (): string => `there fires:\n${fires()}\nfrp has logged:\n${this.#world.lastLines}`;
    return waitUntil(() => `${this.#describe(alert)} to ${what}; ${found()}`, isSo, PATIENCE_MILLIS);
  }

  async #doesFire(alert: ExpectedAlert): Promise<boolean> {
    this.#firedLast = await this.#firing();
    return this.#firedLast.some((labels) => this.#isOf(alert, labels));
  }

  #isOf({ rule, labels: wanted }: ExpectedAlert, labels: Labels): boolean {
    return (
      labels.alertname === rule &&
      Object.entries(wanted(this.#world)).every(([name, value]) =>
        value instanceof RegExp ? value.test(labels[name] ?? '') : labels[name] === value,
      )
    );
  }

  #describe({ rule, labels }: ExpectedAlert): string {
    const written = Object.entries(labels(this.#world)).map(([name, value]) => `${name}=${value}`);
    return `${rule} (${written.join(', ')})`;
  }
}

/** Alertmanager answers 16 questions at a time: all who ask meanwhile get one answer. */
const oneAtATime = <Answer>(ask: () => Promise<Answer>): (() => Promise<Answer>) => {
  let underWay: Promise<Answer> | undefined;
  return () => {
    underWay ??= ask().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
};
