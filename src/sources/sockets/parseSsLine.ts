/** One TCP socket as `ss -tinHOe` (iproute2) prints it. */
export interface SsLine {
  /** The kernel's cookie; its two ends where `ss` prints none. */
  readonly id: string;
  /** `ESTAB`, `CLOSE-WAIT`, …; `UNCONN` of one that is destroyed. */
  readonly state: string;
  /** Received and not read by the process; a FIN counts as one byte. */
  readonly unread: number;
  readonly localPort: number;
  /** Normalised: no `::ffff:`, no zone, IPv6 in brackets. Port 0 where it has no peer. */
  readonly peer: string;
  readonly peerPort: number;
  /** 0 of a socket that no process holds any more. */
  readonly inode: number;
  /** False for what is left of a closed socket (TIME-WAIT, FIN-WAIT-2 of no process): it counts nothing. */
  readonly hasCounters: boolean;
  readonly bytesSent: number;
  readonly bytesRetrans: number;
  /** The SYN of the end that dialled and an own FIN are one byte each. */
  readonly bytesAcked: number;
  /** The FIN of the other end is one byte. */
  readonly bytesReceived: number;
  readonly segmentsIn: number;
  readonly segmentsOut: number;
  /** Milliseconds, smoothed. */
  readonly rtt: number | undefined;
}

/** State, Recv-Q, Send-Q, local and peer address, and the rest. */
const COLUMNS =
  /^([A-Z][A-Z0-9-]{1,15}) +(\d{1,10}) +(\d{1,10}) +(\S{1,80}):(\d{1,5}|\*) +(\S{1,80}):(\d{1,5}|\*)(?= |$)/;

/** @returns undefined for a line that is not of this form */
export const parseSsLine = (line: string): SsLine | undefined => {
  const columns = COLUMNS.exec(line);
  if (columns === null) return undefined;
  const [head, state = '', unread, , localHost = '', localPort, peerHost = '', peerPort] = columns;
  const text = line.slice(head.length);
  const local = portNumber(localPort);
  const port = portNumber(peerPort);
  const peer = `${normalisedHost(peerHost)}:${port}`;
  return {
    id: wordOf(text, 'sk') ?? `${normalisedHost(localHost)}:${local}>${peer}`,
    state,
    unread: Number(unread),
    localPort: local,
    peer,
    peerPort: port,
    inode: countOf(text, 'ino'),
    hasCounters: wordOf(text, 'cwnd') !== undefined,
    bytesSent: countOf(text, 'bytes_sent'),
    bytesRetrans: countOf(text, 'bytes_retrans'),
    bytesAcked: countOf(text, 'bytes_acked'),
    bytesReceived: countOf(text, 'bytes_received'),
    segmentsIn: countOf(text, 'segs_in'),
    segmentsOut: countOf(text, 'segs_out'),
    rtt: positive(Number.parseFloat(wordOf(text, 'rtt') ?? '')),
  };
};

/** `ss` brackets an IPv6 address, writes the zone inside or behind, and keeps IPv4 of a dual-stack socket as `::ffff:`. */
const normalisedHost = (host: string): string => {
  const bare = host.replace(/%[^\]]*/, '').replace(/^\[(.*)\]$/, '$1');
  const mapped = bare.replace(/^::ffff:(?=[\d.]+$)/, '');
  return mapped.includes(':') ? `[${mapped}]` : mapped;
};

const portNumber = (port: string | undefined): number => (port === '*' ? 0 : Number(port));

/** The value of ` key:value`. */
const wordOf = (text: string, key: string): string | undefined => {
  const at = text.indexOf(` ${key}:`);
  if (at === -1) return undefined;
  const from = at + key.length + 2;
  const to = text.indexOf(' ', from);
  return to === -1 ? text.slice(from) : text.slice(from, to);
};

/** `ss` leaves out what is 0. */
const countOf = (text: string, key: string): number => {
  const count = Number(wordOf(text, key) ?? 0);
  return Number.isFinite(count) && count > 0 ? count : 0;
};

const positive = (value: number): number | undefined => (value > 0 ? value : undefined);
