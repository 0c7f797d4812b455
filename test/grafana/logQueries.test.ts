import { describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { DIALECTS, prometheusLabel } from '../../src/alerts/prometheusDialect.js';
import { telemetryModel } from '../../src/telemetry/catalogue/telemetryModel.js';
import { panelsOf, placeOf, queriesOf, renderedDashboards, targetsOf } from '../support/grafanaJson.js';
import { written } from '../support/grafanaVariables.js';
import { type Comparison, logqlTree, traceqlTree } from '../support/lezerTree.js';

const { logRecord, events, spans } = telemetryModel;
const ofRecords = [logRecord, ...events].flatMap(({ attributes, optInAttributes }) => [
  ...attributes,
  ...optInAttributes,
]);
const ofSpans = spans.flatMap(({ attributes, optInAttributes }) => [...attributes, ...optInAttributes]);

/** Labels and structured metadata of Loki, which has dots as underscores. */
const OF_LOKI = new Set([
  ...ofRecords.map(prometheusLabel),
  // What it makes of a record's own fields, and of the resource.
  ...[
    'service_name',
    'service_instance_id',
    'event_name',
    'severity_text',
    'severity_number',
    'detected_level',
    'trace_id',
    'span_id',
  ],
]);
/** Fields of a span that are no attributes. */
const INTRINSIC = [
  'name',
  'status',
  'statusMessage',
  'kind',
  'duration',
  'traceDuration',
  'rootName',
  'rootServiceName',
];
const OF_TEMPO = new Set([
  ...ofSpans.flatMap((name) => [`span.${name}`, `.${name}`]),
  ...INTRINSIC,
  'resource.service.instance.id',
]);

const EVENT_NAMES = events.map(({ name }) => name);
const SPAN_NAMES = spans.map(({ name }) => name);
const SPAN_KINDS = Object.keys(SpanKind).map((kind) => kind.toLowerCase());

/** The texts that a comparison is true for must be among these; a pattern must match one at least in each of its parts. */
const unmatched = ({ op, value }: Comparison, known: readonly string[]): readonly string[] => {
  const text = value.slice(1, -1);
  if (op === '=' || op === '!=') return known.includes(text) ? [] : [text];
  return partsOf(text).filter((part) => !known.some((name) => new RegExp(`^(?:${part})$`).test(name)));
};

/** The names that a pattern of nested alternatives stands for: `a(b|c)` for `ab` and `ac`. */
const partsOf = (pattern: string): readonly string[] => {
  const alternatives: string[] = [''];
  let depth = 0;
  for (const character of pattern) {
    depth += character === '(' ? 1 : character === ')' ? -1 : 0;
    if (character === '|' && depth === 0) alternatives.push('');
    else alternatives.push((alternatives.pop() ?? '') + character);
  }
  return alternatives.flatMap((alternative) => {
    const open = alternative.indexOf('(');
    if (open < 0) return [alternative];
    let close = open;
    for (let level = 0; close < alternative.length; close += 1) {
      level += alternative[close] === '(' ? 1 : alternative[close] === ')' ? -1 : 0;
      if (level === 0) break;
    }
    const [before, inner, after] = [
      alternative.slice(0, open),
      alternative.slice(open + 1, close),
      alternative.slice(close + 1),
    ];
    return partsOf(inner).flatMap((each) => partsOf(after).map((rest) => before + each + rest));
  });
};

describe.each(DIALECTS)('what dashboards ask of logs and traces, dialect %s', (dialect) => {
  const dashboards = renderedDashboards(dialect);
  const ofKind = (kind: 'loki' | 'tempo') =>
    dashboards.flatMap((dashboard) =>
      queriesOf(dashboard)
        .filter(({ of }) => of === kind)
        .map(({ place, text }) => ({
          place,
          ...(kind === 'loki' ? logqlTree : traceqlTree)(written(text, dashboard)),
        })),
    );

  it('partsOf tells the names of a pattern apart', () => {
    expect(partsOf('frp[.](a[.](b|c)|d)')).toEqual(['frp[.]a[.]b', 'frp[.]a[.]c', 'frp[.]d']);
  });

  it.each(['loki', 'tempo'] as const)('is read by the grammar of %s', (kind) => {
    const asked = ofKind(kind);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.flatMap(({ place, errors }) => errors.map((error) => `${place}: ${error}`))).toEqual([]);
    expect(asked.filter(({ comparisons }) => comparisons.length === 0).map(({ place }) => place)).toEqual([]);
  });

  it.each([
    ['loki', OF_LOKI],
    ['tempo', OF_TEMPO],
  ] as const)('names what there is in %s', (kind, known) => {
    const unknown = ofKind(kind).flatMap(({ place, comparisons }) =>
      comparisons.filter(({ name }) => !known.has(name)).map(({ name }) => `${place}: ${name}`),
    );
    expect(unknown).toEqual([]);
  });

  it('names events and spans that there are', () => {
    const unknown = [...ofKind('loki'), ...ofKind('tempo')].flatMap(({ place, comparisons }) =>
      comparisons.flatMap((comparison) => {
        const known = { event_name: EVENT_NAMES, name: SPAN_NAMES, kind: SPAN_KINDS }[comparison.name];
        if (known === undefined || !/^["`]/.test(comparison.value)) return [];
        return unmatched(comparison, known).map((text) => `${place}: ${comparison.name} ${text}`);
      }),
    );
    expect(unknown).toEqual([]);
  });

  it('chooses the service, by which Loki finds what is ours', () => {
    const without = ofKind('loki').filter(
      ({ comparisons }) => !comparisons.some(({ name, value }) => name === 'service_name' && value === '`frp`'),
    );
    expect(without.map(({ place }) => place)).toEqual([]);
  });

  it('asks Jaeger for spans and tags that there are', () => {
    const asked = dashboards.flatMap((dashboard) =>
      panelsOf(dashboard).flatMap((panel) =>
        targetsOf(panel)
          .filter(({ datasource }) => datasource.type === 'jaeger')
          .map(({ operation = '', tags = '' }) => ({ place: placeOf(dashboard, panel), operation, tags })),
      ),
    );
    expect(asked.length).toBeGreaterThan(0);
    const unknown = asked.flatMap(({ place, operation, tags }) => [
      ...(SPAN_NAMES.includes(operation) || operation === '' ? [] : [`${place}: ${operation}`]),
      ...[...tags.matchAll(/(?:^|\s)([^\s=]+)=/g)]
        .map(([, name = '']) => name)
        .filter((name) => name !== 'error' && !ofSpans.includes(name))
        .map((name) => `${place}: ${name}`),
    ]);
    expect(unknown).toEqual([]);
  });
});
