import { hostname } from 'node:os';
import type { FrpConfig } from '../frp/config/FrpConfig.js';
import type { FrpRole } from '../frp/FrpRole.js';
import type { SourceKind, SpawnCall, TargetId } from '../model/FrpSignal.js';
import type { ApiAddress } from './api/ApiRequests.js';
import { OwnRequests } from './api/OwnRequests.js';
import { pollClientApi } from './api/pollClientApi.js';
import { pollServerApi, type ServerApiOptions } from './api/pollServerApi.js';
import type { LineReader } from './children/ChildOutput.js';
import { readConfig } from './config/readConfig.js';
import type { ConfigFile } from './config/readConfigFile.js';
import { locateApi } from './locateApi.js';
import type { Checkpoints } from './log/Checkpoints.js';
import { findLog, type LogLocation } from './log/findLog.js';
import { followLog } from './log/followLog.js';
import { type LogOrigin, readLog } from './log/readLog.js';
import type { FrpProcess } from './processes/FrpProcess.js';
import { sampleResources } from './processes/sampleResources.js';
import { runAtMost } from './runAtMost.js';
import type { Emit, Source, SourceReport } from './Source.js';
import type { SocketWatch, WatchedSockets } from './sockets/SocketWatch.js';
import { apiOffReport, configReport, logReport } from './sourceReports.js';

/** So many lines, and none in frp's format: then it is another one, and nothing will be understood. */
const UNREADABLE_LINES = 5;

/** Reading is synchronous, and a log can say at any rate that proxies came. */
const CONFIG_READS = 10;
const CONFIG_READS_PERIOD_MILLIS = 10_000;

export interface ObserveOptions {
  readonly target: TargetId;
  /** Milliseconds between two looks at the API and at /proc. */
  readonly intervalMillis: number;
  readonly apiTimeoutMillis: number;
  readonly untraced: ServerApiOptions['untraced'];
  readonly emit: Emit;
  /** Undefined where connections are not looked at. */
  readonly sockets?: SocketWatch | undefined;
  /** How far log files were delivered; undefined where that is not kept. */
  readonly checkpoints?: Checkpoints | undefined;
  /** Resolves when all log records of lines emitted so far are exported; false when some could not be. */
  readonly delivered?: (() => Promise<boolean>) | undefined;
}

/** How a process ended, as far as it can be known. */
export interface ProcessEnd {
  readonly time: number;
  readonly exitCode?: number | undefined;
  readonly exitSignal?: string | undefined;
}

/** One frps or frpc under observation; takes the lines of its output. */
export interface ObservedProcess extends Required<Source>, LineReader {
  readonly pid: number;
  /** It has ended, and its last lines may still come. */
  readonly ending: (end: ProcessEnd) => void;
  /** It is gone, and nothing more comes: says so and stops. Once. */
  readonly ended: (end: ProcessEnd) => void;
}

/** What is needed of one frps or frpc to observe it; its process where there is one to look at. */
export interface ObservedFrp {
  readonly role: FrpRole;
  readonly process: FrpProcess | undefined;
  readonly hostName: string;
  /** Where frp's relative paths begin. */
  readonly workingFolder: string;
  readonly readConfig: () => ConfigFile;
  readonly log: (config: FrpConfig | undefined) => LogLocation;
  /** Where its API is, where that is not in its config. */
  readonly webServer?: ApiAddress | undefined;
  /** Whether it started after we began to look: then all that it has counted is ours to tell. */
  readonly seenFromStart: boolean;
}

/**
 * Observes a process: its config file, log, resources, connections and API from here, its output as the caller hands it in.
 *
 * @param hasOutput whether the caller can read its stdout
 * @param hasRoom whether its stdout takes more lines: false when it is a pipe that nobody reads
 * @param seenFromStart whether it started after we began to look
 * @param onGone called when /proc shows that it is gone
 */
export const observeProcess = (
  frp: FrpProcess,
  options: ObserveOptions & {
    readonly hasOutput: boolean;
    readonly hasRoom: () => boolean;
    readonly seenFromStart: boolean;
    readonly spawned?: SpawnCall | undefined;
    readonly onGone: () => void;
  },
): ObservedProcess => {
  const observed = observeFrp(
    {
      role: frp.role,
      process: frp,
      hostName: frp.hostName ?? hostname(),
      workingFolder: frp.workingFolder,
      readConfig: () => readConfig(frp),
      log: (config) => findLog(frp, config, options.hasOutput),
      seenFromStart: options.seenFromStart,
    },
    options,
  );
  return { ...observed, pid: frp.pid };
};

