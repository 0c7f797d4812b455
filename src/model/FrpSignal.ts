import type { FrpClientProxy, FrpServerClient, FrpServerInfo, FrpServerProxy } from '../frp/api/FrpApi.js';
import type { FrpConfig } from '../frp/config/FrpConfig.js';
import type { FrpRole } from '../frp/FrpRole.js';
import type { FrpLogMeaning } from '../frp/log/FrpLogMeaning.js';
import type { FrpLogLine } from '../frp/log/parseLogLine.js';

/** Names one observed process, for as long as the sources observe it. A restarted frp is another target. */
export type TargetId = number;

/** The kinds of source, as `frp.source` tells them. */
export type SourceKind = 'config' | 'log' | 'api' | 'process' | 'sockets' | 'probe';

/** `off`: has nothing to read, with the way to turn it on. `degraded`: should work and does not, or not fully. */
export type SourceState = 'ok' | 'degraded' | 'off';

/** What the system says of a process at one moment; undefined is what it does not tell. */
export interface ProcessResources {
  /** Seconds of CPU used since the process started. */
  readonly cpuUser: number;
  /** Undefined where it is not told apart (macOS, Windows): then both are in `cpuUser`. */
  readonly cpuSystem: number | undefined;
  /** CPUs of the machine: utilization is the share of all of them. */
  readonly cpuCount: number;
  /** Bytes. */
  readonly memoryResident: number;
  readonly memoryVirtual: number | undefined;
  readonly threads: number | undefined;
  /** Undefined where the kernel does not tell (another user's process). */
  readonly openFiles: number | undefined;
  readonly maxOpenFiles: number | undefined;
  /** Stopped by a signal (state T): it is there, and answers nobody. */
  readonly stopped: boolean;
  /** Bytes that it made the disk read and write. This and what follows is counted since it started. */
  readonly diskIo?: { readonly read: number; readonly write: number } | undefined;
  /** Times that a thread of it gave up a CPU, or had to. */
  readonly contextSwitches?: { readonly voluntary: number; readonly involuntary: number } | undefined;
  /** Faults of its memory without and with the disk. */
  readonly pagingFaults?: { readonly minor: number; readonly major: number } | undefined;
}

/** The call of the program that spawned it. */
export interface SpawnCall {
  /** Milliseconds since the Unix epoch. */
  readonly startTime: number;
  readonly endTime: number;
  /** Name of frp's executable, without its folder. */
  readonly executable: string;
  /** The caller's OpenTelemetry context: opaque here. */
  readonly context: unknown;
}

interface Signal<Kind extends string> {
  readonly kind: Kind;
  /** When it was so: milliseconds since the Unix epoch, of the log line where it is one. */
  readonly time: number;
  readonly target: TargetId;
}

export interface ProcessStarted extends Signal<'process.started'> {
  readonly role: FrpRole;
  /** Undefined where only its log or its API is observed, not the process. */
  readonly pid: number | undefined;
  readonly hostName: string;
  /** Absolute; two processes of one role and one config file, one after the other, are one instance restarted. */
  readonly configPath: string | undefined;
  readonly config: FrpConfig | undefined;
  /** Seen from its first moment, so that what frp has counted is all since we know it. */
  readonly seenFromStart: boolean;
  /** Who runs it (uid); undefined where that is not known. */
  readonly user?: number | undefined;
  /** When it started, where that was before it was first seen. */
  readonly startedAt?: number | undefined;
  /** Undefined where this program did not spawn it. */
  readonly spawned?: SpawnCall | undefined;
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

/** Where a line stands in a log file. */
export interface LogPlace {
  /** As frp names the file, absolute. */
  readonly path: string;
  /** Bytes before its first one. */
  readonly offset: number;
}

export interface LogLineRead extends Signal<'log.line'> {
  /** As frp wrote it, without colours; cut at the source's limit. */
  readonly text: string;
  /** Undefined for a line outside frp's log format; `time` is then when it was read. */
  readonly line: FrpLogLine | undefined;
  readonly meaning: FrpLogMeaning | undefined;
  readonly observedTime: number;
  /** Of a line that came by frp's own output. */
  readonly stream?: 'stdout' | undefined;
  /** Undefined for a line that came by a pipe or the journal. */
  readonly place?: LogPlace | undefined;
  /** It was written before we came, or told before our restart: it shows what is, and is no news. */
  readonly replayed?: true;
}

/** What was in the log before we came is read: from here on its lines are news, and what was counted of them is forgotten. */
export interface LogHistoryRead extends Signal<'log.history.read'> {}

/** A TCP connection as the kernel counts it. */
export interface SocketReading {
  /** The kernel's cookie of the socket: no two have the same until the next boot. */
  readonly id: string;
  /** `visitor`: a user's connection to frps. `service`: one of frpc to a local service. */
  readonly hop: 'visitor' | 'service';
  /** The process's own end: of a visitor, the port that was connected to. */
  readonly port: number;
  /**
   * The other end. A visitor as frps logs it: without `::ffff:`, an IPv6 address in brackets: `203.0.113.7:51234`,
   * `[2001:db8::1]:51234`. A service as the config spells it: `localhost:22`.
   */
  readonly peer: string;
  /** Bytes, `in` = visitor to service; without headers, SYN, FIN and what was sent twice. */
  readonly in: number;
  readonly out: number;
  readonly segmentsIn: number;
  readonly segmentsOut: number;
  /** Smoothed round trip, seconds; undefined where it was never measured. */
  readonly roundTrip: number | undefined;
}

/** All connections of a process's proxies that are open. */
export interface SocketsSampled extends Signal<'sockets.sampled'> {
  readonly sockets: readonly SocketReading[];
  /** Whether the ends of connections are told as they happen: without, one that is missing has ended. */
  readonly tellsEnds: boolean;
  /** Of frps: the ports whose connections are told; undefined where that is not known. */
  readonly ports?: readonly number[] | undefined;
}

/** A connection has ended: its last counts. */
export interface SocketClosed extends Signal<'socket.closed'> {
  readonly socket: SocketReading;
}

/** A probe is about to connect through a tunnel: a visitor from this address is ours. */
export interface ProbeStarted extends Signal<'probe.started'> {
  readonly proxy: string;
  /** As frps will log it, `127.0.0.1:51234`. */
  readonly address: string;
}

export interface ProbeEnded extends Signal<'probe.ended'> {
  readonly proxy: string;
  /** Seconds. */
  readonly duration: number;
  /** `error.type`; undefined when it succeeded. */
  readonly errorType: string | undefined;
  readonly message: string | undefined;
}

/** frps's API; the time is that of the question, since the log may have said more by the time of the answer. */
export interface ServerApiAnswered extends Signal<'server.api.answered'> {
  readonly info: FrpServerInfo;
  readonly proxies: readonly FrpServerProxy[];
  /** Whether these are all proxies that frps listed: then it has no others. */
  readonly isComplete: boolean;
  /** Undefined where frps does not tell (< 0.67). */
  readonly clients: readonly FrpServerClient[] | undefined;
  /** When the answer was whole: what frps counted meanwhile may be in it. */
  readonly answeredAt: number;
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
  readonly item:
    | 'log_line'
    | 'log_text'
    | 'log_record'
    | 'proxy'
    | 'proxy_history'
    | 'client'
    | 'socket'
    | 'span'
    | 'alert'
    | 'alert_history'
    | 'notification';
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
  | LogHistoryRead
  | SocketsSampled
  | SocketClosed
  | ProbeStarted
  | ProbeEnded
  | ServerApiAnswered
  | ClientApiAnswered
  | SourceChanged
  | ItemsDropped;
