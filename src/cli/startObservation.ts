import type { FrpInstrumentationConfig } from '../config/parseOptions.js';
import { type Observation, type ObservationOptions, observe } from '../observation/observe.js';
import { findTargets } from './findTargets.js';
import type { Look, Targets } from './targets.js';

export interface StartOptions {
  readonly config: FrpInstrumentationConfig;
  /** Where `OTEL_*` says what leaves and whither; without, there are a snapshot and events only. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Whether what frp has counted before we came is told, too: for a look, not for telemetry. @default false */
  readonly fromStart?: boolean;
  readonly say?: ObservationOptions['say'];
}

const NO_EXPORTS = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none' } as const;

/** Observes what the command line names, until it is shut down. */
export const startObservation = (
  { look }: Pick<Targets, 'look'>,
  { config, env = NO_EXPORTS, fromStart = false, say }: StartOptions,
): Observation => {
  const find = findTargets(withNames(look, config), { intervalMillis: config.collectionIntervalMillis, fromStart });
  // A look tells nobody.
  const alerts = env === NO_EXPORTS ? undefined : config.alerts;
  return observe({ ...config, alerts, env, say }, find);
};

/** Names of the command line win over those of the settings. */
const withNames = (look: Look, { executableNames: names }: FrpInstrumentationConfig): Look => {
  if (look.kind === 'given') return look;
  const { server, client } = look.pattern;
  return { ...look, pattern: { server: server ?? names?.server, client: client ?? names?.client } };
};
