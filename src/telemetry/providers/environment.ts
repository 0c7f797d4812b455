import { DEFAULT_PROMETHEUS, isLoopback } from '../../config/loopback.js';
import { log } from '../log.js';

export type Signal = 'traces' | 'metrics' | 'logs';
export type ExporterName = 'otlp' | 'console' | 'prometheus' | 'none';
export type OtlpProtocol = 'http/protobuf' | 'http/json';
type Environment = Readonly<Record<string, string | undefined>>;

const EXPORTERS: Readonly<Record<Signal, readonly ExporterName[]>> = {
  traces: ['otlp', 'console', 'none'],
  metrics: ['otlp', 'console', 'prometheus', 'none'],
  logs: ['otlp', 'console', 'none'],
};

/** `OTEL_SDK_DISABLED`: only `true`, in any case, disables (specification, "Boolean value"). */
export const sdkDisabled = (env: Environment): boolean => env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true';

/** `OTEL_{TRACES,METRICS,LOGS}_EXPORTER`: a list, `otlp` by default, also when empty; what is not known is said and left out. */
export const exportersOf = (signal: Signal, env: Environment): readonly ExporterName[] => {
  const variable = `OTEL_${signal.toUpperCase()}_EXPORTER`;
  const names = list(env[variable]?.trim() || 'otlp');
  const known = EXPORTERS[signal];
  return names.flatMap((name) => {
    const found = known.find((each) => each === name);
    if (found !== undefined) return found === 'none' ? [] : [found];
    warnOnce(env, `${variable}: expected ${known.join(', ')}, found ${JSON.stringify(name)}; it is left out`);
    return [];
  });
};

/** `OTEL_EXPORTER_OTLP_{TRACES,METRICS,LOGS}_PROTOCOL`, else `OTEL_EXPORTER_OTLP_PROTOCOL`, else `http/protobuf`. */
export const protocolOf = (signal: Signal, env: Environment): OtlpProtocol => {
  const variable = [`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_PROTOCOL`, 'OTEL_EXPORTER_OTLP_PROTOCOL'].find((name) =>
    env[name]?.trim(),
  );
  const value = variable === undefined ? 'http/protobuf' : env[variable]?.trim();
  if (value === 'http/protobuf' || value === 'http/json') return value;
  warnOnce(
    env,
    `${variable}: expected http/protobuf or http/json, found ${JSON.stringify(value)}; http/protobuf is used`,
  );
  return 'http/protobuf';
};

const MAX_WHOLE = 2 ** 31 - 1;

/** A whole number of milliseconds over 0, else the default; what is another thing is said. */
export const millisOf = <Default extends number | undefined>(
  variable: string,
  byDefault: Default,
  env: Environment,
): number | Default => wholeOf(variable, 'milliseconds, 1', byDefault, env);

/** A whole number over 0, else the default; what is another thing is said. */
export const countOf = <Default extends number | undefined>(
  variable: string,
  byDefault: Default,
  env: Environment,
): number | Default => wholeOf(variable, 'a whole number, 1', byDefault, env);

/** A whole number that may be 0, which stands for none. */
export const limitOf = (variable: string, env: Environment): number | undefined =>
  wholeOf(variable, 'a whole number, 0', undefined, env);

const wholeOf = <Default extends number | undefined>(
  variable: string,
  expected: `${string}, ${0 | 1}`,
  byDefault: Default,
  env: Environment,
): number | Default => {
  const text = env[variable]?.trim();
  if (!text) return byDefault;
  const value = Number(text);
  if (Number.isInteger(value) && value >= Number(expected.at(-1)) && value <= MAX_WHOLE) return value;
  const used = byDefault === undefined ? 'the default' : byDefault;
  warnOnce(env, `${variable}: expected ${expected} to ${MAX_WHOLE}, found ${JSON.stringify(text)}; ${used} is used`);
  return byDefault;
};

/** One of these words, in any case, else the default; what is another thing is said. */
export const wordOf = <const Word extends string>(
  variable: string,
  words: readonly Word[],
  byDefault: Word,
  env: Environment,
): Word => {
  const text = env[variable]?.trim();
  if (!text) return byDefault;
  const found = words.find((word) => word === text.toLowerCase());
  if (found !== undefined) return found;
  warnOnce(env, `${variable}: expected ${words.join(', ')}, found ${JSON.stringify(text)}; ${byDefault} is used`);
  return byDefault;
};

/** A number of 0 to 1, else the default; what is another thing is said. */
export const shareOf = (variable: string, byDefault: number, env: Environment): number => {
  const text = env[variable]?.trim();
  if (!text) return byDefault;
  const value = Number(text);
  if (value >= 0 && value <= 1) return value;
  warnOnce(env, `${variable}: expected a number, 0 to 1, found ${JSON.stringify(text)}; ${byDefault} is used`);
  return byDefault;
};

/** `OTEL_EXPORTER_PROMETHEUS_HOST` and `_PORT`, else 127.0.0.1:9464; another host than loopback is refused. */
export const prometheusAddress = (env: Environment): { host: string; port: number } => {
  const host = env.OTEL_EXPORTER_PROMETHEUS_HOST?.trim() || DEFAULT_PROMETHEUS.host;
  const portText = env.OTEL_EXPORTER_PROMETHEUS_PORT?.trim() || String(DEFAULT_PROMETHEUS.port);
  const port = Number(portText);
  const fits = Number.isInteger(port) && port >= 0 && port <= 65_535;
  if (!isLoopback(host)) {
    warnOnce(
      env,
      `OTEL_EXPORTER_PROMETHEUS_HOST: expected a loopback address, found ${JSON.stringify(host)}; 127.0.0.1 is used`,
    );
  }
  if (!fits) {
    warnOnce(
      env,
      `OTEL_EXPORTER_PROMETHEUS_PORT: expected 0 to 65535, found ${JSON.stringify(portText)}; 9464 is used`,
    );
  }
  return {
    host: isLoopback(host) ? host : DEFAULT_PROMETHEUS.host,
    port: fits ? port : DEFAULT_PROMETHEUS.port,
  };
};

/** Each name once: nothing is exported twice. */
const list = (text: string): string[] => {
  const names = text.split(',').map((name) => name.trim());
  return [...new Set(names.filter(Boolean))];
};

// The three signals read some variables in common, and some are read twice.
const said = new WeakMap<Environment, Set<string>>();

const warnOnce = (env: Environment, message: string): void => {
  const messages = said.get(env) ?? new Set();
  if (messages.has(message)) return;
  said.set(env, messages.add(message));
  log.warn(message);
};