/** As {@link observeProcess}, also where there is no process to look at, but a log or an API. */
export const observeFrp = (
  frp: ObservedFrp,
  options: ObserveOptions & {
    readonly hasRoom: () => boolean;
    readonly onGone: () => void;
    readonly spawned?: SpawnCall | undefined;
  },
): Omit<ObservedProcess, 'pid'> => {
  const { target, intervalMillis } = options;
  const { role, process } = frp;
  let over = false;
  // What a look that was under way brings after the end is no news.
  const emit: Emit = (signal) => {
    if (!over) options.emit(signal);
  };
  const file = frp.readConfig();
  let { config } = file;
  const ownRequests = new OwnRequests();
  let sockets: WatchedSockets | undefined;

  const report = (source: SourceKind, [state, reason, givesSome]: SourceReport): void => {
    const changed = { kind: 'source.changed', time: Date.now(), target, source, state, reason } as const;
    emit(givesSome ? { ...changed, givesSome } : changed);
  };

  emit({
    kind: 'process.started',
    time: Date.now(),
    target,
    role,
    pid: process?.pid,
    hostName: frp.hostName,
    configPath: file.path,
    config,
    seenFromStart: frp.seenFromStart,
    user: process?.user?.uid,
    startedAt: process?.startedAt,
    spawned: options.spawned,
  });
  report('config', configReport(file));

  /** A reload may have brought these proxies: only the file knows their types. */
  const configReads = runAtMost(CONFIG_READS, CONFIG_READS_PERIOD_MILLIS, () => {
    const read = frp.readConfig().config;
    if (read === undefined) return;
    config = read;
    emit({ kind: 'config.read', time: Date.now(), target, config });
    sockets?.look();
  });

  const location = frp.log(config);
  let logState = logReport(location, config);
  report('log', logState);
  /** What reading it brings to light comes on top of what its config says of it. */
  const reportLog = (found: SourceReport): void => {
    logState = found[0] === 'ok' ? logReport(location, config) : found;
    report('log', logState);
  };
  let unreadable = 0;
  /** A wrapper may print in its place; its bare lines on stdout have no format either. */
  const judgeFormat = (isReadable: boolean): void => {
    if (isReadable && unreadable >= UNREADABLE_LINES) report('log', logState);
    unreadable = isReadable ? Number.NEGATIVE_INFINITY : unreadable + 1;
    if (unreadable === UNREADABLE_LINES) {
      report('log', ['degraded', 'none of its lines is in a format of frp: they are records without a meaning']);
    }
  };
  const takeLine = (text: string, origin?: LogOrigin): void => {
    const signal = readLog(text, { role, target, ownRequests, now: Date.now(), origin });
    if (signal === undefined) return;
    judgeFormat(signal.line !== undefined);
    const meaning = signal.replayed ? undefined : signal.meaning?.kind;
    if (meaning === 'proxies.added') configReads.run();
    emit(signal);
    if (meaning === 'proxy.listening') sockets?.look();
    if (meaning === 'proxies.removed') configReads.run(); // not before: only the old one knows their names
  };
  const dropText = (count: number): void =>
    emit({ kind: 'items.dropped', time: Date.now(), target, item: 'log_text', reason: 'line_length', count });

  const log = followLog(location, {
    process,
    seenFromStart: frp.seenFromStart,
    checkpoints: options.checkpoints,
    delivered: options.delivered,
    onLine: takeLine,
    onHistoryRead: () => emit({ kind: 'log.history.read', time: Date.now(), target }),
    onCut: dropText,
    report: reportLog,
  });
  const sources: Source[] = [configReads];
  if (log !== undefined) sources.push(log);
  if (process === undefined) report('process', ['off', 'its process is not known: give its pid to have its resources']);
  else sources.push(sampleResources({ target, pid: process.pid, intervalMillis, emit, onGone: options.onGone }));

  const webServer = frp.webServer ?? locateApi(config, frp.workingFolder, process);
  if (process?.hasOtherNetwork) report('api', ['off', OTHER_NETWORK]);
  else if (webServer === undefined) report('api', apiOffReport(file, role, process === undefined));
  else {
    const { untraced, hasRoom, apiTimeoutMillis: timeoutMillis } = options;
    const api = { target, webServer, intervalMillis, timeoutMillis, ownRequests, untraced, hasRoom, emit };
    const hasMetrics = config?.enablePrometheus === true;
    sources.push(role === 'server' ? pollServerApi({ ...api, hasMetrics }) : pollClientApi(api));
  }
  sockets =
    process &&
    options.sockets?.watch({
      target,
      frp: process,
      config: () => config,
      emit,
      report: (found) => report('sockets', found),
    });

  const stop = (): void => {
    over = true;
    for (const source of [...sources, ...(sockets ? [sockets] : [])]) source.stop();
  };
  return {
    stop,
    refresh: async () => {
      await Promise.all(sources.map((source) => source.refresh?.()));
      await sockets?.refresh(); // after the API: what closes in between must not be counted twice
    },
    log: takeLine,
    logCut: dropText,
    linesDropped: (count) =>
      emit({ kind: 'items.dropped', time: Date.now(), target, item: 'log_line', reason: 'limit', count }),
    ending: ({ time, exitCode, exitSignal }) => {
      emit({ kind: 'process.ending', time, target, exitCode, exitSignal });
      void log?.refresh?.();
      void sockets?.refresh();
    },
    ended: ({ time, exitCode, exitSignal }) => {
      if (over) return;
      sockets?.stop(); // tells the ends that it knows: they were before
      emit({ kind: 'process.exited', time, target, exitCode, exitSignal });
      stop();
    },
  };
};

const OTHER_NETWORK =
  'it has a network of its own (a container): observe it from inside, as a sidecar, to have its API, or share its network';
