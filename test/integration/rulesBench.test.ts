import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { CollectorRun, Evaluation } from '../../bench/rules/main.mjs';
import { withoutRules } from '../../bench/rules/withoutRules.mjs';
import { benchmark } from '../support/benchmark.js';
import { describeWithOtelcol } from '../support/RealOtelcol.js';
import { describeWith } from '../support/RealPrometheus.js';

const GATEWAY = fileURLToPath(new URL('../../collector-config/gateway.yaml', import.meta.url));
const LIMIT_MS = 120_000;
const PROXIES = 20;
const POINTS = 3_000;

const { json, run: bench } = benchmark('rules', LIMIT_MS);

describeWithOtelcol('bench/rules', () => {
  describeWith(['prometheus'], 'with tiny sizes', () => {
    let output: string;
    let report: { collectors: CollectorRun[]; evaluations: Evaluation[] };
    beforeAll(() => {
      const load = ['--proxies', `${PROXIES}`, '--points', `${POINTS}`, '--rounds', '1'];
      const evaluation = ['--evaluate', `${PROXIES}`, '--repeat', '2', '--interval', '500', '--warm-up', '1'];
      const ran = bench(...load, ...evaluation, '--json', json);
      output = ran.output;
      expect(ran).toEqual({ status: 0, output: expect.stringContaining('all points came in, all went out') });
      report = JSON.parse(readFileSync(json, 'utf8'));
    }, LIMIT_MS);

    it('gives each Collector the same points, which all of them pass on; those with rules one more for each series of a rule', () => {
      expect(report.collectors.map(({ file, rules }) => `${file} ${rules} rules`)).toEqual([
        'gateway.yaml without rules',
        'gateway.yaml with rules',
        'all-in-one.yaml without rules',
        'all-in-one.yaml with rules',
      ]);
      const [first] = report.collectors;
      for (const { rules, breaches, cost } of report.collectors) {
        expect(cost.points).toBe(first?.cost.points);
        expect(cost.counted).toEqual({ accepted: cost.points, sent: cost.points + breaches, lost: 0 });
        if (rules === 'with') expect(breaches).toBeGreaterThan(cost.points / 10);
        else expect(breaches).toBe(0);
      }
      expect(first?.cost.points).toBeGreaterThanOrEqual(POINTS);
    });

    it('measures the CPU of a Collector that worked', () => {
      for (const { cost } of report.collectors) {
        expect(cost.cpuSeconds).toBeGreaterThan(0);
        expect(cost.peakRss).toBeGreaterThan(20e6); // no Collector is smaller
      }
    });

    it('evaluates the rules of the same proxies in the process and in Prometheus, with the same alerts', () => {
      const [evaluation] = report.evaluations;
      if (evaluation === undefined) throw new Error('expected an evaluation');
      const { ours, prometheus } = evaluation;
      expect(ours.alerts).toEqual([expect.stringMatching(/^FrpProxyDown .*frp_proxy_name=tenant0\.service-0 /)]);
      expect(prometheus?.alerts).toEqual(ours.alerts);
      expect(ours.evaluations).toHaveLength(2);
      expect(prometheus?.millis).toHaveLength(2);
      for (const millis of [...ours.evaluations.map(({ millis }) => millis), ...(prometheus?.millis ?? [])])
        expect(millis).toBeGreaterThan(0);
    });

    it('says how the two of each compare', () => {
      for (const file of ['gateway.yaml', 'all-in-one.yaml'])
        expect(output).toMatch(new RegExp(`^${file}: \\d+\\.\\d\\d of the CPU with the rules`, 'm'));
      expect(output).toMatch(/^ours \/ Prometheus: \d+\.\d/m);
    });
  });
});

describe('a Collector without the rules', () => {
  const gateway = parse(readFileSync(GATEWAY, 'utf8'), { merge: true });

  it('does all else that it did', () => {
    const rest = withoutRules(gateway);
    expect(rest.service.pipelines.metrics).toEqual({
      ...gateway.service.pipelines.metrics,
      exporters: ['prometheus_remote_write'],
    });
    expect(Object.keys(rest.service.pipelines)).toEqual(['metrics', 'logs', 'traces']);
    expect(JSON.stringify(rest)).not.toMatch(/frp_rules|frp_breach/);
  });

  it('is not made of one that has none', () => {
    expect(() => withoutRules(withoutRules(gateway))).toThrow('expected a pipeline of the rules, received metrics');
  });
});

describe('bench/rules, called wrongly', () => {
  it('shows its usage and ends with 2', () => {
    const { status, output } = bench('--proxies', 'many');
    expect(status).toBe(2);
    expect(output).toContain('--proxies: expected a whole number from 1 up, received many');
    expect(output).toContain('Usage: npm run bench:rules');
  });
});
