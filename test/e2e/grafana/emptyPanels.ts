import type { Dialect } from '../../../src/alerts/prometheusDialect.js';

/** A panel that has a query without a series, though frp has lived through all that can be provoked here. */
export interface EmptyPanel {
  /** The name of the dashboard and the title of the panel. */
  readonly panel: `${string} / ${string}`;
  /** The only one in which it is empty. @default both */
  readonly dialect?: Dialect;
  readonly reason: string;
}

/** The test fails where one of them has all its series, and where there is no such panel. */
export const EMPTY_PANELS: readonly EmptyPanel[] = [
  {
    panel: 'telemetry-health / Failed to send',
    dialect: 'collector',
    reason: 'The Collector counts it from the first failure on, and whom it sends to here takes all.',
  },
  {
    panel: 'telemetry-health / Queues',
    dialect: 'collector',
    reason: 'No exporter of all-in-one.yaml has a queue.',
  },
];
