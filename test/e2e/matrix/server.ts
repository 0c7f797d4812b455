import type { Expected, Facts } from './Expectation.js';
import { type Counts, FactList, sum } from './FactList.js';

/** What happened to one proxy, as frps knows it. */
interface ServerProxyTruth {
  readonly type?: string;
  /** How often it came online. */
  readonly starts?: number;
  /** How often its client was lost, or frps itself. */
  readonly lost?: number;
  /** How often its client took it away. */
  readonly taken?: number;
  /** How often its start was refused, by class. */
  readonly refused?: Counts;
  /** User connections; for http, udp and xtcp frps logs none. */
  readonly connections?: Expected;
  readonly bytes?: readonly [in_: Expected, out: Expected];
  readonly openConnections?: Expected;
  /** Faults that are neither its start nor a connection, by class. */
  readonly faults?: Readonly<Record<string, Expected>>;
  /** Nothing more comes of it: taken away at the end, or frps stopped on purpose. */
  readonly ended?: boolean;
}

/** What happened on one frps. */
interface ServerTruth {
  readonly starts?: number;
  readonly stops?: number;
  readonly logins?: number;
  readonly refusedLogins?: Counts;
  /** Sessions that ended, by reason. */
  readonly ended?: Counts;
  readonly faults?: Counts;
  /** Resources that were used up. */
  readonly warnings?: number;
  /** Of those with a session or the memory of one. */
  readonly sessionsOf?: Counts;
  readonly proxies?: Readonly<Record<string, ServerProxyTruth>>;
}

const UNLOGGED = new Set(['http', 'udp', 'xtcp']);

/** The facts (see factsOf) that follow from what happened on frps. */
export const server = ({
  starts = 1,
  stops = 0,
  logins = 0,
  refusedLogins = {},
  ended = {},
  faults = {},
  warnings = 0,
  sessionsOf = {},
  proxies = {},
}: ServerTruth): Facts => {
  const facts = new FactList();
  facts.happened('event server.started', starts);
  facts.happened('event server.stopped', stops);
  facts.happened('restarts', starts - 1);
  facts.is('logins ok', logins);
  facts.happened('event server.client.connected', logins);
  for (const [error, count] of Object.entries(refusedLogins)) {
    for (const fact of ['event server.login.rejected', 'logins', 'errors']) facts.happened(`${fact} ${error}`, count);
  }
  for (const [reason, count] of Object.entries(ended)) {
    for (const fact of ['event server.client.disconnected', 'disconnects', 'sessions ended:']) {
      facts.happened(`${fact} ${reason}`, count);
    }
  }
  facts.is('logins failed', sum(refusedLogins));
  facts.is('disconnects', sum(ended));
  const online = logins - sum(ended);
  facts.is('clients', online);
  facts.happened('sessions ended: none', online);
  for (const [error, count] of Object.entries(faults)) {
    for (const fact of ['event server.error', 'errors']) facts.happened(`${fact} ${error}`, count);
  }
  facts.happened('event server.resource.warning', warnings);
  for (const [user, count] of Object.entries(sessionsOf)) facts.happened(`sessions of ${user}`, count);
  facts.is('proxy starts ok', 0);
  for (const [name, proxy] of Object.entries(proxies)) ofServerProxy(facts, name, proxy);
  return facts.all;
};

const ofServerProxy = (facts: FactList, name: string, proxy: ServerProxyTruth): void => {
  const { type = 'tcp', starts = 1, lost = 0, taken = 0, refused = {}, faults = {}, ended = false } = proxy;
  for (const [error, count] of Object.entries(refused)) {
    for (const fact of [`event proxy.error ${name}`, 'proxy starts', 'errors'])
      facts.happened(`${fact} ${error}`, count);
  }
  for (const [error, count] of Object.entries(faults)) {
    for (const fact of [`event proxy.error ${name}`, `proxy ${name} errors`]) facts.is(`${fact} ${error}`, count);
  }
  if (starts === 0) return; // a name that was only refused may be somebody else's: frps keeps nothing of it
  const online = starts - lost - taken;
  facts.happened(`event proxy.created ${name}`, Math.min(starts, 1 + taken)); // one that was lost is not new
  facts.happened(`event proxy.connected ${name}`, starts);
  facts.happened(`event proxy.disconnected ${name}`, lost);
  facts.happened(`event proxy.closed ${name}`, taken);
  facts.happened('proxy starts ok', starts);
  facts.is(`proxies ${type}`, 0);
  facts.happened(`proxies ${type}`, online);
  facts.is(`proxy ${name} state`, online > 0 ? 'online' : 'offline');
  if (ended) facts.is(`proxy ${name} removed`, true);
  if (!UNLOGGED.has(type)) facts.is(`proxy ${name} connections ok`, proxy.connections ?? 0);
  const [in_, out] = proxy.bytes ?? [0, 0];
  facts.is(`proxy ${name} in`, in_);
  facts.is(`proxy ${name} out`, out);
  facts.is(`proxy ${name} open`, proxy.openConnections ?? 0);
};
