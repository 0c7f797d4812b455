import type { Expected, Facts } from './Expectation.js';
import { type Counts, FactList, sum } from './FactList.js';

/** What happened to one proxy, as frpc knows it. */
interface ClientProxyTruth {
  readonly starts?: number;
  readonly lost?: number;
  readonly taken?: number;
  /** How often its start failed, by class. */
  readonly startErrors?: Counts;
  /** Connections that failed, by class. */
  readonly failed?: Readonly<Record<string, Expected>>;
  /** Times that frpc's own check took it out. */
  readonly checksFailed?: number;
  /** Of its checks that failed, those after one that had not, by class. */
  readonly firstFailures?: Counts;
  /** Other faults, by class. */
  readonly faults?: Readonly<Record<string, Expected>>;
  readonly state?: string;
  readonly ended?: boolean;
}

/** What happened to one frpc. */
interface ClientTruth {
  readonly starts?: number;
  readonly logins?: number;
  readonly failedLogins?: Counts;
  /** Sessions that ended, by reason. */
  readonly ended?: Counts;
  readonly faults?: Counts;
  readonly reloads?: Counts;
  readonly proxies?: Readonly<Record<string, ClientProxyTruth>>;
}

/** The facts (see factsOf) that follow from what happened to frpc. */
export const client = ({
  starts = 1,
  logins = 1,
  failedLogins = {},
  ended = {},
  faults = {},
  reloads = {},
  proxies = {},
}: ClientTruth): Facts => {
  const facts = new FactList();
  facts.happened('restarts', starts - 1);
  facts.happened('event client.connected', logins);
  facts.is('logins ok', logins);
  facts.is('logins failed', sum(failedLogins));
  facts.is('reconnects', Math.max(0, logins - 1));
  facts.is('connected', logins > sum(ended));
  for (const [error, count] of Object.entries(failedLogins)) {
    for (const fact of ['event client.login.failed', 'logins', 'errors']) facts.happened(`${fact} ${error}`, count);
  }
  for (const [reason, count] of Object.entries(ended)) facts.happened(`event client.disconnected ${reason}`, count);
  facts.happened('errors heartbeat_timeout', ended.heartbeat_timeout ?? 0);
  for (const [error, count] of Object.entries(faults)) facts.happened(`errors ${error}`, count);
  for (const [result, count] of Object.entries(reloads)) {
    facts.happened(`reloads ${result}`, count);
    facts.happened(`event client.config.reloaded${result === 'ok' ? '' : ` ${result}`}`, count);
  }
  for (const [name, proxy] of Object.entries(proxies)) ofClientProxy(facts, name, proxy);
  return facts.all;
};

const ofClientProxy = (facts: FactList, name: string, proxy: ClientProxyTruth): void => {
  const { starts = 1, lost = 0, taken = 0, startErrors = {}, failed = {}, faults = {}, ended = false } = proxy;
  facts.happened(`event proxy.error ${name} health_check`, proxy.checksFailed ?? 0);
  for (const [error, count] of Object.entries(proxy.firstFailures ?? {})) {
    facts.happened(`event health.check.failed ${name} ${error}`, count);
  }
  facts.happened(`event proxy.created ${name}`, 1);
  facts.happened(`event proxy.connected ${name}`, starts);
  facts.happened(`event proxy.disconnected ${name}`, lost);
  facts.happened(`event proxy.closed ${name}`, taken);
  for (const [error, count] of [...Object.entries(startErrors), ...Object.entries(faults)]) {
    for (const fact of [`event proxy.error ${name}`, `proxy ${name} errors`]) facts.is(`${fact} ${error}`, count);
  }
  for (const [error, count] of Object.entries(failed)) {
    for (const fact of [`event proxy.error ${name}`, `proxy ${name} connections`, `proxy ${name} errors`]) {
      facts.is(`${fact} ${error}`, count);
    }
  }
  facts.is(`proxy ${name} state`, proxy.state ?? (starts > lost + taken ? 'running' : 'closed'));
  if (ended) facts.is(`proxy ${name} removed`, true);
};
