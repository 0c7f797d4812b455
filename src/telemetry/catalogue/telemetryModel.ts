import { SpanKind } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import type { FrpEventKind } from '../../model/FrpEvent.js';
import type { AttributeRow } from './AttributeRow.js';
import { type AlertEventKind, alertEventTable } from './alertEvents.js';
import { ATTR_FRP, INSTANCE_ATTRIBUTES, OPT_IN_PROXY_ATTRIBUTES, PROXY_ATTRIBUTES } from './attributes.js';
import { attributeTable } from './attributeTable.js';
import { instanceCatalogue, proxyCatalogue } from './catalogue.js';
import { collectorMetrics } from './collectorMetrics.js';
import { derivedMetrics } from './derivedMetrics.js';
import { type EventRow, eventName, eventTable } from './events.js';
import { LINE_ATTRIBUTES, SUBJECT_ATTRIBUTES } from './logRecords.js';
import type { MetricRow } from './MetricRow.js';
import { EXCEPTION_ATTRIBUTES, spanTable } from './spans.js';

/** Of every name here: it may change with any minor version. */
export const STABILITY = 'development';

interface Entry {
  readonly name: string;
  readonly stability: typeof STABILITY;
  readonly description: string;
  /** All that it can carry by default. */
  readonly attributes: readonly string[];
  /** All that it carries besides where the user asks for it. */
  readonly optInAttributes: readonly string[];
}

export interface MetricEntry extends Entry {
  readonly kind: 'counter' | 'updowncounter' | 'gauge' | 'histogram';
  readonly unit: string;
  readonly note?: string;
  readonly isOptIn?: true;
}

export interface DerivedEntry extends MetricEntry {
  /** The metrics that it is computed from. */
  readonly of: readonly string[];
}

/** One that a line of frp tells has the attributes of `logRecord` besides. */
export interface EventEntry extends Entry {
  /** Of its record where no line of frp tells it. */
  readonly severity: string;
}

export interface SpanEntry extends Entry {
  /** As the semantic conventions write it: `client`, `internal`, `server`. */
  readonly kind: string;
  /** Of the span's event `exception`, where it failed. */
  readonly exceptionAttributes: readonly string[];
}

/** All telemetry of this package as plain data: what docs, constants and registry are made of. */
export interface TelemetryModel {
  readonly metrics: readonly MetricEntry[];
  readonly derivedMetrics: readonly DerivedEntry[];
  /** What the Collector of collector-config/ makes of them. */
  readonly collectorMetrics: readonly MetricEntry[];
  /** A line of frp that tells no event. */
  readonly logRecord: Omit<Entry, 'name'>;
  readonly events: readonly EventEntry[];
  readonly spans: readonly SpanEntry[];
  readonly attributes: readonly AttributeRow[];
}

const metricEntry = (
  { name, kind, unit, description, note, attributes, isOptIn }: MetricRow<never>,
  ofSubject: readonly string[],
  optInAttributes: readonly string[],
): MetricEntry => ({
  name,
  kind: kind === 'resource gauge' ? 'gauge' : kind, // how it is collected is no news to its readers
  unit,
  stability: STABILITY,
  description,
  ...(note !== undefined && { note }),
  attributes: [...ofSubject, ...attributes],
  optInAttributes,
  ...(isOptIn && { isOptIn }),
});

const eventEntry = (
  kind: FrpEventKind | AlertEventKind,
  severity: SeverityNumber,
  description: string,
  attributes: readonly string[],
): EventEntry => ({
  name: eventName(kind),
  severity: SeverityNumber[severity],
  stability: STABILITY,
  description,
  attributes,
  optInAttributes: [],
});

export const telemetryModel: TelemetryModel = {
  metrics: [
    ...instanceCatalogue.map((row) => metricEntry(row, INSTANCE_ATTRIBUTES, [])),
    ...proxyCatalogue.map((row) =>
      metricEntry(row, [...INSTANCE_ATTRIBUTES, ...PROXY_ATTRIBUTES], OPT_IN_PROXY_ATTRIBUTES),
    ),
  ],
  derivedMetrics: derivedMetrics.map(({ name, unit, description, of, keep }) => ({
    name,
    kind: 'gauge',
    unit,
    stability: STABILITY,
    description,
    of: [of].flat(),
    attributes: keep,
    optInAttributes: keep.includes(ATTR_FRP.proxyName) ? OPT_IN_PROXY_ATTRIBUTES : [],
  })),
  collectorMetrics: collectorMetrics.map((row) => ({ ...row, stability: STABILITY, optInAttributes: [] })),
  logRecord: {
    stability: STABILITY,
    description:
      "A line of frp's output or log file: its body is the message, its severity the level, its time the line's.",
    attributes: [...SUBJECT_ATTRIBUTES, ...LINE_ATTRIBUTES],
    optInAttributes: [],
  },
  events: [
    ...Object.entries<EventRow>(eventTable)
      .filter(([, { isSpanOnly }]) => !isSpanOnly)
      .map(([kind, { severity, description, attributes }]) =>
        eventEntry(kind as FrpEventKind, severity, description, [...SUBJECT_ATTRIBUTES, ...attributes]),
      ),
    ...Object.entries(alertEventTable).map(([kind, { severity, description, attributes }]) =>
      eventEntry(kind as AlertEventKind, severity, description, attributes),
    ),
  ],
  spans: spanTable.map(({ name, kind, description, attributes, optInAttributes = [] }) => ({
    name,
    kind: SpanKind[kind].toLowerCase(),
    stability: STABILITY,
    description,
    attributes: [...SUBJECT_ATTRIBUTES, ...attributes],
    optInAttributes,
    exceptionAttributes: EXCEPTION_ATTRIBUTES,
  })),
  attributes: attributeTable,
};
