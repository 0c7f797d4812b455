import { stringify } from 'yaml';

/**
 * @typedef {import('../../src/telemetry/catalogue/telemetryModel.js').TelemetryModel} TelemetryModel
 * @typedef {import('../../src/telemetry/catalogue/AttributeRow.js').AttributeRow} AttributeRow
 * @typedef {TelemetryModel['metrics'][number] & { readonly of?: readonly string[] }} Metric
 */

/** The release of the semantic conventions whose attributes are referred to. */
const SEMCONV = '1.44.0';
const HEAD = '# Written by `node tools/conventions.mjs` from src/telemetry/catalogue: change it there.\n';

/**
 * The telemetry model as a registry of OpenTelemetry Weaver.
 *
 * @param {TelemetryModel} model
 * @param {{ name: string, version: string, description: string }} packageJson
 * @returns {Record<string, string>} content by file name
 */
export function renderRegistry(model, { name, version, description }) {
  const { attributes, metrics, derivedMetrics, collectorMetrics, events, logRecord, spans } = model;
  const byName = new Map(attributes.map((row) => [row.name, row]));
  /** @type {(names: readonly string[], optIn: readonly string[], required?: readonly string[]) => object[]} */
  const refs = (names, optIn, required = SUBJECT) => [
    ...names.map((each) => reference(rowOf(byName, each), required)),
    ...optIn.map((each) => ({ ...reference(rowOf(byName, each), []), requirement_level: 'opt_in' })),
  ];
  const files = {
    manifest: {
      schema_url: `https://www.npmjs.com/package/${name}/v/${version}`,
      description,
      stability: 'development',
      dependencies: [
        {
          schema_url: `https://opentelemetry.io/schemas/${SEMCONV}`,
          registry_path: `https://github.com/open-telemetry/semantic-conventions/archive/refs/tags/v${SEMCONV}.zip[model]`,
        },
      ],
    },
    attributes: {
      groups: [
        attributeGroup('registry.frp', 'Attributes of frp.', attributes, 'frp'),
        attributeGroup(
          'registry.frp.log_file',
          "Attributes that the Collector's file_log receiver has, and the semantic conventions have not.",
          attributes,
          'collector',
        ),
        {
          id: 'frp.log_record',
          type: 'attribute_group',
          stability: logRecord.stability,
          brief: logRecord.description,
          attributes: refs(logRecord.attributes, []),
        },
      ],
    },
    metrics: {
      groups: [
        ...[...metrics, ...derivedMetrics].map((metric) => metricGroup(metric, refs)),
        ...collectorMetrics.map((metric) => metricGroup(metric, (names, optIn) => refs(names, optIn, OF_INSTANCE))),
      ],
    },
    events: {
      groups: events.map((event) => ({
        id: `event.${event.name}`,
        type: 'event',
        name: event.name,
        stability: event.stability,
        brief: event.description,
        note: `Severity of the line that tells it, else ${event.severity}.`,
        attributes: refs([...new Set([...event.attributes, ...logRecord.attributes])], event.optInAttributes),
      })),
    },
    spans: {
      groups: spans.map((span) => ({
        id: `span.${span.name}`,
        type: 'span',
        span_kind: span.kind,
        stability: span.stability,
        brief: span.description,
        note: `Its name is \`${span.name}\`.`,
        attributes: refs(span.attributes, span.optInAttributes),
      })),
    },
  };
  return Object.fromEntries(
    Object.entries(files).map(([file, content]) => [
      `${file}.yaml`,
      HEAD + stringify(content, { lineWidth: 0, aliasDuplicateObjects: false }),
    ]),
  );
}

/** On everything. */
const OF_INSTANCE = ['frp.role', 'frp.instance', 'frp.server.name'];
/** On everything of a proxy, where that has them at all. */
const SUBJECT = [...OF_INSTANCE, 'frp.proxy.name', 'frp.proxy.type'];

/**
 * @param {Metric} metric
 * @param {(names: readonly string[], optIn: readonly string[]) => object[]} refs
 */
const metricGroup = (
  { name, kind, unit, stability, description, note, of, isOptIn, attributes, optInAttributes },
  refs,
) => {
  const notes = [note, of && `Computed from ${of.map((each) => `\`${each}\``).join(', ')}.`, isOptIn && 'Opt-in.']
    .filter(Boolean)
    .join(' ');
  return {
    id: `metric.${name}`,
    type: 'metric',
    metric_name: name,
    instrument: kind,
    unit,
    stability,
    brief: description,
    ...(notes && { note: notes }),
    attributes: refs(attributes, optInAttributes),
  };
};

/**
 * @param {string} id
 * @param {string} brief
 * @param {readonly AttributeRow[]} rows
 * @param {AttributeRow['definedBy']} definedBy
 */
const attributeGroup = (id, brief, rows, definedBy) => ({
  id,
  type: 'attribute_group',
  stability: 'development',
  brief,
  attributes: rows.filter((row) => row.definedBy === definedBy).map(definition),
});

/** @param {AttributeRow} row */
const definition = ({ name, type, brief, examples, values }) => ({
  id: name,
  type: values === undefined ? type : { members: values.map(member) },
  stability: 'development',
  brief,
  ...(values === undefined && type !== 'boolean' && { examples }),
});

/** @param {{ value: string, brief: string }} value */
const member = ({ value, brief }) => ({ id: value, value, stability: 'development', brief });

/**
 * What it is here stands beside the name: of others it narrows their definition.
 *
 * @param {AttributeRow} row
 * @param {readonly string[]} required
 */
const reference = ({ name, definedBy, brief, examples, isOptIn }, required) => ({
  ref: name,
  ...(name === 'error.type' && { requirement_level: { conditionally_required: 'If it failed.' } }),
  ...(required.includes(name) && { requirement_level: 'required' }),
  ...(isOptIn && { requirement_level: 'opt_in' }),
  ...(definedBy === 'semconv' && { brief, examples }),
});

/**
 * @param {ReadonlyMap<string, AttributeRow>} byName
 * @param {string} name
 */
const rowOf = (byName, name) => {
  const row = byName.get(name);
  if (row === undefined) throw new Error(`expected a row for each attribute, found none for ${name}`);
  return row;
};
