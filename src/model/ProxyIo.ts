import type { FrpServerProxy, FrpTraffic } from '../frp/api/FrpApi.js';
import type { Connection } from './Connection.js';
import { ProxyTraffic } from './ProxyTraffic.js';

const DIRECTIONS = ['in', 'out'] as const;

/**
 * An end is told some milliseconds after it happened. One told so long after an answer of the API happened after it, however
 * busy the machine is.
 */
const LATEST_END_MILLIS = 10_000;
/** No answer of the API takes longer: what ended before is in the count that it tells. */
const LONGEST_ANSWER_MILLIS = 60_000;

/** One answer of frps's API about a proxy. */
export interface CountedByFrps {
  readonly answer: FrpServerProxy;
  /** Whether frps counted this proxy from 0 since we know it. */
  readonly startsAtZero: boolean;
  /** Whether frps's midnight lies between the last answer and this one. */
  readonly newDay?: boolean;
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** What ended in one stretch of time. */
interface Ended {
  in: number;
  out: number;
  readonly since: number;
  last: number;
}

/**
 * The bytes of one proxy: frps's own count, which a connection enters when it closes, and the kernel's of the connections
 * that are not in it.
 *
 * Which these are, is never guessed. A connection that a look at the kernel found open after an answer of the API is not in
 * that answer; its bytes count on top, also its last ones, until the next answer. One that no look has found since, may have
 * closed before the answer, and counts no more. So each sum is at most the truth, and what was told never falls; when all
 * connections have closed and frps was asked, the sum is frps's count. Where no API answers (frpc has none for this), all
 * is the kernel's.
 */
export class ProxyIo {
  #counter: ProxyTraffic | undefined;
  #answers = 0;
  #answeredAt = Number.NEGATIVE_INFINITY;
  /** Of connections that are not in frps's count. */
  readonly #live = { in: 0, out: 0 };
  /** What is in neither of them, less what is in them and was before we came. */
  readonly #offset = { in: 0, out: 0 };
  readonly #told = { in: 0, out: 0 };
  /** Of connections that ended before frps's count was first read: by then it may have them. */
  readonly #ended = { in: 0, out: 0 };
  #endedLately: Ended = { in: 0, out: 0, since: Number.NEGATIVE_INFINITY, last: Number.NEGATIVE_INFINITY };

  /** Whether frps's own count was ever read. */
  get isCountedByFrps(): boolean {
    return this.#counter !== undefined;
  }

  get told(): FrpTraffic {
    return this.#told;
  }

  /** @returns whether what is told has changed */
  counted({ answer, startsAtZero, newDay = false, askedAt, answeredAt }: CountedByFrps): boolean {
    const isFirst = this.#counter === undefined;
    // It counts from its first sight, and what was seen to end before that is not in it.
    if (isFirst && !startsAtZero) this.#keepEndedBefore(askedAt);
    this.#counter ??= new ProxyTraffic(startsAtZero);
    this.#counter.see(answer, newDay);
    this.#answers += 1;
    this.#answeredAt = answeredAt;
    this.#nothingLive();
    return this.#tell() || isFirst;
  }

  /** frps started anew and counts from 0; what it had not counted of its connections, it will never. */
  serverRestarted(): void {
    this.#counter?.serverRestarted();
    for (const direction of DIRECTIONS) {
      this.#offset[direction] = this.#told[direction] - (this.#counter?.total[direction] ?? 0);
      this.#ended[direction] = 0;
      this.#endedLately[direction] = 0;
    }
    this.#answers += 1;
    this.#answeredAt = Number.NEGATIVE_INFINITY;
    this.#nothingLive();
  }

  /** frps has forgotten what it had counted today. */
  pruned(): void {
    this.#counter?.pruned();
  }

  /** What a connection had counted before we came, frps will count when it closes. */
  leaveOut(before: FrpTraffic): void {
    for (const direction of DIRECTIONS) this.#offset[direction] -= before[direction];
  }

  /**
   * Takes the last counts of a connection of it.
   *
   * @param uncounted bytes of each connection that frps does not count, at most
   * @returns whether what is told has changed
   */
  take({ share, reading, seenAt, endedAt }: Connection, uncounted: FrpTraffic): boolean {
    if (share.answers !== this.#answers) {
      const isNotCounted =
        endedAt === undefined ? seenAt >= this.#answeredAt : seenAt > this.#answeredAt + LATEST_END_MILLIS;
      if (!isNotCounted) return false;
      share.answers = this.#answers;
      share.in = 0;
      share.out = 0;
    }
    let hasChanged = false;
    for (const direction of DIRECTIONS) {
      const bytes = Math.max(0, reading[direction] - uncounted[direction]);
      if (bytes !== share[direction]) hasChanged = true;
      this.#live[direction] += bytes - share[direction];
      share[direction] = bytes;
    }
    if (endedAt !== undefined && this.#counter === undefined) this.#addEnded(share, endedAt);
    return hasChanged && this.#tell();
  }

  #addEnded(share: FrpTraffic, time: number): void {
    if (time - this.#endedLately.since > LONGEST_ANSWER_MILLIS) {
      add(this.#ended, this.#endedLately);
      this.#endedLately = { in: 0, out: 0, since: time, last: time };
    }
    add(this.#endedLately, share);
    this.#endedLately.last = Math.max(this.#endedLately.last, time);
  }

  #keepEndedBefore(time: number): void {
    add(this.#offset, this.#ended);
    if (this.#endedLately.last <= time) add(this.#offset, this.#endedLately);
  }

  #nothingLive(): void {
    this.#live.in = 0;
    this.#live.out = 0;
  }

  #tell(): boolean {
    let hasGrown = false;
    for (const direction of DIRECTIONS) {
      const sum = this.#offset[direction] + (this.#counter?.total[direction] ?? 0) + this.#live[direction];
      if (sum > this.#told[direction]) hasGrown = true;
      this.#told[direction] = Math.max(sum, this.#told[direction]);
    }
    return hasGrown;
  }
}

const add = (sum: { in: number; out: number }, { in: bytesIn, out }: FrpTraffic): void => {
  sum.in += bytesIn;
  sum.out += out;
};
