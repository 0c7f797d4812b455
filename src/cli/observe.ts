import { getuid } from 'node:process';
import { styleText } from 'node:util';
import { DEFAULT_PROMETHEUS } from '../config/loopback.js';
import type { FrpInstrumentationConfig } from '../config/parseOptions.js';
import type { SourceState } from '../model/FrpSignal.js';
import { exportersOf, prometheusAddress, sdkDisabled } from '../telemetry/providers/environment.js';
import { SCOPE } from '../telemetry/scope.js';
import { Announcer } from './Announcer.js';
import { type Command, type Io, UsageError } from './Command.js';
import { describeExports } from './describeExports.js';
import { endInTime } from './endInTime.js';
import { INTERVAL_OPTION, readInterval } from './interval.js';
import { logToStderr } from './logToStderr.js';
import { type OptionValues, parseCommandArgs } from './parseCommandArgs.js';
import { PROBE_INTERVAL_OPTION, readProbes } from './readProbes.js';
import { RECORD_CLIENT_ADDRESS_OPTION } from './recordClientAddress.js';
import type { Paint } from './renderInstance.js';
import { readSettings, SETTINGS_OPTION } from './settings.js';
import { startObservation } from './startObservation.js';
import { defaultStateDirectory } from './stateDirectory.js';
import { readTargets, readWhole, TARGET_OPTIONS } from './targets.js';
import { untilSignal } from './untilSignal.js';

/** The first look for processes is over by then, and /metrics is served. */
const FIRST_LOOK_MILLIS = 500;
/** So long an endpoint has to take a connection before its line is printed. */
const CONNECT_MILLIS = 1_000;
const MAX_PORT = 65_535;

const NOTHING_RUNS = 'neither frps nor frpc runs: waits for one';
const NO_NAME = 'by its name it is neither frps nor frpc: give --frps-name or --frpc-name';

const OPTIONS = {
  ...TARGET_OPTIONS,
  settings: SETTINGS_OPTION,
  interval: INTERVAL_OPTION,
  'prometheus-port': {
    type: 'string',
    value: 'N',
    help: `serve /metrics at ${DEFAULT_PROMETHEUS.host}:N, ${DEFAULT_PROMETHEUS.port} by default; 0 takes a free port`,
  },
  'no-prometheus': { type: 'boolean', help: 'do not serve /metrics' },
  probe: {
    type: 'string',
    multiple: true,
    value: 'PROXY=URL',
    help: 'go through this tunnel now and then, as a visitor does: tcp://HOST:PORT, http://HOST... or https://HOST...',
  },
  'probe-interval': PROBE_INTERVAL_OPTION,
  'record-client-address': RECORD_CLIENT_ADDRESS_OPTION,
  'state-directory': {
    type: 'string',
    value: 'DIR',
    help: 'where to keep how far log files were told, over a restart: $STATE_DIRECTORY by default, else /var/lib/frp-otel as root, else ~/.local/state/frp-otel',
  },
} as const;

export const observe: Command = {
  name: 'observe',
  summary: 'watch every frps and frpc that runs here (the default)',
  usage: ['[observe] [options]'],
  help: `Finds every frps and frpc that runs on this machine, also in containers, and those
that start later; says what each source of each of them gives, and what to do
where one gives nothing. Metrics, log records and spans go to where OTEL_* says,
http://localhost:4318 by default, and metrics also to /metrics for Prometheus.

Nothing is changed in frp. Run it as root, or as the user of frp: another user's
processes hide their files and connections. It runs until SIGTERM or SIGINT, and
has exported all it knows within 5 s then; a second signal ends it at once.

  frp-otel                                    all of this machine
  frp-otel observe --config /etc/frp/frps.toml
  frp-otel observe --api http://admin@frp.example.com:7500 --log frps.log`,
  options: OPTIONS,
  exitCodes: { 0: 'it was told to end', 1: 'what is to be observed could not be found out' },
  run: async (args, io) => {
    const values = parseCommandArgs(args, OPTIONS);
    const say = (text: string): void => void io.stdout.write(`${text}\n`);
    logToStderr(io);
    const config = readConfig(values, io.env);
    const { stateDirectory, collectionIntervalMillis } = config;
    const env = config.prometheus === undefined ? withoutPrometheus(io.env) : io.env;
    const targets = await readTargets(values, io.env);
    if (sdkDisabled(io.env)) {
      say('OTEL_SDK_DISABLED is true: nothing is observed');
      return 0;
    }

    const announcer = new Announcer(() => observation.snapshot(), say, paintFor(io));
    const observation = startObservation(targets, {
      config,
      env,
      say: (signal, subject) => announcer.hear(signal, subject),
    });
    const told = untilSignal();
    say(`frp-otel ${SCOPE.version} looks every ${collectionIntervalMillis / 1_000} s`);
    for (const line of await describeExports(env, CONNECT_MILLIS)) say(`  ${line}`);
    if (stateDirectory !== undefined) say(`  state: ${stateDirectory}`);
    setTimeout(() => {
      const { metricsUrl } = observation;
      if (metricsUrl !== undefined) say(`  Prometheus: ${metricsUrl}`);
      if (announcer.count === 0) say(targets.look.kind === 'processes' ? NO_NAME : NOTHING_RUNS);
    }, FIRST_LOOK_MILLIS).unref();

    const signal = await told;
    say(`${signal}: exports what is left`);
    await endInTime(observation);
    return 0;
  },
};

/** @throws UsageError, FrpOptionsError */
const readConfig = (values: OptionValues<typeof OPTIONS>, env: Io['env']): FrpInstrumentationConfig => {
  const { interval, 'probe-interval': probeInterval } = values;
  const probes = readProbes(values.probe, probeInterval);
  return readSettings(
    {
      collectionIntervalMillis: interval === undefined ? undefined : readInterval(interval),
      serverName: values['server-name'],
      sockets: values['no-sockets'] ? false : undefined,
      probes: probes && (probeInterval === undefined ? { targets: probes.targets } : probes),
      recordClientAddress: values['record-client-address'],
      stateDirectory: values['state-directory'],
      prometheus: readPrometheus(values),
    },
    env,
    {
      file: values.settings,
      defaults: {
        prometheus: prometheusAddress(env),
        stateDirectory: defaultStateDirectory(env, getuid?.() === 0),
      },
    },
  );
};

const readPrometheus = ({
  'prometheus-port': port,
  'no-prometheus': off,
}: OptionValues<typeof OPTIONS>): { port: number } | false | undefined => {
  if (off && port !== undefined) {
    throw new UsageError('expected one of --prometheus-port and --no-prometheus, found both');
  }
  if (off) return false;
  return port === undefined ? undefined : { port: readWhole('--prometheus-port', port, 0, MAX_PORT) };
};

/** `--no-prometheus`, and the option that says so, wins over `OTEL_METRICS_EXPORTER=prometheus`. */
const withoutPrometheus = (env: Io['env']): Io['env'] => {
  const names = exportersOf('metrics', env).filter((name) => name !== 'prometheus');
  return { ...env, OTEL_METRICS_EXPORTER: names.join(',') || 'none' };
};

const COLOURS = { ok: 'green', degraded: 'yellow', off: 'gray' } as const satisfies Record<SourceState, string>;

const paintFor = ({ stdout, env }: Io): Paint =>
  stdout.isTTY && !env.NO_COLOR ? (state, text) => styleText(COLOURS[state], text) : (_, text) => text;
