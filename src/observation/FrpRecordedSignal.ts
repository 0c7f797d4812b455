import type { FrpRole } from '../frp/FrpRole.js';
import type {
  ClientApiAnswered,
  ItemsDropped,
  ProbeEnded,
  ProbeStarted,
  ProcessEnding,
  ProcessExited,
  ProcessSampled,
  ServerApiAnswered,
  SocketClosed,
  SocketsSampled,
  SourceChanged,
} from '../model/FrpSignal.js';

/** What is mostly empty or 0 in what frp tells: it is so where it is left out. */
type MostlyEmpty =
  | 'address'
  | 'answeredAt'
  | 'clientId'
  | 'curConns'
  | 'error'
  | 'hostname'
  | 'localAddress'
  | 'plugin'
  | 'proxyTypeCount'
  | 'remoteAddress'
  | 'runId'
  | 'segmentsIn'
  | 'segmentsOut'
  | 'today'
  | 'user'
  | 'version';

type KeysToLeaveOut<Value> = {
  [Key in keyof Value]-?: undefined extends Value[Key] ? Key : Key extends MostlyEmpty ? Key : never;
}[keyof Value];

/** What the model has as undefined, and what is mostly empty, a program may leave out. */
type MayLeaveOut<Value> = Value extends readonly (infer Item)[]
  ? readonly MayLeaveOut<Item>[]
  : Value extends object
    ? { readonly [Key in Exclude<keyof Value, KeysToLeaveOut<Value>>]: MayLeaveOut<Value[Key]> } & {
        readonly [Key in KeysToLeaveOut<Value>]?: MayLeaveOut<Value[Key]>;
      }
    : Value;

type OfProgram<Signal extends { readonly kind: string }> = MayLeaveOut<Omit<Signal, 'time' | 'target'>> & {
  /** Milliseconds since the Unix epoch. @default now */
  readonly time?: number;
  /** Whose it is: any name of the program's own, 1 to 255 characters. */
  readonly target: string;
};

/** A frp begins, or is started again: the first signal of every target. */
export interface RecordedStart {
  readonly kind: 'process.started';
  readonly time?: number;
  readonly target: string;
  /** `server` is frps, `client` is frpc. */
  readonly role: FrpRole;
  /** Its config as text (TOML, YAML, JSON or INI): names, limits, the services of its proxies. */
  readonly config?: string;
  readonly pid?: number;
  /** `frp.instance` is `frps@` or `frpc@` and this. @default the target */
  readonly hostName?: string;
  /** Whether all that it has counted is told, or what it counted before is left out. @default true */
  readonly seenFromStart?: boolean;
}

/** Its config is another one now. */
export interface RecordedConfig {
  readonly kind: 'config.read';
  readonly time?: number;
  readonly target: string;
  readonly config: string;
}

/** A line of its log, as frp wrote it. Its time is the line's own, or `time` where it has none. */
export interface RecordedLine {
  readonly kind: 'log.line';
  readonly time?: number;
  readonly target: string;
  readonly text: string;
  /** `log.iostream` of its log record. @default none */
  readonly stream?: 'stdout';
}

/** What a program tells of a frp that it runs, or knows of, by itself. */
export type FrpRecordedSignal =
  | RecordedStart
  | RecordedConfig
  | RecordedLine
  | OfProgram<ProcessSampled>
  | OfProgram<ProcessEnding>
  | OfProgram<ProcessExited>
  | OfProgram<SocketsSampled>
  | OfProgram<SocketClosed>
  | (OfProgram<ProbeStarted> & { readonly address: string })
  | OfProgram<ProbeEnded>
  | OfProgram<ServerApiAnswered>
  | OfProgram<ClientApiAnswered>
  | OfProgram<SourceChanged>
  | OfProgram<ItemsDropped>;
