import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FAILURES } from '../../src/frp/errorType.js';
import type { FrpRole } from '../../src/frp/FrpRole.js';
import type { FrpModel } from '../../src/model/FrpModel.js';
import type { LogHistoryRead, LogLineRead } from '../../src/model/FrpSignal.js';
import type { InstanceSnapshot, TallySnapshot } from '../../src/model/FrpSnapshot.js';
import { fixtureLines } from '../frp/fixture.js';
import {
  answered,
  carried,
  clientStarted,
  exited,
  instanceOf,
  kinds,
  logLine,
  newModel,
  proxyOf,
  type Saying,
  sampled,
  says,
  serverStarted,
  sourceChanged,
  statusAnswered,
  statusOf,
  TARGET,
  tallied,
} from './signals.js';

const RUN = '4d541f33a8163a5b';
const OTHER = '8a39e05ac3a8a99c';
/** When we find a process that has run since 0. */
const FOUND = 1_000_000;

const foundServer = (): FrpModel => found(serverStarted(FOUND, { seenFromStart: false, startedAt: 0 }));
const foundClient = (): FrpModel => found(clientStarted(FOUND, { seenFromStart: false, startedAt: 0 }));
const found = (started: ReturnType<typeof serverStarted>): FrpModel => {
  const model = newModel();
  model.apply(started);
  return model;
};
const replayed = (line: LogLineRead): LogLineRead => ({ ...line, replayed: true });
const historyRead = (time: number): LogHistoryRead => ({ kind: 'log.history.read', time, target: TARGET });

/** The log had these lines when we came. */
const hadLogged = (model: FrpModel, ...lines: readonly LogLineRead[]): void => {
  for (const line of lines) model.apply(replayed(line));
  model.apply(historyRead(FOUND + 1));
};

const started = says(10, { kind: 'server.started' });
const attempt = (time: number, runId = RUN) =>
  says(
    time,
    { kind: 'client.login', address: '192.0.2.1:5000', version: '0.71.0', hostname: 'a', os: 'linux', arch: 'amd64' },
    runId,
  );
const refusal = (time: number) =>
  says(time, { kind: 'client.login.refused', error: "token in login doesn't match token from configuration" });
const proxyStarted = (time: number, proxy = 'web', runId = RUN) =>
  says(time, { kind: 'proxy.started', proxy, type: 'tcp' }, runId);
const visited = (time: number, proxy = 'web') =>
  says(time, { kind: 'proxy.user.connection', proxy, address: '203.0.113.7:51234' }, RUN);
const ofRun = (time: number, saying: Saying, runId = RUN) => says(time, saying, runId);

const noCounts = (tally: TallySnapshot) => tally.every(({ count }) => count === 0);

