import type { FrpErrorType } from '../errorType.js';

/** frp's words for what went wrong, and their class. */
interface Failed {
  readonly error: string;
  readonly errorType: FrpErrorType;
}

interface OfProxy {
  /** As the line has it. frps: `user.name`. frpc: the bare name from 0.68 on, `user.name` before. */
  readonly proxy: string;
}

/** Known, and no news for anybody: the line stays a log record. */
interface Note {
  readonly kind: 'note';
}

/** What one recognised line of frps's log means. */
export type ServerLogMeaning =
  | Note
  | { readonly kind: 'server.started' }
  /** An attempt, before frps has checked it. */
  | {
      readonly kind: 'client.login';
      readonly address: string;
      readonly version: string;
      readonly hostname: string;
      readonly os: string;
      readonly arch: string;
    }
  /** It names nobody: it follows the attempt that it refuses. */
  | ({ readonly kind: 'client.login.refused' } & Failed)
  /** The session of the line gives way to a new one of the same client. */
  | { readonly kind: 'client.replaced'; readonly by: string }
  | { readonly kind: 'client.heartbeat.timeout' }
  | { readonly kind: 'client.exit' }
  | ({ readonly kind: 'proxy.started'; readonly type: string } & OfProxy)
  | ({ readonly kind: 'proxy.start.refused'; readonly type: string } & OfProxy & Failed)
  /** tcp and udp: where visitors connect to. */
  | ({ readonly kind: 'proxy.listening'; readonly port: string } & OfProxy)
  | ({ readonly kind: 'proxy.user.connection'; readonly address: string } & OfProxy)
  | ({ readonly kind: 'proxy.user.rejected'; readonly address: string } & OfProxy & Failed)
  /** A user connection that got no work connection from its client. */
  | ({ readonly kind: 'proxy.connection.failed' } & OfProxy & Failed)
  /** Its client removed it or was lost: the next line tells. */
  | ({ readonly kind: 'proxy.closing' } & OfProxy)
  | ({ readonly kind: 'proxy.removed' } & OfProxy)
  | { readonly kind: 'api.request'; readonly path: string }
  | { readonly kind: 'api.response'; readonly path: string }
  /** Something of one proxy failed that is neither its start nor a connection. */
  | ({ readonly kind: 'proxy.fault' } & OfProxy & Failed)
  /** Something else failed. */
  | ({ readonly kind: 'fault' } & Failed);

/** What one recognised line of frpc's log means. */
export type ClientLogMeaning =
  | Note
  | { readonly kind: 'login.started' }
  | { readonly kind: 'login.succeeded'; readonly runId: string }
  | ({ readonly kind: 'login.failed' } & Failed)
  | { readonly kind: 'heartbeat.timeout' }
  | { readonly kind: 'proxies.added'; readonly proxies: readonly string[] }
  | { readonly kind: 'proxies.removed'; readonly proxies: readonly string[] }
  | ({ readonly kind: 'proxy.running' } & OfProxy)
  | ({ readonly kind: 'proxy.start.failed' } & OfProxy & Failed)
  /** frpc's health check found its service gone: it closes the proxy on frps until it is back. */
  | ({ readonly kind: 'proxy.check.failed' } & OfProxy)
  | ({ readonly kind: 'proxy.check.recovered' } & OfProxy)
  /** One check failed; it may take several until it is `proxy.check.failed`. */
  | ({ readonly kind: 'proxy.check.error' } & OfProxy & Failed)
  | ({ readonly kind: 'local.connect.failed' } & OfProxy & Failed)
  | { readonly kind: 'config.reloaded' }
  | ({ readonly kind: 'config.reload.failed' } & Failed)
  | { readonly kind: 'api.request'; readonly path: string }
  | { readonly kind: 'api.response'; readonly path: string }
  | ({ readonly kind: 'proxy.fault' } & OfProxy & Failed)
  | ({ readonly kind: 'fault' } & Failed);

export type FrpLogMeaning = ServerLogMeaning | ClientLogMeaning;
