import { createHash } from 'node:crypto';
import type { AlertRecord } from '../AlertRecord.js';
import type { EffectiveRule } from '../AlertRule.js';
import { unitOfRule } from '../ruleMetric.js';
import { renderText, templateOf, writeQuantity } from '../ruleText.js';
import type { KeptAttributes } from './SeriesKeys.js';

/** What an alert of one rule says, with the values of the moment. */
export class AlertTexts {
  readonly #summary: ReturnType<typeof templateOf>;
  readonly #description: ReturnType<typeof templateOf>;
  readonly #unit: string;
  readonly #threshold: string | undefined;

  constructor(rule: EffectiveRule) {
    this.#summary = templateOf(rule.summary, rule.by);
    this.#description = templateOf(rule.description, rule.by);
    this.#unit = unitOfRule(rule);
    this.#threshold = rule.of === 'absence' ? undefined : writeQuantity(rule.threshold, this.#unit);
  }

  write(attributes: KeptAttributes, value: number): Pick<AlertRecord, 'summary' | 'description'> {
    const values = { ...attributes, value: writeQuantity(value, this.#unit), threshold: this.#threshold };
    return { summary: renderText(this.#summary, values), description: renderText(this.#description, values) };
  }
}

/** Of a rule's name and the key of an alert's attributes: 16 hexadecimal digits. */
export const alertId = (name: string, key: string): string =>
  createHash('sha256').update(`${name} ${key}`).digest('hex').slice(0, 16);
