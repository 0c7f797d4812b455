import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseSsLine } from '../../../src/sources/sockets/parseSsLine.js';
import { lineOf, recorded } from './recorded.js';

describe('parseSsLine', () => {
  it('reads what the kernel counts of an open socket', () => {
    expect(parseSsLine(recorded('open')[1] ?? '')).toEqual({
      id: '1188',
      state: 'ESTAB',
      unread: 0,
      localPort: 51358,
      peer: '127.0.0.1:17080',
      peerPort: 17080,
      inode: 1218862,
      hasCounters: true,
      bytesSent: 123456,
      bytesRetrans: 0,
      bytesAcked: 123457,
      bytesReceived: 123456,
      segmentsIn: 7,
      segmentsOut: 10,
      rtt: 0.104,
    });
  });

  it('writes the other end as frps logs it', () => {
    const peers = recorded('open').flatMap((text) => parseSsLine(text)?.peer ?? []);
    expect(peers).toEqual(['127.0.0.1:17080', '127.0.0.1:17080', '[::1]:39482', '127.0.0.1:46918']);
  });

  it.each([
    ['fe80::1%eth0 inside the brackets', '[fe80::1%eth0]:51234', '[fe80::1]:51234'],
    ['fe80::1%eth0 behind the brackets', '[fe80::1]%eth0:51234', '[fe80::1]:51234'],
    ['an address that only begins like an IPv4 one', '[::ffff:0:1]:51234', '[::ffff:0:1]:51234'],
  ])('knows %s', (_, written, peer) => {
    expect(parseSsLine(`ESTAB 0 0 [::1]:22 ${written} ino:7 sk:a cwnd:10`)?.peer).toBe(peer);
  });

  it('knows what is left of a closed socket from one that counts', () => {
    expect(lineOf('half-closed', 'frpc')).toMatchObject({ state: 'FIN-WAIT-2', hasCounters: false, inode: 0 });
    expect(lineOf('stopped', 'frps')).toMatchObject({ state: 'CLOSE-WAIT', hasCounters: true, unread: 1001 });
  });

  it('has no peer of a socket that was disconnected', () => {
    const line = parseSsLine('UNCONN 0      65538  127.0.0.1:17090 127.0.0.1:*     ino:0 sk:37 rto:1000 cwnd:10');
    expect(line).toMatchObject({ localPort: 17090, peerPort: 0, bytesReceived: 0 });
  });

  it('names a socket by its ends where ss prints no cookie', () => {
    expect(parseSsLine('ESTAB 0 0 [::ffff:10.0.0.1]:22 10.0.0.2:51234 ino:7 cwnd:10')?.id).toBe(
      '10.0.0.1:22>10.0.0.2:51234',
    );
  });

  it.each([
    '',
    'State Recv-Q Send-Q Local Address:Port Peer Address:Port',
    'Cannot open netlink socket: Protocol not supported',
    '0      0      127.0.0.1:51346 127.0.0.1:17080 timer:(timewait,57sec,0) ino:0 sk:1187',
  ])('refuses %j', (text) => {
    expect(parseSsLine(text)).toBeUndefined();
  });

  it('never throws, and never counts below 0, whatever comes', () => {
    const line = fc.constantFrom(...recorded('open'), ...recorded('ended.visitor-first'));
    const cut = fc
      .tuple(line, fc.nat(400), fc.nat(20), fc.string())
      .map(([text, from, length, put]) => text.slice(0, from) + put + text.slice(from + length));
    fc.assert(
      fc.property(fc.oneof(cut, fc.string()), (text) => {
        const parsed = parseSsLine(text);
        if (parsed === undefined) return;
        for (const value of Object.values(parsed))
          if (typeof value === 'number') expect(value).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
