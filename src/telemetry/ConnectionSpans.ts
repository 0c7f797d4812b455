import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import { ATTR_CLIENT_ADDRESS, ATTR_CLIENT_PORT } from '@opentelemetry/semantic-conventions';
import type { FrpConfig } from '../frp/config/FrpConfig.js';
import type { FrpEvent, FrpEventSubject, FrpFailure } from '../model/FrpEvent.js';
import type { LogLineRead, SocketsSampled } from '../model/FrpSignal.js';
import { peerOf } from '../model/ServerConnections.js';
import { ATTR_FRP } from './catalogue/attributes.js';
import { EndsTold, SEEN_TO_THE_END } from './EndsTold.js';
import { endSpan } from './endSpan.js';
import { addressAndPort, attributesOf, bounded, subjectAttributes } from './eventAttributes.js';
import { RateLimit } from './RateLimit.js';

/** A busy server has a thousand connections a second: these spans are samples. */
const SPANS_PER_SECOND = 50;
/** Open at a time; beyond, the one that has been open for longest is not told. */
const MAX_OPEN = 10_000;
/** Logins that a connection can be linked to. */
const MAX_LOGINS = 10_000;
/** Probes whose line has not come. */
const MAX_PROBES = 1_000;

/** Of an open one, no look has found it for so long: its end was not told, or is not known to be its own. */
const MISSING_MILLIS = 60_000;

const EXITED: FrpFailure = { type: 'process_exited', message: 'frps exited while the connection was open' };

type ConnectionEnded = Extract<FrpEvent, { kind: 'proxy.connection.ended' }>;
type ProxyEvent = Extract<
  FrpEvent,
  { kind: 'proxy.created' | 'proxy.connected' | 'proxy.disconnected' | 'proxy.closed' }
>;
type LookedAt = Omit<SocketsSampled, 'kind' | 'target'>;
type ConnectionBegun = Pick<LogLineRead, 'time' | 'line'> & { readonly proxy: string; readonly address: string };

interface OpenConnection {
  readonly span: Span;
  readonly instance: string;
  readonly proxy: string;
  readonly startTime: number;
  /** Since when looks do not find it: it has ended. */
  missingSince: number | undefined;
}

/** Why a connection has no span: there were too many, or its end was not seen. */
export type SpanDropReason = 'rate_limit' | 'not_attributed';

interface ConnectionSpanOptions {
  /** Whether the span of a connection has the address of its visitor. */
  readonly recordClientAddress: boolean;
  /** Called for each connection that has no span. */
  readonly onDropped: (of: Pick<FrpEventSubject, 'instance'>, reason: SpanDropReason) => void;
}

/**
 * `frp.connection`: user connections of frps, 50 a second of them. Where it is known that its end will be told, a span is open
 * from the line that begins it; of the others, those that have ended are made into spans then.
 */
export class ConnectionSpans {
  readonly #startSpan: Tracer['startSpan'];
  readonly #options: ConnectionSpanOptions;
  // Each is asked by times that only go on, as far as clocks do.
  readonly #begun = new RateLimit(SPANS_PER_SECOND);
  readonly #endedOnly = new RateLimit(SPANS_PER_SECOND);
  /** By instance. */
  readonly #endsTold = new Map<string, EndsTold>();
  /** By the visitor's address, the oldest first. */
  readonly #open = new Map<string, OpenConnection>();
  readonly #probes = new Set<string>();
  /** By run id, the oldest first. */
  readonly #logins = new Map<string, SpanContext>();

  constructor(startSpan: Tracer['startSpan'], options: ConnectionSpanOptions) {
    this.#startSpan = startSpan;
    this.#options = options;
  }

