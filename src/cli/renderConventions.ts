import type { AttributeRow } from '../telemetry/catalogue/AttributeRow.js';
import { INSTANCE_ATTRIBUTES } from '../telemetry/catalogue/attributes.js';
import { SUBJECT_ATTRIBUTES } from '../telemetry/catalogue/logRecords.js';
import type { MetricEntry, TelemetryModel } from '../telemetry/catalogue/telemetryModel.js';

/** What docs/semantic-conventions.md says. */
export const renderConventions = (model: TelemetryModel): string =>
  [
    '# Semantic conventions',
    '<!-- Written by `node tools/conventions.mjs` from src/telemetry/catalogue; `frp-otel metrics --markdown` prints the same. -->',
    'Own names are in the namespace `frp.`; units are UCUM; failures carry `error.type`, a class of low cardinality. "proxy" is frp\'s word for a tunnel. All of it is of stability ' +
      '`development`: a name may change with any minor version, and the changelog then says so.',
    'The same as constants for a program: `opentelemetry-instrumentation-frp/semconv`; for OpenTelemetry Weaver: the registry in [semconv/](semconv/), which refers to that of OpenTelemetry (`weaver registry check -r docs/semconv`); as JSON: `frp-otel metrics --json`.',
    ...metricSections(model),
    ...logSections(model),
    ...spanSections(model),
    ...attributeSections(model),
  ].join('\n\n');

const metricSections = ({ metrics, derivedMetrics, collectorMetrics }: TelemetryModel): readonly string[] => [
  '## Metrics',
  'Each series has `frp.role`, `frp.instance` and `frp.server.name`; the table has what it carries besides. What only the log tells is absent where the log is not read, what ' +
    'only the API tells where the API is off: [frp-compatibility.md](frp-compatibility.md). [sources.md](sources.md) says which source wins for what. All points are doubles.',
  metricTable(metrics.filter(({ isOptIn }) => !isOptIn)),
  '### Opt-in',
  'Not told unless asked for. With `recordProxyOwner` each series of a proxy also has `frp.user` and `frp.client.id`.',
  metricTable(metrics.filter(({ isOptIn }) => isOptIn)),
  '### Derived',
  'Computed here from another metric, over a sliding window.',
  table(
    ['metric', 'of', 'unit', 'attributes', 'description'],
    derivedMetrics.map(({ name, of, unit, attributes, description }) => [
      code(name),
      codes(of),
      code(unit),
      codes(beyond(INSTANCE_ATTRIBUTES, attributes)),
      description,
    ]),
  ),
  '### Made by the Collector',
  'Nothing here exports them: the Collector of collector-config/ makes them of the others, for its [alert rules](alerts.md).',
  metricTable(collectorMetrics),
  '### To know',
  [...metrics, ...collectorMetrics]
    .flatMap(({ name, note }) => (note === undefined ? [] : [`- ${code(name)}: ${note}`]))
    .join('\n'),
];

const metricTable = (metrics: readonly MetricEntry[]): string =>
  table(
    ['metric', 'kind', 'unit', 'attributes', 'description'],
    metrics.map(({ name, kind, unit, attributes, description }) => [
      code(name),
      kind,
      code(unit),
      codes(beyond(INSTANCE_ATTRIBUTES, attributes)),
      description,
    ]),
  );

const logSections = ({ logRecord, events }: TelemetryModel): readonly string[] => [
  '## Log records',
  `${logRecord.description} Attributes, as far as they apply: ${codes(logRecord.attributes)}.`,
  'A line that tells an event has its name besides (`eventName`), and the attributes of the event. A line that tells several makes a record for each. An event that no line tells is a record ' +
    'of its own, without a body, with the severity of the table and the attributes of whom it is about.',
  '### Events',
  table(
    ['event', 'severity', 'attributes', 'description'],
    events.map(({ name, severity, attributes, description }) => [
      code(name),
      severity,
      codes(beyond(SUBJECT_ATTRIBUTES, attributes)),
      description,
    ]),
  ),
];

const spanSections = ({ spans }: TelemetryModel): readonly string[] => [
  '## Spans',
  'Times are those of the log lines. A span of something that failed has status `ERROR`, `error.type`, and an event `exception` with `exception.type` (the same class) and `exception.message`. Each has `frp.role`, `frp.instance`, `frp.server.name` and `process.pid` besides.',
  table(
    ['span', 'kind', 'attributes', 'opt-in', 'description'],
    spans.map(({ name, kind, attributes, optInAttributes, description }) => [
      code(name),
      kind,
      codes(beyond(SUBJECT_ATTRIBUTES, attributes)),
      codes(optInAttributes),
      description,
    ]),
  ),
];

const attributeSections = (model: TelemetryModel): readonly string[] => [
  '## Attributes',
  'Those of the semantic conventions mean what they mean there; the table says what is in them here.',
  table(
    ['attribute', 'type', 'on', 'examples', 'description'],
    model.attributes.map((row) => [
      code(row.name),
      row.type,
      usesOf(row.name, model).join(', '),
      codes(row.examples.map(String)),
      row.brief + (row.isOptIn ? ' Opt-in.' : '') + (row.definedBy === 'frp' ? '' : ` ${SOURCES[row.definedBy]}`),
    ]),
  ),
  '### Values',
  ...model.attributes.flatMap(({ name, values }) =>
    values === undefined ? [] : [valueTable(name, values), ...(name === 'error.type' ? [STATUS_NOTE] : [])],
  ),
];

const SOURCES: Readonly<Record<Exclude<AttributeRow['definedBy'], 'frp'>, string>> = {
  semconv: '(semantic conventions)',
  collector: "(name of the Collector's file_log receiver)",
};

const STATUS_NOTE =
  'A probe of an http tunnel that was answered with a status of 400 or above has that status, such as `502`.';

const valueTable = (name: string, values: NonNullable<AttributeRow['values']>): string =>
  table(
    [code(name), 'meaning'],
    values.map(({ value, brief }) => [code(value), brief]),
  );

interface Carrier {
  readonly attributes: readonly string[];
  readonly optInAttributes: readonly string[];
  readonly exceptionAttributes?: readonly string[];
}

const usesOf = (attribute: string, model: TelemetryModel): readonly string[] => {
  const on = (entries: readonly Carrier[]) =>
    entries.some((each) =>
      [...each.attributes, ...each.optInAttributes, ...(each.exceptionAttributes ?? [])].includes(attribute),
    );
  return [
    ...(on([...model.metrics, ...model.derivedMetrics, ...model.collectorMetrics]) ? ['metrics'] : []),
    ...(on([model.logRecord, ...model.events]) ? ['log records'] : []),
    ...(on(model.spans) ? ['spans'] : []),
  ];
};

const beyond = (known: readonly string[], attributes: readonly string[]): readonly string[] =>
  attributes.filter((each) => !known.includes(each));

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const code = (text: string): string => `\`${text}\``;
const codes = (texts: readonly string[]): string => texts.map(code).join(', ');
