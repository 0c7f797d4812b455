import type { FrpErrorType } from '../frp/errorType.js';
import type { FrpRole } from '../frp/FrpRole.js';
import type { DisconnectReason } from './FrpSnapshot.js';
import type { HealthCheck } from './HealthChecks.js';

/** Who an event is about. */
export interface FrpEventSubject {
  readonly role: FrpRole;
  /** `frp.instance`, such as `frpc@host`. */
  readonly instance: string;
  /** `frp.server.name`. */
  readonly serverName: string;
  /** Undefined where the process itself is not observed. */
  readonly pid: number | undefined;
}

export interface FrpFailure {
  readonly type: FrpErrorType | 'process_exited';
  /** frp's own words. */
  readonly message: string;
}

/** What a line of frp's log says of a failure. */
export const failureOf = ({ error, errorType }: { error: string; errorType: FrpErrorType }): FrpFailure => ({
  type: errorType,
  message: error,
});

interface Event<Kind extends string> extends FrpEventSubject {
  readonly kind: Kind;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
}

interface ProxyEvent<Kind extends string> extends Event<Kind> {
  readonly proxy: string;
  readonly proxyType: string;
}

export type ServerEvent =
  | Event<'server.started'>
  | (Event<'server.stopped'> & { readonly exit: string })
  | (Event<'server.login.rejected'> & { readonly error: FrpFailure; readonly address: string | undefined })
  | (Event<'server.error'> & { readonly error: FrpFailure })
  | (Event<'server.client.connected'> & { readonly runId: string; readonly address: string | undefined })
  | (Event<'server.client.disconnected'> & {
      readonly runId: string;
      readonly address: string | undefined;
      readonly reason: DisconnectReason;
      /** When it had connected, where that was seen. */
      readonly startTime: number | undefined;
    })
  /** One of frps's resources is used beyond its threshold; told again only after it was below. */
  | (Event<'server.resource.warning'> & {
      readonly resource: ServerResource;
      /** Of the resource's unit: a share of 1, bytes or clients. */
      readonly value: number;
      readonly threshold: number;
    });

/** What of frps has a threshold. */
export type ServerResource = 'cpu' | 'memory' | 'file_descriptors' | 'clients';

interface LoginEvent<Kind extends string> extends Event<Kind> {
  readonly startTime: number | undefined;
  /** Where frpc logs in to, as its config has it. */
  readonly server: { readonly address: string; readonly port: number } | undefined;
}

export type ClientEvent =
  | (LoginEvent<'client.connected'> & { readonly runId: string | undefined })
  | (Event<'client.disconnected'> & {
      readonly reason: 'heartbeat_timeout' | 'process_exited' | 'unknown';
      readonly startTime: number | undefined;
    })
  | (LoginEvent<'client.login.failed'> & { readonly error: FrpFailure })
  /** With an error it was refused, and the config before it goes on. */
  | (Event<'client.config.reloaded'> & { readonly error: FrpFailure | undefined });

export type ProxyLifeEvent =
  | ProxyEvent<'proxy.created'>
  | (ProxyEvent<'proxy.connected'> & { readonly startTime: number | undefined })
  | ProxyEvent<'proxy.disconnected'>
  | (ProxyEvent<'proxy.error'> & {
      readonly error: FrpFailure;
      /** `start`: frps or frpc refused the proxy. `connection`: one connection failed. `health_check`: frpc's own check. */
      readonly phase: 'start' | 'connection' | 'health_check' | 'other';
      readonly startTime: number | undefined;
    })
  /** On frps: a user connection, from when frps logged it to its end. A probe's is none. */
  | (ProxyEvent<'proxy.connection.ended'> & {
      readonly startTime: number;
      /** Of the visitor, with its port. */
      readonly address: string;
      /** Bytes, as the kernel counted them. */
      readonly io: { readonly in: number; readonly out: number };
      /** Of the client's session that carries it, where the line tells. */
      readonly runId?: string | undefined;
    })
  /** A check of the proxy failed that had succeeded before, or never ran before. */
  | (ProxyEvent<'health.check.failed'> & {
      /** Of a probe, `error.type` may be the status of an HTTP answer. */
      readonly error: { readonly type: string; readonly message: string };
      readonly check: HealthCheck;
    })
  | ProxyEvent<'proxy.closed'>;

/**
 * What happened. `frp.` + kind is the LogRecord's event name. `startTime` is when the login or the proxy's start began,
 * where that was seen: the two then make a span.
 */
export type FrpEvent = ServerEvent | ClientEvent | ProxyLifeEvent;

/** What most lines lead to. */
export const NO_EVENTS: readonly FrpEvent[] = Object.freeze([]);

export type FrpEventKind = FrpEvent['kind'];

/** Every kind, once. */
export const FRP_EVENT_KINDS = Object.keys({
  'server.started': 0,
  'server.stopped': 0,
  'server.error': 0,
  'server.login.rejected': 0,
  'server.client.connected': 0,
  'server.client.disconnected': 0,
  'server.resource.warning': 0,
  'client.connected': 0,
  'client.disconnected': 0,
  'client.login.failed': 0,
  'client.config.reloaded': 0,
  'proxy.created': 0,
  'proxy.connected': 0,
  'proxy.disconnected': 0,
  'proxy.error': 0,
  'proxy.connection.ended': 0,
  'proxy.closed': 0,
  'health.check.failed': 0,
} satisfies Record<FrpEventKind, 0>) as readonly FrpEventKind[];
