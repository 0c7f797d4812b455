import { knownServer } from '../knownServer.js';
import { cutToWidth } from './displayWidth.js';
import { isTold } from './exitCodeOf.js';
import { plainText } from './plainText.js';
import { bytes, count, duration, roundTrip, UNKNOWN } from './quantities.js';
import { type Column, type Page, renderTable, type Style } from './renderTable.js';
import type { ClientStatus, InstanceStatus, ProxyStatus, RefusedStartStatus, StatusReport } from './statusReport.js';

/** The report as lines of text: for each frps and frpc its clients and proxies, what is down first. */
export const renderStatus = (report: StatusReport, page: Page): readonly string[] => {
  if (report.instances.length === 0) return ['No frps and no frpc was found.'];
  const now = Date.parse(report.time);
  const sorted = report.instances.toSorted(
    (a, b) => b.role.localeCompare(a.role) || a.name.localeCompare(b.name), // server, then client
  );
  return sorted.flatMap((instance, index) => [...(index === 0 ? [] : ['']), ...renderInstance(instance, now, page)]);
};

const renderInstance = (instance: InstanceStatus, now: number, page: Page): string[] => {
  const { server, sources } = instance;
  const clients = server?.clients.toSorted(downFirst(({ connected }) => connected, clientName)) ?? [];
  const proxies = instance.proxies.toSorted(
    downFirst(
      ({ up }) => up,
      ({ name }) => name,
    ),
  );
  const failing = sources.filter(({ state }) => state === 'degraded');
  return [
    headline(instance, now, page),
    ...(clients.length === 0 ? [] : renderTable(clientColumns(now), clients, page)),
    ...(proxies.length === 0 ? [] : renderTable(proxyColumns(now), proxies, page)),
    ...proxies.flatMap((proxy) => errorLine(proxy, now, page)),
    ...refusedNow(instance).map((start) => page.paint('yellow', cut(refusalLine(start, now), page))),
    ...failing.map(({ source, reason }) =>
      page.paint('yellow', cut(`  ${source} degraded: ${plainText(reason ?? '')}`, page)),
    ),
    ...(isTold(instance) ? [] : [page.paint('yellow', cut('  nothing is told of it: frp-otel doctor says why', page))]),
  ];
};

/** The last time of each, but of those that have started since: frpc tries again and again. */
const refusedNow = ({ server, proxies }: InstanceStatus): readonly RefusedStartStatus[] => {
  const last = new Map(server?.refusedStarts.map((start) => [start.proxy, start]));
  for (const { name, since } of proxies) {
    if (since !== null && since > (last.get(name)?.time ?? since)) last.delete(name);
  }
  return [...last.values()];
};

const refusalLine = ({ time, proxy, type, message }: RefusedStartStatus, now: number): string =>
  `  refused: ${plainText(proxy)} (${plainText(type)}) ${ago(time, now)} ago: ${plainText(message)}`;

const headline = (instance: InstanceStatus, now: number, page: Page): string => {
  const { name, role, version, pid, restarts, server, session } = instance;
  const place = knownServer(instance.serverName);
  const facts = [
    role === 'server'
      ? ['frps', ...(version === null ? [] : [plainText(version)]), ...(place === undefined ? [] : ['at', place])].join(
          ' ',
        )
      : 'frpc',
    ...(session === null ? [] : [sessionWords(session, place, now)]),
    ...(server === null ? [] : [`clients ${count(server.activeClients)}`]),
    attemptWords((server ?? session)?.logins),
    ...(pid === null ? [] : [`pid ${pid}`]),
    ...(restarts === 0 ? [] : [`restarts ${restarts}`]),
  ];
  const title = cut(plainText(name), page);
  const rest = cutToWidth(
    `  ${[stateWords(instance, now), ...facts.filter((fact) => fact !== '')].join('  ')}`,
    Math.max(0, page.width - title.length),
  );
  return page.paint('bold', title) + page.paint(isWell(instance) ? 'green' : 'red', rest);
};

const stateWords = ({ up, since, stopped }: InstanceStatus, now: number): string => {
  if (up === null) return UNKNOWN;
  if (up) return since === null ? 'up' : `up ${ago(since, now)}`;
  return stopped ? 'down (stopped)' : 'down';
};

const isWell = ({ up, session }: InstanceStatus): boolean => up !== false && session?.connected !== false;

