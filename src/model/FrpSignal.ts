import type { FrpClientProxy, FrpServerClient, FrpServerInfo, FrpServerProxy } from '../frp/api/FrpApi.js';
import type { FrpConfig } from '../frp/config/FrpConfig.js';
import type { FrpRole } from '../frp/FrpRole.js';
import type { FrpLogMeaning } from '../frp/log/FrpLogMeaning.js';
import type { FrpLogLine } from '../frp/log/parseLogLine.js';

/** Names one observed process, for as long as the sources observe it. A restarted frp is another target. */
export type TargetId = number;

/** The kinds of source, as `frp.source` tells them. */
export type SourceKind = 'config' | 'log' | 'api' | 'process';

/** `off`: has nothing to read, with the way to turn it on. `degraded`: should work and does not, or not fully. */
export type SourceState = 'ok' | 'degraded' | 'off';

/** What the kernel says of a process at one moment. */
export interface ProcessResources {
  /** Seconds of CPU used since the process started. */
  readonly cpuUser: number;
  readonly cpuSystem: number;
  /** CPUs of the machine: utilization is the share of all of them. */
  readonly cpuCount: number;
  /** Bytes. */
  readonly memoryResident: number;
  readonly memoryVirtual: number;
  readonly threads: number;
  /** Undefined where the kernel does not tell (another user's process). */
  readonly openFiles: number | undefined;
  readonly maxOpenFiles: number | undefined;
  /** Stopped by a signal (state T): it is there, and answers nobody. */
  readonly stopped: boolean;
}

interface Signal<Kind extends string> {
  readonly kind: Kind;
  /** When it was so: milliseconds since the Unix epoch, of the log line where it is one. */
  readonly time: number;
  readonly target: TargetId;
}

export interface ProcessStarted extends Signal<'process.started'> {
  readonly role: FrpRole;
  readonly pid: number;
  readonly hostName: string;
  /** Absolute; two processes of one role and one config file, one after the other, are one instance restarted. */
  readonly configPath: string | undefined;
  readonly config: FrpConfig | undefined;
  /** Seen from its first moment, so that what frp has counted is all since we know it. */
  readonly seenFromStart: boolean;
}

/** Its config file was read again. */
export interface ConfigRead extends Signal<'config.read'> {
  readonly config: FrpConfig;
}

export interface ProcessSampled extends Signal<'process.sampled'> {
  readonly resources: ProcessResources;
}

/** It has ended; its last lines may still come, and `process.exited` after them. */
export interface ProcessEnding extends Signal<'process.ending'> {
  readonly exitCode: number | undefined;
  readonly exitSignal: string | undefined;
}

/** It has ended and nothing more comes from it. */
export interface ProcessExited extends Signal<'process.exited'> {
  readonly exitCode: number | undefined;
  /** Name of the signal that ended it, `SIGKILL`. */
  readonly exitSignal: string | undefined;
}

export interface LogLineRead extends Signal<'log.line'> {
  /** As frp wrote it, without colours; cut at the source's limit. */
  readonly text: string;
  /** Undefined for a line outside frp's log format; `time` is then when it was read. */
  readonly line: FrpLogLine | undefined;
  readonly meaning: FrpLogMeaning | undefined;
  readonly observedTime: number;
}

/** frps's API; the time is that of the question, since the log may have said more by the time of the answer. */
export interface ServerApiAnswered extends Signal<'server.api.answered'> {
  readonly info: FrpServerInfo;
  readonly proxies: readonly FrpServerProxy[];
  /** Whether these are all proxies that frps listed: then it has no others. */
  readonly isComplete: boolean;
  /** Undefined where frps does not tell (< 0.67). */
  readonly clients: readonly FrpServerClient[] | undefined;
}

/** frpc's API; no proxies at all while it is not connected. */
export interface ClientApiAnswered extends Signal<'client.api.answered'> {
  readonly proxies: readonly FrpClientProxy[];
  /** Whether these are all proxies that frpc listed. */
  readonly isComplete: boolean;
}

export interface SourceChanged extends Signal<'source.changed'> {
  readonly source: SourceKind;
  readonly state: SourceState;
  /** What is wrong and what to do, without secrets. */
  readonly reason: string | undefined;
  /** Of a degraded source: whether it gives something all the same: an API a refusal, a log what fails. */
  readonly givesSome?: boolean;
}

export interface ItemsDropped extends Signal<'items.dropped'> {
  readonly item: 'log_line' | 'log_text' | 'proxy' | 'proxy_history' | 'client';
  readonly reason: string;
  readonly count: number;
}

/** Everything that sources tell the model. Immutable; carries its own time. */
export type FrpSignal =
  | ProcessStarted
  | ConfigRead
  | ProcessSampled
  | ProcessEnding
  | ProcessExited
  | LogLineRead
  | ServerApiAnswered
  | ClientApiAnswered
  | SourceChanged
  | ItemsDropped;
