import {
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import type { FrpEvent, FrpEventSubject, FrpFailure } from '../model/FrpEvent.js';
import type { LogLineRead, ProcessStarted } from '../model/FrpSignal.js';
import { endSpan } from './endSpan.js';
import { attributesOf, subjectAttributes } from './eventAttributes.js';

/** frpc gives up a login after 10 s (client/control_session.go); one that was stopped by a signal meanwhile does not. */
const LONGEST_LOGIN_MILLIS = 60_000;

const NO_OUTCOME: FrpFailure = { type: 'timeout', message: 'the login had no outcome within a minute' };
const ANOTHER_LOGIN: FrpFailure = { type: '_OTHER', message: 'another login began before this one had an outcome' };
const EXITED: FrpFailure = { type: 'process_exited', message: 'frpc exited before the login ended' };

type LoginEvent = Extract<FrpEvent, { kind: 'client.connected' | 'client.login.failed' }>;
type StartEvent = Extract<FrpEvent, { kind: 'proxy.connected' | 'proxy.error' }>;

interface OpenLogin {
  readonly span: Span;
  readonly context: Context;
  readonly startTime: number;
}

/** What the spans of one process hang on. */
interface ProcessSpans {
  /** Undefined where this program did not spawn it. */
  readonly spawn: SpanContext | undefined;
  /** Of the spawn, until the first login has begun. */
  firstParent: Context | undefined;
  login: OpenLogin | undefined;
  /** One whose span was ended before its outcome. */
  endedEarly: OpenLogin | undefined;
  /** The context of the login of its present session. */
  session: Context | undefined;
}

/**
 * The spans of what a client does: `frp.process.spawn`, `frp.client.login`, `frp.proxy.start`.
 *
 * A login's span is open from its first line to its outcome, one per process. A proxy's start is made into a span at its
 * outcome, since between its two lines there is mostly no other, and the first names proxies as only frpc's config tells apart.
 */
export class LoginSpans {
  readonly #startSpan: Tracer['startSpan'];
  readonly #onLogin: (runId: string, login: SpanContext) => void;
  /** By instance. */
  readonly #processes = new Map<string, ProcessSpans>();

  /** @param onLogin hears of each login that has led to a session */
  constructor(startSpan: Tracer['startSpan'], onLogin: (runId: string, login: SpanContext) => void) {
    this.#startSpan = startSpan;
    this.#onLogin = onLogin;
  }

  processStarted({ spawned }: ProcessStarted, subject: FrpEventSubject): void {
    const attributes = subjectAttributes(subject);
    if (spawned === undefined) {
      this.#processes.set(subject.instance, newProcess());
      return;
    }
    const { startTime, endTime, executable } = spawned;
    const caller = isContext(spawned.context) ? spawned.context : ROOT_CONTEXT;
    const options = {
      kind: SpanKind.INTERNAL,
      startTime: millisToHrTime(startTime),
      attributes: { ...attributes, 'process.executable.name': executable },
    };
    const span = this.#startSpan('frp.process.spawn', options, caller);
    endSpan(span, startTime, endTime);
    const spawn = span.spanContext();
    // The program may have switched tracing off where it spawns; frpc's logins are told all the same.
    const isTraced = isSpanContextValid(spawn);
    this.#processes.set(subject.instance, isTraced ? newProcess(spawn, trace.setSpan(caller, span)) : newProcess());
  }

  processGone(subject: FrpEventSubject, time: number): void {
    this.#forget(subject, time, EXITED);
  }

  /** It is observed no more, and goes on: what becomes of its login will not be known. */
  released(subject: Pick<FrpEventSubject, 'instance'>, time: number): void {
    this.#forget(subject, time);
  }

  allReleased(time: number): void {
    for (const instance of [...this.#processes.keys()]) this.released({ instance }, time);
  }

  /** A login that has taken too long is ended without its outcome. */
  passed({ instance }: FrpEventSubject, time: number): void {
    const process = this.#processes.get(instance);
    const { login } = process ?? {};
    if (process === undefined || login === undefined || time - login.startTime <= LONGEST_LOGIN_MILLIS) return;
    endEarly(process, login, time, NO_OUTCOME);
  }

  /** @returns the context that a line of frpc is written in */
  line({ meaning, time }: LogLineRead, subject: FrpEventSubject): Context | undefined {
    if (meaning?.kind === 'login.started') return this.#beginLogin(this.#processOf(subject), subject, time);
    const process = this.#processes.get(subject.instance);
    // What it adds are the proxies whose starts are children of the login.
    return meaning?.kind === 'proxies.added' ? process?.session : process?.login?.context;
  }

  /** @returns the login's context */
  loginEnded(event: LoginEvent): Context | undefined {
    const process = this.#processOf(event);
    process.session = undefined;
    const { startTime } = event;
    if (startTime === undefined) return undefined; // the API tells of it, and when it was asked
    const error = event.kind === 'client.login.failed' ? event.error : undefined;
    const early = process.endedEarly;
    process.endedEarly = undefined;
    const isOver = early?.startTime === startTime;
    const context = isOver ? early.context : this.#endLogin(process, event, startTime, error);
    if (event.kind === 'client.login.failed') return context;
    process.session = context;
    const login = trace.getSpanContext(context);
    if (event.runId !== undefined && login !== undefined) this.#onLogin(event.runId, login);
    return context;
  }

  disconnected({ instance }: FrpEventSubject): void {
    const process = this.#processes.get(instance);
    if (process !== undefined) process.session = undefined;
  }

  /** @returns the context of the start */
  proxyStarted(event: StartEvent): Context | undefined {
    const { startTime } = event;
    if (startTime === undefined) return undefined;
    const { session = ROOT_CONTEXT } = this.#processes.get(event.instance) ?? {};
    const options = { kind: SpanKind.INTERNAL, startTime: millisToHrTime(startTime), attributes: attributesOf(event) };
    const span = this.#startSpan('frp.proxy.start', options, session);
    endSpan(span, startTime, event.time, event.kind === 'proxy.error' ? event.error : undefined);
    return trace.setSpan(session, span);
  }

  #beginLogin(process: ProcessSpans, subject: FrpEventSubject, startTime: number): Context {
    if (process.login !== undefined) endEarly(process, process.login, startTime, ANOTHER_LOGIN);
    process.login = this.#openLogin(process, subject, startTime);
    return process.login.context;
  }

  #endLogin(process: ProcessSpans, event: LoginEvent, startTime: number, error: FrpFailure | undefined): Context {
    const login = process.login ?? this.#openLogin(process, event, startTime);
    process.login = undefined;
    login.span.setAttributes(attributesOf(event));
    endSpan(login.span, login.startTime, event.time, error);
    return login.context;
  }

  /** The first one is a part of what spawned the process; a later one happens by itself, and is linked to it. */
  #openLogin(process: ProcessSpans, subject: FrpEventSubject, startTime: number): OpenLogin {
    const { firstParent, spawn } = process;
    const parent = firstParent ?? ROOT_CONTEXT;
    const links = firstParent === undefined && spawn !== undefined ? [{ context: spawn }] : [];
    process.firstParent = undefined; // it may hold a request of the program
    const span = this.#startSpan(
      'frp.client.login',
      { kind: SpanKind.CLIENT, startTime: millisToHrTime(startTime), attributes: subjectAttributes(subject), links },
      parent,
    );
    return { span, context: trace.setSpan(ROOT_CONTEXT, span), startTime };
  }

  #forget({ instance }: Pick<FrpEventSubject, 'instance'>, time: number, failure?: FrpFailure): void {
    const { login } = this.#processes.get(instance) ?? {};
    this.#processes.delete(instance);
    if (login !== undefined) endSpan(login.span, login.startTime, time, failure);
  }

  #processOf({ instance }: FrpEventSubject): ProcessSpans {
    const known = this.#processes.get(instance);
    if (known !== undefined) return known;
    const process = newProcess();
    this.#processes.set(instance, process);
    return process;
  }
}

const newProcess = (spawn?: SpanContext, firstParent?: Context): ProcessSpans => ({
  spawn,
  firstParent,
  login: undefined,
  endedEarly: undefined,
  session: undefined,
});

const endEarly = (process: ProcessSpans, login: OpenLogin, time: number, failure: FrpFailure): void => {
  endSpan(login.span, login.startTime, time, failure);
  process.login = undefined;
  process.endedEarly = login;
};

/** Another copy of the API has contexts of its own. */
const isContext = (given: unknown): given is Context =>
  typeof (given as Partial<Context> | null | undefined)?.getValue === 'function';