const sessionWords = (
  { connected, since, reconnects }: NonNullable<InstanceStatus['session']>,
  server: string | undefined,
  now: number,
): string => {
  const [to, wanted] = server === undefined ? ['', ''] : [` to ${server}`, `for ${server}`];
  const how = connected ? `connected${to} ${ago(since, now)}` : connected === null ? wanted : `not connected${to}`;
  return [how, reconnects ? `${reconnects} reconnects` : ''].filter((words) => words !== '').join(', ');
};

const attemptWords = (
  logins: { readonly total: number | null; readonly failed: number | null } | undefined,
): string => {
  if (logins === undefined || logins.total === null) return '';
  return `logins ${count(logins.total)}${logins.failed ? ` (${count(logins.failed)} failed)` : ''}`;
};

const clientColumns = (now: number): readonly Column<ClientStatus>[] => [
  { title: 'CLIENT', align: 'left', cell: clientName, flexible: true },
  {
    title: 'STATE',
    align: 'left',
    cell: ({ connected, disconnectReason }) => (connected ? 'connected' : `left: ${disconnectReason ?? 'unknown'}`),
    style: ({ connected }) => (connected ? 'green' : 'yellow'),
  },
  { title: 'SINCE', align: 'right', cell: ({ since }) => ago(since, now) },
  { title: 'PROXIES', align: 'right', cell: ({ proxies }) => count(proxies) },
  { title: 'VERSION', align: 'left', cell: ({ version }) => plainText(version ?? UNKNOWN), spare: true },
  { title: 'ADDRESS', align: 'left', cell: ({ address }) => plainText(address ?? UNKNOWN), spare: true },
];

/** What its operator called it, else its host. */
const clientName = ({ user, clientId, hostname, runId }: ClientStatus): string =>
  plainText([user, clientId ?? hostname ?? runId].filter((part) => part !== null).join('/'));

const proxyColumns = (now: number): readonly Column<ProxyStatus>[] => [
  { title: 'PROXY', align: 'left', cell: ({ name }) => plainText(name), flexible: true },
  { title: 'TYPE', align: 'left', cell: ({ type }) => plainText(type ?? UNKNOWN), spare: true },
  { title: 'STATE', align: 'left', cell: ({ state }) => state, style: proxyStyle },
  { title: 'SINCE', align: 'right', cell: ({ since }) => ago(since, now) },
  { title: 'ACT', align: 'right', cell: ({ activeConnections }) => count(activeConnections) },
  { title: 'TOTAL', align: 'right', cell: ({ connections }) => count(connections.total), spare: true },
  {
    title: 'FAIL',
    align: 'right',
    cell: ({ connections }) => count(connections.failed),
    style: ({ connections }) => (connections.failed ? 'yellow' : undefined),
    spare: true,
  },
  { title: 'IN', align: 'right', cell: (proxy) => bytes(proxy.bytes?.in ?? null) },
  { title: 'OUT', align: 'right', cell: (proxy) => bytes(proxy.bytes?.out ?? null) },
  { title: 'IN/s', align: 'right', cell: ({ bytesPerSecond: rate }) => bytes(rate?.in ?? null), spare: true },
  { title: 'OUT/s', align: 'right', cell: ({ bytesPerSecond: rate }) => bytes(rate?.out ?? null), spare: true },
  { title: 'RTT', align: 'right', cell: ({ roundTripSeconds }) => roundTrip(roundTripSeconds), spare: true },
];

const STARTING: ReadonlySet<ProxyStatus['state']> = new Set<ProxyStatus['state']>(['new', 'wait_start']);
const proxyStyle = ({ up, state }: ProxyStatus): Style => (up ? 'green' : STARTING.has(state) ? 'yellow' : 'red');

const errorLine = ({ name, lastError, up }: ProxyStatus, now: number, page: Page): string[] => {
  if (lastError === null) return [];
  const { time, type, message } = lastError;
  const text = `  ${plainText(name)}: ${ago(time, now)} ago: ${type}: ${plainText(message)}`;
  return [page.paint(up ? 'dim' : 'red', cut(text, page))];
};

const ago = (time: string | null, now: number): string =>
  duration(time === null ? null : (now - Date.parse(time)) / 1000);

const cut = (text: string, { width }: Page): string => cutToWidth(text, width);

const downFirst =
  <Item>(isUp: (item: Item) => boolean, nameOf: (item: Item) => string) =>
  (a: Item, b: Item): number =>
    Number(isUp(a)) - Number(isUp(b)) || compare(nameOf(a), nameOf(b));

/** `web2` before `web10`. */
const { compare } = new Intl.Collator('en', { numeric: true });
