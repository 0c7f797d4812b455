import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { FrpConfig } from '../frp/config/FrpConfig.js';
import { LEVELS_WITH_INFO } from '../frp/config/logLevels.js';
import type { FrpRole } from '../frp/FrpRole.js';
import type { SourceKind, SourceState, TargetId } from '../model/FrpSignal.js';
import type { ApiAddress } from './api/ApiRequests.js';
import { OwnRequests } from './api/OwnRequests.js';
import { pollClientApi } from './api/pollClientApi.js';
import { pollServerApi, type ServerApiOptions } from './api/pollServerApi.js';
import type { LineReader } from './ChildOutput.js';
import { readConfig } from './config/readConfig.js';
import type { ConfigFile } from './config/readConfigFile.js';
import type { FrpProcess } from './locateFrp.js';
import { readLog } from './readLog.js';
import { runAtMost } from './runAtMost.js';
import type { Emit, Source } from './Source.js';
import { sampleResources } from './sampleResources.js';

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

/**
 * Observes a process: its config file, resources and API from here, its output as the caller hands it in.
 *
 * @param hasOutput whether the caller can read its stdout
 * @param hasRoom whether its stdout takes more lines: false when it is a pipe that nobody reads
 * @param onGone called when /proc shows that it is gone
 */
export const observeProcess = (
  frp: FrpProcess,
  options: ObserveOptions & {
    readonly hasOutput: boolean;
    readonly hasRoom: () => boolean;
    readonly onGone: () => void;
  },
): ObservedProcess => {
  const { target, intervalMillis } = options;
  const { role, pid } = frp;
  let over = false;
  // What a look that was under way brings after the end is no news.
  const emit: Emit = (signal) => {
    if (!over) options.emit(signal);
  };
  const file = readConfig(frp);
  const ownRequests = new OwnRequests();

  const report = (source: SourceKind, [state, reason, givesSome]: SourceReport): void => {
    const changed = { kind: 'source.changed', time: Date.now(), target, source, state, reason } as const;
    emit(givesSome ? { ...changed, givesSome } : changed);
  };

  emit({
    kind: 'process.started',
    time: Date.now(),
    target,
    role,
    pid,
    hostName: hostname(),
    configPath: file.path,
    config: file.config,
    seenFromStart: true,
  });
  report('config', configReport(file));
  report('log', logReport(file.config, options.hasOutput));

  let unreadable = 0;
  /** A wrapper may print in its place; its bare lines on stdout have no format either. */
  const judgeFormat = (isReadable: boolean): void => {
    if (isReadable && unreadable >= UNREADABLE_LINES) report('log', ['ok']);
    unreadable = isReadable ? Number.NEGATIVE_INFINITY : unreadable + 1;
    if (unreadable === UNREADABLE_LINES) {
      report('log', ['degraded', 'none of its lines is in a format of frp: they are records without a meaning']);
    }
  };

  const sources: Source[] = [sampleResources({ target, pid, intervalMillis, emit, onGone: options.onGone })];
  const webServer = webServerOf(file.config, frp.workingFolder);
  if (webServer === undefined) report('api', apiOffReport(file, role));
  else {
    const { untraced, hasRoom, apiTimeoutMillis: timeoutMillis } = options;
    const api = { target, webServer, intervalMillis, timeoutMillis, ownRequests, untraced, hasRoom, emit };
    const hasMetrics = file.config?.enablePrometheus === true;
    sources.push(role === 'server' ? pollServerApi({ ...api, hasMetrics }) : pollClientApi(api));
  }

  /** A reload may have brought these proxies: only the file knows their types. */
  const configReads = runAtMost(CONFIG_READS, CONFIG_READS_PERIOD_MILLIS, () => {
    const { config } = readConfig(frp);
    if (config !== undefined) emit({ kind: 'config.read', time: Date.now(), target, config });
  });
  sources.push(configReads);
  const stop = (): void => {
    over = true;
    for (const source of sources) source.stop();
  };
  return {
    pid,
    stop,
    refresh: async () => {
      await Promise.all(sources.map((source) => source.refresh?.()));
    },
    log: (text) => {
      const signal = readLog(text, { role, target, ownRequests, now: Date.now() });
      if (signal === undefined) return;
      judgeFormat(signal.line !== undefined);
      const meaning = signal.meaning?.kind;
      if (meaning === 'proxies.added') configReads.run();
      emit(signal);
      if (meaning === 'proxies.removed') configReads.run(); // not before: only the old one knows their names
    },
    logCut: (count) =>
      emit({ kind: 'items.dropped', time: Date.now(), target, item: 'log_text', reason: 'line_length', count }),
    linesDropped: (count) =>
      emit({ kind: 'items.dropped', time: Date.now(), target, item: 'log_line', reason: 'limit', count }),
    ending: ({ time, exitCode, exitSignal }) => emit({ kind: 'process.ending', time, target, exitCode, exitSignal }),
    ended: ({ time, exitCode, exitSignal }) => {
      if (over) return;
      emit({ kind: 'process.exited', time, target, exitCode, exitSignal });
      stop();
    },
  };
};

type SourceReport = readonly [state: SourceState, reason?: string, givesSome?: true];

const configReport = ({ config, path, reason }: ConfigFile): SourceReport => {
  if (reason === undefined) return ['ok'];
  return [config === undefined && path === undefined ? 'off' : 'degraded', reason];
};

const logReport = (config: FrpConfig | undefined, hasOutput: boolean): SourceReport => {
  if (!hasOutput)
    return ['off', 'its stdout is not a pipe of this program: spawn it with stdio "pipe" to have its log'];
  if (config !== undefined && config.logTo !== 'console') {
    return ['off', `it logs to ${config.logTo}: set log.to = "console" to have its log`];
  }
  if (config !== undefined && !LEVELS_WITH_INFO.has(config.log.level)) {
    return [
      'degraded',
      `its log.level is ${config.log.level}: set it to "info" to have logins, proxies and connections`,
      true, // what fails
    ];
  }
  return ['ok'];
};

/** frp takes the path of its certificate as it stands, from the folder in which it was started. */
const webServerOf = (config: FrpConfig | undefined, workingFolder: string): ApiAddress | undefined => {
  const webServer: ApiAddress | undefined = config?.webServer;
  return webServer?.tlsCertFile === undefined
    ? webServer
    : { ...webServer, tlsCertFile: resolve(workingFolder, webServer.tlsCertFile) };
};

/** What its API would give. */
const API_GIVES: Readonly<Record<FrpRole, string>> = {
  server: 'bytes, open connections and clients',
  client: 'the state of each proxy also where its log is not read',
};

const apiOffReport = ({ config }: ConfigFile, role: FrpRole): SourceReport => {
  if (config === undefined) return ['off', 'without its config file its API cannot be found'];
  const gives = API_GIVES[role];
  if (config.format !== 'flags')
    return ['off', `webServer.port is not set in its config file: set it to have ${gives}`];
  return role === 'server'
    ? ['off', `--dashboard_port is not among its flags: add it to have ${gives}`]
    : ['off', `frpc run by flags has no API: use a config file with webServer.port to have ${gives}`];
};
