import { diagTo } from './diagTo.js';
import { type ExportFault, metricsFault, spansFault } from './exportFault.js';
import { SCOPE } from './scope.js';

type Environment = Readonly<Record<string, string | undefined>>;

const SAY_AGAIN_MILLIS = 60_000;
/** While a backend is down, every export fails. */
const EXPORT_FAILS_AGAIN_MILLIS = 600_000;

/** What is said, and when it may be said again. */
interface Said {
  readonly text: string;
  /** What is one and the same fault, in whatever words. */
  readonly key: string;
  readonly againMillis: number;
}

/**
 * Has OpenTelemetry's diagnostics heard where nobody else in the program is there to hear them: on stderr, a line each, at
 * `OTEL_LOG_LEVEL`, WARN by default. A logger that the program sets later takes its place; one that is set stays.
 */
export const diagToStderr = (env: Environment): void => {
  // The API has no public way to tell: this is its global registry.
  const globals = globalThis as Record<symbol, { readonly diag?: unknown } | undefined>;
  if (globals[Symbol.for('opentelemetry.js.api.1')]?.diag !== undefined) return;
  /** By signal. */
  const exportFailed = new Map<string, number>();
  let last = { key: '', time: Number.NEGATIVE_INFINITY };
  const isNews = ({ key, againMillis }: Said): boolean => {
    const time = performance.now();
    const isOfExport = againMillis === EXPORT_FAILS_AGAIN_MILLIS;
    const before = isOfExport ? exportFailed.get(key) : last.key === key ? last.time : undefined;
    if (before !== undefined && time - before < againMillis) return false;
    if (isOfExport) exportFailed.set(key, time);
    else last = { key, time };
    return true;
  };
  diagTo((level, words) => {
    if (words.startsWith(OVERRIDE)) return;
    const said = inPlainWords(words, env);
    if (isNews(said)) process.stderr.write(`${SCOPE.name}: ${level}: ${said.text}\n`);
  }, env);
};

/** The API tells the old logger, with a stack, that the program has set one of its own: as it should. */
const OVERRIDE = 'Current logger will be overwritten';

const inPlainWords = (words: string, env: Environment): Said => {
  const error = parseError(words);
  const text = error?.message || (error?.code ?? error?.name) || words;
  const fault = metricsFault(text, env) ?? (error && isOfExporter(error) ? spansFault(error, env) : undefined);
  if (fault === undefined) return { text, key: text, againMillis: SAY_AGAIN_MILLIS };
  return { text: exportFailure(fault), key: fault.signal, againMillis: EXPORT_FAILS_AGAIN_MILLIS };
};

interface ToldError {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
}

/** The SDK's error handler gives an error with its stack as one line of JSON. */
const parseError = (words: string): ToldError | undefined => {
  if (!words.startsWith('{')) return undefined;
  try {
    const { stack, name = 'Error', message = '', code } = JSON.parse(words) as Partial<Record<string, string>>;
    return stack === undefined ? undefined : { name, message, code };
  } catch {
    return undefined; // it only begins so
  }
};

/** What a request fails by; other errors come from elsewhere in the program. */
const NO_CONNECTION = /^(?:ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|EPIPE|CERT_|ERR_TLS|ERR_SSL|DEPTH_|SELF_|UNABLE_)/;

const isOfExporter = ({ name, code = '' }: ToldError): boolean =>
  name === 'OTLPExporterError' || NO_CONNECTION.test(code);

const WHAT = { metrics: 'metrics', traces: 'spans' } as const;

const exportFailure = ({ signal, url, reason }: ExportFault): string => {
  const why = /\bECONNREFUSED\b/.test(reason) ? 'connection refused' : reason;
  if (url === undefined) return `${WHAT[signal]} could not be sent: ${why}`; // not by OTEL_*: the program's own exporter
  const remedy = `set OTEL_EXPORTER_OTLP_ENDPOINT, or OTEL_${signal.toUpperCase()}_EXPORTER=none`;
  return `${WHAT[signal]} could not be sent to ${url}: ${why}; ${remedy}`;
};
