import type { TracerProvider } from '@opentelemetry/api';
import type { TracerProvider as SdkTracerProvider } from '@opentelemetry/sdk-trace';
import { isSameProvider, ownProvider, type ProviderInUse, programProvider } from './providers/ProviderInUse.js';
import { actualTracerProvider, apiTracerProvider, registeredTracerProvider } from './providers/registered.js';
import { SpanEmitter } from './SpanEmitter.js';
import { SCOPE } from './scope.js';
import type { ProgramProviders, SignalOut, SignalOutParts } from './TelemetryOptions.js';

/** Where spans go. */
export class SpansOut implements SignalOut {
  readonly #parts: SignalOutParts;
  #inUse: ProviderInUse<TracerProvider> | undefined;
  #emitter: SpanEmitter | undefined;

  constructor(parts: SignalOutParts) {
    this.#parts = parts;
  }

  /** Undefined before the provider is decided. */
  get emitter(): SpanEmitter | undefined {
    return this.#emitter;
  }

  get isSettled(): boolean {
    return this.#inUse !== undefined && actualTracerProvider(this.#inUse.provider) !== undefined;
  }

  async decide({ tracerProvider: set }: ProgramProviders): Promise<void> {
    const { options, inTime, onDropped } = this.#parts;
    const programs = options.tracerProvider ?? actualTracerProvider(set) ?? registeredTracerProvider();
    const before = this.#inUse;
    if (isSameProvider(programs, before?.provider) || (programs === undefined && before !== undefined)) return;
    // The API's proxy takes spans over to a provider that is registered later.
    const next =
      programs === undefined && options.ownProviders !== false
        ? ownProvider(await this.#makeOwn())
        : programProvider(programs ?? apiTracerProvider());
    const tracer = next.provider.getTracer(SCOPE.name, SCOPE.version);
    this.#emitter?.useTracer(tracer); // it knows what is open, and what hangs on what
    this.#emitter ??= new SpanEmitter(tracer, {
      recordClientAddress: options.recordClientAddress,
      onDropped: ({ instance }, reason) => onDropped({ instance, item: 'span', reason }),
    });
    this.#inUse = next;
    if (before !== undefined) await inTime('shutdown', before.end);
  }

  async flush(): Promise<void> {
    if (this.#inUse !== undefined) await this.#parts.inTime('flush', this.#inUse.flush);
  }

  async end(): Promise<void> {
    this.#emitter?.allReleased(Date.now()); // while there is a provider to end them
    if (this.#inUse !== undefined) await this.#parts.inTime('shutdown', this.#inUse.end);
  }

  /** The SDK is loaded where one of ours is made. */
  async #makeOwn(): Promise<SdkTracerProvider> {
    const { ownTracerProvider } = await import('./providers/ownTracerProvider.js');
    const { options, resource } = this.#parts;
    return ownTracerProvider(resource(), options.env);
  }
}
