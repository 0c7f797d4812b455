import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import { shareOf, wordOf } from './environment.js';

type Environment = Readonly<Record<string, string | undefined>>;

const parentBased = (root: Sampler): Sampler => new ParentBasedSampler({ root });
const ratio = (env: Environment): Sampler => new TraceIdRatioBasedSampler(shareOf('OTEL_TRACES_SAMPLER_ARG', 1, env));

const SAMPLERS = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: ratio,
  parentbased_always_on: () => parentBased(new AlwaysOnSampler()),
  parentbased_always_off: () => parentBased(new AlwaysOffSampler()),
  parentbased_traceidratio: (env) => parentBased(ratio(env)),
} as const satisfies Readonly<Record<string, (env: Environment) => Sampler>>;

const NAMES = Object.keys(SAMPLERS) as (keyof typeof SAMPLERS)[];

/** `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG`; `parentbased_always_on` by default. */
export const samplerOf = (env: Environment): Sampler =>
  SAMPLERS[wordOf('OTEL_TRACES_SAMPLER', NAMES, 'parentbased_always_on', env)](env);
