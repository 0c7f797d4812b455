import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { FrpConfig } from '../frp/config/FrpConfig.js';
import { parseCommandLine } from '../frp/config/parseCommandLine.js';
import type { SourceKind, SourceState, TargetId } from '../model/FrpSignal.js';
import type { LineReader } from './ChildOutput.js';
import type { FrpProcess } from './locateFrp.js';
import { OwnRequests } from './OwnRequests.js';
import { pollServerApi, type ServerApiOptions } from './pollServerApi.js';
import { type ConfigFile, readConfigFile } from './readConfigFile.js';
import { readLog } from './readLog.js';
import type { Emit, Source } from './Source.js';
import { sampleResources } from './sampleResources.js';

/** So many lines, and none in frp's format: then it is another one, and nothing will be understood. */
const UNREADABLE_LINES = 5;

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
  const { configPath } = parseCommandLine(frp.args);
  const absolutePath = configPath && resolve(frp.workingFolder, configPath);
  const file = readConfigFile(absolutePath, role);
  const ownRequests = new OwnRequests();

  const report = (source: SourceKind, [state, reason]: SourceReport): void =>
    emit({ kind: 'source.changed', time: Date.now(), target, source, state, reason });

  emit({
    kind: 'process.started',
    time: Date.now(),
    target,
    role,
    pid,
    hostName: hostname(),
    configPath: absolutePath,
    config: file.config,
    seenFromStart: true,
  });
  report('config', configReport(file, absolutePath));
  report('log', logReport(file.config, options.hasOutput));

  let unreadable = 0;
  /** frp < 0.55 writes another format, and its bare lines on stdout have none. */
  const judgeFormat = (isReadable: boolean): void => {
    if (isReadable && unreadable >= UNREADABLE_LINES) report('log', ['ok']);
    unreadable = isReadable ? Number.NEGATIVE_INFINITY : unreadable + 1;
    if (unreadable === UNREADABLE_LINES) {
      report('log', [
        'degraded',
        'none of its lines is in the format of frp 0.55 or newer: they are records without a meaning',
      ]);
    }
  };

  const sources: Source[] = [sampleResources({ target, pid, intervalMillis, emit, onGone: options.onGone })];
  if (role === 'server') {
    const webServer = file.config?.webServer;
    if (webServer === undefined) report('api', apiOffReport(file));
    else {
      const { untraced, hasRoom, apiTimeoutMillis: timeoutMillis } = options;
      const api = { target, webServer, intervalMillis, timeoutMillis, ownRequests, untraced, hasRoom, emit };
      sources.push(pollServerApi(api));
    }
  }

  /** A reload may have brought these proxies: only the file knows their types. */
  const readConfigAgain = (): void => {
    const { config } = readConfigFile(absolutePath, role);
    if (config !== undefined) emit({ kind: 'config.read', time: Date.now(), target, config });
  };
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
      if (signal.meaning?.kind === 'proxies.added') readConfigAgain();
      emit(signal);
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

type SourceReport = readonly [state: SourceState, reason?: string];

const configReport = (file: ConfigFile, path: string | undefined): SourceReport => {
  if (file.config !== undefined) return ['ok'];
  return [path === undefined ? 'off' : 'degraded', file.reason];
};

const logReport = (config: FrpConfig | undefined, hasOutput: boolean): SourceReport => {
  if (!hasOutput)
    return ['off', 'its stdout is not a pipe of this program: spawn it with stdio "pipe" to have its log'];
  if (config !== undefined && config.logTo !== 'console') {
    return ['off', `it logs to ${config.logTo}: set log.to = "console" to have its log`];
  }
  return ['ok'];
};

const apiOffReport = (file: ConfigFile): SourceReport =>
  file.config === undefined
    ? ['off', 'without its config file its API cannot be found']
    : ['off', 'webServer.port is not set in its config file: set it to have bytes and open connections'];
