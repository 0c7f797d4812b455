import { describe, expect, it } from '@jest/globals';
import { FrpApiError } from '../../../src/frp/api/FrpApiError.js';
import {
  readProxyHistory,
  readServerClients,
  readServerInfo,
  readServerProxies,
} from '../../../src/frp/api/serverApi.js';
import { fixtureBody } from '../fixture.js';

const item = (changed: object = {}, status: object = {}) => ({
  name: 'ssh',
  spec: { type: 'tcp' },
  status: { phase: 'online', todayTrafficIn: 1, todayTrafficOut: 2, curConns: 3, ...status },
  ...changed,
});
const page = (...items: unknown[]) => ({ data: { total: items.length, items } });
const info = (changed: object = {}, status: object = {}) => ({
  data: {
    version: '0.71.0',
    status: {
      clientCounts: 1,
      curConns: 2,
      totalTrafficIn: 3,
      totalTrafficOut: 4,
      proxyTypeCount: { tcp: 3 },
      ...status,
    },
    ...changed,
  },
});

describe('readServerInfo', () => {
  it('reads what frps 0.71.0 answered', () => {
    expect(readServerInfo(fixtureBody('reload.1-open.info.json'))).toStrictEqual({
      version: '0.71.0',
      clientCounts: 1,
      curConns: 1,
      today: { in: 1000, out: 1000 },
      proxyTypeCount: { tcp: 2 },
    });
  });

  it('given no proxy types, has none', () => {
    expect(readServerInfo(info({}, { proxyTypeCount: null })).proxyTypeCount).toEqual({});
    expect(readServerInfo(info({}, { proxyTypeCount: undefined })).proxyTypeCount).toEqual({});
  });

  it('given negative counts (frp #2574), gives 0', () => {
    const body = info({}, { clientCounts: -1, curConns: -7, proxyTypeCount: { tcp: -2, udp: 1 } });
    expect(readServerInfo(body)).toMatchObject({
      clientCounts: 0,
      curConns: 0,
      proxyTypeCount: { tcp: 0, udp: 1 },
    });
  });

  it('keeps of the proxy types only those that frp has, with a count', () => {
    const proxyTypeCount = JSON.parse('{"tcp":1,"hunter2":1,"udp":"many","http":1e400,"__proto__":{"stcp":1}}');
    expect(readServerInfo(info({}, { proxyTypeCount })).proxyTypeCount).toStrictEqual({ tcp: 1 });
  });

  it.each([
    ['the top', undefined],
    ['the top', null],
    ['the top', 'a page of HTML'],
    ['the top', []],
    ['data', { code: 404, msg: 'not found' }],
    ['data', { data: null }],
    ['data.version', info({ version: 71 })],
    ['data.version', info({ version: 'v'.repeat(65) })],
    ['data.status', info({ status: null })],
    ['data.status.clientCounts', info({}, { clientCounts: '1' })],
    ['data.status.curConns', info({}, { curConns: null })],
    ['data.status.totalTrafficIn', info({}, { totalTrafficIn: -1 })],
    ['data.status.totalTrafficOut', info({}, { totalTrafficOut: 2 ** 53 })],
    ['data.status.proxyTypeCount', info({}, { proxyTypeCount: 'many' })],
  ])('given a body that is wrong at %s, says so: %j', (place, body) => {
    const read = () => readServerInfo(body);
    expect(read).toThrow(FrpApiError);
    expect(read).toThrow(new RegExp(`^unexpected answer at ${place}: `));
  });
});

