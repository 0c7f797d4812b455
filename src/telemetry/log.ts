import { diag } from '@opentelemetry/api';
import { SCOPE } from './scope.js';

type Say = (message: string, ...details: unknown[]) => void;

const logger = diag.createComponentLogger({ namespace: SCOPE.name });

/** The program's diag logger may throw: that is its fault, and must not become an exception out of our timers. */
const harmless =
  (say: Say): Say =>
  (message, ...details) => {
    try {
      say(message, ...details);
    } catch {
      // there is nobody left to tell
    }
  };

/** Where this package speaks of itself; the program decides with `diag.setLogger` whether anybody hears it. */
export const log = {
  error: harmless((message, ...details) => logger.error(message, ...details)),
  warn: harmless((message, ...details) => logger.warn(message, ...details)),
  info: harmless((message, ...details) => logger.info(message, ...details)),
} as const;
