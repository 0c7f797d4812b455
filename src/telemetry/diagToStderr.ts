import { inspect } from 'node:util';
import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { diagLogLevelFromString } from '@opentelemetry/core';
import { SCOPE } from './scope.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** While a backend is down, every export fails alike. */
const SAY_AGAIN_MILLIS = 60_000;

/**
 * Has OpenTelemetry's diagnostics heard where nobody else in the program is there to hear them: on stderr, a line each, at
 * `OTEL_LOG_LEVEL`, WARN by default. A logger that the program sets later takes its place; one that is set stays.
 */
export const diagToStderr = (env: Environment): void => {
  // The API has no public way to tell: this is its global registry.
  const globals = globalThis as Record<symbol, { readonly diag?: unknown } | undefined>;
  if (globals[Symbol.for('opentelemetry.js.api.1')]?.diag !== undefined) return;
  let last = { text: '', time: 0 };
  const to =
    (level: string) =>
    (...details: unknown[]): void => {
      const said = details
        .filter((detail) => detail !== SCOPE.name)
        .map(textOf)
        .join(' ');
      if (said.startsWith(OVERRIDE)) return;
      const text = `${SCOPE.name}: ${level}: ${said}\n`;
      const time = performance.now();
      if (text === last.text && time - last.time < SAY_AGAIN_MILLIS) return;
      last = { text, time };
      process.stderr.write(text);
    };
  const logger: DiagLogger = {
    error: to('error'),
    warn: to('warning'),
    info: to('info'),
    debug: to('debug'),
    verbose: to('verbose'),
  };
  diag.setLogger(logger, { logLevel: diagLogLevelFromString(env.OTEL_LOG_LEVEL) ?? DiagLogLevel.WARN });
};

/** The API tells the old logger, with a stack, that the program has set one of its own: as it should. */
const OVERRIDE = 'Current logger will be overwritten';

const textOf = (detail: unknown): string => {
  if (detail instanceof Error) return detail.message || detail.name;
  return typeof detail === 'string' ? detail : inspect(detail, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
};
