import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, jest } from '@jest/globals';
import type { FrpSnapshot } from '../../src/index.js';
import { OtlpSink } from '../support/OtlpSink.js';
import { describeWithFrp, freePort } from '../support/realFrp.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(90_000);

const START = fileURLToPath(new URL('../../tools/start.mjs', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const startDemo = (args: string[], env: Record<string, string> = {}) => {
  const child = spawn(process.execPath, [START, '--metrics-port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
  return { child, ended, printed: () => stderr };
};

/** Processes that the demo with this pid started and that are still there. */
const leftBy = (pid: number | undefined): string[] =>
  readdirSync('/proc').filter((entry) => {
    try {
      return (
        readFileSync(`/proc/${entry}/environ`, 'utf8').includes(`DEMO_UNDER_TEST=${process.pid}\0`) &&
        entry !== String(pid)
      );
    } catch {
      return false; // not a process, or one that has ended
    }
  });

const mark = { DEMO_UNDER_TEST: String(process.pid) };

describeWithFrp('npm start', () => {
  it('ends by itself after --duration with a summary, a snapshot and exit code 0, and leaves no process', async () => {
    const sink = await OtlpSink.start();
    const demo = startDemo(['--duration', '8', '--json'], { ...mark, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url });
    const { code, stdout, stderr } = await demo.ended;
    await sink.stop();
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^5 s {4}echo type=tcp frps=online/m) });
    expect(stderr).toMatch(/Metrics: http:\/\/127\.0\.0\.1:\d+\/metrics/);
    expect(stderr).toContain(`OTLP: ${sink.url}/v1/metrics`);
    for (const signal of ['metrics', 'logs', 'traces']) {
      expect(stderr).toMatch(new RegExp(`^${signal} +[1-9]\\d* exported, of echo and web$`, 'm'));
    }

    const { instances } = JSON.parse(stdout) as FrpSnapshot;
    const echo = instances.find(({ role }) => role === 'server')?.proxies.find(({ name }) => name === 'echo');
    expect(echo?.io?.in).toBeGreaterThan(0);
    expect(echo?.io?.in).toBe(echo?.io?.out);
    // What was set as the endpoint got all of it too.
    const names = (items: readonly { attributes: Record<string, unknown> }[]) =>
      [...new Set(items.flatMap(({ attributes }) => attributes['frp.proxy.name'] ?? []))].sort();
    expect(names(sink.metricPoints)).toEqual(['echo', 'web']);
    expect(names(sink.logRecords)).toEqual(['echo', 'web']);
    expect(names(sink.spans)).toEqual(['echo', 'web']);
    expect(leftBy(demo.child.pid)).toEqual([]);
  });

  it('exits with 1 when nothing could be exported', async () => {
    const env = { ...mark, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}` };
    const { code, stderr } = await startDemo(['--duration', '3'], env).ended;
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^traces +0 exported, MISSING echo and web\nThe last fault: .*ECONNREFUSED$/m),
    });
  });

  it('ends on Ctrl-C and leaves no process', async () => {
    const demo = startDemo([], mark);
    await waitUntil('the demo to run', () => demo.printed().includes('Ctrl-C ends the demo.'), 30_000);
    expect(leftBy(demo.child.pid)).toHaveLength(2);
    demo.child.kill('SIGINT');
    const { code } = await demo.ended;
    expect(code).toBe(0);
    expect(leftBy(demo.child.pid)).toEqual([]);
  });

  it('refuses a wrong command line with its usage', async () => {
    const { code, stderr } = await startDemo(['--duration', 'long']).ended;
    expect(code).toBe(2);
    expect(stderr).toContain('--duration: expected a whole number from 1 to 86400, found "long"');
    expect(stderr).toContain('Usage: npm start');
  });
});
