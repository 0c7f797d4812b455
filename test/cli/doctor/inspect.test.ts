import { appendFileSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { inspectFolder } from '../../../src/cli/doctor/inspectFolder.js';
import { inspectLog } from '../../../src/cli/doctor/inspectLog.js';
import { inspectOtlp, inspectPrometheus } from '../../../src/cli/doctor/inspectPorts.js';

const folder = mkdtempSync(join(tmpdir(), 'frp-otel-doctor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const twoDigits = (value: number): string => String(value).padStart(2, '0');
/** As frps 0.71.0 writes it in our zone. */
const lineAt = (time: Date): string => {
  const day = [time.getFullYear(), twoDigits(time.getMonth() + 1), twoDigits(time.getDate())].join('-');
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(':');
  return `${day} ${clock}.000 [I] [frps/root.go:124] frps started successfully\n`;
};

/** A log of which the last line was written now, by a clock that is so many minutes before ours. */
const logShifted = (minutes: number): string => {
  const path = join(folder, `shifted-${minutes}.log`);
  const now = new Date(2026, 5, 21, 12, 0, 30);
  writeFileSync(path, lineAt(new Date(2026, 5, 1)) + lineAt(new Date(now.getTime() + minutes * 60_000)));
  utimesSync(path, now, now);
  return path;
};

describe('inspectLog', () => {
  it.each([0, 120, -330, 345])('finds a zone that is %i minutes ahead', (minutes) => {
    expect(inspectLog(logShifted(minutes), '/frps.log').zoneShift).toBe(minutes);
  });

  it.each([
    ['7 minutes', 7],
    ['three days', 3 * 24 * 60],
  ])('takes a file that was touched %s after its last line for what it is', (_text, minutes) => {
    expect(inspectLog(logShifted(-minutes), '/frps.log').zoneShift).toBe(0);
  });

  it('sees colours', () => {
    const path = logShifted(0);
    expect(inspectLog(path, '/frps.log').hasColours).toBe(false);
    appendFileSync(path, '\x1b[0m\x1b[1;34m2026-11-21 10:37:49.147 [I] [a.go:1] b\n');
    expect(inspectLog(path, '/frps.log').hasColours).toBe(true);
  });

  it('looks at the end of a large file only', () => {
    const path = join(folder, 'large.log');
    writeFileSync(path, `\x1b[1;34m${'x'.repeat(200_000)}\n`);
    expect(inspectLog(path, '/large.log')).toEqual({
      path: '/large.log',
      problem: undefined,
      hasColours: false,
      zoneShift: 0,
    });
  });

  it('says why a log cannot be read', () => {
    expect(inspectLog(join(folder, 'none.log'), '/none.log')).toMatchObject({
      path: '/none.log',
      problem: 'there is no such file',
    });
    expect(inspectLog(folder, '/folder').problem).toBe('cannot be read (EISDIR)');
  });
});

describe('inspectFolder', () => {
  it('says how much room a folder has, also one that is still to be made', () => {
    const there = inspectFolder(folder);
    expect(there).toMatchObject({ path: folder, problem: undefined });
    expect(there.free).toBeGreaterThan(0);
    expect(inspectFolder(join(folder, 'a/b'))).toMatchObject({ path: join(folder, 'a/b'), problem: undefined });
  });

  it('says that nothing can be written below what is no folder, or in /proc', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(statSync(file).isFile()).toBe(true);
    expect(inspectFolder(join(file, 'state')).problem).toBeDefined();
    expect(inspectFolder('/proc/1/state').problem).toBeDefined();
    expect(inspectFolder('/proc/state').problem).toBeDefined();
    expect(inspectFolder('/sys/state').problem).toBeDefined();
  });
});

describe('ports', () => {
  const servers: (() => void)[] = [];
  afterEach(() => {
    for (const stop of servers.splice(0)) stop();
  });
  const serve = async (listener: RequestListener): Promise<number> => {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  };
  const freed = async (): Promise<number> => {
    const port = await serve(() => {});
    servers.pop()?.();
    return port;
  };
  const prometheus = (port: number) => inspectPrometheus({ OTEL_EXPORTER_PROMETHEUS_PORT: String(port) });

  it('tells who has the port of /metrics', async () => {
    const agent = await serve((_request, response) => response.end('# HELP target_info Target metadata\n'));
    const other = await serve((_request, response) => response.end('hello'));
    const free = await freed();
    expect(await prometheus(agent)).toEqual({ address: `127.0.0.1:${agent}`, holder: 'agent' });
    expect(await prometheus(other)).toEqual({ address: `127.0.0.1:${other}`, holder: 'other' });
    expect(await prometheus(free)).toEqual({ address: `127.0.0.1:${free}`, holder: 'nobody' });
  });

  it('tells which endpoints take connections, each once, without credentials', async () => {
    const there = await serve((_request, response) => response.end());
    const gone = await freed();
    const found = await inspectOtlp({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://user:secret@127.0.0.1:${there}/?token=secret`,
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `http://127.0.0.1:${gone}/v1/logs`,
    });
    expect(found).toEqual([
      { endpoint: `http://127.0.0.1:${there}`, isGiven: true, problem: undefined },
      { endpoint: `http://127.0.0.1:${gone}`, isGiven: true, problem: 'connection refused' },
    ]);
  });

  it.each([
    [{ OTEL_SDK_DISABLED: 'true' }],
    [{ OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none' }],
  ])('has none to look at with %j', async (env) => {
    expect(await inspectOtlp(env)).toEqual([]);
  });

  it.each(['collector', 'localhost:4318', 'grpc://collector:4317'])(
    'says of %j that it is no address for OTLP by HTTP, without quoting it',
    async (address) => {
      expect(await inspectOtlp({ OTEL_EXPORTER_OTLP_ENDPOINT: address })).toEqual([
        {
          endpoint: 'an address that is no http:// or https:// URL',
          isGiven: true,
          problem: 'expected http://host:port',
        },
      ]);
    },
  );
});
