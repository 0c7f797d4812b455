import { instanceCatalogue, proxyCatalogue } from '../telemetry/catalogue/catalogue.js';
import { derivedMetrics } from '../telemetry/catalogue/derivedMetrics.js';

/** The catalogue as a table for people or as JSON for programs. */
export const renderMetrics = (format: 'text' | 'json'): string => {
  const rows = [
    ...[...instanceCatalogue, ...proxyCatalogue].map(({ name, kind, unit, attributes, description }) => {
      return { name, kind: kind === 'resource gauge' ? 'gauge' : kind, unit, attributes, description };
    }),
    ...derivedMetrics.map(({ name, unit, description }) => ({
      name,
      kind: 'gauge',
      unit,
      attributes: [],
      description,
    })),
  ];
  if (format === 'json') return JSON.stringify(rows, undefined, 2);
  const width = Math.max(...rows.map(({ name }) => name.length));
  return rows
    .map(
      ({ name, kind, unit, description }) =>
        `${name.padEnd(width)}  ${kind.padEnd(13)}  ${unit.padEnd(18)}  ${description}`,
    )
    .join('\n');
};
