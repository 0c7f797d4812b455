/** Rows of a table of tunnels: Grafana draws each, and a server can have ten thousand. */
export const ROWS = 500;

/**
 * Those in the worst state, as far as a table has rows. What else the row says is asked `and` of these.
 *
 * @param stateNumber the number of the state of each
 */
export const worstOf = (stateNumber: string): string => `topk(${ROWS}, ${stateNumber})`;
