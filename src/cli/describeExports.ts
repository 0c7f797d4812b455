import { exportersOf, type Signal } from '../telemetry/providers/environment.js';

const SIGNALS: readonly Signal[] = ['metrics', 'logs', 'traces'];
/** The exporters' own default. */
const DEFAULT_ENDPOINT = 'http://localhost:4318';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where each signal is pushed to, as `OTEL_*` says; without credentials. */
export const describeExports = (env: Environment): readonly string[] =>
  SIGNALS.map((signal) => {
    const pushed = exportersOf(signal, env).filter((name) => name !== 'prometheus');
    const places = pushed.map((name) => (name === 'otlp' ? otlpEndpoint(signal, env) : 'this output'));
    return `${signal}: ${places.join(' and ') || 'not pushed'}`;
  });

/** As the OTLP exporters read it: a signal's own endpoint as it stands, the common one with the signal's path. */
const otlpEndpoint = (signal: Signal, env: Environment): string => {
  const own = env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`]?.trim();
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim() || DEFAULT_ENDPOINT;
  return withoutCredentials(own || `${base.replace(/\/$/, '')}/v1/${signal}`);
};

const withoutCredentials = (address: string): string => {
  try {
    const url = new URL(address);
    url.username = '';
    url.password = '';
    url.search = ''; // a token may stand there
    return url.href;
  } catch {
    return 'an address that is no URL';
  }
};
