import type { Attributes } from '@opentelemetry/api';
import type { Point } from './metricPoints.js';
import { CLASSES, type TrueProxy, type TrueServer } from './simulatedServers.js';

export interface NamedPoint extends Point {
  readonly name: string;
  readonly value: number;
}

/** One counter of a subject, and what of it was told last. */
interface Told {
  readonly value: number;
  readonly time: number;
}

interface Increment {
  readonly time: number;
  readonly value: number;
  readonly isPart: boolean;
}

/** What a derived metric has seen of one group. */
interface Group {
  readonly attributes: Attributes;
  readonly begin: number;
  readonly increments: Increment[];
  seenAt: number;
}

interface Rule {
  readonly name: string;
  readonly windowMillis: number;
  readonly compute: (growth: { all: number; part: number; seconds: number }) => number;
}

const FAILED_CLASS = { logins: 'token_mismatch', starts: 'port_already_used', connections: 'work_connection' };
const RULES = {
  proxyThroughput: rateOf('frp.proxy.throughput'),
  serverThroughput: rateOf('frp.server.throughput'),
  proxyErrors: ratioOf('frp.proxy.error.ratio', 3),
  serverErrors: ratioOf('frp.server.error.ratio', 0),
  loginFailures: { name: 'frp.server.login.failures.recent', windowMillis: 300_000, compute: ({ all }) => all },
} as const satisfies Record<string, Rule>;

/** What a reader must be told, worked out plainly from the truth: it keeps all that ever was. */
export class NaiveReader {
  readonly #isDelta: boolean;
  readonly #told = new Map<object, Map<string, Told>>();
  readonly #endTold = new Map<object, number>();
  readonly #groups = new Map<string, Group>();
  readonly #times: number[] = [];
  #points: NamedPoint[] = [];

  constructor(isDelta: boolean) {
    this.#isDelta = isDelta;
  }

  collect(servers: readonly TrueServer[], now: number): NamedPoint[] {
    this.#points = [];
    this.#times.push(now);
    for (const server of servers) if (this.#isToBeTold(server)) this.#server(server, now);
    for (const server of servers) {
      for (const proxy of server.proxies.values()) if (this.#isToBeTold(proxy)) this.#proxy(server, proxy, now);
    }
    this.#derived(now);
    return this.#points;
  }

  #isToBeTold(subject: { readonly endedAt: number | undefined }): boolean {
    const { endedAt } = subject;
    const isKnown = endedAt !== undefined && this.#endTold.get(subject) === endedAt;
    if (endedAt === undefined) this.#endTold.delete(subject);
    else this.#endTold.set(subject, endedAt);
    return !isKnown;
  }

  #server(server: TrueServer, now: number): void {
    const attributes = ofServer(server);
    const count = (name: string, value: number, extra: Attributes = {}) =>
      this.#count(server, { name, value, attributes: { ...attributes, ...extra } }, now);
    count('frp.process.restarts', server.restarts);
    const tally = (name: string, of: 'logins' | 'starts', ok: number, failed: number) => {
      this.#into(RULES.serverErrors, attributes, count(name, ok), false, now);
      for (const errorType of CLASSES[of]) {
        const value = errorType === FAILED_CLASS[of] ? failed : 0;
        const growth = count(name, value, { 'error.type': errorType });
        this.#into(RULES.serverErrors, attributes, growth, true, now);
        if (of === 'logins') this.#into(RULES.loginFailures, attributes, growth, false, now);
      }
    };
    tally('frp.server.logins', 'logins', server.logins, server.refusedLogins);
    tally('frp.server.proxy.starts', 'starts', server.starts, server.refusedStarts);
  }

