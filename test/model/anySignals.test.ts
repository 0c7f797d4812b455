import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FrpClientPhase } from '../../src/frp/api/FrpApi.js';
import type { FrpSignal } from '../../src/model/FrpSignal.js';
import type { InstanceSnapshot, TallySnapshot } from '../../src/model/FrpSnapshot.js';
import {
  answered,
  clientAnswer,
  clientConfig,
  clientStarted,
  exited,
  newModel,
  proxyAnswer,
  type Saying,
  sampled,
  says,
  serverStarted,
  socket,
  socketClosed,
  socketsSampled,
  sourceChanged,
  statusAnswered,
  statusOf,
} from './signals.js';

const MAX_PROXIES = 3;
const RETENTION_MILLIS = 60_000;
/** Also an empty one, which a line may have and no client. */
const RUN_IDS = ['r1', 'r2', 'r3', ''];

/** A clock that jumps, names and ids that collide. */
const time = fc.oneof(fc.integer({ min: 0, max: 200_000 }), fc.constantFrom(0, 10_000, 10_001));
const runId = fc.constantFrom(...RUN_IDS, undefined);
const name = fc.oneof(fc.constantFrom('ssh', 'my ssh', 'alice.ssh', 'web', 'a.b', ''), fc.string({ maxLength: 300 }));
const type = fc.constantFrom('tcp', 'http', '');
const error = fc.constantFrom('i/o timeout', 'EOF', 'status not wait start', 'something else', '');
const count = fc.oneof(fc.nat(5), fc.nat(2 ** 40), fc.constant(Number.MAX_SAFE_INTEGER));
const traffic = fc.record({ in: count, out: count });

const kindOf = <Kind extends Saying['kind'], Fields extends object>(
  kind: Kind,
  fields: { [Key in keyof Fields]: fc.Arbitrary<Fields[Key]> } = {} as never,
): fc.Arbitrary<{ kind: Kind } & Fields> => fc.record({ kind: fc.constant(kind), ...fields }) as never;

const serverSaying: fc.Arbitrary<Saying> = fc.oneof(
  kindOf('note'),
  kindOf('server.started'),
  kindOf('client.login', { address: name, version: name, hostname: name, os: name, arch: name }),
  kindOf('client.login.refused', { error }),
  kindOf('client.replaced', { by: name }),
  kindOf('client.heartbeat.timeout'),
  kindOf('client.exit'),
  kindOf('proxy.started', { proxy: name, type }),
  kindOf('proxy.start.refused', { proxy: name, type, error }),
  kindOf('proxy.listening', { proxy: name, port: name }),
  kindOf('proxy.user.connection', {
    proxy: name,
    address: fc.constantFrom('203.0.113.7:1', '203.0.113.7:2', ''),
  }),
  kindOf('proxy.user.rejected', { proxy: name, address: name, error }),
  kindOf('proxy.connection.failed', { proxy: name, error }),
  kindOf('proxy.closing', { proxy: name }),
  kindOf('proxy.removed', { proxy: name }),
  kindOf('proxy.fault', { proxy: name, error }),
  kindOf('fault', { error }),
  kindOf('api.request', { path: name }),
  kindOf('api.response', { path: name }),
);

const clientSaying: fc.Arbitrary<Saying> = fc.oneof(
  kindOf('note'),
  kindOf('login.started'),
  kindOf('login.succeeded', { runId: name }),
  kindOf('login.failed', { error }),
  kindOf('heartbeat.timeout'),
  kindOf('proxies.added', { proxies: fc.array(name, { maxLength: 4 }) }),
  kindOf('proxies.removed', { proxies: fc.array(name, { maxLength: 4 }) }),
  kindOf('proxy.running', { proxy: name }),
  kindOf('proxy.start.failed', { proxy: name, error }),
  kindOf('proxy.check.failed', { proxy: name }),
  kindOf('proxy.check.recovered', { proxy: name }),
  kindOf('proxy.check.error', { proxy: name, error }),
  kindOf('local.connect.failed', { proxy: name, error }),
  kindOf('config.reloaded'),
  kindOf('config.reload.failed', { error }),
  kindOf('proxy.fault', { proxy: name, error }),
  kindOf('fault', { error }),
);

const serverProxy = fc
  .record({
    name,
    type,
    online: fc.boolean(),
    curConns: fc.nat(3),
    today: traffic,
    yesterday: fc.option(traffic, { nil: undefined }),
    sinceStart: fc.option(traffic, { nil: undefined }),
  })
  .map(({ name, ...rest }) => proxyAnswer(name, rest));
