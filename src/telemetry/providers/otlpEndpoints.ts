import { exportersOf, type Signal } from './environment.js';

export const SIGNALS: readonly Signal[] = ['metrics', 'logs', 'traces'];
/** The exporters' own default. */
const DEFAULT_ENDPOINT = 'http://localhost:4318';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where one signal is pushed to by OTLP. */
export interface OtlpEndpoint {
  readonly signal: Signal;
  /** Whether `OTEL_*` names it; otherwise it is the default. */
  readonly isGiven: boolean;
  /** Without credentials; undefined where it is no URL of http or https. */
  readonly url: URL | undefined;
}

/** As the OTLP exporters read it: a signal's own endpoint as it stands, the common one with the signal's path. */
export const otlpEndpoints = (env: Environment): readonly OtlpEndpoint[] =>
  SIGNALS.filter((signal) => exportersOf(signal, env).includes('otlp')).map((signal) => {
    const own = env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`]?.trim();
    const common = env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim();
    const url = parse(own || common || DEFAULT_ENDPOINT);
    if (url !== undefined && !own) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/${signal}`;
    return { signal, isGiven: Boolean(own || common), url };
  });

const parse = (address: string): URL | undefined => {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  url.username = '';
  url.password = '';
  url.search = ''; // a token may stand there
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
};
