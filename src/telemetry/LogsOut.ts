import type { LoggerProvider } from '@opentelemetry/api-logs';
import { ATTR_FRP } from './catalogue/attributes.js';
import { LogEmitter } from './LogEmitter.js';
import type { OwnLoggerProvider } from './providers/ownLoggerProvider.js';
import { isSameProvider, ownProvider, type ProviderInUse, programProvider } from './providers/ProviderInUse.js';
import { actualLoggerProvider, apiLoggerProvider, registeredLoggerProvider } from './providers/registered.js';
import { SCOPE } from './scope.js';
import type { ProgramProviders, SignalOut, SignalOutParts } from './TelemetryOptions.js';

/** Where log records go. */
export class LogsOut implements SignalOut {
  readonly #parts: SignalOutParts;
  #inUse: ProviderInUse<LoggerProvider> | undefined;
  #emitter: LogEmitter | undefined;
  /** Without log records there is nothing to wait for. */
  #delivered: () => Promise<boolean> = async () => true;

  constructor(parts: SignalOutParts) {
    this.#parts = parts;
  }

  /** Undefined before the provider is decided. */
  get emitter(): LogEmitter | undefined {
    return this.#emitter;
  }

  get isSettled(): boolean {
    return this.#inUse !== undefined && actualLoggerProvider(this.#inUse.provider) !== undefined;
  }

  async decide({ loggerProvider: set }: ProgramProviders): Promise<void> {
    const { options, inTime } = this.#parts;
    const programs = options.loggerProvider ?? actualLoggerProvider(set) ?? registeredLoggerProvider();
    const before = this.#inUse;
    if (isSameProvider(programs, before?.provider) || (programs === undefined && before !== undefined)) return;
    if (programs === undefined && options.ownProviders !== false) this.#own(await this.#makeOwn());
    else this.#use(programs ?? apiLoggerProvider());
    if (before !== undefined) await inTime('shutdown', before.end);
  }

  /**
   * Resolves when all log records that were emitted so far are exported; false when some could not be, and wait. The program's
   * own provider is flushed, and tells no more.
   */
  delivered(): Promise<boolean> {
    return this.#delivered();
  }

  async flush(): Promise<void> {
    if (this.#inUse !== undefined) await this.#parts.inTime('flush', this.#inUse.flush);
  }

  async end(): Promise<void> {
    if (this.#inUse !== undefined) await this.#parts.inTime('shutdown', this.#inUse.end);
  }

  #use(provider: LoggerProvider): void {
    this.#emitTo(programProvider(provider));
    this.#delivered = async () => {
      await this.flush();
      return true;
    };
  }

  #own(provider: OwnLoggerProvider): void {
    this.#emitTo(ownProvider(provider));
    this.#delivered = provider.delivered;
  }

  #emitTo(next: ProviderInUse<LoggerProvider>): void {
    this.#emitter = new LogEmitter(next.provider.getLogger(SCOPE.name, SCOPE.version));
    this.#inUse = next;
  }

  /** The SDK is loaded where one of ours is made: many a program has its own, or a copy of another version. */
  async #makeOwn(): Promise<OwnLoggerProvider> {
    const { ownLoggerProvider } = await import('./providers/ownLoggerProvider.js');
    const { options, resource, onDropped } = this.#parts;
    return ownLoggerProvider(resource(), options.env, ({ attributes }, reason) =>
      onDropped({ instance: String(attributes[ATTR_FRP.instance]), item: 'log_record', reason }),
    );
  }
}