const serverClient = fc
  .record({
    runId: fc.constantFrom(...RUN_IDS),
    online: fc.boolean(),
    user: name,
    connectedAt: fc.option(time, { nil: undefined }),
  })
  .map(({ runId, ...rest }) => clientAnswer(runId, rest));
const phase = fc.constantFrom<FrpClientPhase>('new', 'wait_start', 'start_error', 'running', 'check_failed', 'closed');
const clientProxy = fc.record({ name, type, phase, error }).map(({ name, ...rest }) => statusOf(name, rest));

const anySocket = fc
  .record({
    id: fc.constantFrom('1', '2', '3'),
    port: fc.constantFrom(6000, 6001),
    peer: fc.constantFrom('203.0.113.7:1', '203.0.113.7:2', '127.0.0.1:22', ''),
    in: count,
    out: count,
    segmentsIn: count,
    segmentsOut: count,
    roundTrip: fc.option(fc.double({ min: 0, max: 10, noNaN: true }), { nil: undefined }),
  })
  .map(({ id, ...rest }) => socket(id, rest));
const connections: fc.Arbitrary<FrpSignal> = fc.oneof(
  fc
    .tuple(time, fc.uniqueArray(anySocket, { selector: ({ id }) => id }), fc.boolean())
    .map(([at, sockets, tellsEnds]) => ({ ...socketsSampled(at, ...sockets), tellsEnds })),
  fc.tuple(time, anySocket).map(([at, closed]) => socketClosed(at, closed)),
  fc
    .tuple(time, name, fc.constantFrom('203.0.113.7:1', '203.0.113.7:2'))
    .map(([at, proxy, address]) => ({ kind: 'probe.started' as const, time: at, target: 1, proxy, address })),
  fc
    .record({ time, proxy: name, duration: fc.nat(10), errorType: fc.constantFrom('timeout', undefined) })
    .map((ended) => ({ ...ended, kind: 'probe.ended' as const, target: 1, message: undefined })),
);

const source = fc.record({
  source: fc.constantFrom('config' as const, 'log' as const, 'api' as const, 'process' as const, 'sockets' as const),
  state: fc.constantFrom('ok' as const, 'degraded' as const, 'off' as const),
});

const ofBoth: fc.Arbitrary<FrpSignal>[] = [
  fc.tuple(time, source).map(([at, changed]) => sourceChanged(at, changed)),
  fc.tuple(time, fc.nat(100)).map(([at, cpuUser]) => sampled(at, { cpuUser })),
  fc.tuple(time, name).map(([at, text]) => ({ ...says(at, undefined), text })),
];
const ofServer: fc.Arbitrary<FrpSignal> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(time, serverSaying, runId).map(([at, saying, id]) => says(at, saying, id)) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        time,
        fc.array(serverProxy, { maxLength: 5 }),
        traffic,
        fc.option(fc.array(serverClient, { maxLength: 4 }), { nil: undefined }),
      )
      .map(([at, proxies, today, clients]) => ({ ...answered(at, proxies, { today }), clients })),
  },
  { weight: 5, arbitrary: connections },
  ...ofBoth,
);
const ofClient: fc.Arbitrary<FrpSignal> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(time, clientSaying).map(([at, saying]) => says(at, saying)) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(time, fc.array(clientProxy, { maxLength: 5 }))
      .map(([at, proxies]) => statusAnswered(at, ...proxies)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(time, fc.subarray(['ssh', 'my ssh', 'web']))
      .map(([at, names]) => ({ kind: 'config.read' as const, time: at, target: 1, config: clientConfig(...names) })),
  },
  { weight: 5, arbitrary: connections },
  ...ofBoth,
);

/** Between two restarts, of either role. */
const lives = (role: 'server' | 'client') =>
  fc.array(
    fc.record({
      signals: fc.array(role === 'server' ? ofServer : ofClient, { maxLength: 40 }),
      seenFromStart: fc.boolean(),
      startsAt: time,
      endsAt: time,
      exitSignal: fc.constantFrom('SIGKILL', 'SIGTERM'),
      forgetsAt: fc.option(time, { nil: undefined }),
    }),
    { minLength: 1, maxLength: 3 },
  );

