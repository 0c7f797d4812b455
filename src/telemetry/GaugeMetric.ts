import type { HrTime } from '@opentelemetry/api';
import type { DataPoint } from '@opentelemetry/sdk-metrics';
import type { SubjectLife } from '../model/FrpSnapshot.js';
import type { Observe } from './catalogue/MetricRow.js';
import type { SubjectSeries } from './SubjectSeries.js';

type Read<Of> = (of: Of, observe: Observe<number>, now: number) => void;

/** The points of a gauge, of one subject after the other: what it is at this moment, of which nothing is remembered. */
export class GaugeMetric<Of extends SubjectLife> {
  readonly #read: Read<Of>;
  #points: DataPoint<number>[] = [];
  #time: HrTime = [0, 0];
  /** Whose values are read. */
  #subject: SubjectSeries | undefined;

  constructor(row: { readonly read: Read<Of> }) {
    this.#read = row.read;
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

  /** Ends the collection. @returns its points */
  takePoints(): DataPoint<number>[] {
    const points = this.#points;
    this.#points = [];
    return points;
  }

  readonly #take: Observe<number> = (value, extra) => {
    const attributes = this.#subject?.attributesWith(extra) ?? {};
    this.#points.push({ startTime: this.#time, endTime: this.#time, attributes, value });
  };
}
