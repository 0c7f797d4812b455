import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FrpServerProxy, FrpTraffic } from '../../src/frp/api/FrpApi.js';
import type { FrpModel } from '../../src/model/FrpModel.js';
import type { FrpSignal, SocketReading } from '../../src/model/FrpSignal.js';
import {
  answered,
  exited,
  instanceOf,
  logIsOff,
  newModel,
  says,
  serverStarted,
  socketClosed,
  socketsAreSeen,
  socketsSampled,
} from './signals.js';
import { type SimulatedConnection, SimulatedConnections } from './simulatedConnections.js';

const NAMES = ['a', 'b'] as const;
const NOTHING: FrpTraffic = { in: 0, out: 0 };
const RUN_ID = 'f00d';

/** Which sources there are. */
interface Sources {
  readonly log: boolean;
  /** `late`: it is refused at first, until it is asked for the second time. */
  readonly api: 'on' | 'late' | 'off';
  readonly sockets: 'on' | 'without ends' | 'off';
}

type Step =
  | { readonly does: 'open'; readonly proxy: string; readonly peerPort: number }
  | { readonly does: 'send'; readonly which: number; readonly in: number; readonly out: number }
  | { readonly does: 'close' | 'lose end'; readonly which: number }
  | { readonly does: Moment };

type Moment = 'ask' | 'count' | 'answer' | 'look' | 'see' | 'line' | 'end' | 'wait' | 'restart frps' | 'restart us';

const names = fc.constantFrom(...NAMES);
const which = fc.nat(5);
const bytes = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 2 ** 40 }));
const moments = (...does: Moment[]) => fc.record({ does: fc.constantFrom(...does) });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant('open' as const), proxy: names, peerPort: fc.nat(3) }) },
  { weight: 6, arbitrary: fc.record({ does: fc.constant('send' as const), which, in: bytes, out: bytes }) },
  { weight: 5, arbitrary: fc.record({ does: fc.constant('close' as const), which }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('lose end' as const), which }) },
  { weight: 12, arbitrary: moments('ask', 'count', 'answer', 'look', 'see') },
  { weight: 8, arbitrary: moments('line', 'end') },
  { weight: 3, arbitrary: moments('wait') },
  { weight: 1, arbitrary: moments('restart frps', 'restart us') },
);
const steps = fc.array(step, { maxLength: 60, size: 'max' });
const allSources: fc.Arbitrary<Sources> = fc.record({
  log: fc.boolean(),
  api: fc.constantFrom('on' as const, 'late' as const, 'off' as const),
  sockets: fc.constantFrom('on' as const, 'without ends' as const, 'off' as const),
});

/** frps, the kernel, the sources and the model side by side; what a source has seen comes to the model later. */
class Observation {
  model: FrpModel = newModel();
  readonly #sources: Sources;
  readonly #frps = new SimulatedConnections();
  #now = 1_000_000;
  #target = 0;
  /** What was carried when we came. */
  #base = new Map<string, FrpTraffic>();
  /** What was told when the present frps started, and what was carried by then. */
  #atStart = new Map<string, { readonly told: FrpTraffic; readonly carried: FrpTraffic }>();
  #lines: SimulatedConnection[] = [];
  #ends: SocketReading[] = [];
  /** Sockets whose end was told or taken as such. */
  #over = new Set<string>();
  #known = new Set<string>();
  /** frps counts somewhere between the question and the answer. */
  #asked: { readonly at: number; answer?: FrpServerProxy[] } | undefined;
  #looked: { readonly at: number; readonly sockets: SocketReading[] } | undefined;
  #hasLostEnds = false;
  #asks = 0;
  /** Connections that the model was to count. */
  opened = 0;

  constructor(sources: Sources) {
    this.#sources = sources;
    this.#start(true);
  }

