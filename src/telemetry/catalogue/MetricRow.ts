import type { Attributes } from '@opentelemetry/api';
import type { HistogramSnapshot, InstanceSnapshot, ProxySnapshot } from '../../model/FrpSnapshot.js';

/** Takes one value of a subject, with the attributes beyond the subject's own. */
export type Observe<Value> = (value: Value, attributes?: Attributes) => void;

interface RowHead {
  /** In the `frp.` namespace. */
  readonly name: string;
  /** UCUM. */
  readonly unit: string;
  readonly description: string;
  /** What is to know besides: markdown, without a link. */
  readonly note?: string;
  /** Attributes beyond those that every series of the subject has. */
  readonly attributes: readonly string[];
  /** Told only where the user asks for it. */
  readonly isOptIn?: true;
}

export interface NumberRow<Subject> extends RowHead {
  /** `resource gauge`: an observable gauge on a Meter, which ends with its process; all others come from the producer. */
  readonly kind: 'counter' | 'updowncounter' | 'gauge' | 'resource gauge';
  /** Of a gauge: what is told once under attributes that its subject has no more. @default nothing */
  readonly last?: number;
  /** @param now milliseconds since the Unix epoch, for what grows by itself */
  readonly read: (subject: Subject, observe: Observe<number>, now: number) => void;
}

interface HistogramRow<Subject> extends RowHead {
  readonly kind: 'histogram';
  readonly read: (subject: Subject, observe: Observe<HistogramSnapshot>, now: number) => void;
}

/** One metric: its name, kind, unit and description, and how it is read from the snapshot. */
export type MetricRow<Subject> = NumberRow<Subject> | HistogramRow<Subject>;

export type InstanceRow = MetricRow<InstanceSnapshot>;
export type ProxyRow = MetricRow<ProxySnapshot>;
