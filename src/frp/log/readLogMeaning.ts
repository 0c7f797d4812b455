import { errorTypeOf } from '../errorType.js';
import type { FrpRole } from '../FrpRole.js';
import type { ClientLogMeaning, FrpLogMeaning, ServerLogMeaning } from './FrpLogMeaning.js';

/** One row of the log grammar: the message's pattern (groups are the fields) and what it means. */
interface Row<Meaning> {
  readonly pattern: RegExp;
  readonly meaning: (...fields: string[]) => Meaning;
}

// Matched against the message after the run id, in this order, ignoring case: 0.62.1 lower-cased many messages. Patterns are
// anchored and each field but one is bounded, so a hostile line costs linear time. Addresses hold no `]` but IPv6's own.
const SERVER: readonly Row<ServerLogMeaning>[] = [
  // server/proxy/proxy.go
  {
    pattern: /^\[(.+)\] get a user connection \[(\S{1,64})\]$/i,
    meaning: (proxy = '', address = '') => ({ kind: 'proxy.user.connection', proxy, address }),
  },
  { pattern: /^\[(.+)\] proxy closing$/i, meaning: (proxy = '') => ({ kind: 'proxy.closing', proxy }) },
  // pkg/util/http/middleware.go
  { pattern: /^http request: \[(\S{1,2048})\]$/i, meaning: (path = '') => ({ kind: 'api.request', path }) },
  {
    pattern: /^http response \[(\S{1,2048})\]: code \[\d+\]$/i,
    meaning: (path = '') => ({ kind: 'api.response', path }),
  },
  // server/control.go
  {
    pattern: /^new proxy \[(.+)\] type \[(\w{1,16})\] success$/i,
    meaning: (proxy = '', type = '') => ({ kind: 'proxy.started', proxy, type }),
  },
  {
    pattern: /^new proxy \[(.+?)\] type \[(\w{1,16})\] error: (.*)$/i,
    meaning: (proxy = '', type = '', error = '') => ({
      kind: 'proxy.start.refused',
      proxy,
      type,
      error,
      errorType: errorTypeOf(error),
    }),
  },
  { pattern: /^close proxy \[(.+)\] success$/i, meaning: (proxy = '') => ({ kind: 'proxy.removed', proxy }) },
  { pattern: /^client exit success$/i, meaning: () => ({ kind: 'client.exit' }) },
  // server/service.go
  {
    pattern:
      /^client login info: ip \[([^\]]{1,64}(?:\]:\d{1,5})?)\] version \[([^\]]{0,64})\] hostname \[([^\]]{0,255})\] os \[(\w{0,64})\] arch \[(\w{0,64})\]$/i,
    meaning: (address = '', version = '', hostname = '', os = '', arch = '') => ({
      kind: 'client.login',
      address,
      version,
      hostname,
      os,
      arch,
    }),
  },
  {
    pattern: /^register control error: (.*)$/i,
    meaning: (error = '') => ({ kind: 'client.login.refused', error, errorType: errorTypeOf(error) }),
  },
  // cmd/frps/root.go
  { pattern: /^frps started successfully$/i, meaning: () => ({ kind: 'server.started' }) },
];

const CLIENT: readonly Row<ClientLogMeaning>[] = [
  // client/proxy/proxy.go
  {
    pattern: /^\[(.+?)\] connect to local service \[\S{1,300}\] error: (.*)$/i,
    meaning: (proxy = '', error = '') => ({
      kind: 'local.connect.failed',
      proxy,
      error,
      errorType: errorTypeOf(error),
    }),
  },
  // client/control.go
  { pattern: /^\[(.+)\] start proxy success$/i, meaning: (proxy = '') => ({ kind: 'proxy.running', proxy }) },
  {
    pattern: /^\[(.+?)\] start error: (.*)$/i,
    meaning: (proxy = '', error = '') => ({ kind: 'proxy.start.failed', proxy, error, errorType: errorTypeOf(error) }),
  },
  // client/service.go
  { pattern: /^try to connect to server\.\.\.$/i, meaning: () => ({ kind: 'login.started' }) },
  {
    pattern: /^login to server success, get run id \[([0-9a-f]{1,64})\]/i,
    meaning: (runId = '') => ({ kind: 'login.succeeded', runId }),
  },
  {
    pattern: /^connect to server error: (.*)$/i,
    meaning: (error = '') => ({ kind: 'login.failed', error, errorType: errorTypeOf(error) }),
  },
  // client/proxy/proxy_manager.go: Go prints a list of names as `[a b]`
  {
    pattern: /^proxy added: \[(.+)\]$/i,
    meaning: (names = '') => ({ kind: 'proxies.added', proxies: names.split(' ') }),
  },
  {
    pattern: /^proxy removed: \[(.+)\]$/i,
    meaning: (names = '') => ({ kind: 'proxies.removed', proxies: names.split(' ') }),
  },
  // client/config_manager.go
  { pattern: /^success reload conf$/i, meaning: () => ({ kind: 'config.reloaded' }) },
];

const ROWS: Readonly<Record<FrpRole, readonly Row<FrpLogMeaning>[]>> = { server: SERVER, client: CLIENT };

/**
 * What a line of frp's log means.
 *
 * @param message as {@link FrpLogLine.message}
 * @returns undefined for a line that the grammar does not know
 */
export const readLogMeaning = (role: FrpRole, message: string): FrpLogMeaning | undefined => {
  for (const { pattern, meaning } of ROWS[role]) {
    const match = pattern.exec(message);
    if (match !== null) return meaning(...match.slice(1));
  }
  return undefined;
};
