import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { SpawnRun, StartRun } from '../../bench/register/main.mjs';
import { benchmark } from '../support/benchmark.js';

const LIMIT_MS = 60_000;

const { json, run: bench } = benchmark('register', LIMIT_MS);

describe('bench/register', () => {
  let report: { starts: StartRun[]; spawns: SpawnRun[] };
  beforeAll(() => {
    const { status, output } = bench('--rounds', '1', '--publishes', '1000', '--spawns', '2', '--json', json);
    expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('a whole spawn of true') });
    report = JSON.parse(readFileSync(json, 'utf8'));
  }, LIMIT_MS);

  it('measures the import of nothing, of a part of the SDK and of this package, which alone registers', () => {
    expect(report.starts.map(({ name, registerMillis }) => [name, registerMillis !== undefined])).toEqual([
      ['an empty module', false],
      ['@opentelemetry/sdk-metrics', false],
      ['this package', true],
    ]);
    const [empty, , ours] = report.starts;
    expect(ours?.importMillis).toBeGreaterThan(empty?.importMillis ?? Number.NaN);
  });

  it('measures what is told of a spawn, which costs more where somebody listens, and whole spawns', () => {
    expect(report.spawns.map(({ state }) => state)).toEqual(['without', 'imported', 'registered']);
    const [without, , registered] = report.spawns;
    const script = 'a shell script of 100 kB'; // all of which is looked through
    expect(registered?.micros[script]).toBeGreaterThan(3 * (without?.micros[script] ?? Number.NaN));
    expect([without?.spawnMillis.length, registered?.spawnMillis.length]).toEqual([2, 2]);
  });
});

describe('bench/register, called wrongly', () => {
  it('shows its usage and ends with 2', () => {
    const { status, output } = bench('--rounds', '0');
    expect(status).toBe(2);
    expect(output).toContain('--rounds: expected a whole number from 1 up, received 0');
    expect(output).toContain('Usage: npm run bench:register');
  });
});
