export { type FrpInstrumentationOptions, FrpOptionsError } from './config/parseOptions.js';
export type { FrpEventOf } from './EventListeners.js';
export type { FrpInstrumentationHandle } from './FrpInstrumentationHandle.js';
export type { FrpEvent, FrpEventKind, FrpFailure } from './model/FrpEvent.js';
export type {
  ClientSnapshot,
  FrpSnapshot,
  HistogramSnapshot,
  InstanceSnapshot,
  ProcessSnapshot,
  ProxySnapshot,
  ServerSnapshot,
  SourceSnapshot,
  TallySnapshot,
} from './model/FrpSnapshot.js';
export { registerFrpInstrumentation } from './registerFrpInstrumentation.js';
export { withFrp } from './telemetry/withFrp.js';
