import type { Attributes, HrTime } from '@opentelemetry/api';
import type { DataPoint } from '@opentelemetry/sdk-metrics';
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

/** One counter in one group; the numbers and what is known are of the collection that is under way. */
interface Account {
  readonly metric: string;
  /** The places of its series: the same for all of them. */
  asPart: Membership | undefined;
  asRest: Membership | undefined;
  all: number;
  part: number;
  knowsPart: boolean;
  knowsRest: boolean;
}

/** The series that fall together under the kept attributes. */
interface Group {
  readonly key: string;
  readonly attributes: Attributes;
  /** Few: one for each metric. */
  readonly accounts: Account[];
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
  /** Whether a counter must tell the rest besides the part. */
  readonly #needsRest: boolean;
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
    this.#needsRest = rule.compute === 'ratio';
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
    const kept = keep.map((name) => attributes[name]);
    const ofHook = this.#keepsProxy ? own : undefined;
    // Of the values alone: with the names the keys of 10,000 proxies take 5 MB more.
    const key = JSON.stringify(ofHook === undefined ? kept : [...kept, ofHook]);
    let group = this.#groups.get(key);
    if (group === undefined) {
      const told = keep.flatMap((name) => (attributes[name] === undefined ? [] : [[name, attributes[name]]]));
      group = this.#addGroup(key, { ...ofHook, ...Object.fromEntries(told) });
    }
    const account = accountOf(group, metric);
    if (part !== undefined && fulfils(attributes, part)) {
      account.asPart ??= { group, account, isPart: true };
      return account.asPart;
    }
    account.asRest ??= { group, account, isPart: false };
    return account.asRest;
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
    else if (this.#needsRest) account.knowsRest = true;
    if (growth === undefined) return;
    group.knownFrom ??= Math.max(this.#window.first, this.#window.last - 1);
    if (growth === 0 && !sum) return; // most of 10,000 proxies are idle
    // Increments are added up, not values: the sum does not fall when one of the series ends.
    account.all += growth;
    account.part += sum ?? (isPart ? growth : 0);
  }

  /** What is told in this collection, at its time. */
  points(time: HrTime): DataPoint<number>[] {
    const points: DataPoint<number>[] = [];
    for (const group of this.#groups.values()) {
      if (group.seenIn !== this.#collection) {
        group.isOver = true;
        this.#groups.delete(group.key);
        continue;
      }
      const value = this.#valueOf(group);
      if (value !== undefined) points.push({ startTime: time, endTime: time, attributes: group.attributes, value });
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
    for (const account of group.accounts) {
      const isWhole = !this.#needsRest || (account.knowsPart && account.knowsRest);
      if (isWhole) isTold = true;
      account.knowsPart = false;
      account.knowsRest = false;
      if (account.all === 0 && account.part === 0) continue;
      if (isWhole) {
        group.all += account.all;
        group.part += account.part;
      }
      account.all = 0;
      account.part = 0;
    }
    return isTold;
  }

  #addGroup(key: string, attributes: Attributes): Group {
    const group: Group = {
      key,
      attributes,
      accounts: [],
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

const accountOf = ({ accounts }: Group, metric: string): Account => {
  const known = accounts.find((each) => each.metric === metric);
  if (known !== undefined) return known;
  const account: Account = {
    metric,
    asPart: undefined,
    asRest: undefined,
    all: 0,
    part: 0,
    knowsPart: false,
    knowsRest: false,
  };
  accounts.push(account);
  return account;
};

const fulfils = (attributes: Attributes, condition: SeriesCondition): boolean => {
  for (const name in condition) {
    const wanted = condition[name];
    const value = attributes[name];
    if (typeof wanted === 'boolean' ? (value !== undefined) !== wanted : value !== wanted) return false;
  }
  return true;
};
