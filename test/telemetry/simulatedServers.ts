import { FAILURES } from '../../src/frp/errorType.js';
import { FrpModel } from '../../src/model/FrpModel.js';
import type { FrpSignal } from '../../src/model/FrpSignal.js';
import type { FrpSnapshot } from '../../src/model/FrpSnapshot.js';
import { answered, exited, type Saying, says, serverStarted } from '../model/signals.js';
import { SimulatedFrps } from '../model/simulatedFrps.js';

/** What is true of a proxy, counted by the simulation itself. */
export interface TrueProxy {
  readonly name: string;
  readonly since: number;
  online: boolean;
  /** When it was lost or has ended. */
  goneAt: number | undefined;
  endedAt: number | undefined;
  runId: string;
  visitors: number;
  failed: number;
  /** frps counts a visitor when it comes: what fails later is made up for by the next ones. */
  succeeded: number;
  io: { in: number; out: number } | undefined;
}

export interface TrueServer {
  readonly name: string;
  readonly serverName: string;
  readonly since: number;
  goneAt: number | undefined;
  endedAt: number | undefined;
  restarts: number;
  logins: number;
  refusedLogins: number;
  starts: number;
  refusedStarts: number;
  readonly proxies: Map<string, TrueProxy>;
}

interface Frps {
  readonly host: string;
  /** Where its API is on. */
  readonly api: SimulatedFrps | undefined;
  target: number;
  isRunning: boolean;
  truth: TrueServer | undefined;
}

const RETENTION_MILLIS = 600_000;
const NAMES = ['web', 'ssh', 'db', 'mail', 'git'];

export const CLASSES = { logins: FAILURES.login, starts: FAILURES.proxyStart, connections: FAILURES.workConnection };

