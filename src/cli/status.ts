import { setTimeout as delay } from 'node:timers/promises';
import type { Observation } from '../observation/observe.js';
import type { Command, Io } from './Command.js';
import { INTERVAL_OPTION, readInterval } from './interval.js';
import { parseCommandArgs } from './parseCommandArgs.js';
import { readLookSettings } from './settings.js';
import { startObservation } from './startObservation.js';
import { exitCodeOf } from './status/exitCodeOf.js';
import { firstLook } from './status/firstLook.js';
import { pageOf } from './status/pageOf.js';
import { plainJson } from './status/plainText.js';
import { renderStatus } from './status/renderStatus.js';
import { Screen } from './status/Screen.js';
import { type Seen, type StatusReport, statusReport } from './status/statusReport.js';
import { NoProcessError, readTargets, TARGET_OPTIONS } from './targets.js';
import { untilSignal } from './untilSignal.js';

/** Between the two looks that rates are counted from, where only one report is wanted. */
const RATES_MILLIS = 1_000;
const WATCH_SECONDS = '2';
/** The sources look when they are told to, and not by themselves in between. */
const NEVER_BY_ITSELF_MILLIS = 300_000;

const OPTIONS = {
  ...TARGET_OPTIONS,
  watch: { type: 'boolean', short: 'w', help: 'look again and again, until Ctrl-C' },
  interval: { ...INTERVAL_OPTION, help: `between two looks of --watch, 0.1 to 300; ${WATCH_SECONDS} by default` },
  json: { type: 'boolean', help: 'print one object on one line for each look; what is not known is null' },
} as const;

export const status: Command = {
  name: 'status',
  summary: 'show every frps and frpc with its clients and proxies',
  usage: ['status [--watch] [--json] [options]'],
  help: `Looks twice within a second and prints what runs: each frps with its clients, each
frpc with its session, and their proxies with state, connections (open, all, failed),
bytes and round trip, and the last error of each. What is down
comes first; "-" is what no source tells ("frp-otel doctor" says why). Nothing is exported.

IN is from visitors to the service, OUT from the service to them. Totals count from
frp's start as its log has it; bytes as frps counts them, since its midnight or its
start, and of open connections since they opened. What the kernel alone tells (all of
an frpc, an frps without API or log) has no past: it is counted with --watch only,
from then on.

  frp-otel status --watch
  frp-otel status --json | jq '.instances[].proxies[] | select(.up | not) | .name'`,
  options: OPTIONS,
  exitCodes: {
    0: 'everything is up, as far as it is known, at the last look',
    1: 'a process, the session of an frpc or a proxy is down, or nothing is told of one',
    3: 'there is no frps and no frpc',
  },
  run: async (args, io) => {
    const values = parseCommandArgs(args, OPTIONS);
    const intervalMillis = readInterval(values.interval ?? WATCH_SECONDS);
    const targets = await readTargets(values, io.env).catch((error: unknown) => {
      if (!(error instanceof NoProcessError)) throw error;
      io.stderr.write(`frp-otel: ${error.message}\n`);
    });
    if (!targets) return 3;
    const observation = startObservation(targets, {
      config: readLookSettings(targets, io.env, NEVER_BY_ITSELF_MILLIS),
      fromStart: true,
    });
    try {
      const report = values.watch
        ? await watch(observation, { io, intervalMillis, json: values.json === true })
        : await once(observation, io, values.json === true);
      return exitCodeOf(report);
    } finally {
      await observation.shutdown();
    }
  },
};

const look = async (observation: Observation): Promise<Seen> => {
  await observation.forceFlush();
  return { snapshot: observation.snapshot(), time: Date.now(), monotonicTime: performance.now() };
};

const once = async (observation: Observation, io: Io, json: boolean): Promise<StatusReport> => {
  await firstLook(observation);
  const before = await look(observation);
  await delay(RATES_MILLIS);
  const report = statusReport(await look(observation), { before, totalsSince: 'frp start' });
  print(report, io, json);
  return report;
};

const watch = async (
  observation: Observation,
  { io, intervalMillis, json }: { readonly io: Io; readonly intervalMillis: number; readonly json: boolean },
): Promise<StatusReport> => {
  const ending = new AbortController();
  const { signal } = ending;
  const ended = Promise.race([untilSignal(), closed(io)]).then(() => ending.abort());
  let report: StatusReport = statusReport({ snapshot: { instances: [] }, time: Date.now(), monotonicTime: 0 });
  const screen = io.stdout.isTTY && !json ? new Screen(io.stdout, () => draw()) : undefined;
  const draw = (): void => screen?.draw([headOf(report, intervalMillis), '', ...renderStatus(report, pageOf(io))]);
  try {
    for (let before: Seen | undefined; !signal.aborted; ) {
      const seen = await Promise.race([look(observation), ended]);
      if (!seen) break;
      report = statusReport(seen, { before });
      if (screen !== undefined) draw();
      else {
        if (before !== undefined && !json) io.stdout.write('\n');
        print(report, io, json);
      }
      before = seen;
      await delay(intervalMillis, undefined, { signal }).catch(() => {}); // aborted
    }
  } finally {
    screen?.close();
  }
  return report;
};

const print = (report: StatusReport, io: Io, json: boolean): void => {
  const text = json ? plainJson(report) : renderStatus(report, pageOf(io)).join('\n');
  io.stdout.write(`${text}\n`);
};

const headOf = ({ time }: StatusReport, intervalMillis: number): string =>
  `${new Date(time).toLocaleTimeString('sv')}  every ${intervalMillis / 1_000} s, Ctrl-C ends`;

/** Whoever read it does so no more: `frp-otel status --watch | head`. */
const closed = ({ stdout }: Io): Promise<unknown> => new Promise((resolve) => stdout.once('error', resolve));
