import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { FrpApiError } from '../../../src/frp/api/FrpApiError.js';
import { metricKey, readTrafficMetrics } from '../../../src/frp/api/readTrafficMetrics.js';

const recorded = (version: string): string =>
  readFileSync(new URL(`../../fixtures/frp-${version}/api-metrics.txt`, import.meta.url), 'utf8');
const metrics = (...lines: string[]): string => ['frp_server_client_counts 1', ...lines, ''].join('\n');
const sample = (name: string, value: string, direction = 'in'): string => {
  const escaped = name.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return `frp_server_traffic_${direction}{name="${escaped}",type="tcp"} ${value}`;
};

describe('readTrafficMetrics', () => {
  it.each(['0.52.3', '0.61.2', '0.71.0'])('reads the counters of frps %s, and no other metric', (version) => {
    expect([...readTrafficMetrics(recorded(version))]).toEqual([
      ['tcp alice.my "home"\\ ssh/é', { in: 2_000_000, out: 2_000_000 }],
      ['tcp alice.ssh', { in: 1000, out: 1000 }],
    ]);
  });

  it('gives 0 for the direction that has no counter', () => {
    expect(readTrafficMetrics(metrics(sample('a', '7', 'out'))).get('tcp a')).toEqual({ in: 0, out: 7 });
  });

  it('tells proxies of one name and two types apart', () => {
    const udp = 'frp_server_traffic_in{type="udp",name="a"} 5';
    expect([...readTrafficMetrics(metrics(sample('a', '7'), udp)).keys()]).toEqual(['tcp a', 'udp a']);
  });

  it('reads any name that frps can be given, back from its escapes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.nat(), (name, value) => {
        const text = metrics(sample(name, String(value)), sample('other', '1'));
        expect(readTrafficMetrics(text).get(metricKey('tcp', name))?.in).toBe(value);
      }),
    );
  });

  it('a name that imitates a counter is a name', () => {
    const name = 'x"} 1\nfrp_server_traffic_in{name="ssh",type="tcp"} 999';
    expect([...readTrafficMetrics(metrics(sample(name, '5'))).keys()]).toEqual([`tcp ${name}`]);
  });

  it.each([
    ['1.234567e+06', 1_234_567],
    ['9.007199254740991e+15', Number.MAX_SAFE_INTEGER],
    ['5 1795267484000', 5],
  ])('reads %s as %d', (written, value) => {
    expect(readTrafficMetrics(metrics(sample('a', written))).get('tcp a')).toEqual({ in: value, out: 0 });
  });

  it.each(['NaN', '+Inf', '-1', '0.5', '9.007199254740993e+15', '1e400', '', '0x10', '1 2 3'])(
    'cannot read %j, in whichever direction: then the proxy has no counter',
    (written) => {
      const read = (...lines: string[]) => readTrafficMetrics(metrics(...lines));
      const both = read(sample('a', '5'), sample('a', written, 'out'), sample('b', written), sample('b', '5', 'out'));
      expect([...both]).toEqual([
        ['tcp a', undefined],
        ['tcp b', undefined],
      ]);
    },
  );

  it.each([
    ['nothing', ''],
    ['HTML', '<html>frp_server_client_counts 1</html>'],
    ['the metrics of another program', 'go_goroutines 7\nfrp_server_traffic_in{name="a",type="tcp"} 1\n'],
    ['a counter without a name', metrics('frp_server_traffic_in{type="tcp"} 1')],
    ['a counter cut off', metrics('frp_server_traffic_in{name="a",ty')],
    ['a label of 64 kB', metrics(sample('a'.repeat(65_536), '1'))],
  ])('given %s, says that it is not frps’s', (_what, text) => {
    expect(() => readTrafficMetrics(text)).toThrow(FrpApiError);
  });

  it('given any text, throws nothing but FrpApiError', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'frp_server_traffic_in{',
        'frp_server_client_counts 1\n',
        'name="',
        '\\',
        '"',
        '} 1\n',
        'type="tcp"',
        ',',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        try {
          readTrafficMetrics(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(FrpApiError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('reads 100,000 proxies', () => {
    const many = metrics(...Array.from({ length: 100_000 }, (_, index) => sample(`proxy-${index}`, '1e+06')));
    const began = performance.now();
    expect(readTrafficMetrics(many).size).toBe(100_000);
    expect(performance.now() - began).toBeLessThan(3_000); // about 0.2 s; minutes if it were quadratic
  });

  it('a label without an end takes no more than linear time', () => {
    const line = `frp_server_traffic_in{name="${'\\"'.repeat(16_000)}`;
    const began = performance.now();
    for (let index = 0; index < 200; index += 1) expect(() => readTrafficMetrics(metrics(line))).toThrow(FrpApiError);
    expect(performance.now() - began).toBeLessThan(3_000);
  });
});
