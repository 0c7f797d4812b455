import { describe, expect, it } from '@jest/globals';
import { AggregationType } from '@opentelemetry/sdk-metrics';
import { DEFAULT_RULES } from '../../../src/alerts/defaultRules.js';
import { AlertEvaluator } from '../../../src/alerts/evaluator/AlertEvaluator.js';
import { ruleReader } from '../../../src/alerts/evaluator/ruleReader.js';
import { PLAIN_METRICS } from '../../../src/telemetry/SnapshotSource.js';
import { pointsOf } from '../../telemetry/metricPoints.js';
import { at, client, proxy, resources, richSnapshot, server, snapshot } from '../../telemetry/snapshots.js';

describe('ruleReader', () => {
  it('tells the metrics that rules are of and what they are computed from, and no other', () => {
    const rules = DEFAULT_RULES.filter(({ name }) => ['FrpServerDown', 'FrpLoginFailures'].includes(name));
    const names = ruleReader(rules, PLAIN_METRICS)(richSnapshot(), at(60)).map(({ descriptor }) => descriptor.name);
    expect(names).toEqual(['frp.process.up', 'frp.server.logins', 'frp.server.login.failures.recent']);
  });

  it('tells the gauges of the process, which other readers have from a Meter', () => {
    const metrics = ruleReader(DEFAULT_RULES, PLAIN_METRICS)(richSnapshot(), at(60));
    expect(pointsOf(metrics, 'frp.process.cpu.utilization')).toMatchObject([{ value: 0.125 }]);
    expect(pointsOf(metrics, 'frp.process.file_descriptor.utilization')).toMatchObject([{ value: 0.0625 }]);
  });

  it('takes no notice of the user’s views', () => {
    const views = [{ instrumentName: 'frp.process.up', aggregation: { type: AggregationType.DROP } } as const];
    const metrics = ruleReader(DEFAULT_RULES, { ...PLAIN_METRICS, views })(richSnapshot(), at(60));
    expect(pointsOf(metrics, 'frp.process.up')).toHaveLength(2);
  });

  it('has the evaluator see what a snapshot shows: a server at its limits, and clients whose proxies are down', () => {
    const read = ruleReader(DEFAULT_RULES, PLAIN_METRICS);
    const evaluator = new AlertEvaluator(DEFAULT_RULES);
    const { process } = server();
    const full = { ...process, cpuUtilization: 0.95, resources: { ...resources, openFiles: 1_000 } };
    const bad = snapshot(
      server({ process: full }),
      client({ proxies: [proxy({ role: 'client', state: 'start_error' })] }),
    );
    for (let second = 0; second <= 120; second += 15) evaluator.evaluate(read(bad, at(second)), at(second));
    expect(
      evaluator.active
        .filter(({ state }) => state === 'firing')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['FrpClientDisconnected', 'FrpFileDescriptorsHigh', 'FrpProxyDown', 'FrpServerCpuHigh']);
  });

  it('has an instance that was removed on purpose be no alert: neither down nor absent', () => {
    const read = ruleReader(DEFAULT_RULES, PLAIN_METRICS);
    const evaluator = new AlertEvaluator(DEFAULT_RULES);
    const look = (of: ReturnType<typeof snapshot>, second: number) =>
      evaluator.evaluate(read(of, at(second)), at(second));
    look(snapshot(server()), 0);
    const { process } = server();
    const ended = snapshot(server({ endedAt: at(10), process: { ...process, up: false } }));
    for (let second = 15; second <= 600; second += 15) look(ended, second);
    expect(evaluator.active).toEqual([]);
  });
});
