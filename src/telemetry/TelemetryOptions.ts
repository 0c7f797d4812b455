import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { LoggerProvider } from '@opentelemetry/api-logs';
import type { Resource } from '@opentelemetry/resources';
import type { SpanDropReason } from './ConnectionSpans.js';
import type { RecordDropReason } from './providers/DeliveringLogProcessor.js';

/** Providers of the program; a signal without one goes to the registered one. */
export interface ProgramProviders {
  readonly meterProvider?: MeterProvider | undefined;
  readonly loggerProvider?: LoggerProvider | undefined;
  readonly tracerProvider?: TracerProvider | undefined;
}

export interface TelemetryOptions extends ProgramProviders {
  /** Whether a signal for which the program has no provider goes to one of ours. @default true */
  readonly ownProviders?: boolean | undefined;
  readonly prometheus?: { readonly host: string; readonly port: number } | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether the span of a connection has the address of its visitor. @default false */
  readonly recordClientAddress?: boolean;
  /** `service.instance.id` of our own resource. @default a new one */
  readonly instanceId?: string | undefined;
  /** No flush and no shutdown of a provider of ours takes longer, whatever the other end does. @default 10000 */
  readonly deadlineMillis?: number | undefined;
}

/** What will never be exported of one instance. */
export interface DroppedTelemetry {
  readonly instance: string;
  readonly item: 'log_record' | 'span';
  readonly reason: RecordDropReason | SpanDropReason;
  readonly count: number;
}

/** Where one signal goes. */
export interface SignalOut {
  /**
   * Finds the provider anew, and goes over to it where it is another one: one that was passed in, else the one that the
   * program has set since, else the registered one, else one of ours.
   */
  readonly decide: (set: ProgramProviders) => Promise<void>;
  /** Whether it goes to somebody, so that nothing better is to be looked for. */
  readonly isSettled: boolean;
  readonly flush: () => Promise<void>;
  /** Exports what is left. */
  readonly end: () => Promise<void>;
}

/** What the three of them have in common. */
export interface SignalOutParts {
  readonly options: TelemetryOptions;
  /** Waits for a provider no longer than the deadline, whatever it does; never rejects. */
  readonly inTime: (what: 'flush' | 'shutdown', work: () => Promise<void> | undefined) => Promise<void>;
  /** Of our own providers. */
  readonly resource: () => Resource;
  readonly onDropped: (dropped: Omit<DroppedTelemetry, 'count'>) => void;
}