  do(step: Step): void {
    this.#now += 3;
    switch (step.does) {
      case 'open': {
        const connection = this.#frps.opens(step.proxy, step.peerPort, this.#now);
        if (connection === undefined) return;
        this.#lines.push(connection);
        this.opened += 1;
        return;
      }
      case 'send': {
        const connection = this.#frps.open[step.which];
        if (connection !== undefined) this.#frps.sends(connection, step);
        return;
      }
      case 'close':
      case 'lose end': {
        const connection = this.#frps.open[step.which];
        if (connection === undefined) return;
        const end = this.#frps.closes(connection);
        if (step.does === 'close') this.#ends.push(end);
        else this.#hasLostEnds = true;
        return;
      }
      case 'ask':
        this.#asked ??= { at: this.#now };
        return;
      case 'count':
        if (this.#asked !== undefined) this.#asked.answer ??= this.#frps.answer();
        return;
      case 'answer':
        this.#answer();
        return;
      case 'look':
        this.#looked ??= { at: this.#now, sockets: this.#frps.sockets() };
        return;
      case 'see':
        this.#see();
        return;
      case 'line':
        this.#line();
        return;
      case 'end':
        this.#end();
        return;
      case 'wait': // what is under way arrives meanwhile
        this.#arrive();
        this.#now += 15_000;
        return;
      case 'restart frps':
        this.#restartFrps();
        return;
      case 'restart us':
        this.#arrive();
        this.model = newModel();
        this.opened = 0;
        this.#start(false);
        return;
    }
  }

  /** Asks and looks once more. */
  lookAgain(): void {
    this.#arrive();
    for (const does of ['ask', 'answer', 'look', 'see'] as const) this.do({ does });
  }

  closeAll(): void {
    while (this.#frps.open.length > 0) this.do({ does: 'close', which: 0 });
    this.#arrive();
  }

  told(): {
    readonly name: string;
    readonly told: FrpTraffic;
    readonly truth: FrpTraffic;
    readonly expected: FrpTraffic;
  }[] {
    return NAMES.map((name) => {
      const carried = this.#frps.carried(name);
      const { told: before, carried: carriedBefore } = this.#atStart.get(name) ?? { told: NOTHING, carried: NOTHING };
      return {
        name,
        told: this.#toldOf(name),
        truth: minus(carried, this.#base.get(name) ?? NOTHING),
        expected: plus(before, minus(carried, carriedBefore)),
      };
    });
  }

  counted(): number {
    return instanceOf(this.model)
      .proxies.flatMap(({ connections }) => connections.filter(({ errorType }) => errorType === undefined))
      .reduce((sum, { count }) => sum + count, 0);
  }

  #toldOf(name: string): FrpTraffic {
    return instanceOf(this.model).proxies.find((proxy) => proxy.name === name)?.io ?? NOTHING;
  }

  #answer(): void {
    const asked = this.#asked;
    this.#asked = undefined;
    if (asked === undefined || this.#sources.api === 'off') return;
    this.#asks += 1;
    if (this.#sources.api === 'late' && this.#asks === 1) return;
    const answer = asked.answer ?? this.#frps.answer();
    this.#apply({ ...answered(asked.at, answer), ...{ answeredAt: this.#now } });
  }

  #see(): void {
    const looked = this.#looked;
    this.#looked = undefined;
    if (looked === undefined || this.#sources.sockets === 'off') return;
    const tellsEnds = this.#sources.sockets === 'on' && !this.#hasLostEnds;
    this.#hasLostEnds = false;
    const sockets = looked.sockets.filter(({ id }) => !this.#over.has(id));
    if (!tellsEnds) {
      const listed = new Set(sockets.map(({ id }) => id));
      for (const id of this.#known) if (!listed.has(id)) this.#over.add(id);
    }
    this.#known = new Set([...(tellsEnds ? this.#known : []), ...sockets.map(({ id }) => id)]);
    this.#apply({ ...socketsSampled(looked.at, ...sockets), tellsEnds });
  }

  #line(): void {
    const connection = this.#lines.shift();
    if (connection === undefined || !this.#sources.log) return;
    const { proxy, peer: address, openedAt } = connection;
    this.#apply(says(openedAt, { kind: 'proxy.user.connection', proxy, address }, RUN_ID));
  }

  #end(): void {
    const end = this.#ends.shift();
    if (end === undefined || this.#sources.sockets !== 'on' || this.#over.has(end.id)) return;
    this.#over.add(end.id);
    this.#known.delete(end.id);
    this.#apply(socketClosed(this.#now, end));
  }

  #arrive(): void {
    while (this.#lines.length > 0) this.#line();
    while (this.#ends.length > 0) this.#end();
    this.#answer();
    this.#see();
  }

  #restartFrps(): void {
    this.#arrive();
    this.#frps.dies();
    this.#apply(exited(this.#now));
    this.#known.clear();
    for (const name of NAMES) this.#atStart.set(name, { told: this.#toldOf(name), carried: this.#frps.carried(name) });
    this.#observe(true);
  }

  /** What we find when we come is looked at, at once. */
  #start(seenFromStart: boolean): void {
    for (const name of NAMES) {
      this.#base.set(name, this.#frps.carried(name));
      this.#atStart.set(name, { told: NOTHING, carried: this.#frps.carried(name) });
    }
    this.#known.clear();
    this.#over.clear();
    this.#asks = 0;
    this.#observe(seenFromStart);
    for (const does of ['ask', 'answer', 'look', 'see'] as const) this.do({ does });
  }

  #observe(seenFromStart: boolean): void {
    this.#target += 1;
    this.#apply(serverStarted(this.#now, { seenFromStart }));
    if (this.#sources.sockets !== 'off') this.#apply(socketsAreSeen(this.#now));
    if (!this.#sources.log) this.#apply(logIsOff(this.#now));
    if (!this.#sources.log) return;
    for (const proxy of NAMES) {
      const port = String(SimulatedConnections.PORTS[proxy]);
      this.#apply(says(this.#now, { kind: 'proxy.listening', proxy, port }, RUN_ID));
      this.#apply(says(this.#now, { kind: 'proxy.started', proxy, type: 'tcp' }, RUN_ID));
    }
  }

  #apply(signal: FrpSignal): void {
    this.model.apply({ ...signal, target: this.#target });
  }
}

const minus = (a: FrpTraffic, b: FrpTraffic): FrpTraffic => ({ in: a.in - b.in, out: a.out - b.out });
const plus = (a: FrpTraffic, b: FrpTraffic): FrpTraffic => ({ in: a.in + b.in, out: a.out + b.out });
const isLess = (a: FrpTraffic, b: FrpTraffic): boolean => a.in < b.in || a.out < b.out;

const afterEachStep = (sources: fc.Arbitrary<Sources>, look: (observation: Observation) => void): void =>
  fc.assert(
    fc.property(sources, steps, (of, all) => {
      const observation = new Observation(of);
      for (const step of all) {
        observation.do(step);
        look(observation);
      }
    }),
    { numRuns: 1_000 },
  );

/** Without sockets, what a connection had carried before we came is not known, and counts when it closes. */
const withSockets: fc.Arbitrary<Sources> = fc.record({
  log: fc.boolean(),
  api: fc.constantFrom('on' as const, 'on' as const, 'late' as const, 'off' as const),
  sockets: fc.constantFrom('on' as const, 'on' as const, 'without ends' as const),
});
const withApi = fc.record({
  log: fc.boolean(),
  api: fc.constant('on' as const),
  sockets: fc.constantFrom('on' as const, 'without ends' as const),
});

describe('the bytes of a proxy, by all that tells of them', () => {
  it('never fall, whatever sources there are and in whatever order they tell', () => {
    fc.assert(
      fc.property(allSources, steps, (sources, all) => {
        const observation = new Observation(sources);
        let before = observation.told();
        for (const step of all) {
          observation.do(step);
          const now = observation.told();
          if (step.does !== 'restart us') {
            expect(now.filter(({ told }, index) => isLess(told, before[index]?.told ?? NOTHING))).toEqual([]);
          }
          before = now;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are never more than was carried since we came', () => {
    afterEachStep(withSockets, (observation) => {
      expect(observation.told().filter(({ told, truth }) => isLess(truth, told))).toEqual([]);
    });
  });

  it('are all that was carried by the present frps, after a look, while connections are open', () => {
    fc.assert(
      fc.property(withApi, steps, (sources, all) => {
        const observation = new Observation(sources);
        for (const step of all) observation.do(step);
        observation.lookAgain();
        for (const { told, expected } of observation.told()) expect(told).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it("equal frps's own count once all connections have closed and it was asked", () => {
    fc.assert(
      fc.property(withApi, steps, (sources, all) => {
        const observation = new Observation(sources);
        for (const step of all) observation.do(step);
        observation.closeAll();
        observation.lookAgain();
        for (const { told, expected } of observation.told()) expect(told).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('are all that was carried where no API answers and no end is lost', () => {
    const withoutApi = { log: true, api: 'off', sockets: 'on' } as const;
    const lossless = steps.map((all) => all.filter(({ does }) => does !== 'lose end' && does !== 'restart us'));
    fc.assert(
      fc.property(lossless, (all) => {
        const observation = new Observation(withoutApi);
        for (const step of all) observation.do(step);
        observation.closeAll();
        for (const { told, expected } of observation.told()) expect(told).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe('connections of users', () => {
  it('are counted once each where the log is read, whatever else tells of them', () => {
    fc.assert(
      fc.property(allSources, steps, (sources, all) => {
        const observation = new Observation({ ...sources, log: true });
        for (const step of all) observation.do(step);
        observation.closeAll();
        expect(observation.counted()).toBe(observation.opened);
      }),
      { numRuns: 300 },
    );
  });

  it('are counted once each by their sockets where no log is read', () => {
    const sources = { log: false, api: 'on', sockets: 'on' } as const;
    const lossless = steps.map((all) => all.filter(({ does }) => does !== 'lose end' && does !== 'restart frps'));
    fc.assert(
      fc.property(lossless, (all) => {
        const observation = new Observation(sources);
        for (const step of all) observation.do(step);
        observation.closeAll();
        expect(observation.counted()).toBe(observation.opened);
      }),
      { numRuns: 300 },
    );
  });
});
