export { type FrpInstrumentationOptions, FrpOptionsError } from './config/FrpInstrumentationOptions.js';
export type { FrpEventOf } from './EventListeners.js';
export { FrpInstrumentation, type FrpInstrumentationConfig } from './FrpInstrumentation.js';
export type { FrpInstrumentationHandle } from './FrpInstrumentationHandle.js';
export type { FrpRecordedSignal, RecordedConfig, RecordedLine, RecordedStart } from './FrpRecordedSignal.js';
export { FRP_EVENT_KINDS, type FrpEvent, type FrpEventKind, type FrpFailure } from './model/FrpEvent.js';
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
export type { FrpObserved } from './ProgramTargets.js';
export type { FrpObservable, FrpPlaces } from './readObservable.js';
export { registerFrpInstrumentation } from './registerFrpInstrumentation.js';
export { withFrp } from './telemetry/withFrp.js';