/** Every count that may never fall, by where it is. Proxies may be forgotten, and then begin anew. */
const countsOf = ({ server, client, proxies, logLines, dropped, process }: InstanceSnapshot): Map<string, number> => {
  const counts = new Map<string, number>();
  const tally = (place: string, entries: TallySnapshot | undefined) => {
    for (const { errorType, count } of entries ?? []) counts.set(`${place} ${errorType}`, count);
  };
  tally('server.logins', server?.logins);
  tally('server.proxyStarts', server?.proxyStarts);
  tally('server.errors', server?.errors);
  tally('client.logins', client?.logins);
  tally('client.configReloads', client?.configReloads);
  tally('client.errors', client?.errors);
  for (const { reason, count } of server?.disconnects ?? []) counts.set(`disconnects ${reason}`, count);
  for (const { errorType, histogram } of client?.loginDuration ?? []) {
    counts.set(`durations ${errorType}`, histogram.count);
    counts.set(`durations sum ${errorType}`, histogram.sum);
    counts.set(`shortest duration ${errorType} is not negative`, Math.min(0, histogram.min ?? 0));
  }
  for (const { name, since, io, segments, activeConnections, roundTrip, connections, errors } of proxies) {
    const place = `proxy ${name} since ${since}`;
    tally(`${place} connections`, connections);
    tally(`${place} errors`, errors);
    if (io !== undefined) counts.set(`${place} in`, io.in).set(`${place} out`, io.out);
    if (segments !== undefined) counts.set(`${place} segments`, segments.in + segments.out);
    counts.set(`${place} open are not negative`, Math.min(0, activeConnections ?? 0));
    counts.set(`${place} round trips`, roundTrip?.count ?? 0);
  }
  for (const { item, reason, count } of dropped) counts.set(`dropped ${item} ${reason}`, count);
  if (server?.dashboardRequests !== undefined) counts.set('dashboardRequests', server.dashboardRequests);
  if (client?.reconnects !== undefined) counts.set('reconnects', client.reconnects);
  if (process.cpuTime !== undefined) counts.set('cpu', process.cpuTime.user);
  counts
    .set('restarts', process.restarts)
    .set('known', logLines?.known ?? 0)
    .set('unknown', logLines?.unknown ?? 0);
  return counts;
};

const isFrozen = (value: unknown): boolean =>
  typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isFrozen));

describe.each(['server', 'client'] as const)('any sequence of what a %s says, in any order and at any time', (role) => {
  it('throws nothing, lets no count fall, and leaves a snapshot that is frozen and bounded', () => {
    fc.assert(
      fc.property(lives(role), (all) => {
        const model = newModel({ maxProxies: MAX_PROXIES, retentionMillis: RETENTION_MILLIS });
        let before = new Map<string, number>();
        for (const [index, { signals, seenFromStart, startsAt, endsAt, exitSignal, forgetsAt }] of all.entries()) {
          const target = index + 1;
          const start = { target, seenFromStart, config: clientConfig('ssh', 'my ssh') };
          model.apply(role === 'server' ? serverStarted(startsAt, start) : clientStarted(startsAt, start));
          for (const signal of [...signals, exited(endsAt, { exitSignal })]) {
            model.apply({ ...signal, target });
            const snapshot = model.snapshot();
            const [instance, ...others] = snapshot.instances;
            if (instance === undefined || others.length > 0) throw new Error('expected one instance');

            const now = countsOf(instance);
            const fell = [...now].filter(([place, count]) => count < (before.get(place) ?? 0));
            // At the limit one may have gone and come back anew, at the same time if the clock stands still.
            const isFull = instance.proxies.length === MAX_PROXIES;
            expect(fell.filter(([place]) => !(isFull && place.startsWith('proxy ')))).toEqual([]);
            before = now;
            expect(isFrozen(snapshot)).toBe(true);
            expect(instance.proxies.length).toBeLessThanOrEqual(MAX_PROXIES);
            expect(instance.server?.activeClients ?? 0).toBeGreaterThanOrEqual(0);
            expect(
              instance.server?.clients.filter(({ disconnectedAt }) => disconnectedAt === undefined).length ?? 0,
            ).toBeLessThanOrEqual(RUN_IDS.length);
            for (const { proxies } of instance.server?.clients ?? [])
              expect(proxies ?? 0).toBeLessThanOrEqual(MAX_PROXIES);
          }
          if (forgetsAt === undefined) continue;
          model.forget(forgetsAt + RETENTION_MILLIS);
          if (model.snapshot().instances.length === 0) before = new Map();
        }
      }),
      { numRuns: 150 },
    );
  });
});
