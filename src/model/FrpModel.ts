import type { FrpEvent, FrpEventSubject } from './FrpEvent.js';
import type { FrpSignal, ProcessStarted, TargetId } from './FrpSignal.js';
import type { FrpSnapshot } from './FrpSnapshot.js';
import { goneBefore } from './goneBefore.js';
import { Instance } from './Instance.js';
import type { ServerLimits } from './ServerCapacity.js';

/** Instances that are gone and still known: programs that write a config file per start make a new one each time. */
const MAX_GONE_INSTANCES = 100;

export interface FrpModelOptions extends ServerLimits {
  /** Milliseconds for which what is lost stays known, and what was removed may come back; the latter 5 minutes at least. */
  readonly retentionMillis: number;
  /** Proxies kept per instance. */
  readonly maxProxies: number;
  /** `frp.server.name` of everything observed here, instead of host:port. */
  readonly serverName?: string | undefined;
}

/**
 * All that is known of the observed frp processes: signals in, events and snapshots out. It reads no clock: time comes with
 * the signals and with {@link FrpModel.forget}.
 */
export class FrpModel {
  readonly #options: FrpModelOptions;
  readonly #instances = new Map<string, Instance>();
  readonly #byTarget = new Map<TargetId, Instance>();

  constructor(options: FrpModelOptions) {
    this.#options = options;
  }

  /** @returns what happened by it, in order */
  apply(signal: FrpSignal): readonly FrpEvent[] {
    if (signal.kind === 'process.started') return this.#started(signal);
    const instance = this.#byTarget.get(signal.target);
    const events = instance?.apply(signal) ?? [];
    // The process before the present one stays known until its last line.
    if (signal.kind === 'process.exited' && instance?.target !== signal.target) this.#byTarget.delete(signal.target);
    return events;
  }

  /** Who a target is, in the terms of telemetry; undefined when it is not known (any more). */
  identityOf(target: TargetId): FrpEventSubject | undefined {
    return this.#byTarget.get(target)?.identity;
  }

  /** The process that an instance is now; undefined when it is not known (any more). */
  targetOf(instance: string): TargetId | undefined {
    return this.#instances.get(instance)?.target;
  }

  /** Forgets what has been gone for longer than the retention. */
  forget(now: number): void {
    const before = goneBefore(now, this.#options.retentionMillis);
    for (const instance of this.#instances.values()) {
      if (instance.wasGoneBefore(before)) this.#remove(instance);
      else instance.forgetGoneBefore(before);
    }
  }

  snapshot(): FrpSnapshot {
    return Object.freeze({
      instances: Object.freeze(Array.from(this.#instances.values(), (instance) => instance.snapshot())),
    });
  }

  #started(signal: ProcessStarted): readonly FrpEvent[] {
    const before = [...this.#instances.values()].find((instance) => instance.isResumedBy(signal));
    if (before?.goneAt !== undefined) this.#dropTargets(before);
    const events = before?.resume(signal) ?? [];
    if (before === undefined) this.#makeRoom();
    const instance = before ?? new Instance(this.#freeName(signal), signal, this.#options);
    this.#instances.set(instance.name, instance);
    this.#byTarget.set(signal.target, instance);
    return events;
  }

  /** `frpc@host`; for a further one with the config file's base name, `frpc@host/web.toml`, and a number if need be. */
  #freeName({ role, hostName, configPath }: ProcessStarted): string {
    const plain = `${role === 'server' ? 'frps' : 'frpc'}@${hostName}`;
    const file = configPath?.split(/[\\/]/).at(-1);
    const named = file === undefined ? plain : `${plain}/${file}`;
    const candidates = [plain, named];
    for (let number = 2; candidates.every((name) => this.#instances.has(name)); number += 1) {
      candidates.push(`${named}#${number}`);
    }
    return candidates.find((name) => !this.#instances.has(name)) ?? plain;
  }

  /** Those that have been gone for longest are forgotten before their time. */
  #makeRoom(): void {
    const gone = [...this.#instances.values()].filter(({ goneAt }) => goneAt !== undefined);
    gone.sort((a, b) => (a.goneAt ?? 0) - (b.goneAt ?? 0));
    for (const instance of gone.slice(0, Math.max(0, gone.length - MAX_GONE_INSTANCES))) this.#remove(instance);
  }

  #remove(instance: Instance): void {
    this.#instances.delete(instance.name);
    this.#dropTargets(instance);
  }

  #dropTargets(instance: Instance): void {
    for (const [target, of] of this.#byTarget) {
      if (of === instance) this.#byTarget.delete(target);
    }
  }
}
