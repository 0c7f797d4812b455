import { readFileSync } from 'node:fs';
import { parseSsLine, type SsLine } from '../../../src/sources/sockets/parseSsLine.js';

/** Lines that a real `ss` printed, of test/fixtures/ss-6.1. */
export const recorded = (name: string): string[] =>
  readFileSync(new URL(`../../fixtures/ss-6.1/${name}.txt`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');

/** The one line of a file that is of frps's socket (its own port) or of frpc's (its peer's). */
export const lineOf = (name: string, side: 'frps' | 'frpc'): SsLine => {
  const lines = recorded(name).flatMap((text) => parseSsLine(text) ?? []);
  const found = lines.filter(({ localPort, peerPort }) => (side === 'frps' ? localPort === 17022 : peerPort === 17080));
  const [line] = found;
  if (line === undefined || found.length > 1) throw new Error(`${found.length} lines of ${side} in ${name}`);
  return line;
};
