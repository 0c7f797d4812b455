import { diag } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { detailText, diagTo } from '../telemetry/diagTo.js';
import { metricsFault, spansFault } from '../telemetry/exportFault.js';
import type { Io } from './Command.js';
import { exportFaultText } from './exportFault.js';

/** The three signals fail alike while a backend is down, at each of their exports. */
const SAY_AGAIN_MILLIS = 60_000;

/** What this package, and OpenTelemetry below it, say of themselves goes to stderr: `OTEL_LOG_LEVEL`, WARN by default. */
export const logToStderr = ({ stderr, env }: Pick<Io, 'stderr' | 'env'>): void => {
  let last = { text: '', time: 0 };
  diagTo((level, said) => {
    const ofMetrics = metricsFault(said, env);
    const text = `frp-otel: ${level}: ${ofMetrics === undefined ? said : exportFaultText(ofMetrics)}\n`;
    const time = performance.now();
    if (text === last.text && time - last.time < SAY_AGAIN_MILLIS) return;
    last = { text, time };
    stderr.write(text);
  }, env);
  // The SDK's own handler gives the whole error with its stack as one line of JSON.
  setGlobalErrorHandler((error) => {
    const said = detailText(error);
    const isOfSpans = error instanceof Error && metricsFault(said, env) === undefined;
    diag.error(isOfSpans ? exportFaultText(spansFault(error, env)) : said);
  });
};
