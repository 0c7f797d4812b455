import { FrpOptionsError } from '../config/FrpInstrumentationOptions.js';
import type { FrpConfig } from '../frp/config/FrpConfig.js';
import { FrpConfigError, parseConfig } from '../frp/config/parseConfig.js';
import type { FrpRole } from '../frp/FrpRole.js';
import type { FrpSignal } from '../model/FrpSignal.js';
import { OwnRequests } from '../sources/api/OwnRequests.js';
import { readLog } from '../sources/log/readLog.js';
import type { Emit } from '../sources/Source.js';
import type { FrpRecordedSignal, RecordedStart } from './FrpRecordedSignal.js';
import type { Observed, Observer } from './observe.js';
import { readRecordedSignal } from './readRecordedSignal.js';

/** Frps and frpcs of which a program tells by itself. */
const MAX_TARGETS = 1_000;

interface Recorded {
  readonly role: FrpRole;
  readonly observed: Observed;
  readonly emit: Emit;
  readonly ownRequests: OwnRequests;
}

/** What a program tells of a frp by itself: by a name of its own, which is a target of ours from its start to its end. */
export class RecordedTargets {
  readonly #observer: Observer;
  readonly #targets = new Map<string, Recorded>();

  constructor(observer: Observer) {
    this.#observer = observer;
  }

  /** @throws FrpOptionsError naming the field that is wrong */
  record(value: unknown): void {
    const signal = readRecordedSignal(value);
    if (signal.kind === 'process.started') {
      this.#started(signal);
      return;
    }
    const recorded = this.#targets.get(signal.target);
    if (recorded === undefined) {
      throw new FrpOptionsError(
        `record: target: ${JSON.stringify(signal.target)} is not started: record its process.started first`,
      );
    }
    const told = asSignal(signal, recorded);
    if (told !== undefined) recorded.emit(told);
    if (signal.kind === 'process.exited') this.#ended(signal.target, recorded);
  }

  #started(signal: RecordedStart): void {
    const { target: name, role, time = Date.now(), hostName = name, seenFromStart = true, pid } = signal;
    const config = signal.config === undefined ? undefined : readConfigText(signal.config, role);
    const before = this.#targets.get(name);
    if (before === undefined && this.#targets.size >= MAX_TARGETS) {
      throw new FrpOptionsError(`record: target: expected at most ${MAX_TARGETS} that have not exited`);
    }
    // Started again without a word of its end: that was then.
    if (before !== undefined) {
      before.emit({
        kind: 'process.exited',
        time,
        target: before.observed.target,
        exitCode: undefined,
        exitSignal: undefined,
      });
      this.#ended(name, before);
    }
    let emit: Emit = () => {};
    const observed = this.#observer.add((options) => {
      emit = options.emit;
      return { stop: () => {} };
    });
    this.#targets.set(name, { role, observed, emit, ownRequests: new OwnRequests() });
    const { target } = observed;
    emit({ kind: 'process.started', time, target, role, pid, hostName, configPath: undefined, config, seenFromStart });
  }

  #ended(name: string, { observed }: Recorded): void {
    this.#targets.delete(name);
    observed.release();
  }
}

/** @returns undefined for an empty line */
const asSignal = (
  signal: Exclude<FrpRecordedSignal, RecordedStart>,
  { role, observed: { target }, ownRequests }: Recorded,
): FrpSignal | undefined => {
  const { time = Date.now() } = signal;
  switch (signal.kind) {
    case 'log.line': {
      const read = readLog(signal.text, { role, target, ownRequests, now: time });
      return read && { ...read, stream: signal.stream }; // by what way it came, the program alone knows
    }
    case 'config.read':
      return { kind: signal.kind, time, target, config: readConfigText(signal.config, role) };
    case 'server.api.answered':
      return { ...signal, answeredAt: signal.answeredAt ?? time, time, target } as FrpSignal;
    default:
      return { ...signal, time, target } as FrpSignal;
  }
};

const readConfigText = (text: string, role: FrpRole): FrpConfig => {
  try {
    return parseConfig(text, role);
  } catch (error) {
    if (error instanceof FrpConfigError) throw new FrpOptionsError(`record: config: ${error.message}`);
    throw error;
  }
};
