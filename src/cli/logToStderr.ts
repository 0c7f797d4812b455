import { inspect } from 'node:util';
import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { diagLogLevelFromString, setGlobalErrorHandler } from '@opentelemetry/core';
import { metricsFault, spansFault } from '../telemetry/exportFault.js';
import { SCOPE } from '../telemetry/scope.js';
import type { Io } from './Command.js';
import { exportFaultText } from './exportFault.js';

/** The three signals fail alike while a backend is down, at each of their exports. */
const SAY_AGAIN_MILLIS = 60_000;

/** What this package, and OpenTelemetry below it, say of themselves goes to stderr: `OTEL_LOG_LEVEL`, WARN by default. */
export const logToStderr = ({ stderr, env }: Pick<Io, 'stderr' | 'env'>): void => {
  let last = { text: '', time: 0 };
  const to =
    (level: string) =>
    (...details: unknown[]): void => {
      const said = details.filter(isNews).map(textOf).join(' ');
      const ofMetrics = metricsFault(said, env);
      const text = `frp-otel: ${level}: ${ofMetrics === undefined ? said : exportFaultText(ofMetrics)}\n`;
      const time = performance.now();
      if (text === last.text && time - last.time < SAY_AGAIN_MILLIS) return;
      last = { text, time };
      stderr.write(text);
    };
  const logger: DiagLogger = {
    error: to('error'),
    warn: to('warning'),
    info: to('info'),
    debug: to('debug'),
    verbose: to('verbose'),
  };
  diag.setLogger(logger, { logLevel: diagLogLevelFromString(env.OTEL_LOG_LEVEL) ?? DiagLogLevel.WARN });
  // The SDK's own handler gives the whole error with its stack as one line of JSON.
  setGlobalErrorHandler((error) => {
    const said = textOf(error);
    const isOfSpans = error instanceof Error && metricsFault(said, env) === undefined;
    diag.error(isOfSpans ? exportFaultText(spansFault(error, env)) : said);
  });
};

/** A component puts its name before what it says; ours is that of the program. */
const isNews = (detail: unknown): boolean => detail !== SCOPE.name;

const textOf = (detail: unknown): string => {
  if (detail instanceof Error) return detail.message || (detail as NodeJS.ErrnoException).code || detail.name;
  return typeof detail === 'string' ? detail : inspect(detail, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
};
