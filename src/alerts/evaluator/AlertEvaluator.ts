import { DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import type { DerivedRule } from '../../telemetry/catalogue/derivedMetrics.js';
import type { AlertRecord } from '../AlertRecord.js';
import type { EffectiveRule } from '../AlertRule.js';
import { ActiveAlert, type RuleInUse } from './ActiveAlert.js';
import { AlertTexts } from './AlertTexts.js';
import type { Condition, Holding, RulePoint, RulePoints } from './Condition.js';
import { conditionOf } from './conditionOf.js';
import { metricsOfRule } from './metricsOfRule.js';
import { ProxyVariants } from './ProxyVariants.js';
import { Resumption } from './Resumption.js';
import { ruleOfRecord } from './ruleOfRecord.js';
import { SubjectsBefore } from './SubjectsBefore.js';
import { SubjectsSeen } from './SubjectsSeen.js';
import { type WindowOfRule, windowOfRule } from './windowOfRule.js';

/** Alerts of one name, pending and firing, that are kept; what is beyond is left out and counted. */
const MAX_ALERTS_PER_NAME = 10_000;
const MAX_ALERTS = 20_000;

interface Row extends RuleInUse {
  readonly condition: Condition;
  readonly proxies: EffectiveRule['proxies'];
}

/** Rules of one name: any one of them is the alert. */
interface Alternatives {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly variants: ProxyVariants<Row>;
  /** The names of those that any row looks at. */
  readonly metrics: ReadonlySet<string>;
  /** By the key of their attributes. */
  readonly active: Map<string, ActiveAlert>;
}

export interface AlertEvaluatorOptions {
  /** Most alerts of one name. */
  readonly perName?: number;
  readonly inAll?: number;
  /** Of the user, besides those of the catalogue. */
  readonly derivedMetrics?: readonly DerivedRule[];
}

/**
 * Evaluates alert rules over the points of one reader, with the semantics of Prometheus: an alert is pending from when its condition
 * holds, fires once it has held for the rule's time, and is resolved when it holds no more. It reads no clock.
 */
export class AlertEvaluator {
  readonly #alternatives: readonly Alternatives[];
  readonly #perName: number;
  readonly #inAll: number;
  readonly #windowOf: WindowOfRule;
  /** Of those that were firing when this program began; none once their conditions have spoken. */
  readonly #resumed = new Map<ActiveAlert, Resumption>();
  /** Those from before of which there is no rule any more. */
  #orphans: readonly AlertRecord[] = [];
  readonly #seen = new SubjectsSeen();
  #before = new SubjectsBefore(new Map());
  #size = 0;
  #leftOut = 0;
  /** Of those from before for which there was no room. */
  #notResumed = 0;

  constructor(
    rules: readonly EffectiveRule[],
    { perName = MAX_ALERTS_PER_NAME, inAll = MAX_ALERTS, derivedMetrics = [] }: AlertEvaluatorOptions = {},
  ) {
    this.#alternatives = [...new Set(rules.map(({ name }) => name))].map((name) =>
      alternativesOf(
        name,
        rules.filter((rule) => rule.name === name),
      ),
    );
    this.#perName = perName;
    this.#inAll = inAll;
    this.#windowOf = windowOfRule(derivedMetrics);
  }

  /** Those that are pending or firing. */
  get active(): readonly AlertRecord[] {
    return this.#alternatives.flatMap(({ active }) => Array.from(active.values(), ({ record }) => record));
  }

  /** What the last evaluation left out: alerts and series beyond the limits. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /**
   * Takes up alerts that were firing when this program ended: they fire on without a word, and are resolved once it is seen that
   * they hold no more.
   *
   * @param now milliseconds since the Unix epoch, as all times
   */
  resume(firing: readonly AlertRecord[], now: number): void {
    for (const record of firing) {
      const of = this.#alternatives.find(({ name }) => name === record.name);
      const row = of && ruleOfRecord(record, of.variants);
      if (of === undefined || row === undefined) this.#orphans = [...this.#orphans, record];
      else if (this.#hasRoom(of)) {
        const alert = ActiveAlert.resume(row, record);
        of.active.set(keyOf(record), alert);
        this.#size += 1;
        this.#resumed.set(alert, new Resumption(now, this.#windowOf(row.rule)));
      } else this.#notResumed += 1;
    }
  }

  /**
   * @param metrics of one reader, cumulative
   * @param now later than the last time
   * @returns the alerts that began to be pending, that fire from now on and that were resolved
   */
  evaluate(metrics: readonly MetricData[], now: number): readonly AlertRecord[] {
    const points = pointsOf(metrics);
    const changes = this.#orphans.map(
      (record): AlertRecord => Object.freeze({ ...record, state: 'resolved', resolvedAt: now }),
    );
    this.#orphans = [];
    this.#leftOut = this.#notResumed;
    this.#notResumed = 0;
    this.#seen.begin(points);
    for (const of of this.#alternatives) this.#evaluate(of, points, now, changes);
    this.#before = new SubjectsBefore(points);
    return changes;
  }

  #evaluate(of: Alternatives, points: RulePoints, now: number, changes: AlertRecord[]): void {
    const holding = this.#holding(of, points, now);
    // What is over makes room for what begins.
    for (const [key, alert] of of.active) {
      if (holding.has(key) || this.#isAwaited(alert, key, now) || !alert.miss(now)) continue;
      this.#end(of, key, alert);
      if (alert.record.state === 'resolved') changes.push(alert.record);
    }
    for (const [key, { row, holding: held }] of holding) {
      let alert = of.active.get(key);
      const isNew = alert === undefined;
      if (alert === undefined) {
        if (!this.#hasRoom(of)) {
          this.#leftOut += 1;
          continue;
        }
        alert = ActiveAlert.begin(row, held, now);
        of.active.set(key, alert);
        this.#size += 1;
      }
      this.#resumed.delete(alert);
      if (alert.hold(row, held, now) || isNew) changes.push(alert.record);
    }
  }

  /** For each, one alternative that holds: the one that it is of, else the first. */
  #holding(
    { rows, variants, metrics, active }: Alternatives,
    points: RulePoints,
    now: number,
  ): Map<string, { row: Row; holding: Holding }> {
    const found = new Map<string, { row: Row; holding: Holding }>();
    const pointsOfRow = variants.divide(points, metrics);
    for (const row of rows) {
      for (const holding of row.condition.evaluate(pointsOfRow(row), now, this.#before)) {
        const isTaken = found.has(holding.key) && active.get(holding.key)?.row !== row;
        if (!isTaken) found.set(holding.key, { row, holding });
      }
      this.#leftOut += row.condition.leftOut;
    }
    return found;
  }

  #isAwaited(alert: ActiveAlert, key: string, now: number): boolean {
    const resumption = this.#resumed.get(alert);
    if (resumption === undefined) return false;
    const { rule } = alert.row;
    if (!resumption.isAnswered(now, () => this.#seen.has(rule, key))) return true;
    this.#resumed.delete(alert);
    return false;
  }

  #end({ active }: Alternatives, key: string, alert: ActiveAlert): void {
    active.delete(key);
    this.#size -= 1;
    this.#resumed.delete(alert);
  }

  #hasRoom({ active }: Alternatives): boolean {
    return active.size < this.#perName && this.#size < this.#inAll;
  }
}

const alternativesOf = (name: string, rules: readonly EffectiveRule[]): Alternatives => {
  const rows = rules.map((rule) => ({
    rule,
    proxies: rule.proxies,
    condition: conditionOf(rule),
    texts: new AlertTexts(rule),
  }));
  return {
    name,
    rows,
    variants: new ProxyVariants<Row>(rows),
    metrics: new Set(rules.flatMap(metricsOfRule)),
    active: new Map(),
  };
};

/** As its condition makes it. */
const keyOf = ({ attributes }: AlertRecord): string =>
  JSON.stringify(Object.fromEntries(Object.entries(attributes).sort(([one], [other]) => (one < other ? -1 : 1))));

const pointsOf = (metrics: readonly MetricData[]): RulePoints => {
  const points = new Map<string, readonly RulePoint[]>();
  for (const metric of metrics) {
    const isNumber = metric.dataPointType === DataPointType.SUM || metric.dataPointType === DataPointType.GAUGE;
    if (isNumber) points.set(metric.descriptor.name, metric.dataPoints);
  }
  return points;
};
