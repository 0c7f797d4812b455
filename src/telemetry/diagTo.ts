import { inspect } from 'node:util';
import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { diagLogLevelFromString } from '@opentelemetry/core';
import { SCOPE } from './scope.js';

/**
 * Has OpenTelemetry's diagnostics go to a function, at `OTEL_LOG_LEVEL`, WARN by default.
 *
 * @param say takes the level's name and what is said, in one text
 */
export const diagTo = (
  say: (level: string, words: string) => void,
  env: Readonly<Record<string, string | undefined>>,
): void => {
  const to =
    (level: string) =>
    (...details: unknown[]): void =>
      say(level, details.filter(isNews).map(detailText).join(' '));
  const logger: DiagLogger = {
    error: to('error'),
    warn: to('warning'),
    info: to('info'),
    debug: to('debug'),
    verbose: to('verbose'),
  };
  diag.setLogger(logger, { logLevel: diagLogLevelFromString(env.OTEL_LOG_LEVEL) ?? DiagLogLevel.WARN });
};

/** A component puts its name before what it says; ours is that of the program. */
const isNews = (detail: unknown): boolean => detail !== SCOPE.name;

/** An error in few words, anything else on one line. */
export const detailText = (detail: unknown): string => {
  if (detail instanceof Error) return detail.message || (detail as NodeJS.ErrnoException).code || detail.name;
  return typeof detail === 'string' ? detail : inspect(detail, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
};
