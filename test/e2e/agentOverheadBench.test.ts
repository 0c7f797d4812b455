import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Cost } from '../../bench/agent-overhead/cost.mjs';
import type { LoadRun } from '../../bench/agent-overhead/load.mjs';
import { describeWithFrp } from '../support/realFrp.js';

const BENCH = fileURLToPath(new URL('../../bench/agent-overhead/main.mjs', import.meta.url));
const LIMIT_MS = 120_000;

const bench = (...args: string[]) =>
  spawnSync(process.execPath, [BENCH, ...args], { encoding: 'utf8', timeout: LIMIT_MS });

describeWithFrp('bench/agent-overhead', () => {
  const TUNNELS = 20;
  const CONNECTIONS = 5;
  const RATE = 50;
  const WINDOW = 6; // seconds: an agent looks each 5, and may use no tick of CPU between two looks
  const folder = mkdtempSync(join(tmpdir(), 'frp-otel-bench-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  let report: { costs: Cost[]; loads: LoadRun[] };
  let output = '';
  beforeAll(() => {
    const json = join(folder, 'report.json');
    const sizes = {
      tunnels: TUNNELS,
      connections: CONNECTIONS,
      settle: 6,
      window: WINDOW,
      rounds: 1,
      transfer: 1,
      churn: 1,
    };
    const options = Object.entries({ ...sizes, rate: RATE, json }).flatMap(([name, value]) => [
      `--${name}`,
      `${value}`,
    ]);
    const { status, stdout, stderr } = bench(...options);
    output = `${stdout}${stderr}`;
    expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('with / without') });
    report = JSON.parse(readFileSync(json, 'utf8'));
  }, LIMIT_MS);

  it('measures an agent that knows every tunnel on both roles, and every open connection', () => {
    expect(report.costs).toHaveLength(1);
    const [cost] = report.costs;
    expect(cost).toMatchObject({ tunnels: TUNNELS, connections: CONNECTIONS, window: WINDOW });
    expect(cost?.said).toMatch(/^frps@\S+: frps.*pid \d+/m);
    expect(cost?.said).toMatch(/^frpc@\S+: frpc.*pid \d+/m);
    expect(cost?.cpuShare).toBeGreaterThan(0);
    expect(cost?.rss).toBeGreaterThan(10e6); // no Node.js is smaller
    expect(cost?.peakRss).toBeGreaterThanOrEqual(cost?.rss ?? Number.NaN);
  });

  it('measures the throughput without, with, with and without, in turn', () => {
    expect(report.loads.map(({ observed }) => observed)).toEqual([false, true, true, false]);
    expect(report.loads.map(({ agentCpu }) => agentCpu !== undefined)).toEqual([false, true, true, false]);
    for (const { bytesPerSecond, connectionsPerSecond, failed, medianMillis, p99Millis } of report.loads) {
      expect(bytesPerSecond).toBeGreaterThan(1e6);
      expect(failed).toBe(0);
      expect(connectionsPerSecond).toBeGreaterThan(RATE / 2);
      expect(p99Millis).toBeGreaterThanOrEqual(medianMillis);
    }
  });
});

describe('bench/agent-overhead, called wrongly', () => {
  it('shows its usage and ends with 2', () => {
    const { status, stderr } = bench('--tunnels', 'many');
    expect(status).toBe(2);
    expect(stderr).toContain('--tunnels: expected a whole number from 0 up, received many');
    expect(stderr).toContain('Usage: npm run bench:agent-overhead');
  });
});
