import { INSTANCE_ATTRIBUTES, PROXY_ATTRIBUTES } from '../catalogue/attributes.js';
import { instanceCatalogue, proxyCatalogue } from '../catalogue/catalogue.js';
import { derivedMetrics } from '../catalogue/derivedMetrics.js';
import type { MetricRow } from '../catalogue/MetricRow.js';
import type { MetricKind, Selectable } from './selectMetric.js';

/** A metric of the catalogue, with the names of all attributes that its series may have. */
export interface KnownMetric extends Selectable {
  readonly attributes: readonly string[];
  readonly isOfProxy: boolean;
  /** Whether rules can be of it. */
  readonly isSource: boolean;
}

const rowOf =
  (isOfProxy: boolean) =>
  ({ name, unit, kind, attributes }: MetricRow<never>): KnownMetric => ({
    name,
    unit,
    kind: publicKind(kind),
    attributes: [...INSTANCE_ATTRIBUTES, ...(isOfProxy ? PROXY_ATTRIBUTES : []), ...attributes],
    isOfProxy,
    isSource: true,
  });

const publicKind = (kind: MetricRow<never>['kind']): MetricKind => (kind === 'resource gauge' ? 'gauge' : kind);

/** Every metric of the catalogue and every one computed from it, by name. */
export const knownMetrics: ReadonlyMap<string, KnownMetric> = new Map(
  [
    ...instanceCatalogue.map(rowOf(false)),
    ...proxyCatalogue.map(rowOf(true)),
    ...derivedMetrics.map(
      ({ name, unit, keep }): KnownMetric => ({
        name,
        unit,
        kind: 'gauge',
        attributes: keep,
        isOfProxy: false,
        isSource: false,
      }),
    ),
  ].map((metric) => [metric.name, metric]),
);
