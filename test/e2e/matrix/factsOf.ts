import type { FrpEvent } from '../../../src/model/FrpEvent.js';
import type {
  ClientSnapshot,
  InstanceSnapshot,
  ProxySnapshot,
  ServerSnapshot,
  TallySnapshot,
} from '../../../src/model/FrpSnapshot.js';
import type { Replayed } from './replay.js';

export type Fact = number | string | boolean;

/**
 * What the model says, one fact a line: `logins ok`, `proxy ssh in`, `event proxy.created ssh`. What it does not know has
 * no line.
 */
export const factsOf = ({ events, snapshot }: Replayed): ReadonlyMap<string, Fact> => {
  const facts = new Map<string, Fact>();
  for (const event of events) {
    const key = `event ${describe(event)}`;
    facts.set(key, Number(facts.get(key) ?? 0) + 1);
  }
  const found = [
    ...ofInstance(snapshot),
    ...(snapshot.server ? ofServer(snapshot.server) : []),
    ...(snapshot.client ? ofClient(snapshot.client) : []),
    ...snapshot.proxies.flatMap(ofProxy),
  ];
  for (const [key, value] of found) if (value !== undefined) facts.set(key, value);
  return facts;
};

type Found = readonly [key: string, value: Fact | undefined];

const describe = (event: FrpEvent): string => {
  const words: string[] = [event.kind];
  if ('proxy' in event) words.push(event.proxy);
  if ('error' in event && event.error !== undefined) words.push(event.error.type);
  if ('reason' in event) words.push(event.reason);
  return words.join(' ');
};

const ofInstance = ({ process, version }: InstanceSnapshot): Found[] => [
  ['restarts', process.restarts],
  ['version', version],
];

const ofServer = (server: ServerSnapshot): Found[] => [
  ['clients', server.activeClients],
  ...Object.entries(server.activeProxies ?? {}).map(([type, count]): Found => [`proxies ${type}`, count]),
  ...ofLogins(server.logins),
  ...ofTally('proxy starts', server.proxyStarts),
  ...ofTally('errors', server.errors),
  ['disconnects', server.disconnects.length === 0 ? undefined : sum(server.disconnects)],
  ...server.disconnects.map(({ reason, count }): Found => [`disconnects ${reason}`, count]),
  ...counted(server.clients.map(({ disconnectReason = 'none' }) => `sessions ended: ${disconnectReason}`)),
  ...counted(server.clients.flatMap(({ user }) => (user ? [`sessions of ${user}`] : []))),
  ['requests', server.dashboardRequests],
];

const ofClient = (client: ClientSnapshot): Found[] => [
  ['connected', client.connected],
  ['reconnects', client.reconnects],
  ...ofLogins(client.logins),
  ...ofTally('reloads', client.configReloads),
  ...ofTally('errors', client.errors),
];

const ofProxy = ({
  name,
  type,
  state,
  endedAt,
  io,
  activeConnections,
  connections,
  errors,
}: ProxySnapshot): Found[] => [
  [`proxy ${name} type`, type === '' ? undefined : type],
  [`proxy ${name} state`, state],
  [`proxy ${name} removed`, endedAt === undefined ? undefined : true],
  [`proxy ${name} in`, io?.in],
  [`proxy ${name} out`, io?.out],
  [`proxy ${name} open`, activeConnections],
  ...ofTally(`proxy ${name} connections`, connections),
  ...ofTally(`proxy ${name} errors`, errors),
];

const ofTally = (name: string, tally: TallySnapshot): Found[] =>
  tally.map(({ errorType = 'ok', count }) => [`${name} ${errorType}`, count]);

const ofLogins = (tally: TallySnapshot): Found[] => [
  ...ofTally('logins', tally),
  ['logins failed', tally.length === 0 ? undefined : sum(tally.filter(({ errorType }) => errorType !== undefined))],
];

const sum = (counts: readonly { readonly count: number }[]): number =>
  counts.reduce((total, { count }) => total + count, 0);

const counted = (keys: readonly string[]): Found[] => {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts];
};