describe('readServerProxies', () => {
  it('reads what frps 0.71.0 answered while a connection was open', () => {
    const common = { type: 'tcp', online: true, yesterday: undefined, sinceStart: undefined, group: undefined };
    const { proxies, ...rest } = readServerProxies(fixtureBody('reload.1-open.proxies.json'));
    expect(rest).toEqual({ total: 2, count: 2, malformed: 0 });
    expect(proxies).toEqual([
      expect.objectContaining({ ...common, name: 'echo', today: { in: 1000, out: 1000 }, curConns: 0 }),
      expect.objectContaining({ ...common, name: 'extra', today: { in: 0, out: 0 }, curConns: 1 }),
    ]);
  });

  it('reads user, client, port and group', () => {
    const { proxies } = readServerProxies(fixtureBody('api-v2.proxies.json'));
    const seen = proxies.map(({ name, type, user, clientId, remotePort, group }) => [
      ...[name, type, user, clientId],
      ...[typeof remotePort, group],
    ]);
    expect(seen).toEqual([
      ['alice.web', 'http', 'alice', 'laptop', 'undefined', undefined],
      ['alice.secret', 'stcp', 'alice', 'laptop', 'undefined', undefined],
      ['alice.files', 'tcp', 'alice', 'laptop', 'number', undefined],
      ['alice.member', 'tcp', 'alice', 'laptop', 'number', 'pool'],
      ['alice.my "home"\\ ssh/é', 'tcp', 'alice', 'laptop', 'number', undefined],
      ['alice.ssh', 'tcp', 'alice', 'laptop', 'number', undefined],
    ]);
  });

  it('reads a removed proxy: offline with its connection still open, then with its bytes counted', () => {
    const extra = (step: string) => readServerProxies(fixtureBody(`reload.${step}.proxies.json`)).proxies[1];
    expect(extra('2-removed')).toMatchObject({ online: false, today: { in: 0, out: 0 }, curConns: 1 });
    expect(extra('3-counted')).toMatchObject({ online: false, today: { in: 500, out: 500 }, curConns: 0 });
  });

  it('given no items, has none', () => {
    const none = { total: 0, count: 0, proxies: [], malformed: 0 };
    expect(readServerProxies({ data: { total: 0, items: null } })).toEqual(none);
    expect(readServerProxies({ data: { total: 0 } })).toEqual(none);
  });

  it('given a negative number of connections (frp #2574), gives 0', () => {
    expect(readServerProxies(page(item({}, { curConns: -1 }))).proxies[0]?.curConns).toBe(0);
  });

  it('takes the type from the spec, else from the item, else has none', () => {
    const types = readServerProxies(
      page(item({ type: 'udp' }), item({ spec: null, type: 'udp' }), item({ spec: undefined })),
    ).proxies.map(({ type }) => type);
    expect(types).toEqual(['tcp', 'udp', '']);
  });

  it('keeps nothing else of a body: no spec, no metadata', () => {
    const spec = {
      type: 'tcp',
      tcp: { metadatas: { token: 'hunter2' }, loadBalancer: { group: 'g', groupKey: 'hunter2' } },
    };
    const { proxies } = readServerProxies(page(item({ spec })));
    expect(proxies).toHaveLength(1);
    expect(JSON.stringify(proxies)).not.toContain('hunter2');
  });

  it.each<[what: string, wrong: unknown]>([
    ['null', null],
    ['a text', 'ssh'],
    ['without a name', item({ name: null })],
    ['of an empty name', item({ name: '' })],
    ['without a status', item({ status: undefined })],
    ['of a phase that is none', item({}, { phase: 1 })],
    ['with bytes as text', item({}, { todayTrafficIn: '1' })],
    ['with less than no bytes', item({}, { todayTrafficOut: -1 })],
    ['with half a byte', item({}, { todayTrafficOut: 0.5 })],
    ['with more bytes than a number is exact for', item({}, { todayTrafficIn: 2 ** 53 })],
    ['with endless bytes', JSON.parse(JSON.stringify(item()).replace('"todayTrafficIn":1', '"todayTrafficIn":1e999'))],
    ['of a long type', item({ spec: { type: 't'.repeat(17) } })],
  ])('leaves out and counts an item %s, and reads the others', (_what, wrong) => {
    const read = readServerProxies(page(item({ name: 'a' }), wrong, item({ name: 'b' })));
    expect(read.proxies.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(read).toMatchObject({ total: 3, count: 3, malformed: 1 });
  });

  it('reads an item without the port or group that it cannot read', () => {
    const spec = { type: 'tcp', tcp: { remotePort: 70_000, loadBalancer: 'pool' } };
    expect(readServerProxies(page(item({ spec, user: 7 }))).proxies).toMatchObject([
      { name: 'ssh', remotePort: undefined, group: undefined, user: undefined },
    ]);
  });

  it.each([
    ['data.items', { data: { total: 1, items: { 0: item() } } }],
    ['data.total', { data: { total: -1, items: [] } }],
    ['data.total', { data: { total: 1.5, items: [] } }],
  ])('given a body that is wrong at %s, says so and quotes nothing of it', (place, body) => {
    const read = () => readServerProxies(body);
    expect(read).toThrow(FrpApiError);
    expect(read).toThrow(new RegExp(`^unexpected answer at ${place}: (Invalid input: expected \\w+|Too small)`));
  });
});

describe('readServerClients', () => {
  it('reads what frps 0.71.0 answered', () => {
    const { clients, ...rest } = readServerClients(fixtureBody('api-routes.frps-v2-clients.200.json'));
    expect(rest).toEqual({ total: 1, count: 1, malformed: 0 });
    expect(clients).toEqual([
      {
        key: expect.stringMatching(/^[0-9a-f]{16}$/),
        user: '',
        clientId: clients[0]?.key, // frps gives the run id of a client without a clientID
        runId: clients[0]?.key,
        version: '0.71.0',
        hostname: expect.any(String),
        address: '127.0.0.1',
        online: true,
        connectedAt: expect.any(Number),
        disconnectedAt: undefined,
      },
    ]);
    expect(new Date(clients[0]?.connectedAt ?? 0).getFullYear()).toBe(2026);
  });

  it('leaves out and counts clients that cannot be read', () => {
    const client = { key: 'a.b', online: true };
    const body = page(
      client,
      { ...client, online: 'yes' },
      { ...client, key: undefined },
      { ...client, lastConnectedAt: -1 },
    );
    expect(readServerClients(body)).toMatchObject({ clients: [{ key: 'a.b', connectedAt: undefined }], malformed: 3 });
  });
});

describe('readProxyHistory', () => {
  it('reads the last two days of what frps 0.71.0 answered, which is oldest first', () => {
    expect(readProxyHistory(fixtureBody('api-routes.frps-v2-traffic.200.json'))).toEqual({
      today: { in: 1000, out: 1000 },
      yesterday: { in: 0, out: 0 },
    });
    const history = [5, 4, 3].map((bytes) => ({ date: '', trafficIn: bytes, trafficOut: bytes * 10 }));
    expect(readProxyHistory({ data: { unit: 'bytes', granularity: 'day', history } })).toEqual({
      today: { in: 3, out: 30 },
      yesterday: { in: 4, out: 40 },
    });
  });

  it.each([
    ['data.history', { unit: 'bytes', granularity: 'day', history: [{ trafficIn: 1, trafficOut: 1 }] }],
    ['data.granularity', { unit: 'bytes', granularity: 'hour', history: [] }],
    [
      'data.history.0.trafficIn',
      { unit: 'bytes', granularity: 'day', history: [{ trafficIn: -1, trafficOut: 1 }, {}] },
    ],
  ])('given a body that is wrong at %s, says so', (place, data) => {
    expect(() => readProxyHistory({ data })).toThrow(new RegExp(`^unexpected answer at ${place}: `));
  });
});
