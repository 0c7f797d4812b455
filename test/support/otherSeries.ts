import { DEFAULT_RULES } from '../../src/alerts/defaultRules.js';
import { prometheusLabel } from '../../src/alerts/prometheusDialect.js';
import { OF_SCRAPE } from './prometheusCatalogue.js';

const OF_ALERT = [
  ...DEFAULT_RULES.flatMap(({ by }) => by.map(prometheusLabel)),
  ...['alertname', 'alertstate', 'severity', 'frp_alert_subject', ...OF_SCRAPE],
];
const KINDS = ['metric_points', 'log_records', 'spans'];
const ofKinds = (name: string, labels: readonly string[]): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(KINDS.map((kind) => [`otelcol_${name}_${kind}`, [...labels, ...OF_SCRAPE]]));

/** Series that dashboards may ask for and that are not of the catalogue, with the labels that they can have. */
export const OTHER_SERIES: Readonly<Record<string, readonly string[]>> = {
  // Prometheus makes them of its rules.
  ALERTS: OF_ALERT,
  ALERTS_FOR_STATE: OF_ALERT,
  // Prometheus makes them of each target that it scrapes.
  up: OF_SCRAPE,
  scrape_duration_seconds: OF_SCRAPE,
  scrape_samples_scraped: OF_SCRAPE,
  // The Collector tells them of itself, named as the reader in collector-config/ names them: without suffixes.
  ...ofKinds('receiver_accepted', ['receiver', 'transport']),
  ...ofKinds('receiver_refused', ['receiver', 'transport']),
  ...ofKinds('exporter_sent', ['exporter']),
  ...ofKinds('exporter_send_failed', ['exporter']),
  otelcol_exporter_queue_size: ['exporter', 'data_type', ...OF_SCRAPE],
  otelcol_exporter_queue_capacity: ['exporter', 'data_type', ...OF_SCRAPE],
  otelcol_process_memory_rss: OF_SCRAPE,
};
