import { type CommandOption, UsageError } from './Command.js';

const DEFAULT_SECONDS = 5;

/** `--interval` of every command that looks again and again. */
export const INTERVAL_OPTION = {
  type: 'string',
  value: 'SECONDS',
  help: `between two looks, 0.1 to 300; ${DEFAULT_SECONDS} by default`,
} as const satisfies CommandOption;

/**
 * @returns milliseconds
 * @throws UsageError
 */
export const readInterval = (text = String(DEFAULT_SECONDS)): number => {
  const seconds = Number(text);
  if (seconds >= 0.1 && seconds <= 300) return Math.round(seconds * 1_000);
  throw new UsageError(`--interval: expected seconds from 0.1 to 300, found ${JSON.stringify(text)}`);
};
