export { type FrpInstrumentationOptions, FrpOptionsError } from './config/FrpInstrumentationOptions.js';
export type { FrpEventOf } from './EventListeners.js';
export type { FrpInstrumentationHandle } from './FrpInstrumentationHandle.js';
export type { FrpEvent, FrpEventKind, FrpFailure } from './model/FrpEvent.js';
export type { ProcessResources, SourceKind, SourceState } from './model/FrpSignal.js';
export type {
  ClientSessionSnapshot,
  ClientSnapshot,
  DisconnectReason,
  FrpSnapshot,
  HistogramSnapshot,
  InstanceSnapshot,
  ProcessSnapshot,
  ProxySnapshot,
  ProxyState,
  RefusedLogin,
  RefusedStart,
  ServerSnapshot,
  SourceSnapshot,
  SubjectLife,
  TallyEntry,
  TallySnapshot,
} from './model/FrpSnapshot.js';
export { registerFrpInstrumentation } from './registerFrpInstrumentation.js';
export { withFrp } from './telemetry/withFrp.js';
