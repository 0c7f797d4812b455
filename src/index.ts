export type { AlertEvent } from './alerts/AlertEvent.js';
export type { AlertRecord } from './alerts/AlertRecord.js';
export type { AlertSeverity, AlertSubject } from './alerts/AlertRule.js';
export { type FrpInstrumentationOptions, FrpOptionsError } from './config/FrpInstrumentationOptions.js';
export { FrpInstrumentation, type FrpInstrumentationConfig } from './FrpInstrumentation.js';
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
export type { FrpEventOf, FrpListenedKind } from './observation/EventListeners.js';
export type { FrpInstrumentationHandle } from './observation/FrpInstrumentationHandle.js';
export type {
  FrpRecordedSignal,
  RecordedConfig,
  RecordedLine,
  RecordedStart,
} from './observation/FrpRecordedSignal.js';
export type { FrpObserved } from './observation/ProgramTargets.js';
export type { FrpObservable, FrpPlaces } from './observation/readObservable.js';
export { registerFrpInstrumentation } from './registerFrpInstrumentation.js';
export { withFrp } from './telemetry/withFrp.js';
