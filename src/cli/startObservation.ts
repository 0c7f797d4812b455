import type { FrpInstrumentationOptions } from '../config/FrpInstrumentationOptions.js';
import { parseOptions } from '../config/parseOptions.js';
import { type Observation, type ObservationOptions, observe } from '../observe.js';
import { findTargets } from './findTargets.js';
import type { Targets } from './targets.js';

export interface StartOptions {
  /** Where `OTEL_*` says what leaves and whither; without, there are a snapshot and events only. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds between two looks. */
  readonly intervalMillis: number;
  /** Whether what frp has counted before we came is told, too: for a look, not for telemetry. @default false */
  readonly fromStart?: boolean;
  /** Where /metrics is served. */
  readonly prometheus?: { readonly host: string; readonly port: number } | undefined;
  readonly stateDirectory?: string | undefined;
  readonly probes?: FrpInstrumentationOptions['probes'];
  readonly recordClientAddress?: boolean | undefined;
  readonly say?: ObservationOptions['say'];
}

const NO_EXPORTS = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none' } as const;

/** Observes what the command line names, until it is shut down. */
export const startObservation = (
  { look, serverName, sockets }: Targets,
  { env = NO_EXPORTS, intervalMillis, fromStart = false, say, ...options }: StartOptions,
): Observation => {
  const config = parseOptions({
    collectionIntervalMillis: intervalMillis,
    serverName,
    sockets,
    ...options,
  });
  const find = findTargets(look, { intervalMillis, fromStart });
  return observe({ ...config, env, say }, find);
};