  #proxy(server: TrueServer, proxy: TrueProxy, now: number): void {
    const serverAttributes = ofServer(server);
    const attributes = { ...serverAttributes, 'frp.proxy.name': proxy.name, 'frp.proxy.type': 'tcp' };
    const count = (name: string, value: number, extra: Attributes = {}) =>
      this.#count(proxy, { name, value, attributes: { ...attributes, ...extra } }, now);
    for (const state of ['online', 'offline']) {
      const isNow = proxy.endedAt === undefined && (state === 'online') === proxy.online;
      const point = { attributes: { ...attributes, 'frp.proxy.state': state }, start: proxy.since, end: now };
      this.#points.push({ name: 'frp.proxy.status', ...point, value: isNow ? 1 : 0 });
    }
    for (const direction of ['in', 'out'] as const) {
      if (proxy.io === undefined) break;
      const extra = { 'frp.traffic.direction': direction };
      const growth = count('frp.proxy.io', proxy.io[direction], extra);
      this.#into(RULES.proxyThroughput, { ...attributes, ...extra }, growth, false, now);
      this.#into(RULES.serverThroughput, { ...serverAttributes, ...extra }, growth, false, now);
    }
    const connections = (value: number, extra: Attributes, isPart: boolean) => {
      const growth = count('frp.proxy.connections', value, extra);
      this.#into(RULES.proxyErrors, attributes, growth, isPart, now);
      this.#into(RULES.serverErrors, serverAttributes, growth, isPart, now);
    };
    connections(proxy.succeeded, {}, false);
    for (const errorType of CLASSES.connections) {
      connections(errorType === FAILED_CLASS.connections ? proxy.failed : 0, { 'error.type': errorType }, true);
    }
  }

  /** @returns how much it has grown since this reader was told of it */
  #count(
    subject: { readonly since: number },
    { name, value, attributes }: { readonly name: string; readonly value: number; readonly attributes: Attributes },
    now: number,
  ): number {
    const ofSubject = this.#told.get(subject) ?? new Map<string, Told>();
    this.#told.set(subject, ofSubject);
    const key = `${name} ${JSON.stringify(attributes)}`;
    const before = ofSubject.get(key);
    ofSubject.set(key, { value, time: now });
    const growth = value - (before?.value ?? 0);
    const start = this.#isDelta ? (before?.time ?? subject.since) : subject.since;
    this.#points.push({ name, attributes, start, end: now, value: this.#isDelta ? growth : value });
    return growth;
  }

  #into(rule: Rule, attributes: Attributes, value: number, isPart: boolean, now: number): void {
    const key = `${rule.name} ${JSON.stringify(attributes)}`;
    const lastTime = this.#times.at(-2);
    const known = this.#groups.get(key);
    const isLiving = known !== undefined && (known.seenAt === now || known.seenAt === lastTime);
    // At the first look it is known of what began within the window, but for what is divided by time.
    const begin = lastTime ?? (rule.windowMillis === 60_000 ? now : now - rule.windowMillis);
    const group = isLiving ? known : { attributes, begin, increments: [], seenAt: now };
    group.increments.push({ time: now, value, isPart });
    group.seenAt = now;
    this.#groups.set(key, group);
  }

  #derived(now: number): void {
    for (const rule of Object.values<Rule>(RULES)) {
      const windowBegin = this.#times.findLast((time) => time <= now - rule.windowMillis) ?? 0;
      for (const [key, { attributes, begin, increments, seenAt }] of this.#groups) {
        const from = Math.max(begin, windowBegin);
        if (!key.startsWith(`${rule.name} `) || seenAt !== now || from === now) continue;
        const sum = (of: readonly Increment[]) => of.reduce((total, { value }) => total + value, 0);
        const seen = increments.filter(({ time }) => time > from);
        const growth = { all: sum(seen), part: sum(seen.filter(({ isPart }) => isPart)), seconds: (now - from) / 1000 };
        this.#points.push({ name: rule.name, attributes, start: now, end: now, value: rule.compute(growth) });
      }
    }
  }
}

const ofServer = ({ name, serverName }: TrueServer): Attributes => ({
  'frp.role': 'server',
  'frp.instance': name,
  'frp.server.name': serverName,
});

function rateOf(name: string): Rule {
  return { name, windowMillis: 60_000, compute: ({ all, seconds }) => all / seconds };
}

function ratioOf(name: string, atLeast: number): Rule {
  return { name, windowMillis: 300_000, compute: ({ all, part }) => (all > 0 && part >= atLeast ? part / all : 0) };
}
