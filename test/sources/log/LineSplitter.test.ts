import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { LineSplitter } from '../../../src/sources/log/LineSplitter.js';

const split = (maxLength: number, chunks: readonly Uint8Array[], { end = true } = {}) => {
  const lines: string[] = [];
  const cuts: number[] = [];
  const splitter = new LineSplitter({
    maxLength,
    onLine: (text) => void lines.push(text),
    onCut: (dropped) => void cuts.push(dropped),
  });
  for (const chunk of chunks) splitter.write(chunk);
  if (end) splitter.end();
  return { lines, cuts };
};
const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('LineSplitter', () => {
  it('gives each line without its newline, however the stream is cut into chunks', () => {
    const stream = bytes('first\nsecond\n\nfourth\n');
    for (let size = 1; size <= stream.length; size += 1) {
      const chunks = Array.from({ length: Math.ceil(stream.length / size) }, (_, index) =>
        stream.subarray(index * size, (index + 1) * size),
      );
      expect(split(100, chunks)).toEqual({ lines: ['first', 'second', '', 'fourth'], cuts: [] });
    }
  });

  it.each(['é', '隧', '🚇'])('puts %s together again when its bytes come one by one', (character) => {
    const chunks = [...bytes(`[${character}]\n`)].map((byte) => Uint8Array.of(byte));
    expect(split(100, chunks).lines).toEqual([`[${character}]`]);
  });

  it('gives bytes that are not UTF-8 as replacement characters', () => {
    expect(split(100, [Uint8Array.of(0x61, 0xff, 0x62, 0x0a)]).lines).toEqual(['a\ufffdb']);
  });

  it('takes \\r\\n for one line ending, also when they come apart, and keeps a \\r elsewhere', () => {
    expect(split(100, [bytes('a\r'), bytes('\nb\rc\r\n')]).lines).toEqual(['a', 'b\rc']);
  });

  it('waits for the newline: half a line is none yet', () => {
    expect(split(100, [bytes('whole\nhal')], { end: false }).lines).toEqual(['whole']);
  });

  it('gives what is pending when the stream is over', () => {
    expect(split(100, [bytes('whole\nhalf')]).lines).toEqual(['whole', 'half']);
  });

  it('gives a character that the end cuts in two as a replacement character', () => {
    expect(split(100, [bytes('é').subarray(0, 1)]).lines).toEqual(['\ufffd']);
  });

  it('gives nothing at the end of a stream that ended with a newline, or was empty', () => {
    expect(split(100, [bytes('a\n')]).lines).toEqual(['a']);
    expect(split(100, []).lines).toEqual([]);
  });

  it('counts what it cuts off, once per line, before the line', () => {
    const told: (string | number)[] = [];
    const splitter = new LineSplitter({
      maxLength: 4,
      onLine: (text) => void told.push(text),
      onCut: (dropped) => void told.push(dropped),
    });
    splitter.write(bytes('12345'));
    splitter.write(bytes('678\n1234\nabcdefgh'));
    splitter.end();
    expect(told).toEqual([4, '1234', '1234', 4, 'abcd']);
  });

  it('keeps no more of a 10 MB line than its limit', () => {
    const lines: string[] = [];
    const cuts: number[] = [];
    const splitter = new LineSplitter({
      maxLength: 16_384,
      onLine: (text) => void lines.push(text),
      onCut: (dropped) => void cuts.push(dropped),
    });
    const chunk = Buffer.alloc(65_536, 'x');
    const before = process.memoryUsage().heapUsed;
    for (let sent = 0; sent < 10_485_760; sent += chunk.length) splitter.write(chunk);
    // Two bytes a character would be 20 MB; what the decoder makes and drops on the way is less than this.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(15_000_000);
    splitter.write(bytes('\nnext\n'));
    expect(lines).toEqual(['x'.repeat(16_384), 'next']);
    expect(cuts).toEqual([10_485_760 - 16_384]);
  });

  it('given names of 20 characters that somebody keeps, keeps little more than them', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const kept: string[] = [];
    const splitter = new LineSplitter({
      maxLength: 16_384,
      onLine: (text) => void (text.startsWith('name') && kept.push(text.slice(0, 20))),
      onCut: () => {},
    });
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 1_000; index += 1) {
      splitter.write(bytes(`name ${'0123456789'.repeat(2)}\n${'x'.repeat(65_000)}\n`));
    }
    collectGarbage();
    expect(kept).toHaveLength(1_000);
    // All that was read is 65 MB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(10_000_000);
  });
});
