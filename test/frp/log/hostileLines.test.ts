import { describe, expect, it } from '@jest/globals';
import { errorTypeOf } from '../../../src/frp/errorType.js';
import { parseLogLine, stripColours } from '../../../src/frp/log/parseLogLine.js';
import { lineOf, TABLES } from './lineOf.js';

const SHORT = 4_096;
const LONG = 65_536;

const filled = (begin: string, repeated: string, end: string, length: number): string => {
  const room = length - begin.length - end.length;
  return begin + repeated.repeat(room / repeated.length + 1).slice(0, room) + end;
};

/** What goes through a string once, at the most, each time it is called. */
const SCANS = [
  'indexOf',
  'lastIndexOf',
  'includes',
  'startsWith',
  'endsWith',
  'slice',
  'split',
  'toLowerCase',
] as const;

/**
 * How often text is gone through. As often for a longer text means that the work grows with its length, and no faster; where
 * the cut of the last repetition falls makes a small difference.
 */
const scansOf = (work: () => void): number => {
  let count = 0;
  const originals = SCANS.map((name) => [name, String.prototype[name]] as const);
  for (const [name, original] of originals) {
    Object.defineProperty(String.prototype, name, {
      configurable: true,
      writable: true,
      value: function counted(this: string, ...args: unknown[]) {
        count += 1;
        return Reflect.apply(original, this, args);
      },
    });
  }
  try {
    work();
  } finally {
    for (const [name, value] of originals) {
      Object.defineProperty(String.prototype, name, { configurable: true, writable: true, value });
    }
  }
  return count;
};

/** The text of a row with 64 kB of something, in ways that make a reader try again and again. */
const HOSTILE: Readonly<Record<string, (text: string, length: number) => string>> = {
  ...Object.fromEntries(
    ['[', '] ', ' ', '0', '[a] ', '\u0130', 'A'].map((repeated) => [
      `${JSON.stringify(repeated)} again and again in a field`,
      (text: string, length: number) => {
        const line = lineOf(text);
        const middle = line.indexOf(']') === -1 ? line.length : line.indexOf(']');
        return filled(line.slice(0, middle), repeated, line.slice(middle), length);
      },
    ]),
  ),
  'its line again and again, without its end': (text, length) => filled('', lineOf(text).slice(0, -1), '\0', length),
  'its line again and again after a name': (text, length) => filled('[', `] ${afterPrefix(lineOf(text))}`, '', length),
  'its first words again and again after a name': (text, length) =>
    filled('[', `] ${afterPrefix(text).split('{')[0]}`, '', length),
};
const afterPrefix = (text: string): string => text.replace(/^\[[^\]]*\] /, '');

describe('64 kB of hostile text', () => {
  describe.each(Object.entries(TABLES))('for %s', (_, { rows, read }) => {
    it.each(Object.entries(HOSTILE))(
      '%s: no row makes it go through the text 16 times as often as 4 kB, nor even twice',
      (_, line) => {
        for (const { text } of rows) {
          const [short = 0, long = Infinity] = [SHORT, LONG].map((length) => scansOf(() => read(line(text, length))));
          if (long > 2 * short) expect([text, long]).toEqual([text, short]);
        }
      },
    );
  });

  it('would show a reader that goes through it once for each bracket', () => {
    const perBracket = (text: string): void => {
      for (let at = text.indexOf(']'); at !== -1; at = text.indexOf(']', at + 1)) text.includes('x');
    };
    const counts = [SHORT, LONG].map((length) => scansOf(() => perBracket(']'.repeat(length))));
    expect(counts).toEqual([2 * SHORT + 1, 2 * LONG + 1]);
  });
});

/** The least time of a few runs, in milliseconds: what else the machine does only adds to it. */
const leastTime = (work: () => void): number => {
  const times = Array.from({ length: 5 }, () => {
    const before = performance.now();
    work();
    return performance.now() - before;
  });
  return Math.min(...times);
};

describe('64 kB of hostile text as the head of a line', () => {
  it.each([
    ['', '\x1b[0', ''],
    ['', '\x1b[0000000000000000', ''],
    ['', '\x1b[0m', ''],
    ['', '2026-11-21 10:37:49.148 [I] [', ''],
    ['2026-11-21 10:37:49.148 [I] [', 'a:1', ''],
    ['2026-11-21 10:37:49.148 [I] [', '1', ':1] x'],
    ['2026-11-21 10:37:49.148 [I] [a/b.go:', '1', '] x'],
    ['2026-11-21 10:37:49.148 [I] [a/b.go:1] [reqid: ', 'a] [', ''],
  ])('given %j and %j again and again, 16 times 4 kB take about 16 times as long', (begin, repeated, end) => {
    const timeOf = (length: number): number => {
      const lines = Array.from({ length: 50 }, () => filled(begin, repeated, end, length));
      return leastTime(() => {
        for (const line of lines) {
          errorTypeOf(line);
          parseLogLine(stripColours(line));
        }
      });
    };
    timeOf(SHORT);
    // Quadratic work would take 256 times as long.
    expect(timeOf(LONG) / timeOf(SHORT)).toBeLessThan(100);
  });
});
