import { describe, expect, it } from '@jest/globals';
import { parseSsLine } from '../../../src/sources/sockets/parseSsLine.js';
import { isUnclear, readSocket } from '../../../src/sources/sockets/readSocket.js';
import { lineOf, recorded } from './recorded.js';

const visitor = (name: string) => readSocket(lineOf(name, 'frps'), 'visitor', 'a');
const service = (name: string) => readSocket(lineOf(name, 'frpc'), 'service', 'b');

describe('readSocket', () => {
  it('counts from the visitor to the service and back, whichever end the process has', () => {
    const [toService, , fromVisitor] = recorded('open').flatMap((text) => parseSsLine(text) ?? []);
    if (toService === undefined || fromVisitor === undefined) throw new Error('no lines');
    expect(readSocket(toService, 'service', 'localhost:17080')).toEqual({
      id: '1187',
      hop: 'service',
      port: 51346,
      peer: 'localhost:17080',
      in: 500,
      out: 500,
      segmentsIn: 4,
      segmentsOut: 3,
      roundTrip: 0.000024,
    });
    expect(readSocket(fromVisitor, 'visitor', '[::1]:39482')).toMatchObject({
      port: 17022,
      in: 123456,
      out: 123456,
      segmentsIn: 9,
      segmentsOut: 7,
    });
  });

  it.each([
    ['ended.service-first', 700, 700],
    ['ended.slow-service', 800, 800],
    ['ended.visitor-reset', 900, 900],
    ['ended.no-service', 0, 0],
    ['ended.stopped', 1000, 0],
    ['stopped', 0, 0],
  ])("of frps's socket in %s: %i bytes in, %i out", (name, bytesIn, bytesOut) => {
    expect(visitor(name)).toMatchObject({ in: bytesIn, out: bytesOut });
  });

  it.each([
    ['ended.service-first', 700, 700],
    ['ended.visitor-reset', 900, 900],
    ['ended.stopped', 1000, 0],
  ])("of frpc's socket in %s: %i bytes in, %i out", (name, bytesIn, bytesOut) => {
    expect(service(name)).toMatchObject({ in: bytesIn, out: bytesOut });
  });

  it('takes off no FIN that came when the process had closed, and the socket was gone', () => {
    const line = lineOf('ended.slow-service', 'frpc');
    expect(isUnclear(line, 'service')).toBe(true);
    expect(readSocket(line, 'service', 'b', true)).toMatchObject({ in: 800, out: 800 });
    expect(readSocket(line, 'service', 'b', false)).toMatchObject({ in: 800, out: 799 });
  });

  it.each([
    ['the other end closed first', 'ended.service-first', 'frpc', true],
    ['its FIN is unread', 'ended.service-first', 'frps', false],
    ['it was reset', 'ended.visitor-reset', 'frps', false],
    ['nothing was received', 'ended.no-service', 'frps', false],
    ['it is open', 'stopped', 'frps', false],
  ] as const)('needs to know who closed first or not where %s', (_, name, side, expected) => {
    expect(isUnclear(lineOf(name, side), side === 'frps' ? 'visitor' : 'service')).toBe(expected);
  });

  it('counts a byte once that was sent again', () => {
    const line = { ...lineOf('ended.service-first', 'frps'), bytesSent: 1_400, bytesRetrans: 700 };
    expect(readSocket(line, 'visitor', 'a').out).toBe(700);
  });

  it('does not count the FIN that was read while the socket is still open', () => {
    const line = { ...lineOf('stopped', 'frps'), unread: 0 };
    expect(readSocket(line, 'visitor', 'a').in).toBe(1_000);
    expect(readSocket({ ...line, state: 'ESTAB', bytesReceived: 1_000 }, 'visitor', 'a').in).toBe(1_000);
  });
});