  /** A login that this process has a span of has led to a session. */
  loggedIn(runId: string, login: SpanContext): void {
    this.#logins.delete(runId);
    this.#logins.set(runId, login);
    if (this.#logins.size > MAX_LOGINS) deleteFirst(this.#logins);
  }

  /** It starts, with listeners that several of its proxies share. */
  started({ instance }: FrpEventSubject, config: FrpConfig | undefined): void {
    if (config !== undefined) this.#endsToldOf(instance).sharedPorts(config);
  }

  /** A proxy's visitors connect to this port. */
  listens({ instance }: FrpEventSubject, proxy: string, port: number): void {
    this.#endsToldOf(instance).listens(proxy, port);
  }

  /** Which connections are open, and whether the ends of others are told as they happen. */
  looked({ instance }: FrpEventSubject, { tellsEnds, time, ports = [], sockets }: LookedAt): void {
    if (!tellsEnds) {
      this.notLooked({ instance });
      return;
    }
    this.#endsToldOf(instance).looked(time, ports);
    this.#seek(instance, sockets, time);
  }

  /** No ends of connections are told (any more): how long those took that are open will not be known. */
  notLooked({ instance }: Pick<FrpEventSubject, 'instance'>): void {
    if (!this.#endsTold.get(instance)?.stop()) return;
    for (const [address] of this.#openOf(instance)) this.#open.delete(address);
  }

  /** Tells the type of a proxy, and with it whether its connections are seen to their ends. */
  proxyTold({ kind, instance, proxy, proxyType }: ProxyEvent): void {
    if (kind === 'proxy.closed') this.#endsTold.get(instance)?.closed(proxy);
    else if (kind === 'proxy.disconnected') this.#endsTold.get(instance)?.lost(proxy);
    else this.#endsToldOf(instance).told(proxy, proxyType);
  }

  /** A connection from this address is ours, and no user's. */
  probeStarted(address: string): void {
    this.#probes.add(peerOf(address));
    if (this.#probes.size > MAX_PROBES) deleteFirst(this.#probes);
  }

  /** @returns the context of the connection's span, where it has one */
  begun({ time: startTime, line, proxy, address }: ConnectionBegun, subject: FrpEventSubject): Context | undefined {
    if (!this.#endsToldOf(subject.instance).willTell(proxy, startTime)) return undefined;
    if (this.#probes.size > 0 && this.#probes.delete(peerOf(address))) return undefined;
    if (!this.#begun.take(startTime)) return undefined;
    const peer = peerOf(address);
    this.#open.delete(peer); // of a visitor who had the same port: his end was not told, or he has two proxies by it
    if (this.#open.size >= MAX_OPEN) deleteFirst(this.#open);
    const runId = line?.runId;
    const attributes = subjectAttributes(subject);
    attributes[ATTR_FRP.proxyName] = bounded(proxy);
    if (runId !== undefined) attributes[ATTR_FRP.runId] = runId;
    const span = this.#start(startTime, runId, attributes);
    this.#open.set(peer, { span, instance: subject.instance, proxy, startTime, missingSince: undefined });
    return trace.setSpan(ROOT_CONTEXT, span);
  }

  ended(event: ConnectionEnded): void {
    const { instance, proxy, address, startTime, time, runId } = event;
    const open = this.#open.get(address);
    if (open?.startTime === startTime && open.proxy === proxy && open.instance === instance) {
      this.#open.delete(address);
      open.span.setAttributes(this.#attributesOf(event));
      endSpan(open.span, startTime, time);
      return;
    }
    const told = this.#endsToldOf(instance);
    const wasTooMany = told.didTell(proxy, startTime); // it had its turn as it began
    if (wasTooMany || !this.#endedOnly.take(time)) this.#options.onDropped(event, 'rate_limit');
    else endSpan(this.#start(startTime, runId, this.#attributesOf(event)), startTime, time);
    told.ended(proxy, time);
  }

  /** It is observed no more, and goes on: what is open ends with us. */
  released(subject: Pick<FrpEventSubject, 'instance'>, time: number): void {
    this.#endAll(subject, time);
  }

  allReleased(time: number): void {
    const instances = new Set(Array.from(this.#open.values(), ({ instance }) => instance));
    for (const instance of instances) this.released({ instance }, time);
  }

  processGone(subject: FrpEventSubject, time: number): void {
    this.#endAll(subject, time, EXITED);
  }

  #endAll({ instance }: Pick<FrpEventSubject, 'instance'>, time: number, failure?: FrpFailure): void {
    this.#endsTold.delete(instance);
    for (const [address, { span, startTime, missingSince }] of this.#openOf(instance)) {
      this.#open.delete(address);
      if (missingSince === undefined) endSpan(span, startTime, time, failure);
      else this.#options.onDropped({ instance }, 'not_attributed'); // it had ended before
    }
  }

  /** Those that have ended are waited for, but not for ever. */
  #seek(instance: string, sockets: SocketsSampled['sockets'], time: number): void {
    if (this.#open.size === 0) return;
    const peers = new Set<string>();
    for (const { peer } of sockets) if (this.#open.has(peer)) peers.add(peer);
    for (const [address, open] of this.#openOf(instance)) {
      if (peers.has(address) || open.startTime >= time) {
        open.missingSince = undefined;
      } else if (open.missingSince === undefined) {
        open.missingSince = time;
      } else if (time >= open.missingSince + MISSING_MILLIS) {
        this.#open.delete(address);
        this.#options.onDropped({ instance }, 'not_attributed');
      }
    }
  }

  #endsToldOf(instance: string): EndsTold {
    const known = this.#endsTold.get(instance);
    if (known !== undefined) return known;
    const told = new EndsTold();
    this.#endsTold.set(instance, told);
    return told;
  }

  #openOf(instance: string): [string, OpenConnection][] {
    return [...this.#open].filter(([, open]) => open.instance === instance);
  }

  #start(startTime: number, runId: string | undefined, attributes: Attributes): Span {
    const login = runId === undefined ? undefined : this.#logins.get(runId);
    const links = login === undefined ? [] : [{ context: login }];
    const options = { kind: SpanKind.SERVER, startTime: millisToHrTime(startTime), attributes, links };
    return this.#startSpan('frp.connection', options, ROOT_CONTEXT);
  }

  #attributesOf(event: ConnectionEnded): Attributes {
    const { [ATTR_CLIENT_ADDRESS]: _, ...attributes } = attributesOf(event);
    attributes[ATTR_FRP.connectionBytesIn] = event.io.in;
    attributes[ATTR_FRP.connectionBytesOut] = event.io.out;
    if (!this.#options.recordClientAddress || !SEEN_TO_THE_END.has(event.proxyType)) return attributes;
    const { address, port } = addressAndPort(event.address);
    attributes[ATTR_CLIENT_ADDRESS] = address;
    if (port !== undefined) attributes[ATTR_CLIENT_PORT] = port;
    return attributes;
  }
}

const deleteFirst = <Key>(of: { keys(): Iterable<Key>; delete(key: Key): boolean }): void => {
  for (const key of of.keys()) {
    of.delete(key);
    return;
  }
};
