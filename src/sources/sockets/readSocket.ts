import type { SocketReading } from '../../model/FrpSignal.js';
import type { SsLine } from './parseSsLine.js';

type Hop = SocketReading['hop'];

/** States in which the other end's FIN has come in. */
const AFTER_PEERS_FIN = new Set(['CLOSE-WAIT', 'LAST-ACK', 'CLOSING']);

/** The SYN that opened it, as counted in `bytes_acked`: frpc dials the service, frps is dialled by the visitor. */
const OWN_SYN: Readonly<Record<Hop, number>> = { visitor: 0, service: 1 };

/** What the process sent, without what was sent again. */
const sentBytes = (line: SsLine): number => Math.max(0, line.bytesSent - line.bytesRetrans);

/** The process closed its side, and the other end acknowledged that. */
const isOwnFinAcknowledged = (line: SsLine, hop: Hop): boolean => line.bytesAcked > sentBytes(line) + OWN_SYN[hop];

/**
 * Whether it takes to know who closed first to count what the process read of a destroyed socket: see {@link readSocket}.
 */
export const isUnclear = (line: SsLine, hop: Hop): boolean =>
  line.state === 'UNCONN' && line.unread === 0 && line.bytesReceived > 0 && isOwnFinAcknowledged(line, hop);

/**
 * Bytes that the process sent and read. What waits in its receive queue is not read yet: frp counts what it reads.
 *
 * The FIN of the other end is in `bytes_received`, and in Recv-Q until it is read: it is to be taken off only where nothing is
 * unread. An open socket's state says whether it came. A destroyed one is `UNCONN` whatever it was (Linux 6.18):
 * - it ended in order, the other end first: the FIN came and was read;
 * - the process closed first, and the other end with its answer to that: the FIN is unread;
 * - the process closed first, and the other end later: the kernel goes on without the socket, which has seen no FIN;
 * - it was reset, and our own FIN, if any, not acknowledged: no FIN, or, when the other end closed before, one too many here.
 *
 * @param peer the other end, as it is reported
 * @param closedFirst of a destroyed socket, whether the process closed before the other end did
 */
export const readSocket = (line: SsLine, hop: Hop, peer: string, closedFirst = false): SocketReading => {
  const isFinRead =
    line.unread === 0 &&
    (line.state === 'UNCONN' ? isUnclear(line, hop) && !closedFirst : AFTER_PEERS_FIN.has(line.state));
  const sent = sentBytes(line);
  const read = Math.max(0, line.bytesReceived - line.unread - Number(isFinRead));
  const counts = { id: line.id, hop, port: line.localPort, peer, roundTrip: line.rtt && line.rtt / 1000 };
  return hop === 'visitor'
    ? { ...counts, in: read, out: sent, segmentsIn: line.segmentsIn, segmentsOut: line.segmentsOut }
    : { ...counts, in: sent, out: read, segmentsIn: line.segmentsOut, segmentsOut: line.segmentsIn };
};
