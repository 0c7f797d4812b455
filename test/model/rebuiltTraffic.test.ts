import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FrpServerProxy, FrpTraffic } from '../../src/frp/api/FrpApi.js';
import type { FrpModel } from '../../src/model/FrpModel.js';
import { answered, exited, instanceOf, logIsOff, newModel, serverStarted } from './signals.js';
import { type Rotation, SimulatedFrps } from './simulatedFrps.js';

const NAMES = ['a', 'b'] as const;
const NOTHING: FrpTraffic = { in: 0, out: 0 };

type Metrics = 'never' | 'always' | 'now and then';

type Step =
  | {
      readonly does: 'connection';
      readonly name: string;
      readonly in: number;
      readonly out: number;
      readonly late: boolean;
    }
  | { readonly does: 'online' | 'offline'; readonly name: string }
  | { readonly does: 'midnight'; readonly hours: 23 | 24 | 25 }
  | { readonly does: 'poll'; readonly metrics: boolean }
  | { readonly does: 'prune'; readonly leaves: string }
  | { readonly does: 'restart'; readonly seenFromStart: boolean };

const names = fc.constantFrom(...NAMES);
// Small numbers, so that counts of two days are often equal or the other way round.
const bytes = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 20 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 ** 40 }) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant('connection' as const),
      name: names,
      in: bytes,
      out: bytes,
      late: fc.nat(3).map((chance) => chance === 0),
    }),
  },
  { weight: 5, arbitrary: fc.record({ does: fc.constant('poll' as const), metrics: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('online' as const), name: names }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('offline' as const), name: names }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('midnight' as const),
      hours: fc.constantFrom(23 as const, 24 as const, 25 as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('prune' as const), leaves: names }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('restart' as const), seenFromStart: fc.boolean() }) },
);
/** An answer before frps forgets is what makes it known. */
const poll: Step = { does: 'poll', metrics: true };
const steps = fc
  .array(
    fc.tuple(
      step,
      fc.nat(2).map((chance) => chance === 0),
    ),
    { maxLength: 40, size: 'max' },
  )
  .map((all) => all.flatMap(([next, polledBefore]) => (polledBefore && next.does !== 'poll' ? [poll, next] : [next])));
const rotations = fc.constantFrom<Rotation>('0.61.2', '0.71.0', '0.71.1');

/** Which counts of a proxy an answer saw, and on which of their days. */
type Sight = ReturnType<SimulatedFrps['countsOf']>;

/** What is true of one proxy, and what the answers could tell of it. */
interface Truth {
  in: number;
  out: number;
  /** As of the last answer, or of the start of frps after it. */
  atLastPoll: FrpTraffic;
  /** As of the last answer that listed it. */
  atLastListing: FrpTraffic;
  /** What was before the proxy was the model's to count; undefined as long as the model does not know it. */
  base: FrpTraffic | undefined;
  /** Whether all since then could be known. */
  knowable: boolean;
  /** Whether something of what came after the last answer that listed it is lost. */
  gap: boolean;
  /** What the last answer had to tell, since the one before it that listed the proxy, and whether it could. */
  news: FrpTraffic;
  newsKnowable: boolean;
  /** Of the last answer, if it listed the proxy. */
  seen: Sight;
  /** Which counts got bytes since the last answer; undefined for those of a proxy that was pruned. */
  addedTo: Set<object | undefined>;
}

/** frps, the poller and the model side by side. */
class Observation {
  readonly model: FrpModel = newModel();
  readonly #frps: SimulatedFrps;
  readonly #metrics: Metrics;
  readonly #truths = new Map<string, Truth>();
  #target = 1;
  #startsAtZero: boolean;
  #everAnswered = false;
  /** Of the poller: what the last answer of this process said. */
  #lastProxies: ReadonlyMap<string, FrpTraffic> = new Map();
  #lastTotal: FrpTraffic | undefined;
  #tick = 0;

  constructor(rotation: Rotation, seenFromStart: boolean, metrics: Metrics) {
    this.#frps = new SimulatedFrps(rotation);
    this.#startsAtZero = seenFromStart;
    this.#metrics = metrics;
    this.#start(seenFromStart);
  }

