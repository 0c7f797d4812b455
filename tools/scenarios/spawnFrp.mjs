import { spawn } from 'node:child_process';

/**
 * Starts frps or frpc.
 *
 * @param {string} program
 * @param {string} config its path from the folder that it runs in
 * @param {{ cwd: string, maxOpenFiles?: number | undefined }} options
 */
export const spawnFrp = (program, config, { cwd, maxOpenFiles }) => {
  const command = [program, '-c', config];
  // Go raises the soft limit to the hard one (os/rlimit.go): `ulimit -n` sets both.
  const limited = ['/bin/sh', '-c', `ulimit -n ${maxOpenFiles}; exec "$0" "$@"`, ...command];
  const [file = '', ...args] = maxOpenFiles === undefined ? command : limited;
  // A session of its own: SIGSTOP of a process in an orphaned process group kills it.
  return spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
};
