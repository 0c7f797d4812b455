import { FACT_SOURCES } from '../model/factSources.js';

const FUSIONS = {
  first: 'the first that tells',
  'first word': 'the first has the first word',
  sum: 'each adds its part',
} as const satisfies Record<(typeof FACT_SOURCES)[number]['fusion'], string>;

/** Which source wins for which fact, as the table of docs/sources.md. */
export const renderSources = (): string =>
  [
    '| fact | role | sources, in order | which wins | note |',
    '|---|---|---|---|---|',
    ...FACT_SOURCES.map(
      ({ fact, role, order, fusion, note }) =>
        `| ${fact} | ${role} | ${order.join(', ')} | ${FUSIONS[fusion]} | ${note} |`,
    ),
  ].join('\n');
