import { faultReport } from '../faultReport.js';
import { repeat } from '../repeat.js';
import type { Source, SourceReport } from '../Source.js';
import { BoundedSet } from './BoundedSet.js';
import { Ends } from './Ends.js';
import { lookFailed } from './Interest.js';
import type { SsLine } from './parseSsLine.js';
import { runSoon } from './runSoon.js';
import { runSs, type SsResult, type SsRun } from './runSs.js';
import type { SocketTarget, WatchedSockets } from './SocketWatch.js';
import type { NetworkPlace } from './ssCommand.js';
import { ssFilter } from './ssFilter.js';
import { stretch } from './stretch.js';
import { TargetSockets, type UnclearEnd } from './TargetSockets.js';
import { givesSome, worstReport } from './worstReport.js';

/**
 * CPU time of a sample, by what there is: it cannot be measured, for Node does not tell that of a child, and its own is the
 * program's as well. Seen with iproute2 6.1: for a socket 6 to 19 µs in `ss` and 5 µs here, for what is left of one 7 µs, for a
 * port 5 µs.
 */
const MILLIS = { socket: 0.025, remains: 0.007, port: 0.005 };
/** Ends come twice only while one stream replaces another, or after a sample lacked them. */
const MAX_REMEMBERED = 20_000;
const NOT_ATTRIBUTED_MILLIS = 600_000;
/** Between two looks that are asked for before the next sample, on average; longer where they cost more than their share. */
const LOOK_MILLIS = 1_000;

interface Options {
  readonly intervalMillis: number;
  readonly maxCpuShare: number;
}

/** The connections of all observed processes of one network. */
export class NetworkSockets {
  readonly #isOther: boolean;
  readonly #options: Options;
  readonly #targets = new Set<TargetSockets>();
  readonly #ends = new Ends((line) => this.#takeEnd(line));
  /** Their ends were told. */
  readonly #ended = new BoundedSet<string>(MAX_REMEMBERED);
  /** Until the next sample tells what is left of them. */
  readonly #unclear = new Map<UnclearEnd, TargetSockets>();
  readonly #notAttributedAt = new Map<TargetSockets, number>();
  #loop: Required<Source> | undefined;
  #run: SsRun | undefined;
  #factor = 1;
  /** Of the last sample. */
  #costMillis = 0;
  readonly #looks = runSoon(
    () => Math.max(LOOK_MILLIS, this.#costMillis / this.#options.maxCpuShare),
    () => this.#loop?.refresh(),
  );
  #stopped = false;

  /** @param isOther whether it is another network than ours */
  constructor(isOther: boolean, options: Options) {
    this.#isOther = isOther;
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#targets.size === 0;
  }

