import type { Attributes, HrTime } from '@opentelemetry/api';
import type { DataPoint } from '@opentelemetry/sdk-metrics';
import type { SubjectLife } from '../model/FrpSnapshot.js';
import type { Observe } from './catalogue/MetricRow.js';
import type { SubjectSeries } from './SubjectSeries.js';

type Read<Of> = (of: Of, observe: Observe<number>, now: number) => void;

/** The points of a gauge, of one subject after the other: what it is at this moment, of which nothing is remembered. */
export class GaugeMetric<Of extends SubjectLife> {
  readonly #read: Read<Of>;
  readonly #last: number | undefined;
  #points: DataPoint<number>[] = [];
  #time: HrTime = [0, 0];
  /** Whose values are read. */
  #subject: SubjectSeries | undefined;

  constructor(row: { readonly read: Read<Of>; readonly last?: number }) {
    this.#read = row.read;
    this.#last = row.last;
  }

  /** Begins a collection. */
  begin(time: HrTime): void {
    this.#time = time;
  }

  /** Tells what a subject has now. */
  tell(value: Of, subject: SubjectSeries, now: number): void {
    this.#subject = subject;
    this.#read(value, this.#take, now);
  }

  /** Tells what is told at last under attributes that a subject has no more. */
  leave(former: Attributes): void {
    if (this.#last !== undefined) this.#add(this.#last, former);
  }

  /** Ends the collection. @returns its points */
  takePoints(): DataPoint<number>[] {
    const points = this.#points;
    this.#points = [];
    return points;
  }

  readonly #take: Observe<number> = (value, extra) => {
    this.#add(value, this.#subject?.attributesWith(extra) ?? {});
  };

  #add(value: number, attributes: Attributes): void {
    this.#points.push({ startTime: this.#time, endTime: this.#time, attributes, value });
  }
}
