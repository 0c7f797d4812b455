import { INSTANCE_ATTRIBUTES, PROXY_ATTRIBUTES } from '../telemetry/catalogue/attributes.js';
import { instanceCatalogue, proxyCatalogue } from '../telemetry/catalogue/catalogue.js';
import { derivedMetrics } from '../telemetry/catalogue/derivedMetrics.js';

interface Row {
  readonly name: string;
  readonly kind: string;
  readonly unit: string;
  /** Beyond frp.role, frp.instance and frp.server.name. */
  readonly attributes: readonly string[];
  readonly description: string;
}

const EVERYWHERE: ReadonlySet<string> = new Set(INSTANCE_ATTRIBUTES);

const rows = (): readonly Row[] => [
  ...instanceCatalogue.map((row) => ({ ...row, kind: publicKind(row.kind) })),
  ...proxyCatalogue.map((row) => ({
    ...row,
    kind: publicKind(row.kind),
    attributes: [...PROXY_ATTRIBUTES, ...row.attributes],
  })),
  ...derivedMetrics.map((rule) => ({
    ...rule,
    kind: 'gauge',
    attributes: rule.keep.filter((name) => !EVERYWHERE.has(name)),
  })),
];

/** How a metric is collected is no news to its readers: a resource gauge is a gauge. */
const publicKind = (kind: string): string => (kind === 'resource gauge' ? 'gauge' : kind);

/** The catalogue as a table in a terminal, as JSON, or as the table of docs/semantic-conventions.md. */
export const renderMetrics = (format: 'text' | 'json' | 'markdown'): string => {
  switch (format) {
    case 'json':
      return JSON.stringify(
        rows().map(({ name, kind, unit, attributes, description }) => ({ name, kind, unit, attributes, description })),
        undefined,
        2,
      );
    case 'markdown':
      return [
        '| metric | kind | unit | attributes | description |',
        '|---|---|---|---|---|',
        ...rows().map(
          ({ name, kind, unit, attributes, description }) =>
            `| \`${name}\` | ${kind} | \`${unit}\` | ${attributes.map((each) => `\`${each}\``).join(', ')} | ${description} |`,
        ),
      ].join('\n');
    case 'text': {
      const width = Math.max(...rows().map(({ name }) => name.length));
      return rows()
        .map(({ name, kind, unit, description }) =>
          [name.padEnd(width), kind.padEnd(13), unit.padEnd(18), description].join('  '),
        )
        .join('\n');
    }
  }
};
