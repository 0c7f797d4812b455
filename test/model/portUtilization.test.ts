import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../src/frp/config/parseConfig.js';
import { countPorts, portUtilization } from '../../src/model/portUtilization.js';

const holder = (type: string, port: number | undefined, active = true) => ({ type, port, active });

describe('the share of allowed ports in use', () => {
  it('is that of tcp or of udp, whichever is fuller, since frps has a pool of each', () => {
    const proxies = [holder('tcp', 6000), holder('udp', 6000), holder('udp', 6001), holder('udp', 6002)];
    expect(portUtilization(4, proxies)).toBe(0.75);
    expect(portUtilization(4, proxies.slice(0, 2))).toBe(0.25);
  });

  it('counts a port of a group once, and none of who is offline, has no port or takes none of the pools', () => {
    const group = [holder('tcp', 6000), holder('tcp', 6000)];
    const others = [holder('tcp', 6001, false), holder('tcp', undefined), holder('http', 8080), holder('stcp', 6002)];
    expect(portUtilization(10, [...group, ...others])).toBe(0.1);
    expect(portUtilization(10, [])).toBe(0);
  });

  it('is never over 1', () => {
    expect(portUtilization(1, [holder('tcp', 1), holder('tcp', 2)])).toBe(1);
  });
});

describe('the number of allowed ports', () => {
  it.each([
    [[], 0],
    [
      [
        { start: 2000, end: 3000 },
        { start: 3001, end: 3001 },
      ],
      1002,
    ],
    [
      [
        { start: 10, end: 20 },
        { start: 15, end: 25 },
        { start: 12, end: 13 },
        { start: 20, end: 20 },
      ],
      16,
    ],
    [[{ start: 0, end: 70_000 }], 65_535],
    [[{ start: 65_536, end: 70_000 }], 0],
    [[{ start: 30, end: 20 }], 0],
  ])('of %j is %d', (ranges, count) => {
    expect(countPorts(ranges)).toBe(count);
  });

  it.each([
    ['allowPorts = [{ start = 2000, end = 3000 }, { single = 3001 }]', 'frps.toml'],
    ['[common]\nallow_ports = 2000-3000,3001', 'frps.ini'],
  ])('is read of %j', (text) => {
    expect(countPorts(parseConfig(text, 'server').allowPorts)).toBe(1002);
  });
});
