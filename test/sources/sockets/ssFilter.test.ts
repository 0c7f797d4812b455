import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ssFilter } from '../../../src/sources/sockets/ssFilter.js';

const filter = (local: number[], peer: number[] = []): string | undefined =>
  ssFilter({ local: new Set(local), peer: new Set(peer) });

/** What the expression says of a port, read back. */
const fits = (expression: string, side: string, port: number): boolean =>
  [...expression.matchAll(new RegExp(`${side} (?:= :(\\d+)|>= :(\\d+) and ${side} <= :(\\d+))`, 'g'))].some(
    ([, only, first, last]) =>
      only === undefined ? Number(first) <= port && port <= Number(last) : port === Number(only),
  );

describe('ssFilter', () => {
  it('asks for own ports and for those of the other end', () => {
    expect(filter([443], [22, 8080])).toBe('( sport = :443 or dport = :22 or dport = :8080 )');
  });

  it('takes neighbours together', () => {
    expect(filter([6000, 6001, 6002, 7000])).toBe('( ( sport >= :6000 and sport <= :6002 ) or sport = :7000 )');
  });

  it('is none without ports', () => {
    expect(filter([])).toBeUndefined();
  });

  it('closes the narrowest gaps where there would be more than 32 ranges', () => {
    const ports = Array.from({ length: 32 }, (_, index) => 1_000 + index * 100);
    expect(filter([...ports, 1_050])).toMatch(/^\( \( sport >= :1000 and sport <= :1\d00 \) or/);
  });

  it('has all ports asked for, in no more than 32 ranges', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 65_535 }), { minLength: 1, maxLength: 300 }), (ports) => {
        const expression = filter([], ports) ?? '';
        expect(ports.filter((port) => !fits(expression, 'dport', port))).toEqual([]);
        expect(expression.split(' or ').length).toBeLessThanOrEqual(32);
      }),
    );
  });
});
