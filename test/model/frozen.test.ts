import { describe, expect, it } from '@jest/globals';
import type { FrpSignal } from '../../src/model/FrpSignal.js';
import {
  answered,
  clientAnswer,
  clientStarted,
  newModel,
  proxyAnswer,
  sampled,
  says,
  serverStarted,
  socket,
  socketClosed,
  socketsAreSeen,
  socketsSampled,
  sourceChanged,
  statusAnswered,
  statusOf,
  TARGET,
} from './signals.js';

/** The paths of all that could be changed. */
const changeable = (value: unknown, path: string): string[] => {
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? [path] : [];
  const inside = Object.entries(value).flatMap(([key, each]) => changeable(each, `${path}.${key}`));
  return Object.isFrozen(value) ? inside : [path, ...inside];
};

const RUN = 'a1';
const CLIENT = 2;
const ofClient = (signal: FrpSignal): FrpSignal => ({ ...signal, target: CLIENT });
const refusal = { error: "token in login doesn't match token from configuration" };
const counts = {
  diskIo: { read: 1, write: 2 },
  contextSwitches: { voluntary: 3, involuntary: 4 },
  pagingFaults: { minor: 5, major: 6 },
};

const EVERYTHING: readonly FrpSignal[] = [
  serverStarted(0),
  socketsAreSeen(0),
  says(1, { kind: 'client.login', address: 'a', version: 'v', hostname: 'h', os: '', arch: '' }, RUN),
  says(2, { kind: 'proxy.listening', proxy: 'ssh', port: '6000' }, RUN),
  says(3, { kind: 'proxy.started', proxy: 'ssh', type: 'tcp' }, RUN),
  says(4, { kind: 'proxy.start.refused', proxy: 'web', type: 'tcp', error: 'port already used' }, RUN),
  says(5, { kind: 'client.login', address: 'b', version: 'v', hostname: 'h', os: '', arch: '' }, 'b2'),
  says(6, { kind: 'client.login.refused', ...refusal }),
  says(7, { kind: 'proxy.user.connection', proxy: 'ssh', address: socket('1').peer }, RUN),
  says(8, { kind: 'proxy.connection.failed', proxy: 'ssh', error: 'timeout' }, RUN),
  socketsSampled(10, socket('1', { roundTrip: 0.01 })),
  socketClosed(11, socket('1', { roundTrip: 0.01, in: 10, out: 20, segmentsIn: 1, segmentsOut: 2 })),
  { kind: 'probe.ended', time: 12, target: TARGET, proxy: 'ssh', duration: 1, errorType: 'timeout', message: 'm' },
  sampled(13, counts),
  sampled(1_000, { ...counts, cpuUser: 1 }),
  sourceChanged(1_001, { state: 'ok' }),
  {
    ...answered(1_002, [proxyAnswer('ssh', { remotePort: 6000, user: 'ann' }), proxyAnswer('dns', { type: 'udp' })]),
    clients: [clientAnswer(RUN, { user: 'ann' })],
  },
  { kind: 'items.dropped', time: 1_003, target: TARGET, item: 'log_line', reason: 'queue', count: 1 },
  ...[
    clientStarted(0),
    says(1, { kind: 'login.started' }),
    says(2, { kind: 'login.succeeded', runId: RUN }),
    says(3, { kind: 'proxies.added', proxies: ['ssh'] }),
    says(4, { kind: 'proxy.running', proxy: 'ssh' }),
    says(5, { kind: 'local.connect.failed', proxy: 'ssh', error: 'connection refused' }),
    says(6, { kind: 'config.reload.failed', error: 'no' }),
    statusAnswered(10, statusOf('ssh')),
    sampled(11, counts),
  ].map(ofClient),
];

describe('a snapshot', () => {
  it('is frozen in all its depth', () => {
    const model = newModel({ maxClients: 10 });
    for (const signal of EVERYTHING) model.apply(signal);
    const snapshot = model.snapshot();
    // What there is to freeze is there.
    expect(snapshot.instances).toMatchObject([
      {
        server: { refusedLogins: [{}], refusedStarts: [{}], clients: [{}, {}].slice(0, 1), dashboard: {} },
        process: { resources: { diskIo: { read: 1 } }, diskIo: {}, cpuTime: {} },
        proxies: [
          { connectionDuration: {}, roundTrip: {}, probeDuration: [{}], io: {}, segments: {}, lastError: {} },
          {},
        ],
        sources: [{}, {}],
      },
      { client: { loginDuration: [{}], errors: expect.any(Array) }, proxies: [{ lastError: {} }] },
    ]);
    expect(changeable(snapshot, 'snapshot')).toEqual([]);
  });

  it('shares nothing with the signals that it was made of', () => {
    const model = newModel();
    const diskIo = { read: 1, write: 1 };
    const answer = answered(2, [], { proxyTypeCount: { tcp: 1 } });
    for (const signal of [serverStarted(0), sampled(1, { diskIo }), answer]) model.apply(signal);
    const before = JSON.stringify(model.snapshot());
    diskIo.read = 99;
    (answer.info.proxyTypeCount as Record<string, number>).tcp = 99;
    expect(JSON.stringify(model.snapshot())).toBe(before);
  });
});
