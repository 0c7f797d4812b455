import type { AlertRecord } from '../AlertRecord.js';
import type { EffectiveRule } from '../AlertRule.js';
import { type AlertTexts, alertId } from './AlertTexts.js';
import type { Holding } from './Condition.js';

/** A rule with what it takes to evaluate it. */
export interface RuleInUse {
  readonly rule: EffectiveRule;
  readonly texts: AlertTexts;
}

/**
 * One alert from when its condition began to hold: pending, firing, resolved, as Prometheus has it (rules/alerting.go). It fires once
 * it has held for the rule's `forMillis`; a break before that ends it without a word. It is resolved at the first evaluation without
 * it, or, where the rule keeps it firing, at the first one that is so much later.
 */
export class ActiveAlert {
  #row: RuleInUse;
  #record: AlertRecord;
  /** Since when it fires though it holds no more. */
  #keptSince: number | undefined;

  private constructor(row: RuleInUse, record: AlertRecord) {
    this.#row = row;
    this.#record = record;
  }

  static begin(row: RuleInUse, holding: Holding, now: number): ActiveAlert {
    const { rule, texts } = row;
    const { key, attributes, value } = holding;
    return new ActiveAlert(
      row,
      Object.freeze({
        id: alertId(rule.name, key),
        name: rule.name,
        ...ofRule(rule),
        state: 'pending',
        ...texts.write(attributes, value),
        attributes: Object.freeze(attributes),
        metric: rule.metric,
        value,
        createdAt: now,
        firedAt: undefined,
        resolvedAt: undefined,
      }),
    );
  }

  /** One that fired when this program ended. */
  static resume(row: RuleInUse, record: AlertRecord): ActiveAlert {
    return new ActiveAlert(row, Object.freeze({ ...record, ...ofRule(row.rule) }));
  }

  get row(): RuleInUse {
    return this.#row;
  }

  get record(): AlertRecord {
    return this.#record;
  }

  /** It holds now. @returns whether it has become another: fires */
  hold(row: RuleInUse, { value }: Holding, now: number): boolean {
    this.#keptSince = undefined;
    const { state, createdAt, attributes } = this.#record;
    if (row !== this.#row || !Object.is(value, this.#record.value)) {
      this.#row = row;
      this.#change({ ...ofRule(row.rule), metric: row.rule.metric, ...row.texts.write(attributes, value), value });
    }
    if (state === 'firing') return false;
    if (createdAt > now) this.#change({ createdAt: now }); // a clock that was set back must not delay it by as much
    if (now - this.#record.createdAt < row.rule.forMillis) return false;
    this.#change({ state: 'firing', firedAt: now });
    return true;
  }

  /** It does not hold now. @returns whether it is over */
  miss(now: number): boolean {
    const { keepFiringForMillis } = this.#row.rule;
    if (this.#record.state !== 'firing') return true;
    if (keepFiringForMillis > 0) {
      this.#keptSince = Math.min(this.#keptSince ?? now, now);
      if (now - this.#keptSince < keepFiringForMillis) return false;
    }
    this.#change({ state: 'resolved', resolvedAt: now });
    return true;
  }

  #change(changes: Partial<AlertRecord>): void {
    this.#record = Object.freeze({ ...this.#record, ...changes });
  }
}

const ofRule = (rule: EffectiveRule): Pick<AlertRecord, 'severity' | 'subject' | 'runbook' | 'threshold'> => ({
  severity: rule.severity,
  subject: rule.subject,
  runbook: rule.runbook,
  threshold: rule.of === 'absence' ? undefined : rule.threshold,
});
