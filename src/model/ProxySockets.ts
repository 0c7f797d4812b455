import type { FrpTraffic } from '../frp/api/FrpApi.js';
import type { Connection } from './Connection.js';
import type { ProxySnapshot } from './FrpSnapshot.js';
import { Histogram } from './Histogram.js';

/** Seconds: within a machine, a network, a continent, around the world. */
export const ROUND_TRIP_BOUNDARIES = Object.freeze([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1]);
/** Seconds: a request, a page, a session, a day of work. */
export const DURATION_BOUNDARIES = Object.freeze([0.01, 0.1, 1, 10, 60, 600, 3_600, 28_800, 86_400]);

/** What the kernel tells of one proxy's connections besides their bytes. */
export class ProxySockets {
  #open = 0;
  #opened = 0;
  readonly #segments = { in: 0, out: 0 };
  #roundTrip: Histogram | undefined;
  #duration: Histogram | undefined;

  /** How many are open. */
  get open(): number {
    return this.#open;
  }

  /** How many were opened since we came. */
  get opened(): number {
    return this.#opened;
  }

  get segments(): FrpTraffic {
    return this.#segments;
  }

  get roundTrip(): ProxySnapshot['roundTrip'] {
    return this.#roundTrip?.snapshot();
  }

  get duration(): ProxySnapshot['connectionDuration'] {
    return this.#duration?.snapshot();
  }

  /** @param isNew whether it was opened since we came */
  joined({ share, before }: Connection, isNew: boolean): void {
    this.#open += 1;
    if (isNew) this.#opened += 1;
    share.segmentsIn = before.segmentsIn;
    share.segmentsOut = before.segmentsOut;
  }

  /** @returns whether anything has changed */
  take({ share, reading }: Connection): boolean {
    const segmentsIn = Math.max(share.segmentsIn, reading.segmentsIn);
    const segmentsOut = Math.max(share.segmentsOut, reading.segmentsOut);
    const hasChanged = segmentsIn !== share.segmentsIn || segmentsOut !== share.segmentsOut;
    this.#segments.in += segmentsIn - share.segmentsIn;
    this.#segments.out += segmentsOut - share.segmentsOut;
    share.segmentsIn = segmentsIn;
    share.segmentsOut = segmentsOut;
    return hasChanged;
  }

  left(): void {
    this.#open -= 1;
  }

  /** All is known of a connection that has ended: how long it lasted only where its beginning and its end were told. */
  over({ reading: { roundTrip }, startedAt, endedAt, hasExactEnd }: Connection): void {
    if (roundTrip !== undefined) {
      this.#roundTrip ??= new Histogram(ROUND_TRIP_BOUNDARIES);
      this.#roundTrip.record(roundTrip);
    }
    if (startedAt === undefined || endedAt === undefined || !hasExactEnd) return;
    this.#duration ??= new Histogram(DURATION_BOUNDARIES);
    this.#duration.record(Math.max(0, endedAt - startedAt) / 1000);
  }
}
