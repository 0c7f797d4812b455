import { describe, expect, it } from '@jest/globals';
import { exitCodeOf, statusReport } from '../../../src/cli/status/statusReport.js';
import type { FrpSnapshot } from '../../../src/model/FrpSnapshot.js';
import { at, client, clientState, proxy, server, snapshot } from '../../telemetry/snapshots.js';
import { expectGolden } from '../golden.js';
import { edge, lookAt, unknown } from './fixedReports.js';

const rateBetween = (before: FrpSnapshot, after: FrpSnapshot, seconds: number) =>
  statusReport(lookAt(after, seconds), lookAt(before)).instances[0]?.proxies[0]?.bytesPerSecond;
const withBytes = (bytes: number, since = at(0)) =>
  snapshot(server({ proxies: [proxy({ since, io: { in: bytes, out: 0 } })] }));

describe('statusReport', () => {
  it('has a shape that does not change', () => {
    const report = statusReport(lookAt(edge({ in: 900, out: 100 }), 2), lookAt(edge({ in: 500, out: 100 })));
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

describe('the exit code of status', () => {
  const running = proxy({ role: 'client', state: 'running' });
  const apart = { ...server().process, pid: undefined, up: undefined };
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
    [0, 'there is neither a process nor an API to look at', snapshot(server({ process: apart }))],
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