describe('an frps that is found with a log', () => {
  it('has the clients and proxies that its log tells of, since the times of their lines', () => {
    const model = foundServer();
    hadLogged(
      model,
      started,
      attempt(1_000),
      proxyStarted(2_000),
      attempt(3_000, OTHER),
      proxyStarted(4_000, 'db', OTHER),
    );
    expect(instanceOf(model).server?.clients).toMatchObject([
      { runId: RUN, connectedSince: 1_000, address: '192.0.2.1:5000', proxies: 1 },
      { runId: OTHER, connectedSince: 3_000, proxies: 1 },
    ]);
    expect(proxyOf(model, 'web')).toMatchObject({ state: 'online', startedAt: 2_000, type: 'tcp' });
    expect(proxyOf(model, 'db')).toMatchObject({ state: 'online', startedAt: 4_000 });
  });

  it('has who left, who was refused and what failed last, as state', () => {
    const model = foundServer();
    hadLogged(
      model,
      attempt(1_000),
      proxyStarted(2_000),
      ofRun(3_000, { kind: 'proxy.connection.failed', proxy: 'web', error: 'no work connections available' }),
      attempt(4_000, OTHER),
      refusal(4_001),
      ofRun(5_000, { kind: 'client.exit' }),
    );
    const { server } = instanceOf(model);
    expect(server?.clients).toMatchObject([{ runId: RUN, disconnectedAt: 5_000, disconnectReason: 'closed' }]);
    expect(server?.refusedLogins).toMatchObject([{ time: 4_001 }]);
    expect(proxyOf(model, 'web')).toMatchObject({ state: 'offline', lastError: { time: 3_000 }, lastActivity: 3_000 });
  });

  it('has counted nothing of that: what was before we came is no traffic', () => {
    const model = foundServer();
    hadLogged(
      model,
      attempt(1_000),
      proxyStarted(2_000),
      visited(2_500),
      ofRun(2_600, { kind: 'proxy.start.refused', proxy: 'x', type: 'tcp', error: 'port already used' }),
      ofRun(2_700, { kind: 'api.request', path: '/api/serverinfo' }),
      attempt(3_000, OTHER),
      refusal(3_001),
      ofRun(4_000, { kind: 'client.exit' }),
      ofRun(4_001, undefined as never),
    );
    const { server, logLines } = instanceOf(model);
    expect([server?.logins, server?.proxyStarts, server?.errors].map((tally) => noCounts(tally ?? []))).toEqual([
      true,
      true,
      true,
    ]);
    expect(server?.disconnects.every(({ count }) => count === 0)).toBe(true);
    expect(server?.dashboardRequests).toBe(0);
    expect(logLines).toEqual({ known: 0, unknown: 0 });
    expect(proxyOf(model, 'web').connections).toEqual(carried(0));
    expect(noCounts(proxyOf(model, 'web').errors)).toBe(true);
  });

  it('counts from there on', () => {
    const model = foundServer();
    hadLogged(model, attempt(1_000), proxyStarted(2_000), visited(2_500));
    for (const line of [visited(FOUND + 2), attempt(FOUND + 3, OTHER), refusal(FOUND + 4)]) model.apply(line);
    expect(proxyOf(model, 'web').connections).toEqual(carried(1));
    expect(instanceOf(model).server?.logins).toEqual(tallied(FAILURES.login, { ok: 0, token_mismatch: 1 }));
    expect(instanceOf(model).logLines).toEqual({ known: 3, unknown: 0 });
  });

  it('keeps a class of failure that its history had at 0, so that the next one shows as a growth', () => {
    const model = foundServer();
    hadLogged(model, says(1_000, { kind: 'fault', error: 'accept tcp [::]:7000: too many open files' }));
    expect(instanceOf(model).server?.errors).toContainEqual({ errorType: 'file_descriptors', count: 0 });
  });

  it.each([
    ['where its log reaches back to its start', [started], 1],
    ['where it does not', [], undefined],
  ])('has its number of clients by the log %s', (_, first, clients) => {
    const model = foundServer();
    hadLogged(model, ...first, attempt(1_000), proxyStarted(2_000));
    expect(instanceOf(model).server).toMatchObject({
      activeClients: clients,
      activeProxies: clients && { tcp: clients },
    });
  });

  it('does not know its number of clients by the log of the process before it', () => {
    const model = foundServer();
    hadLogged(model, started);
    model.apply(exited(FOUND + 10));
    model.apply(serverStarted(FOUND + 20, { target: 2, seenFromStart: false }));
    expect(instanceOf(model).server?.activeClients).toBeUndefined();
  });

  it('tells no events of a login that its history left open, and counts none', () => {
    const model = foundServer();
    model.apply(replayed(attempt(1_000)));
    expect(model.apply(historyRead(FOUND + 1))).toEqual([]);
    expect(instanceOf(model).server?.clients).toMatchObject([{ runId: RUN, connectedSince: 1_000 }]);
    expect(model.apply(sampled(FOUND + 60_000))).toEqual([]);
    expect(noCounts(instanceOf(model).server?.logins ?? [])).toBe(true);
  });

  it('takes no login for accepted while its history is read: the refusal may be the next line', () => {
    const model = foundServer();
    model.apply(replayed(attempt(1_000)));
    expect(model.apply(sampled(FOUND + 1))).toEqual([]);
    expect(kinds(model.apply(answered(FOUND + 2, [])))).toEqual([]);
    model.apply(replayed(refusal(1_001)));
    model.apply(historyRead(FOUND + 3));
    expect(instanceOf(model).server?.clients).toEqual([]);
  });

  it('shows only its process while its history is read: counts that will be forgotten must not fall', () => {
    const model = foundServer();
    for (const line of [attempt(1_000), proxyStarted(2_000), visited(3_000)]) model.apply(replayed(line));
    expect(instanceOf(model)).toMatchObject({
      process: { up: true },
      server: undefined,
      proxies: [],
      logLines: undefined,
    });
    model.apply(historyRead(FOUND + 1));
    expect(instanceOf(model)).toMatchObject({ proxies: [{ name: 'web' }], server: { clients: [{ runId: RUN }] } });
  });

  it('that ends while its history is read is shown with what was known by then, and no counts', () => {
    const model = foundServer();
    for (const line of [attempt(1_000), proxyStarted(2_000), visited(3_000)]) model.apply(replayed(line));
    model.apply(exited(FOUND + 1));
    expect(proxyOf(model, 'web')).toMatchObject({ state: 'offline', connections: carried(0) });
  });
});

