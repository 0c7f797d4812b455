import { errorTypeOf, type FrpErrorType } from '../frp/errorType.js';
import type { FrpRole } from '../frp/FrpRole.js';

/** Who an event is about. */
export interface FrpEventSubject {
  readonly role: FrpRole;
  /** `frp.instance`, such as `frpc@host`. */
  readonly instance: string;
  /** `frp.server.name`. */
  readonly serverName: string;
  readonly pid: number;
}

export interface FrpFailure {
  readonly type: FrpErrorType | 'process_exited';
  /** frp's own words. */
  readonly message: string;
}

export const failureOf = (message: string): FrpFailure => ({ type: errorTypeOf(message), message });

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
  | (Event<'server.client.connected'> & { readonly runId: string; readonly address: string })
  | (Event<'server.client.disconnected'> & { readonly runId: string });

interface LoginEvent<Kind extends string> extends Event<Kind> {
  readonly startTime: number | undefined;
  /** Where frpc logs in to, as its config has it. */
  readonly server: { readonly address: string; readonly port: number } | undefined;
}

export type ClientEvent =
  | (LoginEvent<'client.connected'> & { readonly runId: string })
  | Event<'client.disconnected'>
  | (LoginEvent<'client.login.failed'> & { readonly error: FrpFailure })
  | Event<'client.config.reloaded'>;

export type ProxyLifeEvent =
  | ProxyEvent<'proxy.created'>
  | (ProxyEvent<'proxy.connected'> & { readonly startTime: number | undefined })
  | ProxyEvent<'proxy.disconnected'>
  | (ProxyEvent<'proxy.error'> & {
      readonly error: FrpFailure;
      /** `start`: frps or frpc refused the proxy. `connection`: one connection failed. */
      readonly phase: 'start' | 'connection';
      readonly startTime: number | undefined;
    })
  | ProxyEvent<'proxy.closed'>;

/**
 * What happened. `frp.` + kind is the LogRecord's event name. `startTime` is when the login or the proxy's start began,
 * where that was seen: the two then make a span.
 */
export type FrpEvent = ServerEvent | ClientEvent | ProxyLifeEvent;

export type FrpEventKind = FrpEvent['kind'];

/** Every kind, once. */
export const FRP_EVENT_KINDS = Object.keys({
  'server.started': 0,
  'server.stopped': 0,
  'server.login.rejected': 0,
  'server.client.connected': 0,
  'server.client.disconnected': 0,
  'client.connected': 0,
  'client.disconnected': 0,
  'client.login.failed': 0,
  'client.config.reloaded': 0,
  'proxy.created': 0,
  'proxy.connected': 0,
  'proxy.disconnected': 0,
  'proxy.error': 0,
  'proxy.closed': 0,
} satisfies Record<FrpEventKind, 0>) as readonly FrpEventKind[];
