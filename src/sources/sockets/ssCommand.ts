import type { SourceState } from '../../model/FrpSignal.js';
import { systemPath } from '../programPath.js';
import type { SourceReport } from '../Source.js';

/** Where `ss` looks: our own network, or that of a process. */
export interface NetworkPlace {
  /** A process of another network, which `nsenter` (util-linux) enters. */
  readonly pid?: number | undefined;
}

/** tcp, internal information, numeric, no header, one line each, extended. */
const OPTIONS = '-tinHOe';

/**
 * The words that run `ss` there.
 *
 * @param withRemains also TIME-WAIT, which the kernel keeps for a minute of a socket that was closed on this side first
 */
export const ssCommand = (
  place: NetworkPlace,
  filter: string,
  withRemains: boolean,
): readonly [program: string, ...args: string[]] =>
  inNetwork(place, ['ss', OPTIONS, ...(withRemains ? ['state', 'connected'] : []), filter]);

/**
 * The same, for sockets that are destroyed, as it happens. `ss` writes to a pipe in blocks of 4 KiB, some 8 sockets: `stdbuf`
 * (coreutils) makes it lines.
 */
export const ssEventsCommand = (place: NetworkPlace, filter: string): readonly [program: string, ...args: string[]] =>
  inNetwork(place, ['stdbuf', '-oL', 'ss', `${OPTIONS}E`, filter]);

const inNetwork = (
  { pid }: NetworkPlace,
  command: [string, ...string[]],
): readonly [program: string, ...args: string[]] =>
  pid === undefined ? command : ['nsenter', `--net=/proc/${pid}/ns/net`, ...command];

/** Its words are those of the C locale. */
export const ssEnvironment = (): NodeJS.ProcessEnv => ({ PATH: systemPath(), LC_ALL: 'C' });

/** What it takes, by what the programs said. */
const REMEDIES: readonly (readonly [said: RegExp, state: SourceState, remedy: string])[] = [
  // ENOBUFS: the kernel's buffer was full. ss 6.1 ends then.
  [/No buffer space/, 'degraded', 'more connections ended than could be read'],
  [/nsenter.*(not permitted|denied)/, 'degraded', 'its network is another one: to look into it needs CAP_SYS_ADMIN'],
  [/nsenter.*(not found|ENOENT)/, 'off', 'install util-linux (nsenter)'],
  [/stdbuf.*(not found|ENOENT)/, 'off', 'install coreutils (stdbuf)'],
  [/ENOENT|not found|failed to (run|execute)/, 'off', 'install iproute2 (ss)'],
  [/invalid option|unrecognized option/, 'off', 'install iproute2 5.2 or newer'],
];

/** What went wrong, with what to do where that is known. */
export const ssFault = (said: string): SourceReport => {
  const quoted = said.trim().split('\n')[0]?.slice(0, 200);
  const known = REMEDIES.find(([pattern]) => pattern.test(said));
  return known === undefined ? ['degraded', `ss failed: ${quoted}`] : [known[1], `${known[2]}: ${quoted}`];
};