describe('an frpc that is found with a log', () => {
  const login = [says(1_000, { kind: 'login.started' }), says(1_500, { kind: 'login.succeeded', runId: RUN })];

  it('is connected since the line of its login, with its proxies', () => {
    const model = foundClient();
    hadLogged(
      model,
      ...login,
      says(1_600, { kind: 'proxies.added', proxies: ['ssh'] }),
      says(1_700, { kind: 'proxy.running', proxy: 'ssh' }),
    );
    expect(instanceOf(model).client).toMatchObject({ connected: true, connectedSince: 1_500, runId: RUN });
    expect(proxyOf(model, 'ssh')).toMatchObject({ state: 'running', startedAt: 1_700 });
  });

  it('has counted nothing of that, and counts its next login as a reconnect', () => {
    const model = foundClient();
    hadLogged(
      model,
      says(500, { kind: 'login.started' }),
      says(600, { kind: 'login.failed', error: 'connection refused' }),
      ...login,
      says(2_000, { kind: 'config.reloaded' }),
      says(3_000, { kind: 'heartbeat.timeout' }),
      ...login.map((line) => ({ ...line, time: line.time + 3_000 })),
    );
    const { client } = instanceOf(model);
    const tallies = [client?.logins, client?.configReloads, client?.errors];
    expect(tallies.map((tally) => noCounts(tally ?? []))).toEqual([true, true, true]);
    expect(client).toMatchObject({ reconnects: 0, loginDuration: [] });
    for (const line of login) model.apply({ ...line, time: FOUND + line.time });
    expect(instanceOf(model).client).toMatchObject({
      reconnects: 1,
      loginDuration: [{ histogram: { count: 1, sum: 0.5 } }],
    });
  });

  it('is not known to be connected or not before something tells', () => {
    const model = foundClient();
    expect(instanceOf(model).client?.connected).toBeUndefined();
    hadLogged(model, says(1_000, { kind: 'local.connect.failed', proxy: 'ssh', error: 'i/o timeout' }));
    expect(instanceOf(model).client).toMatchObject({ connected: undefined, connectedSince: undefined });
  });

  it.each([
    ['its log, of an attempt', says(FOUND + 2, { kind: 'login.started' }), false],
    ['its log, of a failure', says(FOUND + 2, { kind: 'login.failed', error: 'EOF' }), false],
    ['its log, of a lost session', says(FOUND + 2, { kind: 'heartbeat.timeout' }), false],
    ['its log, of a login', says(FOUND + 2, { kind: 'login.succeeded', runId: RUN }), true],
    ['its API, of proxies', statusAnswered(FOUND + 2, statusOf('ssh')), true],
    ['its API, of none', statusAnswered(FOUND + 2), false],
  ])('is known to be when it is told by %s', (_, signal, connected) => {
    const model = foundClient();
    model.apply(signal);
    expect(instanceOf(model).client?.connected).toBe(connected);
  });

  it('is not known to be any more when its API, which alone had told, falls silent', () => {
    const model = foundClient();
    model.apply(statusAnswered(FOUND + 2, statusOf('ssh')));
    model.apply(sourceChanged(FOUND + 3, { state: 'degraded' }));
    expect(instanceOf(model).client?.connected).toBeUndefined();
  });

  it('is not known to be by what the process before it has told', () => {
    const model = foundClient();
    hadLogged(model, ...login);
    model.apply(exited(FOUND + 10));
    expect(instanceOf(model).client?.connected).toBe(false);
    model.apply(clientStarted(FOUND + 20, { target: 2, seenFromStart: false }));
    expect(instanceOf(model).client?.connected).toBeUndefined();
  });

  it('is not connected before its first login, where its beginning was seen', () => {
    expect(instanceOf(found(clientStarted(0))).client?.connected).toBe(false);
  });
});

/** Logs that real frps and frpc wrote: with sessions that come and go, refusals, reloads, failures. */
const RECORDED: readonly (readonly [FrpRole, string])[] = [
  ['server', 'frps.console.log'],
  ['server', 'client-id-twice.frps.log'],
  ['server', 'client-replaced.frps.log'],
  ['server', 'port-taken.frps.log'],
  ['server', 'proxy-removed.frps.log'],
  ['server', 'reload.frps.log'],
  ['server', 'heartbeat-frpc-frozen.frps.log'],
  ['client', 'frpc.console.log'],
  ['client', 'frps-restart.frpc.log'],
  ['client', 'reload.frpc.log'],
  ['client', 'service-down.frpc.log'],
  ['client', 'health-check.frpc.log'],
];

