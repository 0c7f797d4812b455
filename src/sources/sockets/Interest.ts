import type { SocketReading } from '../../model/FrpSignal.js';
import type { SourceReport } from '../Source.js';
import type { SsLine } from './parseSsLine.js';
import type { InterestingPorts } from './ssFilter.js';

/** Which sockets are connections of a process's proxies; each role has its own way to tell. */
export interface Interest {
  readonly hop: SocketReading['hop'];
  readonly ports: InterestingPorts;
  /**
   * Looks again at what is of interest.
   *
   * @throws what keeps it from that, such as EMFILE
   */
  readonly find: () => Promise<SourceReport>;
  /** How the other end is reported; undefined where the socket's addresses are of no interest. */
  readonly peerOf: (line: SsLine) => string | undefined;
  /**
   * Of open sockets that were not known to be the process's: those that are. Their addresses are of interest.
   *
   * @throws what keeps us from knowing, such as EMFILE
   */
  readonly owned: (lines: readonly SsLine[]) => Promise<readonly SsLine[]>;
  /** Of a socket that has ended and was not known: the kernel does not tell any more who held it. */
  readonly ownedAtEnd: (line: SsLine) => 'yes' | 'no' | 'unknown';
}

/** What keeps us from looking, which may pass. */
export const lookFailed = (error: unknown): SourceReport => {
  const { code, message } = error as NodeJS.ErrnoException;
  return ['degraded', `which sockets are its own cannot be looked at (${code ?? message})`];
};

/** The process's files are another user's. */
export const notPermitted = (pid: number): SourceReport => [
  'degraded',
  `which sockets are its own is not to be seen in /proc/${pid}/fd: run as its user or as root`,
];
