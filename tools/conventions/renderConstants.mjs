/**
 * @typedef {import('../../src/telemetry/catalogue/telemetryModel.js').TelemetryModel} TelemetryModel
 * @typedef {{ name: string, value: string, comment: string }} Constant
 */

/**
 * The names of the telemetry model as constants, in the way of @opentelemetry/semantic-conventions.
 *
 * @param {TelemetryModel} model
 * @returns {string} the source of src/semconv.ts
 */
export const renderConstants = ({ metrics, derivedMetrics, collectorMetrics, events, spans, attributes }) =>
  [
    '// Written by `node tools/conventions.mjs` from src/telemetry/catalogue: change it there.\n',
    ...[...metrics, ...derivedMetrics, ...collectorMetrics].map(({ name, kind, unit, description }) =>
      constant('METRIC', name, `${description} ${article(kind)}, in \`${unit}\`.`),
    ),
    ...events.map(({ name, description }) => constant('EVENT', name, description)),
    ...spans.map(({ name, description }) => constant('SPAN', name, description)),
    ...attributes
      .filter(({ definedBy }) => definedBy === 'frp')
      .map(({ name, brief, examples }) => constant('ATTR', name, brief, `@example ${JSON.stringify(examples[0])}`)),
    ...attributes.flatMap(({ name, values = [] }) =>
      values
        .filter(({ value }) => value !== '_OTHER') // the semantic conventions have it
        .map(({ value, brief }) => exported(`${upper(name)}_VALUE_${upper(value)}`, value, [`${brief}.`])),
    ),
  ].join('\n');

/** @type {(kind: string) => string} */
const article = (kind) => (kind === 'updowncounter' ? 'An updowncounter' : `A ${kind}`);

/** @type {(prefix: string, name: string, ...comment: string[]) => string} */
const constant = (prefix, name, ...comment) => exported(`${prefix}_${upper(name)}`, name, comment);

/** @type {(name: string, value: string, comment: string[]) => string} */
const exported = (name, value, comment) =>
  [
    comment.length === 1 ? `/** ${comment[0]} */` : `/**\n${comment.map((line) => ` * ${line}`).join('\n')}\n */`,
    `export const ${name} = '${value}' as const;\n`,
  ].join('\n');

/** @type {(name: string) => string} */
const upper = (name) => name.replaceAll('.', '_').toUpperCase();