  add(target: SocketTarget): WatchedSockets {
    const sockets = new TargetSockets(target);
    this.#targets.add(sockets);
    if (this.#loop === undefined)
      this.#loop = repeat(
        () => this.#sample(),
        (error) => this.#reportAll(faultReport(error)),
      );
    else void this.#loop.refresh();
    return {
      refresh: async () => this.#loop?.refresh(),
      look: () => this.#looks.run(),
      stop: () => {
        // No sample will tell more of them.
        for (const [end, of] of this.#unclear) if (of === sockets) this.#settle([end], NOTHING);
        this.#targets.delete(sockets);
        this.#notAttributedAt.delete(sockets);
      },
    };
  }

  stop(): void {
    this.#stopped = true;
    this.#targets.clear();
    this.#looks.stop();
    this.#loop?.stop();
    this.#ends.stop();
    this.#run?.stop();
  }

  /** @returns milliseconds until the next one */
  async #sample(): Promise<number> {
    const reports = new Map<TargetSockets, SourceReport>();
    for (const target of this.#targets) reports.set(target, await target.find().catch(lookFailed));
    const ports = { local: new Set<number>(), peer: new Set<number>() };
    for (const target of this.#targets) target.addPorts(ports);

    const { askedAt, result } = await this.#list(ssFilter(ports));
    if (isReport(result)) {
      for (const [target, report] of reports) target.report(worstReport([report, result]));
      return this.#options.intervalMillis * this.#factor;
    }
    await this.#tell(result, askedAt, reports);
    const sockets = result.lines.filter(({ hasCounters }) => hasCounters).length;
    this.#costMillis =
      sockets * MILLIS.socket +
      (result.lines.length - sockets) * MILLIS.remains +
      (ports.local.size + ports.peer.size) * MILLIS.port;
    this.#factor = stretch(this.#factor, this.#costMillis, this.#options);
    for (const [target, report] of reports)
      target.report(worstReport([report, ...this.#remarks(target, result.lines.length)]));
    return this.#options.intervalMillis * this.#factor;
  }

  async #list(filter: string | undefined): Promise<{ askedAt: number; result: SsResult | SourceReport }> {
    if (this.#stopped || filter === undefined) {
      this.#ends.stop();
      return { askedAt: Date.now(), result: this.#settle([...this.#unclear.keys()], NOTHING) };
    }
    const [first] = this.#targets;
    const place: NetworkPlace = { pid: this.#isOther ? first?.pid : undefined };
    await this.#ends.follow(place, filter);
    const askedAt = Date.now();
    if (this.#stopped) return { askedAt, result: NOTHING };
    const unclear = [...this.#unclear.keys()];
    this.#run = runSs(place, filter, unclear.length > 0);
    const result = await this.#run.result;
    this.#run = undefined;
    return { askedAt, result: this.#settle(unclear, result) };
  }

  /** Tells the ends of which it is clear now who closed first. */
  #settle<Result extends SsResult | SourceReport>(unclear: readonly UnclearEnd[], result: Result): Result {
    const remains = new Set(isReport(result) ? [] : result.lines.filter(isRemains).map(endsOf));
    for (const end of unclear) if (this.#unclear.delete(end)) end.tell(remains.has(endsOf(end.line)));
    return result;
  }

  async #tell(result: SsResult, askedAt: number, reports: Map<TargetSockets, SourceReport>): Promise<void> {
    const tellsEnds = result === NOTHING || this.#ends.takeIsComplete();
    const [first] = this.#targets;
    if (result.dropped > 0) first?.drop('limit', result.dropped);
    for (const [target, report] of reports) {
      if (!this.#targets.has(target) || !givesSome(report)) continue;
      const over = await target
        .sample(result.lines, {
          askedAt,
          hasEnded: (id) => this.#ended.has(id),
          isAll: result.dropped === 0,
          tellsEnds,
        })
        .catch((error: unknown) => {
          reports.set(target, lookFailed(error)); // what was open stays so until the next look
          return [];
        });
      for (const id of over) this.#ended.add(id);
      if (tellsEnds && over.length > 0) this.#ends.lose('connections are gone whose end was not told');
    }
  }

  #reportAll(report: SourceReport): void {
    for (const target of this.#targets) target.report(report);
  }

  #takeEnd(line: SsLine): void {
    if (this.#ended.has(line.id)) return;
    const owners: TargetSockets[] = [];
    let claimant: TargetSockets | undefined;
    for (const target of this.#targets) {
      const claim = target.claimOf(line);
      if (claim === 'open') {
        this.#end(target, line);
        return;
      }
      if (claim === 'own') owners.push(target);
      else if (claim === 'unknown') claimant ??= target;
    }
    const [owner, second] = owners;
    if (owner !== undefined && second === undefined && claimant === undefined) this.#end(owner, line);
    else this.#notAttributed(claimant ?? owner);
  }

  #end(target: TargetSockets, line: SsLine): void {
    this.#ended.add(line.id);
    const unclear = target.end(line);
    if (unclear === undefined) return;
    if (this.#unclear.size < MAX_REMEMBERED) this.#unclear.set(unclear, target);
    else unclear.tell(false);
  }

  #notAttributed(target: TargetSockets | undefined): void {
    if (target === undefined) return;
    target.drop('not_attributed', 1);
    this.#notAttributedAt.set(target, performance.now());
  }

  #remarks(target: TargetSockets, sockets: number): readonly SourceReport[] {
    const remarks: SourceReport[] = [];
    const { trouble } = this.#ends;
    if (trouble !== undefined) remarks.push(['degraded', trouble, true]);
    const notAttributedAt = this.#notAttributedAt.get(target) ?? Number.NEGATIVE_INFINITY;
    if (performance.now() < notAttributedAt + NOT_ATTRIBUTED_MILLIS) remarks.push(['degraded', NOT_ATTRIBUTED, true]);
    if (this.#factor > 1) {
      const seconds = (this.#options.intervalMillis * this.#factor) / 1000;
      remarks.push(['ok', `sampled every ${seconds} s: ${roughly(sockets)} sockets`]);
    }
    return remarks;
  }
}

const NOTHING: SsResult = { lines: [], dropped: 0 };

const NOT_ATTRIBUTED =
  'other programs connect to the same services: connections that ended between two samples are not told apart, nor counted';

/** What is left of a socket that was closed on this side first, until the other end has closed and for a minute. */
const isRemains = ({ hasCounters, state }: SsLine): boolean =>
  !hasCounters && (state === 'TIME-WAIT' || state === 'FIN-WAIT-2');

const endsOf = ({ localPort, peer }: SsLine): string => `${localPort}>${peer}`;

const isReport = (result: SsResult | SourceReport): result is SourceReport => Array.isArray(result);

/** Two digits, so that the text does not change with each sample. */
const roughly = (count: number): string => Number(count.toPrecision(2)).toLocaleString('en-US');
