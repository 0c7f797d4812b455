import { connect } from 'node:net';

const PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name cannot be looked up now',
};

/** Why nobody takes connections at the host and port of a URL; undefined where somebody does. */
export const connectionProblem = (
  { protocol, hostname, port }: URL,
  timeoutMillis: number,
): Promise<string | undefined> =>
  new Promise((resolve) => {
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const socket = connect({ host, port: Number(port) || (protocol === 'https:' ? 443 : 80) });
    // Not the socket's own: that begins when the name has been looked up.
    const deadline = setTimeout(() => end(`no answer within ${timeoutMillis} ms`), timeoutMillis);
    const end = (problem?: string): void => {
      clearTimeout(deadline);
      socket.destroy();
      resolve(problem);
    };
    socket.on('connect', () => end());
    socket.on('error', ({ code = 'unknown fault' }: NodeJS.ErrnoException) =>
      end(PROBLEMS[code] ?? `it cannot be connected to (${code})`),
    );
  });