  do(step: Step): void {
    switch (step.does) {
      case 'connection': {
        // A late one began before its proxy went offline, or was pruned.
        if (!step.late) this.#frps.online(step.name);
        if (!step.late) this.#frps.opened(step.name);
        if (!this.#frps.closed(step.name, step)) return;
        const truth = this.#truthOf(step.name);
        truth.in += step.in;
        truth.out += step.out;
        if (step.in + step.out > 0) truth.addedTo.add(this.#frps.countsOf(step.name)?.counts);
        return;
      }
      case 'online':
      case 'offline':
        this.#frps[step.does](step.name);
        return;
      case 'midnight':
        this.#frps.midnight(step.hours);
        return;
      case 'prune':
        this.#frps.offline(step.leaves);
        this.#frps.prune();
        return;
      case 'poll':
        this.#poll(this.#metrics === 'always' || (this.#metrics === 'now and then' && step.metrics));
        return;
      case 'restart':
        this.#restart(step.seenFromStart);
        return;
    }
  }

  /** What the model has counted of each proxy, and what it should have. */
  compared() {
    return instanceOf(this.model).proxies.flatMap(({ name, io }) => {
      const { base, knowable, atLastListing, news, newsKnowable } = this.#truthOf(name);
      if (io === undefined || base === undefined) throw new Error(`the model knows ${name}, and nobody told it`);
      const truth = { in: atLastListing.in - base.in, out: atLastListing.out - base.out };
      return [{ name, counted: io, truth, knowable, news, newsKnowable }];
    });
  }

  #poll(metrics: boolean): void {
    const total = this.#frps.today();
    const newDay = isLess(total, this.#lastTotal);
    const proxies = this.#frps.list().map((proxy): FrpServerProxy => {
      // The poller's rule for asking of the day before.
      const last = this.#lastProxies.get(proxy.name);
      const mayHaveCounted = proxy.online || (last !== undefined && last.in + last.out > 0);
      const asks = !metrics && (isLess(proxy.today, last) || (newDay && mayHaveCounted));
      this.#judge(proxy, asks);
      return {
        ...proxy,
        yesterday: asks ? this.#frps.yesterday(proxy.name) : undefined,
        sinceStart: metrics ? this.#frps.metrics(proxy.name) : undefined,
      };
    });
    for (const [name, truth] of this.#truths) {
      if (!proxies.some((proxy) => proxy.name === name)) this.#notListed(truth);
      truth.atLastPoll = { in: truth.in, out: truth.out };
      truth.addedTo = new Set();
    }
    this.#lastProxies = new Map(proxies.map(({ name, today }) => [name, today]));
    this.#lastTotal = total;
    this.#startsAtZero = true;
    this.#everAnswered = true;
    this.model.apply({ ...answered(this.#now(), proxies, { today: total }), target: this.#target });
  }

  /**
   * What can be known of a proxy that an answer lists:
   *
   * - by `/metrics`, all since it was listed before in the life of this process, or since its start;
   * - of counts that the last answer saw, all as long as their day has not ended, or ended once and that shows: by a fall
   *   of the proxy's count or of the total, upon which the poller asks for the day before;
   * - of counts that are new since, as after a start, a prune or for a new proxy, all of their present day, and of the day
   *   before it where it was asked; but where the last answer saw others in their place, only if a fall shows that, and
   *   all of it was of one day;
   * - and in both cases nothing of what other counts got meanwhile, which are gone.
   */
  #judge({ name, online }: FrpServerProxy, asked: boolean): void {
    const truth = this.#truthOf(name);
    const seen = this.#frps.countsOf(name);
    const isNew = truth.base === undefined && online;
    const isBaseline = isNew && !this.#startsAtZero;
    if (isNew) truth.base = isBaseline ? { in: truth.in, out: truth.out } : truth.atLastPoll;

    const lost = [...truth.addedTo].some((counts) => counts !== seen?.counts);
    const isSameCounts = truth.seen !== undefined && truth.seen.counts === seen?.counts;
    const days = (seen?.day ?? 0) - (isSameCounts ? (truth.seen?.day ?? 0) : 0);
    const isKnown =
      isSameCounts || truth.seen === undefined ? days === 0 || (days === 1 && asked) : days === 0 && asked;
    const toldByMetrics = this.#metrics === 'always' && !(isNew && truth.seen === undefined);
    const since = isNew ? truth.base : truth.atLastListing;
    truth.news = since === undefined ? NOTHING : { in: truth.in - since.in, out: truth.out - since.out };
    const gap = truth.gap && !isNew;
    truth.newsKnowable = truth.base === undefined || isBaseline || (!gap && (toldByMetrics || (!lost && isKnown)));
    truth.knowable &&= truth.newsKnowable;

    truth.gap = false;
    truth.seen = seen;
    truth.atLastListing = { in: truth.in, out: truth.out };
  }

  /** What its counts got after the last answer is lost; `/metrics` will tell it, should it be listed again. */
  #notListed(truth: Truth): void {
    if (this.#metrics !== 'always' && truth.addedTo.size > 0) truth.gap = true;
    truth.news = NOTHING;
    truth.newsKnowable = true;
    truth.seen = undefined;
  }

  #restart(seenFromStart: boolean): void {
    this.model.apply({ ...exited(this.#now()), target: this.#target });
    this.#frps.restart();
    this.#target += 1;
    this.#lastProxies = new Map();
    this.#lastTotal = undefined;
    for (const truth of this.#truths.values()) {
      if (!isSame(truth, truth.atLastListing)) truth.gap = true;
      truth.seen = undefined;
      truth.atLastPoll = { in: truth.in, out: truth.out };
      truth.addedTo = new Set();
    }
    this.#startsAtZero = seenFromStart || this.#everAnswered;
    this.#start(seenFromStart);
  }

  #start(seenFromStart: boolean): void {
    this.model.apply(serverStarted(this.#now(), { target: this.#target, seenFromStart }));
    this.model.apply({ ...logIsOff(this.#now()), target: this.#target });
  }

  #truthOf(name: string): Truth {
    const known = this.#truths.get(name);
    if (known) return known;
    const truth: Truth = {
      ...NOTHING,
      atLastPoll: NOTHING,
      atLastListing: NOTHING,
      base: undefined,
      knowable: true,
      gap: false,
      news: NOTHING,
      newsKnowable: true,
      seen: undefined,
      addedTo: new Set(),
    };
    this.#truths.set(name, truth);
    return truth;
  }

  #now(): number {
    this.#tick += 1;
    return this.#frps.now + this.#tick;
  }
}

const isLess = (now: FrpTraffic, before: FrpTraffic | undefined): boolean =>
  before !== undefined && (now.in < before.in || now.out < before.out);
const isSame = (a: FrpTraffic, b: FrpTraffic): boolean => a.in === b.in && a.out === b.out;

type Compared = ReturnType<Observation['compared']>;

/** Looks for what must not be, after each answer of any observation. */
const never = (metrics: Metrics, isWrong: (now: Compared[number], before: FrpTraffic) => boolean): void =>
  fc.assert(
    fc.property(rotations, fc.boolean(), steps, (rotation, seenFromStart, all) => {
      const observation = new Observation(rotation, seenFromStart, metrics);
      let before = new Map<string, FrpTraffic>();
      for (const step of all) {
        observation.do(step);
        if (step.does !== 'poll') continue;
        const compared = observation.compared();
        expect(compared.filter((proxy) => isWrong(proxy, before.get(proxy.name) ?? NOTHING))).toEqual([]);
        before = new Map(compared.map(({ name, counted }) => [name, counted]));
      }
    }),
    { numRuns: 500 },
  );

describe.each(['never', 'always', 'now and then'] as const)('rebuilt bytes, with /metrics %s', (metrics) => {
  it('never fall, whatever frps, its clock and its operators do', () => {
    never(metrics, ({ counted }, before) => isLess(counted, before));
  });

  it('are never more than the true ones since the proxy is known', () => {
    never(metrics, ({ counted, truth }) => isLess(truth, counted));
  });
});

describe.each(['never', 'always'] as const)('rebuilt bytes, with /metrics %s', (metrics) => {
  it('are the true ones since the proxy is known, whenever the answers could tell', () => {
    never(metrics, ({ counted, truth, knowable }) => knowable && !isSame(counted, truth));
  });

  it('are after each answer that could tell all since the one before it more by exactly that', () => {
    never(metrics, ({ counted, news, newsKnowable }, before) => {
      const told = { in: before.in + news.in, out: before.out + news.out };
      return newsKnowable && !isSame(counted, told);
    });
  });

  it('can be told by the answers in many observations, also over midnights, prunes and restarts', () => {
    let proxies = 0;
    let known = 0;
    const stepsOfKnown = new Set<string>();
    fc.assert(
      fc.property(rotations, steps, (rotation, all) => {
        const observation = new Observation(rotation, true, metrics);
        for (const step of all) observation.do(step);
        for (const { knowable, truth } of observation.compared()) {
          proxies += 1;
          if (!knowable || truth.in === 0) continue;
          known += 1;
          for (const { does } of all) stepsOfKnown.add(does);
        }
      }),
      { numRuns: 300, seed: 4 },
    );
    expect([...stepsOfKnown].sort()).toEqual([
      'connection',
      'midnight',
      'offline',
      'online',
      'poll',
      'prune',
      'restart',
    ]);
    expect(known).toBeGreaterThan(proxies / 10);
  });
});
