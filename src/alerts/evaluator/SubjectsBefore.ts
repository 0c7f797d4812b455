import type { Attributes } from '@opentelemetry/api';
import { ATTR_FRP } from '../../telemetry/catalogue/attributes.js';
import type { RulePoints } from './Condition.js';

/** The instances and proxies of which anything was told at the evaluation before. Looked through only when one is asked for. */
export class SubjectsBefore {
  readonly #points: RulePoints;
  #keys: ReadonlySet<string> | undefined;

  constructor(points: RulePoints) {
    this.#points = points;
  }

  /** @param attributes of a series of the subject */
  has(attributes: Attributes): boolean {
    this.#keys ??= new Set(
      [...this.#points.values()].flatMap((points) => points.map((each) => keyOf(each.attributes))),
    );
    return this.#keys.has(keyOf(attributes));
  }
}

const keyOf = (attributes: Attributes): string =>
  `${attributes[ATTR_FRP.instance] ?? ''}\n${attributes[ATTR_FRP.proxyName] ?? ''}`;
