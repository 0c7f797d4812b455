import { telemetryModel } from '../telemetry/catalogue/telemetryModel.js';
import { renderConventions } from './renderConventions.js';

/** The telemetry model as tables in a terminal, as JSON, or as docs/semantic-conventions.md. */
export const renderMetrics = (format: 'text' | 'json' | 'markdown'): string => {
  switch (format) {
    case 'json':
      return JSON.stringify(telemetryModel, undefined, 2);
    case 'markdown':
      return renderConventions(telemetryModel);
    case 'text':
      return renderText();
  }
};

const renderText = (): string => {
  const { metrics, derivedMetrics, collectorMetrics, events, spans, attributes } = telemetryModel;
  return [
    ['Metrics', metrics.map(metricCells)],
    ['Metrics computed over a sliding window', derivedMetrics.map(metricCells)],
    ['Metrics that the Collector of collector-config/ makes', collectorMetrics.map(metricCells)],
    ['Events: log records with a name', events.map(({ name, severity, description }) => [name, severity, description])],
    ['Spans', spans.map(({ name, kind, description }) => [name, kind, description])],
    ['Attributes', attributes.map(({ name, type, brief }) => [name, type, brief])],
  ]
    .map(([title, rows]) => `${title}\n${renderColumns(rows as readonly (readonly string[])[])}`)
    .join('\n\n');
};

const metricCells = ({ name, kind, unit, description, isOptIn }: (typeof telemetryModel.metrics)[number]) => [
  name,
  kind,
  unit,
  isOptIn ? `${description} (opt-in)` : description,
];

/** All columns but the last as wide as their widest cell. */
const renderColumns = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))))
    .map((cells) => cells.join('  '))
    .join('\n');
};
