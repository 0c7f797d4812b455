import { describe, expect, it } from '@jest/globals';
import type { FrpModel } from '../../src/model/FrpModel.js';
import {
  answered,
  clientAnswer,
  clientConfig,
  clientStarted,
  clientsAnswered,
  newModel,
  proxyAnswer,
  proxyOf,
  says,
  serverStarted,
  TARGET,
} from './signals.js';

const RUN = '4d541f33a8163a5b';
const frps = (): FrpModel => {
  const model = newModel();
  model.apply(serverStarted(0));
  return model;
};
const started = (time: number, proxy: string) => says(time, { kind: 'proxy.started', proxy, type: 'tcp' }, RUN);
const ownerOf = (model: FrpModel, name: string) => {
  const { user, clientId } = proxyOf(model, name);
  return [user, clientId];
};

describe('whose a proxy is, on frps', () => {
  it('tells the API with the proxy, where it does', () => {
    const model = frps();
    model.apply(answered(10, [proxyAnswer('ann.ssh', { user: 'ann', clientId: 'laptop' }), proxyAnswer('web')]));
    expect([ownerOf(model, 'ann.ssh'), ownerOf(model, 'web')]).toEqual([
      ['ann', 'laptop'],
      [undefined, undefined],
    ]);
  });

  it('tells the API with the client, of the proxies that its session has and of those that come', () => {
    const model = frps();
    model.apply(started(1, 'ann.ssh'));
    model.apply(clientsAnswered(10, clientAnswer(RUN, { user: 'ann', clientId: '' })));
    model.apply(started(11, 'ann.web'));
    expect([ownerOf(model, 'ann.ssh'), ownerOf(model, 'ann.web')]).toEqual([
      ['ann', undefined],
      ['ann', undefined],
    ]);
  });

  it('stays as it was told while nobody tells, and changes with who is told', () => {
    const model = frps();
    model.apply(answered(10, [proxyAnswer('ssh', { user: 'ann' })]));
    model.apply(answered(20, [proxyAnswer('ssh')]));
    expect(ownerOf(model, 'ssh')).toEqual(['ann', undefined]);
    model.apply(answered(30, [proxyAnswer('ssh', { user: 'bob', clientId: 'x' })]));
    expect(ownerOf(model, 'ssh')).toEqual(['bob', 'x']);
  });

  it('is not guessed from a name, which may have a dot without a user', () => {
    const model = frps();
    model.apply(started(1, 'www.example.com'));
    expect(ownerOf(model, 'www.example.com')).toEqual([undefined, undefined]);
  });
});

describe('whose a proxy is, on frpc', () => {
  it('says its config, also one that was read again', () => {
    const model = newModel();
    model.apply(clientStarted(0, { config: { ...clientConfig('ssh'), user: 'ann', clientID: 'laptop' } }));
    model.apply(says(1, { kind: 'proxies.added', proxies: ['ssh'] }));
    expect(ownerOf(model, 'ann.ssh')).toEqual(['ann', 'laptop']);
    const config = { ...clientConfig('ssh'), user: 'ann', clientID: 'desktop' };
    model.apply({ kind: 'config.read', time: 2, target: TARGET, config });
    expect(ownerOf(model, 'ann.ssh')).toEqual(['ann', 'desktop']);
  });
});
