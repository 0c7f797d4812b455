import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../src/frp/config/parseConfig.js';
import { servicesOfClient } from '../../../src/sources/sockets/servicesOfClient.js';

const proxy = (name: string, type: string, lines = ''): string =>
  `[[proxies]]\nname = "${name}"\ntype = "${type}"\nlocalPort = 22\n${lines}\n`;
/** As this machine might know them; `slow` is being looked up. */
const HOSTS: Readonly<Record<string, readonly string[] | undefined>> = {
  localhost: ['127.0.0.1', '::1', '127.0.0.1'],
  'nowhere.invalid': [],
  slow: undefined,
};
const addressesOf = (host: string) => (host in HOSTS ? HOSTS[host] : [host]);
const servicesOf = (...proxies: string[]) => servicesOfClient(parseConfig(proxies.join(''), 'client'), addressesOf);

describe('servicesOfClient', () => {
  it.each(['tcp', 'http', 'https', 'tcpmux', 'stcp'])('knows the service of a proxy of type %s', (type) => {
    const extra = ['http', 'https', 'tcpmux'].includes(type) ? 'customDomains = ["a.test"]' : '';
    const { addresses, report } = servicesOf(proxy('a', type, extra));
    expect([...addresses]).toEqual([['127.0.0.1:22', '127.0.0.1:22']]);
    expect(report).toEqual(['ok']);
  });

  it.each([
    ['udp', ''],
    ['sudp', ''],
    ['xtcp', ''],
    ['tcp', '[proxies.plugin]\ntype = "static_file"\nlocalPath = "/srv"'],
    ['tcp', 'enabled = false'],
  ])('knows none of a proxy of type %s %s', (type, extra) => {
    expect(servicesOf(proxy('a', type, extra)).addresses.size).toBe(0);
  });

  it.each([
    ['a name by each of its addresses', 'localhost', '127.0.0.1:22', 'localhost:22'],
    ['the address to which an unspecified one leads', '0.0.0.0', '127.0.0.1:22', '0.0.0.0:22'],
    ['IPv6 in brackets', '::1', '[::1]:22', '[::1]:22'],
  ])("finds %s, and reports it in the config's words", (_, localIP, address, service) => {
    expect(servicesOf(proxy('a', 'tcp', `localIP = "${localIP}"`)).addresses.get(address)).toBe(service);
  });

  it('says which proxies share a service', () => {
    const { report } = servicesOf(proxy('a', 'tcp'), proxy('b', 'stcp'));
    expect(report).toEqual(['ok', '2 proxies share 127.0.0.1:22 (a, b): their bytes are not told apart']);
  });

  it('names three of many that share a service', () => {
    const { report } = servicesOf(...['a', 'b', 'c', 'd', 'e'].map((name) => proxy(name, 'tcp')));
    expect(report[1]).toBe('5 proxies share 127.0.0.1:22 (a, b, c, and 2 more): their bytes are not told apart');
  });

  it('says where a service has two names', () => {
    const { report } = servicesOf(proxy('a', 'tcp'), proxy('b', 'tcp', 'localIP = "0.0.0.0"'));
    expect(report).toEqual(['ok', '0.0.0.0:22 is 127.0.0.1:22 as well: what goes there counts for the latter']);
  });

  it('says whose health checks are among the connections', () => {
    const { report } = servicesOf(proxy('a', 'tcp', 'healthCheck.type = "tcp"'));
    expect(report).toEqual(['ok', 'health checks of 127.0.0.1:22 are connections as any other (a)']);
  });

  it('is degraded by a name that means nothing here, and goes on with the others', () => {
    const { addresses, report } = servicesOf(proxy('a', 'tcp', 'localIP = "nowhere.invalid"'), proxy('b', 'tcp'));
    expect([...addresses.keys()]).toEqual(['127.0.0.1:22']);
    expect(report).toEqual(['degraded', 'nowhere.invalid:22 cannot be resolved (a)', true]);
  });

  it('is degraded while a name is being looked up, and goes on with the others', () => {
    const { addresses, report } = servicesOf(proxy('a', 'tcp', 'localIP = "slow"'), proxy('b', 'tcp'));
    expect([...addresses.keys()]).toEqual(['127.0.0.1:22']);
    expect(report).toEqual(['degraded', 'slow:22 is being resolved (a)', true]);
  });
});
