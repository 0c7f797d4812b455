import { describe, expect, it } from '@jest/globals';
import { exitCodeOf } from '../../../src/cli/status/exitCodeOf.js';
import { statusReport, type TotalsSince } from '../../../src/cli/status/statusReport.js';
import type { FrpSnapshot } from '../../../src/model/FrpSnapshot.js';
import { at, client, clientState, proxy, server, serverState, snapshot } from '../../telemetry/snapshots.js';
import { expectGolden } from '../golden.js';
import { edge, lookAt, unknown } from './fixedReports.js';

const rateBetween = (before: FrpSnapshot, after: FrpSnapshot, seconds: number) =>
  statusReport(lookAt(after, seconds), { before: lookAt(before) }).instances[0]?.proxies[0]?.bytesPerSecond;
const withBytes = (bytes: number, since = at(0)) =>
  snapshot(server({ proxies: [proxy({ since, io: { in: bytes, out: 0 } })] }));

describe('statusReport', () => {
  it('has a shape that does not change', () => {
    const report = statusReport(lookAt(edge({ in: 900, out: 100 }), 2), {
      before: lookAt(edge({ in: 500, out: 100 })),
    });
    expectGolden('status-json', JSON.stringify(report, undefined, 2));
  });

  it('has null for all that is not known, and every field', () => {
    expectGolden('status-json-unknown', JSON.stringify(statusReport(lookAt(unknown())), undefined, 2));
  });

  it('counts rates over the time between two looks', () => {
    expect(rateBetween(withBytes(1_000), withBytes(6_000), 2.5)).toEqual({ in: 2_000, out: 0 });
  });

  it.each([
    ['it was not there before', snapshot(server()), withBytes(6_000)],
    ['its counter began anew', withBytes(9_000), withBytes(6_000, at(60))],
    ['nothing told of its bytes', snapshot(server({ proxies: [proxy({ io: undefined })] })), withBytes(6_000)],
  ])('knows no rate of a proxy where %s', (_why, before, after) => {
    expect(rateBetween(before, after, 1)).toBeNull();
  });

  it('knows no rates after one look', () => {
    const report = statusReport(lookAt(withBytes(10)));
    expect([report.ratesOverSeconds, report.instances[0]?.proxies[0]?.bytesPerSecond]).toEqual([null, null]);
  });
});

describe('the totals of a single report', () => {
  const LOG_IS_READ = { source: 'log', state: 'ok', reason: undefined } as const;
  const LOG_IS_NOT_READ = { source: 'log', state: 'degraded', reason: 'its log.level is warn' } as const;
  const carried = proxy({ io: { in: 5, out: 7 }, connections: [{ errorType: undefined, count: 3 }] });
  const totals = (seen: FrpSnapshot, totalsSince: TotalsSince = 'frp start') => {
    const [found] = statusReport(lookAt(seen), { totalsSince }).instances[0]?.proxies ?? [];
    return [found?.connections.total, found?.connections.failed, found?.bytes];
  };

  it('are those of an frps whose log is read and whose API answers', () => {
    const seen = snapshot(server({ version: '0.71.0', proxies: [carried], sources: [LOG_IS_READ] }));
    expect(totals(seen)).toEqual([3, null, { in: 5, out: 7 }]);
  });

  it.each([
    ['an frpc', client({ proxies: [carried], sources: [LOG_IS_READ] })],
    [
      'an frps without an API, whose log tells failures only',
      server({ proxies: [carried], sources: [LOG_IS_NOT_READ] }),
    ],
  ])('are not known where the kernel alone tells since we look: of %s', (_whose, instance) => {
    expect(totals(snapshot(instance))).toEqual([null, null, null]);
    expect(totals(snapshot(instance), 'our start')).toEqual([3, null, { in: 5, out: 7 }]);
  });

  it('keep the failures that a log has told', () => {
    const connections = [
      { errorType: undefined, count: 3 },
      { errorType: 'connection_refused', count: 2 },
    ];
    expect(totals(snapshot(client({ proxies: [proxy({ connections })] })))).toEqual([null, 2, null]);
  });
});

describe('the exit code of status', () => {
  const running = proxy({ role: 'client', state: 'running' });
  const apart = { ...server().process, pid: undefined, up: undefined };
  const api = (reason: string) => ({ source: 'api', state: 'degraded', reason }) as const;
  const gone = { ...server().process, up: false };
  it.each<[code: number, when: string, seen: FrpSnapshot]>([
    [3, 'there is nothing', snapshot()],
    [3, 'all was removed on purpose', snapshot(server({ endedAt: at(5) }))],
    [
      0,
      'all is up',
      snapshot(
        server({ proxies: [proxy()] }),
        client({ client: clientState({ connected: true }), proxies: [running] }),
      ),
    ],
    [
      0,
      'nothing tells whether a client is connected',
      snapshot(client({ client: clientState({ connected: undefined }) })),
    ],
    [0, 'a proxy was removed on purpose', snapshot(server({ proxies: [proxy({ state: 'offline', endedAt: at(5) })] }))],
    [
      0,
      'a log tells of an frps without a process',
      snapshot(server({ process: apart, server: serverState({ activeClients: 0 }) })),
    ],
    [1, 'nothing tells of one', snapshot(server({ process: apart }))],
    [
      1,
      'its API refuses us, though its log tells',
      snapshot(server({ process: apart, proxies: [proxy()], sources: [api('it refused user and password (401)')] })),
    ],
    [
      1,
      'nobody listens at an API without a process',
      snapshot(server({ process: apart, proxies: [proxy()], sources: [api('http://a:1: connection refused')] })),
    ],
    [
      0,
      'the API of a process is not there yet',
      snapshot(server({ sources: [api('http://a:1: connection refused')] })),
    ],
    [1, 'a process is gone', snapshot(server({ process: gone }))],
    [1, 'a client is not connected', snapshot(client({ client: clientState({ connected: false }) }))],
    [1, 'a proxy is lost', snapshot(server({ proxies: [proxy({ state: 'offline' })] }))],
    [
      1,
      'a proxy of a running client could not start',
      snapshot(
        client({
          client: clientState({ connected: true }),
          proxies: [running, { ...running, name: 'b', state: 'start_error' }],
        }),
      ),
    ],
  ])('is %i where %s', (code, _when, seen) => {
    expect(exitCodeOf(statusReport(lookAt(seen)))).toBe(code);
  });
});
