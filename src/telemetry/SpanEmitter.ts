import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { ATTR_CLIENT_ADDRESS } from '@opentelemetry/semantic-conventions';
import type { FrpEvent, FrpEventSubject, FrpFailure } from '../model/FrpEvent.js';
import type { FrpSignal } from '../model/FrpSignal.js';
import { ATTR_FRP } from './catalogue/attributes.js';
import { attributesOf } from './eventAttributes.js';
import { RateLimit } from './RateLimit.js';

/** A busy server has a thousand connections a second: these spans are samples. */
const CONNECTION_SPANS_PER_SECOND = 50;

export interface SpanEmitterOptions {
  /** Whether the span of a connection has the address of its visitor. @default false */
  readonly recordClientAddress?: boolean | undefined;
  /** Called for each connection that has no span, because there were too many in a second. */
  readonly onDropped?: (event: FrpEvent) => void;
}

interface FinishedSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly startTime: number;
  readonly event: FrpEvent;
  readonly attributes?: Attributes;
  readonly error?: FrpFailure | undefined;
  readonly parent?: SpanContext | undefined;
}

/** Makes spans of events that tell when something began and ended; times are those of frp's log lines. */
export class SpanEmitter {
  readonly #tracer: Tracer;
  readonly #recordClientAddress: boolean;
  readonly #onDropped: (event: FrpEvent) => void;
  readonly #connectionRate = new RateLimit(CONNECTION_SPANS_PER_SECOND);
  /** The login of each instance's present session: its proxies' starts are children of it. */
  readonly #logins = new Map<string, SpanContext>();

  constructor(tracer: Tracer, { recordClientAddress = false, onDropped = () => {} }: SpanEmitterOptions = {}) {
    this.#tracer = tracer;
    this.#recordClientAddress = recordClientAddress;
    this.#onDropped = onDropped;
  }

  /** @returns the context of the span that the signal is told in, for its log records */
  receive(_signal: FrpSignal, _subject: FrpEventSubject, events: readonly FrpEvent[]): Context | undefined {
    for (const event of events) this.event(event);
    return undefined;
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
      case 'proxy.connection.ended': {
        if (!this.#connectionRate.take(event.time)) {
          this.#onDropped(event);
          return;
        }
        const { startTime } = event;
        const attributes = this.#connectionAttributes(event);
        this.#emit({ name: 'frp.connection', kind: SpanKind.SERVER, startTime, event, attributes });
        return;
      }
      default:
        return; // the other events are moments
    }
  }

  #connectionAttributes(event: Extract<FrpEvent, { kind: 'proxy.connection.ended' }>): Attributes {
    const { [ATTR_CLIENT_ADDRESS]: clientAddress, ...attributes } = attributesOf(event);
    return {
      ...attributes,
      ...(this.#recordClientAddress && { [ATTR_CLIENT_ADDRESS]: clientAddress }),
      [ATTR_FRP.connectionBytesIn]: event.io.in,
      [ATTR_FRP.connectionBytesOut]: event.io.out,
    };
  }

  #emit({ name, kind, startTime, event, attributes = attributesOf(event), error, parent }: FinishedSpan): SpanContext {
    const context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
    const span = this.#tracer.startSpan(name, { kind, startTime, attributes }, context);
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
    span.end(Math.max(event.time, startTime));
    return span.spanContext();
  }
}
