import { execFile } from 'node:child_process';

export interface ProgramEnd {
  /** Undefined where there is no such program. */
  readonly code: number | undefined;
  /** What it printed, on stdout and then on stderr. */
  readonly output: string;
}

const LIMIT_MILLIS = 60_000;

/**
 * Runs a program to its end, a minute at the most.
 *
 * @throws Error when it was ended by a signal, or cannot be run though it is there
 */
export const runProgram = (file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<ProgramEnd> =>
  new Promise((resolve, reject) => {
    execFile(file, args, { env, timeout: LIMIT_MILLIS, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim();
      if (error === null) resolve({ code: 0, output });
      else if (typeof error.code === 'number') resolve({ code: error.code, output });
      else if ((error.code as unknown) === 'ENOENT') resolve({ code: undefined, output });
      else reject(new Error(`${file}: expected it to end by itself, ${error.signal ?? error.code}: ${output}`));
    });
  });