describe('the history of a process that resumes an instance', () => {
  /** The tail of the process before has read and told these lines already. */
  const resumed = (model: FrpModel, lines: readonly LogLineRead[]): void => {
    model.apply(exited(500));
    model.apply({ ...serverStarted(510, { seenFromStart: true, startedAt: 500 }), target: 2 });
    for (const line of lines) model.apply({ ...replayed(line), target: 2 });
  };
  const counts = (model: FrpModel) => {
    const { server, logLines } = instanceOf(model);
    const { connections } = proxyOf(model, 'web');
    return { logins: server?.logins[0]?.count, starts: server?.proxyStarts[0]?.count, connections, logLines };
  };

  it('takes nothing from what was counted, and adds nothing, while it is read and after', () => {
    const model = found(serverStarted(0));
    for (const line of [started, attempt(20), proxyStarted(30), visited(40), visited(50)]) model.apply(line);
    const before = counts(model);
    expect(before).toMatchObject({ logins: 1, starts: 1, connections: [{ count: 2 }, {}, {}] });

    resumed(model, [says(501, { kind: 'server.started' }), attempt(502), proxyStarted(503), visited(504)]);
    expect(counts(model)).toEqual(before);
    model.apply({ ...historyRead(520), target: 2 });
    expect(counts(model)).toEqual(before);
    expect(proxyOf(model, 'web')).toMatchObject({ state: 'online', since: 30 });

    model.apply({ ...visited(530), target: 2 });
    expect(proxyOf(model, 'web').connections[0]?.count).toBe(3);
  });
});

describe('a recorded log, read from its start or found at any line of it', () => {
  const start = (role: FrpRole, seenFromStart: boolean): FrpModel =>
    found((role === 'server' ? serverStarted : clientStarted)(0, { config: undefined, seenFromStart }));

  it.each(RECORDED)('of %s (%s), leads to the same state, with the counts since then', (role, name) => {
    const lines = fixtureLines(name).map((text) => logLine(role, text));
    fc.assert(
      fc.property(fc.nat({ max: lines.length }), (cut) => {
        const [live, late] = [start(role, true), start(role, false)];
        for (const line of lines.slice(0, cut)) live.apply(line);
        const before = countsOf(instanceOf(live));
        for (const line of lines.slice(cut)) live.apply(line);

        for (const line of lines.slice(0, cut)) late.apply(replayed(line));
        late.apply(historyRead(lines[cut - 1]?.time ?? 0));
        const kept = new Set(instanceOf(late).proxies.map((proxy) => proxy.name));
        for (const line of lines.slice(cut)) late.apply(line);

        expect(stateOf(instanceOf(late), kept)).toEqual(stateOf(instanceOf(live), kept));
        const growth = grownSince(before, countsOf(instanceOf(live)));
        expect(withoutZeros(countsOf(instanceOf(late)))).toEqual(withoutZeros(growth));
      }),
      { numRuns: 30 },
    );
  });
});

/** @param kept proxies that were not removed before: what was is of no interest, and begins anew when it returns */
const stateOf = ({ server, client, proxies }: InstanceSnapshot, kept: ReadonlySet<string>) => ({
  clients: server?.clients,
  refusedLogins: server?.refusedLogins,
  connectedSince: client?.connectedSince,
  runId: client?.runId,
  proxies: proxies
    .filter(({ name, endedAt }) => kept.has(name) || endedAt === undefined)
    .map(({ name, type, state, startedAt, endedAt, lastError, lastActivity }) => ({
      ...{ name, type, state, startedAt, endedAt },
      ...(kept.has(name) && { lastError, lastActivity }),
    })),
});

/** Each count under a name of its own. */
const countsOf = ({ server, client, proxies, logLines }: InstanceSnapshot): ReadonlyMap<string, number> => {
  const tallies: Record<string, TallySnapshot | undefined> = {
    'server.logins': server?.logins,
    'server.proxyStarts': server?.proxyStarts,
    'server.errors': server?.errors,
    'client.logins': client?.logins,
    'client.configReloads': client?.configReloads,
    'client.errors': client?.errors,
    ...Object.fromEntries(proxies.map(({ name, connections }) => [`${name}.connections`, connections])),
    ...Object.fromEntries(proxies.map(({ name, errors }) => [`${name}.errors`, errors])),
  };
  return new Map([
    ...Object.entries(tallies).flatMap(([name, tally = []]) =>
      tally.map(({ errorType, count }) => [`${name} ${errorType ?? 'ok'}`, count] as const),
    ),
    ...(server?.disconnects ?? []).map(({ reason, count }) => [`disconnects ${reason}`, count] as const),
    ...(client?.loginDuration ?? []).map(
      ({ errorType, histogram }) => [`durations ${errorType ?? 'ok'}`, histogram.count] as const,
    ),
    ['reconnects', client?.reconnects ?? 0],
    ['dashboardRequests', server?.dashboardRequests ?? 0],
    ['lines known', logLines?.known ?? 0],
    ['lines unknown', logLines?.unknown ?? 0],
  ]);
};

const grownSince = (
  before: ReadonlyMap<string, number>,
  now: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> => new Map([...now].map(([name, count]) => [name, count - (before.get(name) ?? 0)]));

const withoutZeros = (counts: ReadonlyMap<string, number>) =>
  Object.fromEntries([...counts].filter(([, count]) => count !== 0));
