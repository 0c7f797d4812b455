import { CLIENT_API_PARTS, type FrpApiPart, SERVER_API_PARTS } from '../frp/api/frpApiParts.js';
import { CONFIG_DEFAULTS } from '../frp/config/configDefaults.js';
import { ERROR_TYPES } from '../frp/errorType.js';
import { KNOWN_OF_CLIENT, KNOWN_OF_SERVER } from '../frp/knownFrom.js';
import { BARE_CLIENT_ROWS, BARE_SERVER_ROWS } from '../frp/log/bareRows.js';
import { CLIENT_ROWS } from '../frp/log/clientRows.js';
import type { LogRow } from '../frp/log/LogRow.js';
import { SERVER_ROWS } from '../frp/log/serverRows.js';
import { VISITOR_ROWS } from '../frp/log/visitorRows.js';

const NONE = '';

/** What is known of each version of frp and from where, as the generated part of docs/frp-compatibility.md. */
export const renderCompatibility = (): string =>
  [
    section('What can be known of frps', knownTable(KNOWN_OF_SERVER, SERVER_ROWS)),
    section('What can be known of frpc', knownTable(KNOWN_OF_CLIENT, CLIENT_ROWS)),
    section(
      'What the web server of frps answers',
      partsTable([SERVER_API_PARTS.v2, SERVER_API_PARTS.v1, SERVER_API_PARTS]),
    ),
    section('What the web server of frpc answers', partsTable([CLIENT_API_PARTS])),
    section('Defaults that differ', defaultsTable()),
    section('Classes of failures: error.type', [ERROR_TYPES.map(code).join(', ')]),
    section("frps's log", linesTable(SERVER_ROWS, 'server.error')),
    section("frpc's log", linesTable([...CLIENT_ROWS, ...VISITOR_ROWS], NONE)),
    section('What frps prints outside its log', linesTable(BARE_SERVER_ROWS, 'server.error')),
    section('What frpc prints outside its log', linesTable(BARE_CLIENT_ROWS, NONE)),
  ].join('\n\n');

const section = (title: string, table: readonly string[]): string => [`### ${title}`, '', ...table].join('\n');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);

const knownTable = (
  known: readonly {
    readonly what: string;
    readonly log: readonly string[];
    readonly api: readonly FrpApiPart[];
    readonly limit?: string;
  }[],
  rows: readonly LogRow[],
): string[] =>
  table(
    ['what', 'log', 'API', 'limits'],
    known.map(({ what, log, api, limit = NONE }) => [
      what,
      log.length === 0 ? 'no' : sinceOfKinds(log, rows),
      api.length === 0 ? 'no' : api.map(({ path, since }) => `${code(path)}${sinceWords(since)}`).join(', '),
      limit,
    ]),
  );

/** A kind is there from the first row that has it on. */
const sinceOfKinds = (kinds: readonly string[], rows: readonly LogRow[]): string =>
  kinds
    .map((kind) => {
      const versions = rows.filter((row) => row.kind === kind).map(({ since }) => since);
      if (versions.length === 0) throw new Error(`no line tells ${kind}`);
      return versions.includes(undefined) ? 'yes' : `since ${versions[0]}`;
    })
    .filter((cell, index, cells) => cells.indexOf(cell) === index)
    .join(', ');

const sinceWords = (since: string): string => (since === OLDEST_API ? NONE : ` since ${since}`);
const OLDEST_API = SERVER_API_PARTS.v1.info.since;

const partsTable = (groups: readonly object[]): string[] =>
  table(
    ['path', 'since', 'each request is logged', 'gives'],
    groups
      .flatMap((group) => Object.values(group))
      .filter((part): part is FrpApiPart => 'path' in part)
      .map(({ path, since, loggedSince, gives }) => [
        code(path),
        since === OLDEST_API ? 'always' : since,
        loggedSince === undefined ? 'never' : loggedSince === since ? 'yes' : `since ${loggedSince}`,
        gives,
      ]),
  );

const defaultsTable = (): string[] =>
  table(
    ['since', 'tcpMuxKeepaliveInterval', 'heartbeatInterval with tcpMux', 'heartbeatTimeout with tcpMux'],
    CONFIG_DEFAULTS.map(({ since, defaults }) => [
      since === '0.0.0' ? 'before' : since,
      seconds(defaults.tcpMuxKeepaliveInterval),
      seconds(defaults.heartbeatIntervalOverTcpMux),
      seconds(defaults.heartbeatTimeoutOverTcpMux),
    ]),
  );

const seconds = (value: number): string => (value < 0 ? 'off' : `${value} s`);

/** @param faultEvent the event of a failure that has no kind of its own */
const linesTable = (rows: readonly LogRow[], faultEvent: string): string[] =>
  table(
    ['line', 'level', 'versions', 'means', 'event', 'error.type'],
    rows.map(({ text, level, since, until, kind, event, errorType }) => [
      code(text),
      level ?? NONE,
      versionsOf(since, until),
      kind,
      event ?? (kind === 'proxy.fault' ? 'proxy.error' : kind === 'fault' ? faultEvent : NONE),
      errorType ?? (text.includes('{error}') ? 'by its words' : NONE),
    ]),
  );

const versionsOf = (since: string | undefined, until: string | undefined): string => {
  if (since === undefined) return until === undefined ? 'all' : `to ${until}`;
  return until === undefined ? `from ${since}` : `${since} to ${until}`;
};

/** A backtick ends code in Markdown, and a bar a cell; frp writes neither. */
const code = (text: string): string => `\`${text}\``;
