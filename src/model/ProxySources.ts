/** How much is seen of the connections: each one, those at least that were open at a look, or none. */
export type SocketsSeen = 'all' | 'some' | 'none';

/** Which sources a proxy's numbers come from now. */
export interface ProxySources {
  /** Whether the log is read, also what goes well. */
  readonly seesLog: () => boolean;
  readonly seesSockets: () => SocketsSeen;
  /** As {@link Subject.isNews}. */
  readonly isNews: () => boolean;
}
