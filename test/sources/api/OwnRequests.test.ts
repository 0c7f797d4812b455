import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { OwnRequests } from '../../../src/sources/api/OwnRequests.js';

const PATH = '/api/v2/proxies';
const T0 = 1_000_000;

let requests: OwnRequests;
beforeEach(() => {
  requests = new OwnRequests();
});

describe('OwnRequests', () => {
  it('claims one line of each kind for each request of ours', () => {
    requests.sending(PATH, T0);
    expect(requests.claim('api.request', PATH, T0)).toBe(true);
    expect(requests.claim('api.request', PATH, T0)).toBe(false);
    expect(requests.claim('api.response', PATH, T0)).toBe(true);
    expect(requests.claim('api.response', PATH, T0)).toBe(false);
  });

  it('leaves the lines of others: more than we sent, and other paths', () => {
    requests.sending(PATH, T0);
    requests.sending(PATH, T0);
    const claimed = [1, 2, 3].map(() => requests.claim('api.request', PATH, T0));
    expect(claimed).toEqual([true, true, false]);
    expect(requests.claim('api.response', '/api/v2/clients', T0)).toBe(false);
  });

  it('waits for no line of a request that never came to frps', () => {
    requests.sending(PATH, T0);
    requests.notLogged(PATH);
    expect(requests.claim('api.request', PATH, T0)).toBe(false);
    expect(requests.claim('api.response', PATH, T0)).toBe(false);
  });

  it('takes back one request only', () => {
    requests.sending(PATH, T0);
    requests.sending(PATH, T0);
    requests.notLogged(PATH);
    expect(requests.claim('api.request', PATH, T0)).toBe(true);
    expect(requests.claim('api.request', PATH, T0)).toBe(false);
  });

  it('stops waiting after ten minutes', () => {
    requests.sending(PATH, T0);
    expect(requests.claim('api.request', PATH, T0 + 599_999)).toBe(true);
    expect(requests.claim('api.response', PATH, T0 + 600_000)).toBe(false);
  });

  it('remembers no path that others ask for', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 20_000; index += 1) {
      expect2KibPath(index);
    }
    collectGarbage();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(10_000_000); // all of them would be 40 MB
    expect(requests.claim('api.request', PATH, T0)).toBe(false); // and it is alive still
  });

  const expect2KibPath = (index: number): void => {
    const path = Buffer.alloc(2_000, `/${index}`).toString('latin1');
    if (requests.claim('api.request', path, T0)) throw new Error('expected nobody to wait for it');
  };
});
