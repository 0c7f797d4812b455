import type { FrpRole } from '../FrpRole.js';
import { BARE_CLIENT_ROWS, BARE_SERVER_ROWS } from './bareRows.js';
import { CLIENT_ROWS } from './clientRows.js';
import type { FrpLogMeaning } from './FrpLogMeaning.js';
import { logGrammar, meaningIn } from './LogGrammar.js';
import { SERVER_ROWS } from './serverRows.js';
import { TRACE_ROWS } from './traceRows.js';
import { VISITOR_ROWS } from './visitorRows.js';

const NOTE: FrpLogMeaning = { kind: 'note' };

/** Whoever may start a proxy on frps names it, so the longest name counts; frpc's names are its own config's. */
const SERVER = logGrammar([...SERVER_ROWS, ...TRACE_ROWS], ['proxy']);
const CLIENT = logGrammar([...CLIENT_ROWS, ...VISITOR_ROWS, ...TRACE_ROWS], []);

/**
 * What a line of frp's log means.
 *
 * @param message as {@link FrpLogLine.message}
 * @returns undefined for a line that the grammar does not know
 */
export const readLogMeaning = (role: FrpRole, message: string): FrpLogMeaning | undefined => {
  if (role === 'client') return meaningIn(CLIENT, message);
  return isOfStranger(message) ? NOTE : meaningIn(SERVER, message);
};

const SSH_CLIENT = '[sshVirtualClient] ';
const LOGIN = 'client login info: ip [';
/** After a prefix: what follows holds a visitor's words, or belongs to somebody else than the prefix says. */
const STRANGERS = [SSH_CLIENT, LOGIN, '] new request host ['];

/**
 * Whether a line of frps's log is none of its own, or holds a stranger's words where its own are looked for: lines of the
 * frpc inside its SSH gateway (pkg/ssh/server.go), an attempt to log in whose run id, which anybody may choose, has the shape
 * of a prefix (server/service.go), the host that a visitor asks for (pkg/util/vhost/vhost.go).
 */
const isOfStranger = (message: string): boolean => {
  if (!message.startsWith('[')) return message.length > LOGIN.length && message.indexOf(LOGIN, 1) !== -1;
  const end = message.indexOf('] ');
  if (message.startsWith(SSH_CLIENT)) return true;
  const hasSecondEnd = end !== -1 && message.indexOf('] ', end + 2) !== -1;
  return hasSecondEnd && STRANGERS.some((words) => message.includes(words));
};

const BARE_SERVER = logGrammar(BARE_SERVER_ROWS, []);
const BARE_CLIENT = logGrammar(BARE_CLIENT_ROWS, []);

/** Go's own log, which net/http writes to (log.LstdFlags). */
const GO_LOG_HEAD = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /;

/** What a line that frp printed outside its log means, such as the error that it ends with. */
export const readBareMeaning = (role: FrpRole, text: string): FrpLogMeaning | undefined =>
  meaningIn(role === 'client' ? BARE_CLIENT : BARE_SERVER, text.replace(GO_LOG_HEAD, ''));
