import type { Attributes } from '@opentelemetry/api';
import { ATTR_FRP } from './catalogue/attributes.js';
import {
  DEFAULT_WINDOW_MILLIS,
  type DerivedComputation,
  type DerivedRule,
  type SeriesCondition,
} from './catalogue/derivedMetrics.js';
import { SlidingWindow, WindowedTotal } from './SlidingWindow.js';

/** One series of a counter or histogram that a rule is of. */
export interface SourceSeries {
  /** As long as they are the same object, they are the same. */
  readonly attributes: Attributes;
  /** Of these, those that a user's hook gave. */
  readonly own: Attributes | undefined;
}

export interface DerivedPoint {
  readonly attributes: Attributes;
  readonly value: number;
}

/** One counter in one group; the three are of the collection that is under way. */
interface Account {
  all: number;
  part: number;
  knowsPart: boolean;
  knowsRest: boolean;
}

/** The series that fall together under the kept attributes. */
interface Group {
  readonly attributes: Attributes;
  readonly accounts: Map<string, Account>;
  readonly alls: WindowedTotal;
  readonly parts: WindowedTotal | undefined;
  all: number;
  part: number;
  /** The sample from which its growth is known; undefined before there is one. */
  knownFrom: number | undefined;
  /** In which collection it was last seen. */
  seenIn: number;
  isOver: boolean;
}

/** The place of a series in a rule: it may be kept as long as the series has its attributes, until it is over. */
export interface Membership {
  /** Undefined where the series does not count. */
  readonly group: Group | undefined;
  readonly account: Account | undefined;
  readonly isPart: boolean;
}

const NO_MEMBER: Membership = { group: undefined, account: undefined, isPart: false };

type Compute = (growth: { all: number; part: number; seconds: number; atLeast: number }) => number | undefined;

const COMPUTE: Readonly<Record<DerivedComputation, Compute>> = {
  rate: ({ all, seconds }) => (seconds > 0 ? all / seconds : undefined),
  increase: ({ all }) => all,
  ratio: ({ all, part, atLeast }) => (all > 0 && part >= atLeast ? part / all : 0),
  mean: ({ all, part }) => (all > 0 ? part / all : undefined),
};

/** A derived metric's state for one reader: pure, with times as arguments. */
export class DerivedMetric {
  readonly rule: DerivedRule;
  /** The metrics that it is of. */
  readonly of: readonly string[];
  readonly #windowMillis: number;
  readonly #window: SlidingWindow;
  readonly #hasParts: boolean;
  readonly #keepsProxy: boolean;
  readonly #groups = new Map<string, Group>();
  #collection = 0;
  #now = 0;

  constructor(rule: DerivedRule) {
    this.rule = rule;
    this.of = typeof rule.of === 'string' ? [rule.of] : rule.of;
    this.#windowMillis = rule.windowMillis ?? DEFAULT_WINDOW_MILLIS[rule.compute];
    this.#window = new SlidingWindow(this.#windowMillis);
    this.#hasParts = rule.compute === 'ratio' || rule.compute === 'mean';
    this.#keepsProxy = rule.keep.includes(ATTR_FRP.proxyName);
  }

  /** Begins a collection. */
  begin(now: number): void {
    // What is not divided by time can be told at once of subjects that began within the window: they had counted nothing.
    if (this.#collection === 0 && this.rule.compute !== 'rate') this.#window.add(now - this.#windowMillis);
    this.#window.add(now);
    this.#collection += 1;
    this.#now = now;
  }

  /** Whether a count that was never read before is growth within the window, when it began at a time. */
  isGrowthSince(since: number): boolean {
    return this.#collection > 1 || (this.rule.compute !== 'rate' && since >= this.#now - this.#windowMillis);
  }

  /** @param metric one of {@link DerivedMetric.of} */
  membership(metric: string, { attributes, own }: SourceSeries): Membership {
    const { where, part, keep } = this.rule;
    if (where !== undefined && !fulfils(attributes, where)) return NO_MEMBER;
    const kept = Object.fromEntries(
      keep.flatMap((name) => (attributes[name] === undefined ? [] : [[name, attributes[name]]])),
    );
    const group = this.#group(this.#keepsProxy ? { ...own, ...kept } : kept);
    const account = group.accounts.get(metric) ?? { all: 0, part: 0, knowsPart: false, knowsRest: false };
    group.accounts.set(metric, account);
    return { group, account, isPart: part !== undefined && fulfils(attributes, part) };
  }

  /** Whether a new membership is needed, since the group has ended meanwhile. */
  isOver({ group }: Membership): boolean {
    return group?.isOver === true;
  }

  /**
   * Takes what came of a series since the last collection.
   *
   * @param growth of a counter, or of a histogram's count; undefined where it is not known
   * @param sum of a histogram
   */
  add({ group, account, isPart }: Membership, growth: number | undefined, sum?: number): void {
    if (group === undefined || account === undefined) return;
    group.seenIn = this.#collection;
    if (isPart) account.knowsPart = true;
    else account.knowsRest = true;
    if (growth === undefined) return;
    group.knownFrom ??= Math.max(this.#window.first, this.#window.last - 1);
    // Increments are added up, not values: the sum does not fall when one of the series ends.
    account.all += growth;
    account.part += sum ?? (isPart ? growth : 0);
  }

  /** What is told in this collection. */
  points(): DerivedPoint[] {
    const points: DerivedPoint[] = [];
    for (const [key, group] of this.#groups) {
      if (group.seenIn !== this.#collection) {
        group.isOver = true;
        this.#groups.delete(key);
        continue;
      }
      const value = this.#valueOf(group);
      if (value !== undefined) points.push({ attributes: group.attributes, value });
    }
    return points;
  }

  #valueOf(group: Group): number | undefined {
    const { first, last } = this.#window;
    const isTold = this.#settle(group);
    group.alls.set(last, group.all);
    group.parts?.set(last, group.part);
    group.knownFrom ??= last;
    const from = Math.max(first, group.knownFrom);
    if (!isTold || from >= last) return undefined;
    return COMPUTE[this.rule.compute]({
      all: group.alls.growth(from, last),
      part: group.parts?.growth(from, last) ?? 0,
      seconds: this.#window.secondsSince(from),
      atLeast: this.rule.atLeast ?? 0,
    });
  }

  /** @returns whether one of its counters told enough */
  #settle(group: Group): boolean {
    let isTold = false;
    for (const account of group.accounts.values()) {
      const isWhole = this.rule.compute !== 'ratio' || (account.knowsPart && account.knowsRest);
      if (isWhole) {
        group.all += account.all;
        group.part += account.part;
        isTold = true;
      }
      account.all = 0;
      account.part = 0;
      account.knowsPart = false;
      account.knowsRest = false;
    }
    return isTold;
  }

  #group(attributes: Attributes): Group {
    const key = JSON.stringify(attributes);
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const group: Group = {
      attributes,
      accounts: new Map(),
      alls: new WindowedTotal(),
      parts: this.#hasParts ? new WindowedTotal() : undefined,
      all: 0,
      part: 0,
      knownFrom: undefined,
      seenIn: this.#collection,
      isOver: false,
    };
    this.#groups.set(key, group);
    return group;
  }
}

const fulfils = (attributes: Attributes, condition: SeriesCondition): boolean => {
  for (const name in condition) {
    const wanted = condition[name];
    const value = attributes[name];
    if (typeof wanted === 'boolean' ? (value !== undefined) !== wanted : value !== wanted) return false;
  }
  return true;
};
