import { prometheusLabel } from '../alerts/prometheusDialect.js';
import { INSTANCE_ATTRIBUTES, PROXY_ATTRIBUTES } from '../telemetry/catalogue/attributes.js';

const INSTANCE_LABELS = INSTANCE_ATTRIBUTES.map(prometheusLabel);
const PROXY_LABELS = [...INSTANCE_LABELS, ...PROXY_ATTRIBUTES.map(prometheusLabel)];

const largestBy =
  (identity: readonly string[]) =>
  (expr: string, ...labels: readonly string[]): string =>
    `max by (${[...identity, ...labels].join(', ')}) (${expr})`;

/** One value for each frps and frpc, also where two reporters tell of it: the rules take it the same way. */
export const perInstance = largestBy(INSTANCE_LABELS);

/** One value for each proxy of each frps and frpc. */
export const perProxy = largestBy(PROXY_LABELS);
