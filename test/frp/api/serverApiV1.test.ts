import { describe, expect, it } from '@jest/globals';
import { FrpApiError } from '../../../src/frp/api/FrpApiError.js';
import {
  readProxyHistory,
  readServerClients,
  readServerInfo,
  readServerProxies,
} from '../../../src/frp/api/serverApiV1.js';
import { fixtureBody } from '../fixture.js';

const VERSIONS = ['0.52.3', '0.61.2', '0.71.0'];
const item = (changed: object = {}) => ({
  name: 'ssh',
  conf: null,
  todayTrafficIn: 1,
  todayTrafficOut: 2,
  curConns: 3,
  status: 'online',
  ...changed,
});

describe.each(VERSIONS)('what frps %s answered', (version) => {
  it('tells of the server', () => {
    const info = readServerInfo(fixtureBody('api-routes.frps-v1-serverinfo.200.json', version));
    expect(info).toMatchObject({ version, clientCounts: 1, today: { in: 1000, out: 1000 } });
    expect(info.proxyTypeCount.tcp).toBeGreaterThan(0);
  });

  it('tells of its proxies, with port and group and without what is secret', () => {
    const { items, malformed } = readServerProxies(fixtureBody('api-v1.proxies-tcp.json', version), 'tcp');
    expect(malformed).toBe(0);
    const by = (name: string) => items.find((proxy) => proxy.name === name);
    expect(items.map(({ name }) => name).sort()).toEqual([
      'alice.files',
      'alice.member',
      'alice.my "home"\\ ssh/é',
      'alice.ssh',
    ]);
    expect(by('alice.ssh')).toEqual({
      name: 'alice.ssh',
      type: 'tcp',
      online: true,
      curConns: 0,
      today: { in: 1000, out: 1000 },
      yesterday: undefined,
      sinceStart: undefined,
      user: version === '0.71.0' ? 'alice' : undefined,
      clientId: version === '0.71.0' ? 'laptop' : undefined,
      remotePort: expect.any(Number),
      group: undefined,
    });
    expect(by('alice.member')?.group).toBe('pool');
    expect(JSON.stringify(items)).not.toContain('hunter2');
  });

  it('tells of those that are offline, of which it has no config', () => {
    const { items } = readServerProxies(fixtureBody('api-v1.proxies-tcp.offline.json', version), 'tcp');
    expect(items.find(({ name }) => name === 'alice.ssh')).toMatchObject({
      online: false,
      today: { in: 1000, out: 1000 },
      remotePort: undefined,
      group: undefined,
    });
  });

  it('tells what a proxy carried on each day, today first', () => {
    expect(readProxyHistory(fixtureBody('api-routes.frps-v1-traffic.200.json', version))).toEqual({
      today: { in: 1000, out: 1000 },
      yesterday: { in: 0, out: 0 },
    });
  });
});

describe('readServerProxies', () => {
  it.each<[what: string, wrong: unknown]>([
    ['null', null],
    ['without a name', item({ name: undefined })],
    ['with less than no bytes', item({ todayTrafficIn: -1 })],
    ['with bytes beyond what a number is exact for', item({ todayTrafficOut: 2 ** 53 })],
    ['without a status', item({ status: undefined })],
  ])('leaves out and counts an item %s', (_what, wrong) => {
    const { items, malformed } = readServerProxies({ proxies: [wrong, item({ name: 'b', curConns: -4 })] }, 'udp');
    expect(items).toMatchObject([{ name: 'b', type: 'udp', curConns: 0 }]);
    expect(malformed).toBe(1);
  });

  it('reads an item whose config it cannot read', () => {
    expect(readServerProxies({ proxies: [item({ conf: 'hunter2' })] }, 'tcp')).toMatchObject({
      items: [{ name: 'ssh', remotePort: undefined }],
      malformed: 0,
    });
  });

  it('given no list, has none; given something else, says so', () => {
    expect(readServerProxies({ proxies: null }, 'tcp')).toEqual({ items: [], malformed: 0 });
    expect(() => readServerProxies({ proxies: 'hunter2' }, 'tcp')).toThrow(
      new FrpApiError('unexpected answer at proxies: Invalid input: expected array, received string'),
    );
  });
});

describe('readServerClients', () => {
  it('reads a client of frps 0.71.0 that has gone: without a run id, with the second in which it went', () => {
    const { items } = readServerClients(fixtureBody('api-v1.clients.offline.json'));
    expect(items).toMatchObject([{ key: 'alice.laptop', user: 'alice', clientId: 'laptop', runId: '', online: false }]);
    const { connectedAt = 0, disconnectedAt = 0 } = items[0] ?? {};
    expect(disconnectedAt - connectedAt).toBeGreaterThan(0);
    expect(disconnectedAt - connectedAt).toBeLessThan(60_000);
  });

  it('given an empty list or null, has none', () => {
    expect(readServerClients([])).toEqual({ items: [], malformed: 0 });
    expect(readServerClients(null)).toEqual({ items: [], malformed: 0 });
  });
});

describe('readProxyHistory', () => {
  it('gives index 1 as the day before', () => {
    expect(readProxyHistory({ trafficIn: [1, 2, 3], trafficOut: [4, 5, 6] })).toEqual({
      today: { in: 1, out: 4 },
      yesterday: { in: 2, out: 5 },
    });
  });

  it.each([
    ['trafficIn', { trafficIn: [1], trafficOut: [1, 2] }],
    ['trafficOut', { trafficIn: [1, 2] }],
    ['trafficIn.1', { trafficIn: [1, null], trafficOut: [1, 2] }],
  ])('given a body that is wrong at %s, says so', (place, body) => {
    expect(() => readProxyHistory(body)).toThrow(new RegExp(`^unexpected answer at ${place}: `));
  });
});
