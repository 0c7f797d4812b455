import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Run } from '../../bench/collect/main.mjs';
import { benchmark } from '../support/benchmark.js';

const LIMIT_MS = 120_000;
const PROXIES = 20;

const { json, run: bench } = benchmark('collect', LIMIT_MS);

describe('bench/collect', () => {
  let runs: Run[];
  let output: string;
  beforeAll(() => {
    const ran = bench('--proxies', `${PROXIES}`, '--rounds', '1', '--repeat', '2', '--warm-up', '1', '--json', json);
    output = ran.output;
    expect(ran).toEqual({ status: 0, output: expect.stringContaining('The pages of all ways had the same series') });
    runs = JSON.parse(readFileSync(json, 'utf8')).runs;
  }, LIMIT_MS);

  it('measures each way with the same series: at least 13 and two histograms of each proxy, and those of frps', () => {
    expect(runs.map(({ way }) => way)).toEqual(['ours', "ours, the SDK's text", 'observables', 'prom-client']);
    const [ours, sdkText, observables, promClient] = runs.map(({ series }) => series);
    expect(ours).toBeGreaterThan(PROXIES * (13 + 2 * 12));
    expect([sdkText, promClient]).toEqual([ours, ours]);
    expect(observables).toBeGreaterThan(PROXIES * 13); // the SDK has no observable histogram
  });

  it('measures collections where there are any, and scrapes, with their gaps, CPU and memory', () => {
    for (const { way, collections, scrapes, memory } of runs) {
      expect(collections).toHaveLength(way === 'prom-client' ? 0 : 2);
      expect(scrapes).toHaveLength(2);
      for (const { millis, gapMillis, cpuMillis } of [...collections, ...scrapes])
        expect(Math.min(millis, gapMillis, cpuMillis)).toBeGreaterThan(0);
      expect(memory.peakRss).toBeGreaterThan(10e6); // no Node.js is smaller
    }
  });

  it('says how ours compares with the others', () => {
    expect(output).toMatch(/^collection of observables \/ ours: \d+\.\d/m);
    expect(output).toMatch(/^scrape of ours \/ prom-client: \d+\.\d/m);
  });
});

describe('bench/collect, called wrongly', () => {
  it('shows its usage and ends with 2', () => {
    const { status, output } = bench('--proxies', 'many');
    expect(status).toBe(2);
    expect(output).toContain('--proxies: expected a whole number from 1 up, received many');
    expect(output).toContain('Usage: npm run bench:collect');
  });
});
