import { isVersionAtLeast } from '../isVersionAtLeast.js';

/** The oldest frp that was looked at. */
const OLDEST = '0.52.0';

/** One thing that frp's web server can be asked for. */
export interface FrpApiPart {
  /** `{type}` and `{name}` stand for what is asked for. */
  readonly path: string;
  /** The first version that has it; no older one was looked at than 0.52.0. */
  readonly since: string;
  /** The first version that logs each request for it; undefined when none does. */
  readonly loggedSince: string | undefined;
  readonly gives: string;
}

const part = (path: string, since: string, gives: string, loggedSince: string | undefined = since): FrpApiPart => ({
  path,
  since,
  loggedSince,
  gives,
});

/** What frps answers (server/dashboard_api.go; server/api_router.go since 0.67), all by GET. */
export const SERVER_API_PARTS = {
  v2: {
    info: part('/api/v2/system/info', '0.70.0', 'version, clients, open connections, proxies by type, bytes of today'),
    proxies: part('/api/v2/proxies', '0.70.0', 'all proxies in pages, with their client, port and group'),
    clients: part('/api/v2/clients', '0.70.0', 'clients in pages'),
    history: part('/api/v2/proxies/{name}/traffic', '0.70.0', 'bytes of a proxy for each of seven days, any name'),
  },
  v1: {
    info: part('/api/serverinfo', OLDEST, 'version, clients, open connections, proxies by type, bytes of today'),
    proxies: part(
      '/api/proxy/{type}',
      OLDEST,
      'all proxies of a type, with port and group; since 0.67 with their client',
    ),
    clients: part('/api/clients', '0.67.0', 'all clients'),
    history: part('/api/traffic/{name}', OLDEST, 'bytes of a proxy for each of seven days, of a name without a slash'),
  },
  metrics: part('/metrics', OLDEST, 'bytes of each proxy since frps started, if enablePrometheus is set', '0.67.0'),
  health: { ...part('/healthz', OLDEST, 'that the web server runs, without credentials'), loggedSince: undefined },
} as const;

/** What frpc answers (client/admin_api.go; client/api_router.go since 0.67), by GET. */
export const CLIENT_API_PARTS = {
  status: part('/api/status', OLDEST, 'phase, last error and addresses of each proxy; nothing while not connected'),
  health: { ...part('/healthz', OLDEST, 'that the web server runs, without credentials'), loggedSince: undefined },
} as const;

export const isLoggedBy = (version: string, { loggedSince }: FrpApiPart): boolean =>
  loggedSince !== undefined && isVersionAtLeast(version, loggedSince);

/** A path to ask for, and the same as frp logs it: decoded and without the query (Go's `URL.Path`). */
export interface ApiPath {
  readonly sent: string;
  readonly logged: string;
}

/** @param of stands in the place of `{type}` or `{name}`; well-formed, see {@link canAskFor} */
export const pathOf = ({ path }: FrpApiPart, of = ''): ApiPath => ({
  sent: path.replace(PLACE, () => encodeURIComponent(of)),
  logged: path.replace(PLACE, () => of),
});
const PLACE = /\{\w+\}/;

const MAX_NAME_LENGTH = 1024;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNASKABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\p{Surrogate}]/u;

/**
 * Whether a proxy can be asked for by its name. Not by one that would write line ends or colours to frp's log, and not by
 * one that the router of frps would take for another path.
 */
export const canAskFor = (name: string, { path }: FrpApiPart): boolean => {
  if (name === '.' || name === '..' || name.length > MAX_NAME_LENGTH || UNASKABLE.test(name)) return false;
  return path === SERVER_API_PARTS.v2.history.path || !name.includes('/');
};
