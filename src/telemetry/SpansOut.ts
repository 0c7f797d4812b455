import type { TracerProvider } from '@opentelemetry/api';
import { ownTracerProvider } from './providers/ownProviders.js';
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
    const { options, resource, inTime, onDropped } = this.#parts;
    const programs = options.tracerProvider ?? actualTracerProvider(set) ?? registeredTracerProvider();
    const before = this.#inUse;
    if (isSameProvider(programs, before?.provider) || (programs === undefined && before !== undefined)) return;
    // The API's proxy takes spans over to a provider that is registered later.
    const next =
      programs === undefined && options.ownProviders !== false
        ? ownProvider(await ownTracerProvider(resource(), options.env))
        : programProvider(programs ?? apiTracerProvider());
    const tracer = next.provider.getTracer(SCOPE.name, SCOPE.version);
    this.#emitter?.useTracer(tracer); // it knows what is open, and what hangs on what
    this.#emitter ??= new SpanEmitter(tracer, {
      recordClientAddress: options.recordClientAddress,
      onDropped: ({ instance }) => onDropped({ instance, item: 'span', reason: 'rate_limit' }),
    });
    this.#inUse = next;
    if (before !== undefined) await inTime('shutdown', before.end);
  }

  async flush(): Promise<void> {
    if (this.#inUse !== undefined) await this.#parts.inTime('flush', this.#inUse.flush);
  }

  async end(): Promise<void> {
    if (this.#inUse !== undefined) await this.#parts.inTime('shutdown', this.#inUse.end);
  }
}
