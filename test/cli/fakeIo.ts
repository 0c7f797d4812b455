import { Writable } from 'node:stream';
import type { Io } from '../../src/cli/Command.js';

/** Keeps what a command prints. */
export const fakeIo = (env: Io['env'] = {}): { io: Io; printed: { stdout: string; stderr: string } } => {
  const printed = { stdout: '', stderr: '' };
  const to = (name: 'stdout' | 'stderr'): Writable =>
    new Writable({
      write: (chunk, _, done) => {
        printed[name] += chunk;
        done();
      },
    });
  return { io: { stdout: to('stdout'), stderr: to('stderr'), env }, printed };
};
