/** What one recognised line of frps's log means. */
export type ServerLogMeaning =
  | { readonly kind: 'server.started' }
  | { readonly kind: 'client.login'; readonly address: string; readonly version: string }
  | { readonly kind: 'client.login.refused'; readonly error: string }
  | { readonly kind: 'client.exit' }
  | { readonly kind: 'proxy.started'; readonly proxy: string; readonly type: string }
  | { readonly kind: 'proxy.start.refused'; readonly proxy: string; readonly type: string; readonly error: string }
  | { readonly kind: 'proxy.user.connection'; readonly proxy: string; readonly address: string }
  | { readonly kind: 'proxy.closing'; readonly proxy: string }
  | { readonly kind: 'proxy.removed'; readonly proxy: string }
  | { readonly kind: 'api.request'; readonly path: string }
  | { readonly kind: 'api.response'; readonly path: string };

/** What one recognised line of frpc's log means; proxy names are as frpc prints them. */
export type ClientLogMeaning =
  | { readonly kind: 'login.started' }
  | { readonly kind: 'login.succeeded'; readonly runId: string }
  | { readonly kind: 'login.failed'; readonly error: string }
  | { readonly kind: 'proxies.added'; readonly proxies: readonly string[] }
  | { readonly kind: 'proxies.removed'; readonly proxies: readonly string[] }
  | { readonly kind: 'proxy.running'; readonly proxy: string }
  | { readonly kind: 'proxy.start.failed'; readonly proxy: string; readonly error: string }
  | { readonly kind: 'local.connect.failed'; readonly proxy: string; readonly error: string }
  | { readonly kind: 'config.reloaded' };

export type FrpLogMeaning = ServerLogMeaning | ClientLogMeaning;
