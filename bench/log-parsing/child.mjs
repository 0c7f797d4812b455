import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * Starts a module of this folder as a process with an IPC channel. What it says goes to `onMessage`.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {{ execArgv?: string[], env?: NodeJS.ProcessEnv }} [options]
 */
export function startModule(file, args = [], { execArgv = [], env = process.env } = {}) {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, args, { execArgv, env, stdio: ['ignore', 2, 2, 'ipc'] });
  const ended = once(child, 'exit');

  /** @returns {Promise<unknown>} what it says next */
  const nextMessage = () =>
    new Promise((resolve, reject) => {
      const cleanUp = () => {
        child.off('message', onMessage);
        child.off('exit', onExit);
      };
      /** @param {unknown} message */
      const onMessage = (message) => {
        cleanUp();
        resolve(message);
      };
      /** @param {number | null} code @param {string | null} signal */
      const onExit = (code, signal) => {
        cleanUp();
        reject(new Error(`${file} ended with ${signal ?? `exit code ${code}`} before it answered`));
      };
      child.on('message', onMessage).on('exit', onExit);
    });
  return {
    child,
    nextMessage,
    /** @param {string} message */
    ask: (message) => {
      const answer = nextMessage();
      child.send(message);
      return answer;
    },
    end: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
