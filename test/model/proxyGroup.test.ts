import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../src/frp/config/parseConfig.js';
import type { FrpModel } from '../../src/model/FrpModel.js';
import { answered, clientStarted, newModel, proxyAnswer, proxyOf, says, serverStarted, TARGET } from './signals.js';

const groupOf = (model: FrpModel, name: string) => proxyOf(model, name).group;

describe('the group of a proxy, on frps', () => {
  const frps = (): FrpModel => {
    const model = newModel();
    model.apply(serverStarted(0));
    return model;
  };

  it('is what its API tells', () => {
    const model = frps();
    model.apply(answered(10, [proxyAnswer('one', { group: 'pool' }), proxyAnswer('alone')]));
    expect([groupOf(model, 'one'), groupOf(model, 'alone')]).toEqual(['pool', undefined]);
  });

  it('stays while the proxy is offline, of which frps has no config', () => {
    const model = frps();
    model.apply(answered(10, [proxyAnswer('one', { group: 'pool' })]));
    model.apply(answered(20, [proxyAnswer('one', { online: false, group: undefined })]));
    expect(proxyOf(model, 'one')).toMatchObject({ state: 'offline', group: 'pool' });
  });

  it('is another one, or none, when it comes back so', () => {
    const model = frps();
    model.apply(answered(10, [proxyAnswer('one', { group: 'pool' })]));
    model.apply(answered(20, [proxyAnswer('one', { group: 'lake' })]));
    expect(groupOf(model, 'one')).toBe('lake');
    model.apply(answered(30, [proxyAnswer('one')]));
    expect(groupOf(model, 'one')).toBeUndefined();
  });

  it('is cut where it is too long for a label', () => {
    const model = frps();
    model.apply(answered(10, [proxyAnswer('one', { group: 'p'.repeat(1_000) })]));
    expect(groupOf(model, 'one')).toBe('p'.repeat(255));
  });
});

describe('the group of a proxy, on frpc', () => {
  const config = (group: string) =>
    parseConfig(
      [
        'serverAddr = "frp.example"',
        'user = "ann"',
        '[[proxies]]',
        'name = "one"',
        'type = "tcp"',
        `loadBalancer.group = "${group}"`,
        '[[proxies]]',
        'name = "alone"',
        'type = "tcp"',
      ].join('\n'),
      'client',
    );
  const frpc = (): FrpModel => {
    const model = newModel();
    model.apply(clientStarted(0, { config: config('pool') }));
    model.apply(says(1, { kind: 'proxies.added', proxies: ['one', 'alone'] }));
    return model;
  };

  it('is what its config has', () => {
    const model = frpc();
    expect([groupOf(model, 'ann.one'), groupOf(model, 'ann.alone')]).toEqual(['pool', undefined]);
  });

  it('is another one once the config was read again', () => {
    const model = frpc();
    model.apply({ kind: 'config.read', time: 2, target: TARGET, config: config('lake') });
    expect(groupOf(model, 'ann.one')).toBe('lake');
  });

  it('stays where the config has the proxy no more: it ends as what it was', () => {
    const model = frpc();
    const without = parseConfig('serverAddr = "frp.example"\nuser = "ann"', 'client');
    model.apply({ kind: 'config.read', time: 2, target: TARGET, config: without });
    model.apply(says(3, { kind: 'proxies.removed', proxies: ['one', 'alone'] }));
    expect(proxyOf(model, 'ann.one')).toMatchObject({ group: 'pool', endedAt: 3 });
  });
});
