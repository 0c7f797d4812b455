import { describe, expect, it } from '@jest/globals';
import { readClientStatus } from '../../../src/frp/api/clientApi.js';
import { FrpApiError } from '../../../src/frp/api/FrpApiError.js';
import { fixtureBody } from '../fixture.js';

const item = (changed: object = {}) => ({ name: 'ssh', type: 'tcp', status: 'running', ...changed });

describe('readClientStatus', () => {
  it.each([
    ['0.52.3', 'alice.'],
    ['0.61.2', 'alice.'],
    ['0.71.0', ''],
  ])('reads what frpc %s answered; names are bare since 0.68', (version, prefix) => {
    const { items, malformed } = readClientStatus(fixtureBody('api-client.status.json', version));
    expect(malformed).toBe(0);
    const by = (name: string) => items.find((proxy) => proxy.name === prefix + name);
    expect(items.map(({ name, type, phase }) => `${name} ${type} ${phase}`).sort()).toEqual([
      `${prefix}files tcp running`,
      `${prefix}member tcp running`,
      `${prefix}my "home"\\ ssh/é tcp running`,
      `${prefix}secret stcp running`,
      `${prefix}sick tcp new`,
      `${prefix}ssh tcp running`,
      `${prefix}taken tcp start_error`,
      `${prefix}web http running`,
    ]);
    expect(by('taken')).toMatchObject({ error: 'port already used', remoteAddress: '' });
    expect(by('files')).toMatchObject({ error: '', plugin: 'static_file', localAddress: '' });
    expect(by('ssh')).toMatchObject({
      localAddress: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      remoteAddress: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      plugin: '',
    });
  });

  it('given {}, which frpc says while it is not connected, has no proxy', () => {
    expect(readClientStatus({})).toEqual({ items: [], malformed: 0 });
  });

  it.each([
    ['new', 'new'],
    ['wait start', 'wait_start'],
    ['start error', 'start_error'],
    ['running', 'running'],
    ['check failed', 'check_failed'],
    ['closed', 'closed'],
  ])('gives "%s" as %s', (status, phase) => {
    expect(readClientStatus({ tcp: [item({ status })] }).items).toMatchObject([{ phase }]);
  });

  it('leaves out and counts what is no proxy, and reads the others', () => {
    const body = {
      tcp: [item(), item({ status: 'constructor' }), item({ name: '' }), null],
      udp: 'many',
      http: null,
      stcp: [item({ name: 'b', type: 'stcp', err: null })],
    };
    const { items, malformed } = readClientStatus(body);
    expect(items.map(({ name, error }) => [name, error])).toEqual([
      ['ssh', ''],
      ['b', ''],
    ]);
    expect(malformed).toBe(4);
  });

  it('cuts an error to 1,024 characters', () => {
    expect(readClientStatus({ tcp: [item({ err: 'x'.repeat(5_000) })] }).items[0]?.error).toHaveLength(1024);
  });

  it.each([null, [], 'hunter2', 7])('given %j, says that it is another body', (body) => {
    expect(() => readClientStatus(body)).toThrow(FrpApiError);
    expect(() => readClientStatus(body)).toThrow(
      /^unexpected answer at the top: Invalid input: expected record, received \w+$/,
    );
  });
});
