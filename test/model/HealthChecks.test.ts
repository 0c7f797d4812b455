import { describe, expect, it } from '@jest/globals';
import type { FrpModel } from '../../src/model/FrpModel.js';
import type { FrpSignal, ProbeEnded } from '../../src/model/FrpSignal.js';
import { fixtureLines } from '../frp/fixture.js';
import {
  clientConfig,
  clientStarted,
  exited,
  logLine,
  newModel,
  proxyOf,
  says,
  serverStarted,
  statusAnswered,
  statusOf,
  TARGET,
} from './signals.js';

const client = (): FrpModel => {
  const model = newModel();
  model.apply(clientStarted(0));
  for (const signal of [
    says(1, { kind: 'login.started' }),
    says(2, { kind: 'login.succeeded', runId: 'a1' }),
    says(3, { kind: 'proxies.added', proxies: ['ssh'] }),
  ]) {
    model.apply(signal);
  }
  return model;
};
const runs = (time: number) => says(time, { kind: 'proxy.running', proxy: 'ssh' });
const failed = (time: number) => says(time, { kind: 'proxy.check.failed', proxy: 'ssh' });
const recovered = (time: number) => says(time, { kind: 'proxy.check.recovered', proxy: 'ssh' });
const oneFailed = (time: number) =>
  says(time, { kind: 'proxy.check.error', proxy: 'ssh', error: 'connection refused' });
const probe = (time: number, errorType?: string): ProbeEnded => ({
  kind: 'probe.ended',
  time,
  target: TARGET,
  proxy: 'ssh',
  duration: 0.01,
  errorType,
  message: errorType && `it said ${errorType}`,
});
/** `time check` of each failed check. */
const checks = (model: FrpModel, ...signals: readonly FrpSignal[]): unknown[] =>
  signals
    .flatMap((signal) => [...model.apply(signal)])
    .flatMap((event) => (event.kind === 'health.check.failed' ? [[event.time, event.check]] : []));

describe("frpc's own check of a service", () => {
  it('is told when it fails first, and again after it has passed', () => {
    const model = client();
    expect(checks(model, runs(4), failed(10), oneFailed(11), failed(12))).toEqual([[10, 'frpc']]);
    expect(checks(model, recovered(20), runs(21), failed(30))).toEqual([[30, 'frpc']]);
  });

  it('that never passed is told by the first that fails, beside the error of the proxy', () => {
    const model = client();
    expect(model.apply(oneFailed(10))).toMatchObject([
      { kind: 'proxy.error', phase: 'other', error: { type: 'connection_refused' } },
      {
        kind: 'health.check.failed',
        check: 'frpc',
        error: { type: 'connection_refused', message: 'connection refused' },
      },
    ]);
    expect(checks(model, oneFailed(11), oneFailed(12))).toEqual([]);
  });

  it('that fails once of several times and stays below its limit, is told of as an error alone', () => {
    const model = client();
    expect(checks(model, runs(4), oneFailed(10))).toEqual([]);
    expect(proxyOf(model, 'ssh').errors).toContainEqual({ errorType: 'connection_refused', count: 1 });
  });

  it('is told by the API as well, once for both', () => {
    const model = client();
    const status = (time: number, phase: 'running' | 'check_failed') =>
      statusAnswered(time, statusOf('ssh', { phase }));
    expect(checks(model, runs(4), failed(10), status(20, 'check_failed'))).toEqual([[10, 'frpc']]);
    expect(checks(model, status(30, 'running'), status(40, 'check_failed'), failed(39))).toEqual([[40, 'frpc']]);
  });

  it('begins anew with frpc', () => {
    const model = client();
    expect(checks(model, oneFailed(10))).toHaveLength(1);
    model.apply(exited(20));
    model.apply(clientStarted(30, { target: 2 }));
    const again = [says(31, { kind: 'proxies.added', proxies: ['ssh'] }), oneFailed(32)];
    expect(checks(model, ...again.map((signal) => ({ ...signal, target: 2 })))).toEqual([[32, 'frpc']]);
  });
});

describe.each(['0.52.3', '0.61.2', '0.71.0'])('a check as frpc %s logged it', (version) => {
  it.each(['health-check', 'health-check-never'])('in the scenario %s, is told once', (scenario) => {
    const model = newModel();
    model.apply(clientStarted(0, { config: clientConfig('web') }));
    const lines = fixtureLines(`${scenario}.frpc.log`, version).map((text) => logLine('client', text));
    expect(checks(model, ...lines)).toEqual([[expect.any(Number), 'frpc']]);
  });
});

describe('a probe through a tunnel', () => {
  it('is told when it fails at first or after it has passed, and not each time', () => {
    const model = client();
    model.apply(runs(4));
    expect(checks(model, probe(10, 'timeout'), probe(20, 'timeout'), probe(30, 'closed'))).toEqual([[10, 'probe']]);
    expect(checks(model, probe(40), probe(50, '502'))).toEqual([[50, 'probe']]);
  });

  it('is told with its class and its words, of an instance that has the proxy', () => {
    const model = newModel();
    model.apply(serverStarted(0));
    expect(model.apply(probe(5, 'timeout'))).toEqual([]);
    model.apply(says(6, { kind: 'proxy.started', proxy: 'ssh', type: 'tcp' }, 'a1'));
    expect(model.apply(probe(10, '502'))).toEqual([
      {
        role: 'server',
        instance: 'frps@box',
        serverName: 'box:7000',
        pid: 100,
        kind: 'health.check.failed',
        time: 10,
        proxy: 'ssh',
        proxyType: 'tcp',
        check: 'probe',
        error: { type: '502', message: 'it said 502' },
      },
    ]);
  });

  it('and frpc’s own check are two checks', () => {
    const model = client();
    expect(checks(model, runs(4), probe(10, 'timeout'), failed(11), probe(12), probe(13, 'timeout'))).toEqual([
      [10, 'probe'],
      [11, 'frpc'],
      [13, 'probe'],
    ]);
  });
});
