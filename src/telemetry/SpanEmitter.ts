import type { Context, Tracer } from '@opentelemetry/api';
import type { FrpEvent, FrpEventSubject } from '../model/FrpEvent.js';
import type { FrpSignal, LogLineRead, ProcessStarted, TargetId } from '../model/FrpSignal.js';
import { ConnectionSpans, type SpanDropReason } from './ConnectionSpans.js';
import { FaultsOfProgram } from './FaultsOfProgram.js';
import { LoginSpans } from './LoginSpans.js';

export interface SpanEmitterOptions {
  /** Whether the span of a connection has the address of its visitor. @default false */
  readonly recordClientAddress?: boolean | undefined;
  /** Called for each connection that has no span: there were too many in a second, or its end was not seen. */
  readonly onDropped?: (of: Pick<FrpEventSubject, 'instance'>, reason: SpanDropReason) => void;
}

/**
 * Makes spans of what begins and ends; times are those of frp's log lines. Whether a span is sampled, the SDK decides.
 *
 * | span | from - to | inside are |
 * |---|---|---|
 * | `frp.process.spawn` | the program's call | no lines |
 * | `frp.client.login` | `try to connect` - its outcome | all lines of that frpc from the first to the outcome, and `proxy added` |
 * | `frp.proxy.start` | `proxy added` - its outcome | the line of the outcome |
 * | `frp.connection` | `get a user connection` - the socket's end | the line that begins it |
 */
export class SpanEmitter {
  #tracer: Tracer;
  readonly #faults = new FaultsOfProgram('a sampler or span processor of the program failed');
  readonly #logins: LoginSpans;
  readonly #connections: ConnectionSpans;
  /** The process that an instance is now. */
  readonly #targets = new Map<string, TargetId>();

  constructor(tracer: Tracer, { recordClientAddress = false, onDropped = () => {} }: SpanEmitterOptions = {}) {
    this.#tracer = tracer;
    const startSpan: Tracer['startSpan'] = (...span) => this.#tracer.startSpan(...span);
    this.#connections = new ConnectionSpans(startSpan, { recordClientAddress, onDropped });
    this.#logins = new LoginSpans(startSpan, (runId, login) => this.#connections.loggedIn(runId, login));
  }

  /** The program has another provider from now on. What is open ends where it began, and what follows hangs on it. */
  useTracer(tracer: Tracer): void {
    this.#tracer = tracer;
  }

  /** @returns the context of the span that the signal is told in, for its log records; undefined outside of all */
  receive(signal: FrpSignal, subject: FrpEventSubject, events: readonly FrpEvent[]): Context | undefined {
    try {
      return this.#receive(signal, subject, events);
    } catch (error) {
      this.#faults.say(error); // the log records go on without it
      return undefined;
    }
  }

  /** A process is observed no more, and goes on: what is open of it ends here, and did not fail. */
  released(target: TargetId, subject: Pick<FrpEventSubject, 'instance'>, time: number): void {
    if ((this.#targets.get(subject.instance) ?? target) !== target) return; // the instance is another process by now
    this.#targets.delete(subject.instance);
    this.#harmless(() => this.#logins.released(subject, time));
    this.#harmless(() => this.#connections.released(subject, time));
  }

  /** Nothing is observed any more. */
  allReleased(time: number): void {
    this.#targets.clear();
    this.#harmless(() => this.#logins.allReleased(time));
    this.#harmless(() => this.#connections.allReleased(time));
  }

  #harmless(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#faults.say(error);
    }
  }

  #receive(signal: FrpSignal, subject: FrpEventSubject, events: readonly FrpEvent[]): Context | undefined {
    // The last lines of the process before it are in no span of this one.
    const isOfBefore = (this.#targets.get(subject.instance) ?? signal.target) !== signal.target;
    let context = signal.kind === 'log.line' && !isOfBefore ? this.#line(signal, subject) : undefined;
    for (const event of events) context = this.#event(event) ?? context;
    if (signal.kind === 'process.started') this.#started(signal, subject);
    else if (!isOfBefore) this.#other(signal, subject);
    return context;
  }

  #line(signal: LogLineRead, subject: FrpEventSubject): Context | undefined {
    if (subject.role === 'client') return this.#logins.line(signal, subject);
    const { meaning, time, line } = signal;
    if (meaning?.kind === 'proxy.listening') this.#connections.listens(subject, meaning.proxy, Number(meaning.port));
    if (meaning?.kind !== 'proxy.user.connection') return undefined;
    return this.#connections.begun({ time, line, proxy: meaning.proxy, address: meaning.address }, subject);
  }

  #event(event: FrpEvent): Context | undefined {
    switch (event.kind) {
      case 'client.connected':
      case 'client.login.failed':
        return this.#logins.loginEnded(event);
      case 'client.disconnected':
        this.#logins.disconnected(event);
        return undefined;
      case 'proxy.created':
      case 'proxy.disconnected':
      case 'proxy.closed':
        if (event.role === 'server') this.#connections.proxyTold(event);
        return undefined;
      case 'proxy.connected':
        if (event.role === 'server') this.#connections.proxyTold(event);
        return this.#logins.proxyStarted(event);
      case 'proxy.error':
        return this.#logins.proxyStarted(event);
      case 'proxy.connection.ended':
        this.#connections.ended(event);
        return undefined;
      default:
        return undefined; // the other events are moments
    }
  }

  #started(signal: ProcessStarted, subject: FrpEventSubject): void {
    this.#gone(subject, signal.time); // the process that it was before
    this.#targets.set(subject.instance, signal.target);
    this.#connections.started(subject, signal.config);
    this.#logins.processStarted(signal, subject);
  }

  #other(signal: Exclude<FrpSignal, ProcessStarted>, subject: FrpEventSubject): void {
    switch (signal.kind) {
      case 'process.exited':
        this.#gone(subject, signal.time);
        return;
      case 'log.line':
      case 'process.sampled':
        this.#logins.passed(subject, signal.time);
        return;
      case 'sockets.sampled':
        this.#connections.looked(subject, signal);
        return;
      case 'source.changed':
        if (signal.source === 'sockets' && signal.state !== 'ok' && signal.givesSome !== true) {
          this.#connections.notLooked(subject);
        }
        return;
      case 'probe.started':
        if (subject.role === 'server') this.#connections.probeStarted(signal.address);
        return;
      default:
        return; // of the others the events tell
    }
  }

  #gone(subject: FrpEventSubject, time: number): void {
    this.#targets.delete(subject.instance);
    this.#logins.processGone(subject, time);
    this.#connections.processGone(subject, time);
  }
}
