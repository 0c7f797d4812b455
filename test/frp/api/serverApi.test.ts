import { describe, expect, it } from '@jest/globals';
import { FrpApiError, readServerInfo, readServerProxies } from '../../../src/frp/api/serverApi.js';
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
    status: { clientCounts: 1, curConns: 2, proxyTypeCount: { tcp: 3 }, ...status },
    ...changed,
  },
});

describe('readServerInfo', () => {
  it('reads what frps 0.71.0 answered', () => {
    expect(readServerInfo(fixtureBody('reload.1-open.info.json'))).toStrictEqual({
      version: '0.71.0',
      clientCounts: 1,
      curConns: 1,
      proxyTypeCount: { tcp: 2 },
    });
    expect(readServerInfo(fixtureBody('reload.5-lost.info.json'))).toStrictEqual({
      version: '0.71.0',
      clientCounts: 0,
      curConns: 0,
      proxyTypeCount: { tcp: 0 },
    });
  });

  it('given no proxy types, has none', () => {
    expect(readServerInfo(info({}, { proxyTypeCount: null })).proxyTypeCount).toEqual({});
    expect(readServerInfo(info({}, { proxyTypeCount: undefined })).proxyTypeCount).toEqual({});
  });

  it('given negative counts (frp #2574), gives 0', () => {
    const body = info({}, { clientCounts: -1, curConns: -7, proxyTypeCount: { tcp: -2, udp: 1 } });
    expect(readServerInfo(body)).toEqual({
      version: '0.71.0',
      clientCounts: 0,
      curConns: 0,
      proxyTypeCount: { tcp: 0, udp: 1 },
    });
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
    ['data.status.proxyTypeCount.tcp', info({}, { proxyTypeCount: { tcp: 'many' } })],
  ])('given a body that is wrong at %s, says so: %j', (place, body) => {
    const read = () => readServerInfo(body);
    expect(read).toThrow(FrpApiError);
    expect(read).toThrow(new RegExp(`^unexpected answer at ${place}: `));
  });
});

describe('readServerProxies', () => {
  it('reads what frps 0.71.0 answered while a connection was open', () => {
    expect(readServerProxies(fixtureBody('reload.1-open.proxies.json'))).toStrictEqual({
      total: 2,
      proxies: [
        { name: 'echo', type: 'tcp', online: true, todayTrafficIn: 1000, todayTrafficOut: 1000, curConns: 0 },
        { name: 'extra', type: 'tcp', online: true, todayTrafficIn: 0, todayTrafficOut: 0, curConns: 1 },
      ],
    });
  });

  it('reads a removed proxy: offline with its connection still open, then with its bytes counted', () => {
    const extra = (step: string) => readServerProxies(fixtureBody(`reload.${step}.proxies.json`)).proxies[1];
    expect(extra('2-removed')).toEqual({
      name: 'extra',
      type: 'tcp',
      online: false,
      todayTrafficIn: 0,
      todayTrafficOut: 0,
      curConns: 1,
    });
    expect(extra('3-counted')).toEqual({
      name: 'extra',
      type: 'tcp',
      online: false,
      todayTrafficIn: 500,
      todayTrafficOut: 500,
      curConns: 0,
    });
  });

  it('given no items, has none', () => {
    expect(readServerProxies({ data: { total: 0, items: null } })).toEqual({ total: 0, proxies: [] });
    expect(readServerProxies({ data: { total: 0 } })).toEqual({ total: 0, proxies: [] });
  });

  it('given a negative number of connections (frp #2574), gives 0', () => {
    expect(readServerProxies(page(item({}, { curConns: -1 }))).proxies[0]?.curConns).toBe(0);
  });

  it('takes the type from the spec, else from the item, else has none', () => {
    const types = readServerProxies(
      page(item({ type: 'udp' }), item({ spec: null, type: 'udp' }), item({ spec: undefined }), item({ phase: 'x' })),
    ).proxies.map(({ type }) => type);
    expect(types).toEqual(['tcp', 'udp', '', 'tcp']);
  });

  it('keeps nothing else of a body: no spec, no metadata', () => {
    const spec = { type: 'tcp', tcp: { metadatas: { token: 'hunter2' }, loadBalancer: { groupKey: 'hunter2' } } };
    expect(JSON.stringify(readServerProxies(page(item({ spec }))))).not.toContain('hunter2');
  });

  it.each([
    ['data.items.0', page(null)],
    ['data.items.1', page(item(), 'ssh')],
    ['data.items', { data: { total: 1, items: { 0: item() } } }],
    ['data.total', { data: { total: -1, items: [] } }],
    ['data.total', { data: { total: 1.5, items: [] } }],
    ['data.items.0.name', page(item({ name: null }))],
    ['data.items.0.status', page(item({ status: undefined }))],
    ['data.items.0.status.phase', page(item({}, { phase: 1 }))],
    ['data.items.0.status.todayTrafficIn', page(item({}, { todayTrafficIn: '1' }))],
    ['data.items.0.status.todayTrafficOut', page(item({}, { todayTrafficOut: -1 }))],
    ['data.items.0.spec.type', page(item({ spec: { type: 't'.repeat(17) } }))],
  ])('given a body that is wrong at %s, says so', (place, body) => {
    const read = () => readServerProxies(body);
    expect(read).toThrow(FrpApiError);
    expect(read).toThrow(new RegExp(`^unexpected answer at ${place}: `));
  });

  it('quotes nothing of the body in an error', () => {
    const body = page(item({ name: 'hunter2' }, { phase: { hunter2: 'hunter2' }, curConns: 'hunter2' }));
    expect(() => readServerProxies(body)).toThrow(
      /^unexpected answer at data\.items\.0\.status\.phase: Invalid input: expected string, received object$/,
    );
  });
});