/** Numbers from 0 to 1, the same for the same seed. */
export const randomFrom = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Three frps, two of them with an API, that live through whatever the seed says; signals go to a model, truth is kept apart. */
export class SimulatedServers {
  readonly #model = new FrpModel({ retentionMillis: RETENTION_MILLIS, maxProxies: 100 });
  readonly #random: () => number;
  readonly #onTime: (now: number) => Promise<void>;
  readonly #fleet: Frps[] = ['a', 'b', 'c'].map((host, index) => ({
    host,
    api: index < 2 ? new SimulatedFrps('0.71.1') : undefined,
    target: 0,
    isRunning: false,
    truth: undefined,
  }));
  #now: number;
  #number = 0;

  /** @param onTime is called before anything happens at a later time */
  constructor(seed: number, begin: number, onTime: (now: number) => Promise<void>) {
    this.#random = randomFrom(seed);
    this.#now = begin;
    this.#onTime = onTime;
  }

  snapshot(now: number): FrpSnapshot {
    this.#model.forget(now);
    return this.#model.snapshot();
  }

  /** What is true, without what was gone for longer than it is kept. */
  truth(now: number): readonly TrueServer[] {
    const isForgotten = ({ goneAt }: { goneAt: number | undefined }) =>
      goneAt !== undefined && goneAt < now - RETENTION_MILLIS;
    for (const frps of this.#fleet) {
      if (frps.truth === undefined) continue;
      if (isForgotten(frps.truth)) frps.truth = undefined;
      else
        for (const proxy of frps.truth.proxies.values()) if (isForgotten(proxy)) frps.truth.proxies.delete(proxy.name);
    }
    // The model lists instances in the order in which they were first seen.
    return this.#fleet.flatMap(({ truth }) => truth ?? []);
  }

  /** Something happens, some seconds later. */
  async step(): Promise<void> {
    await this.#pass(1_000 + Math.floor(this.#random() * 12_000));
    const frps = this.#pick(this.#fleet);
    if (frps === undefined) return;
    if (!frps.isRunning) this.#start(frps);
    else await this.#live(frps, this.#random());
  }

  async #live(frps: Frps, chance: number): Promise<void> {
    if (chance < 0.22) await this.#startProxy(frps);
    else if (chance < 0.32) this.#refuseLogin(frps);
    else if (chance < 0.38) this.#refuseStart(frps);
    else if (chance < 0.62) this.#visit(frps, 1 + Math.floor(this.#random() * 8));
    else if (chance < 0.84) await this.#carry(frps);
    else if (chance < 0.89) await this.#remove(frps);
    else if (chance < 0.94) await this.#loseSession(frps);
    else if (chance < 0.96) await this.#midnight(frps);
    else this.#exit(frps, this.#random() < 0.5 ? 'SIGKILL' : 'SIGTERM');
  }

  #start(frps: Frps): void {
    frps.target = ++this.#number;
    frps.isRunning = true;
    const { host, target } = frps;
    this.#apply(serverStarted(this.#now, { target, hostName: host, configPath: `/etc/${host}.toml` }));
    const { truth } = frps;
    if (truth === undefined) frps.truth = newServer(host, this.#now);
    else {
      truth.goneAt = undefined;
      truth.endedAt = undefined;
      truth.restarts += 1;
    }
  }

  async #startProxy(frps: Frps): Promise<void> {
    const truth = truthOf(frps);
    const name = this.#pick(NAMES.filter((each) => truth.proxies.get(each)?.online !== true));
    if (name === undefined) return;
    const runId = `run-${++this.#number}`;
    const client = {
      address: `192.0.2.1:${this.#number}`,
      version: '0.71.0',
      hostname: 'box',
      os: 'linux',
      arch: 'amd64',
    };
    this.#say(frps, { kind: 'client.login', ...client }, runId);
    this.#say(frps, { kind: 'proxy.started', proxy: name, type: 'tcp' }, runId);
    truth.logins += 1;
    truth.starts += 1;
    const proxy = truth.proxies.get(name) ?? newProxy(name, this.#now);
    truth.proxies.set(name, Object.assign(proxy, { runId, online: true, goneAt: undefined, endedAt: undefined }));
    frps.api?.online(name);
    await this.#poll(frps);
  }

  #refuseLogin(frps: Frps): void {
    const runId = `run-${++this.#number}`;
    const client = {
      address: `192.0.2.1:${this.#number}`,
      version: '0.71.0',
      hostname: 'x',
      os: 'linux',
      arch: 'amd64',
    };
    this.#say(frps, { kind: 'client.login', ...client }, runId);
    this.#say(frps, { kind: 'client.login.refused', error: "token in login doesn't match token from configuration" });
    truthOf(frps).refusedLogins += 1;
  }

  #refuseStart(frps: Frps): void {
    const proxy = this.#online(frps);
    if (proxy === undefined) return;
    const refused = { proxy: 'taken', type: 'tcp', error: 'port already used' };
    this.#say(frps, { kind: 'proxy.start.refused', ...refused }, proxy.runId);
    truthOf(frps).refusedStarts += 1;
  }

  #visit(frps: Frps, visitors: number): void {
    const proxy = this.#online(frps);
    if (proxy === undefined) return;
    for (let visitor = 0; visitor < visitors; visitor += 1) {
      const address = `198.51.100.7:${++this.#number}`;
      this.#say(frps, { kind: 'proxy.user.connection', proxy: proxy.name, address }, proxy.runId);
      proxy.visitors += 1;
      proxy.succeeded = Math.max(proxy.succeeded, proxy.visitors - proxy.failed);
      if (this.#random() > 0.2) continue;
      const failed = { proxy: proxy.name, error: 'get work connection timeout' };
      this.#say(frps, { kind: 'proxy.connection.failed', ...failed }, proxy.runId);
      proxy.failed += 1;
    }
  }

  /** Connections that close; frps's API then has their bytes. */
  async #carry(frps: Frps): Promise<void> {
    const proxy = this.#online(frps);
    if (proxy?.io === undefined || frps.api === undefined) return;
    const bytes = { in: Math.floor(this.#random() * 5_000), out: Math.floor(this.#random() * 50_000) };
    frps.api.opened(proxy.name);
    frps.api.closed(proxy.name, bytes);
    await this.#poll(frps, () => {
      if (proxy.io === undefined) return;
      proxy.io.in += bytes.in;
      proxy.io.out += bytes.out;
    });
  }

  async #remove(frps: Frps): Promise<void> {
    const proxy = this.#online(frps);
    if (proxy === undefined) return;
    this.#say(frps, { kind: 'proxy.closing', proxy: proxy.name }, proxy.runId);
    this.#say(frps, { kind: 'proxy.removed', proxy: proxy.name }, proxy.runId);
    proxy.online = false;
    proxy.goneAt = this.#now;
    if (frps.api === undefined) proxy.endedAt = this.#now;
    frps.api?.offline(proxy.name);
    // On a server whose API answers it ends with the next answer.
    await this.#poll(frps, () => {
      proxy.goneAt = this.#now;
      proxy.endedAt = this.#now;
    });
  }

  async #loseSession(frps: Frps): Promise<void> {
    const proxy = this.#online(frps);
    if (proxy === undefined) return;
    this.#say(frps, { kind: 'proxy.closing', proxy: proxy.name }, proxy.runId);
    this.#say(frps, { kind: 'client.exit' }, proxy.runId);
    proxy.online = false;
    proxy.goneAt = this.#now;
    frps.api?.offline(proxy.name);
    await this.#poll(frps);
  }

  /** frps counts per day: what it counted is asked right before the day ends. */
  async #midnight(frps: Frps): Promise<void> {
    if (frps.api === undefined) return;
    await this.#poll(frps);
    frps.api.midnight(24);
    await this.#poll(frps);
  }

  #exit(frps: Frps, exitSignal: 'SIGKILL' | 'SIGTERM'): void {
    const truth = truthOf(frps);
    this.#apply(exited(this.#now, { target: frps.target, exitSignal }));
    frps.isRunning = false;
    frps.api?.restart();
    truth.goneAt = this.#now;
    if (exitSignal === 'SIGTERM') truth.endedAt = this.#now;
    for (const proxy of truth.proxies.values()) {
      if (exitSignal === 'SIGTERM') proxy.endedAt ??= this.#now;
      proxy.goneAt = proxy.endedAt ?? proxy.goneAt ?? this.#now;
      proxy.online = false;
    }
  }

  /** An answer of the API, some time after the log's last word. @param onAnswer what is true by it */
  async #poll(frps: Frps, onAnswer: () => void = () => {}): Promise<void> {
    const { api, target } = frps;
    if (api === undefined) return;
    await this.#pass(2_000);
    this.#apply({ ...answered(this.#now, api.list(), { today: api.today() }), target });
    for (const proxy of truthOf(frps).proxies.values()) if (proxy.online) proxy.io ??= { in: 0, out: 0 };
    onAnswer();
  }

  #online(frps: Frps): TrueProxy | undefined {
    return this.#pick([...truthOf(frps).proxies.values()].filter(({ online }) => online));
  }

  #say({ target }: Frps, saying: Saying, runId?: string): void {
    this.#apply({ ...says(this.#now, saying, runId), target });
  }

  #apply(signal: FrpSignal): void {
    this.#model.apply(signal);
  }

  async #pass(millis: number): Promise<void> {
    await this.#onTime(this.#now + millis);
    this.#now += millis;
  }

  #pick<Of>(from: readonly Of[]): Of | undefined {
    return from[Math.floor(this.#random() * from.length)];
  }
}

const truthOf = ({ truth }: Frps): TrueServer => {
  if (truth === undefined) throw new Error('expected a server that runs');
  return truth;
};

const newServer = (host: string, since: number): TrueServer => ({
  name: `frps@${host}`,
  serverName: `${host}:7000`,
  since,
  goneAt: undefined,
  endedAt: undefined,
  restarts: 0,
  logins: 0,
  refusedLogins: 0,
  starts: 0,
  refusedStarts: 0,
  proxies: new Map(),
});

const newProxy = (name: string, since: number): TrueProxy => ({
  name,
  since,
  online: true,
  goneAt: undefined,
  endedAt: undefined,
  runId: '',
  visitors: 0,
  failed: 0,
  succeeded: 0,
  io: undefined,
});
