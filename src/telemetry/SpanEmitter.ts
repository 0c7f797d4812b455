import { ROOT_CONTEXT, type SpanContext, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import type { FrpEvent, FrpFailure } from '../model/FrpEvent.js';
import { attributesOf } from './eventAttributes.js';

interface FinishedSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly startTime: number;
  readonly event: FrpEvent;
  readonly error?: FrpFailure | undefined;
  readonly parent?: SpanContext | undefined;
}

/** Makes spans of events that tell when something began and ended; times are those of frp's log lines. */
export class SpanEmitter {
  readonly #tracer: Tracer;
  /** The login of each instance's present session: its proxies' starts are children of it. */
  readonly #logins = new Map<string, SpanContext>();

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  event(event: FrpEvent): void {
    switch (event.kind) {
      case 'client.connected':
      case 'client.login.failed': {
        this.#logins.delete(event.instance);
        if (event.startTime === undefined) return;
        const error = event.kind === 'client.login.failed' ? event.error : undefined;
        const { startTime } = event;
        const login = this.#emit({ name: 'frp.client.login', kind: SpanKind.CLIENT, startTime, event, error });
        if (error === undefined) this.#logins.set(event.instance, login);
        return;
      }
      case 'client.disconnected':
        this.#logins.delete(event.instance);
        return;
      case 'proxy.connected':
      case 'proxy.error': {
        if (event.startTime === undefined) return;
        const error = event.kind === 'proxy.error' ? event.error : undefined;
        const parent = this.#logins.get(event.instance);
        const { startTime } = event;
        this.#emit({ name: 'frp.proxy.start', kind: SpanKind.INTERNAL, startTime, event, error, parent });
        return;
      }
      default:
        return; // the other events are moments
    }
  }

  #emit({ name, kind, startTime, event, error, parent }: FinishedSpan): SpanContext {
    const context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
    const span = this.#tracer.startSpan(name, { kind, startTime, attributes: attributesOf(event) }, context);
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
    span.end(Math.max(event.time, startTime));
    return span.spanContext();
  }
}
