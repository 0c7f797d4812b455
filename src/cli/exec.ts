import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { FrpInstrumentationConfig } from '../config/parseOptions.js';
import { type Observation, observe } from '../observation/observe.js';
import { observeSpawn } from '../sources/children/observeSpawn.js';
import { log } from '../telemetry/log.js';
import { sdkDisabled } from '../telemetry/providers/environment.js';
import { type Command, type Io, UsageError } from './Command.js';
import { endBy } from './endBy.js';
import { endInTime } from './endInTime.js';
import { INTERVAL_OPTION, readInterval } from './interval.js';
import { logToStderr } from './logToStderr.js';
import { parseCommandArgs } from './parseCommandArgs.js';
import { passSignals } from './passSignals.js';
import { RECORD_CLIENT_ADDRESS_OPTION } from './recordClientAddress.js';
import { readSettings, SETTINGS_OPTION } from './settings.js';
import { systemdStateDirectory } from './stateDirectory.js';
import { readNames, readWhole, TARGET_OPTIONS } from './targets.js';

const MAX_PORT = 65_535;

const OPTIONS = {
  settings: SETTINGS_OPTION,
  interval: INTERVAL_OPTION,
  'frps-name': TARGET_OPTIONS['frps-name'],
  'frpc-name': TARGET_OPTIONS['frpc-name'],
  'server-name': TARGET_OPTIONS['server-name'],
  'no-sockets': TARGET_OPTIONS['no-sockets'],
  'record-client-address': RECORD_CLIENT_ADDRESS_OPTION,
  'prometheus-port': {
    type: 'string',
    value: 'N',
    help: 'serve /metrics at 127.0.0.1:N, 0 takes a free port; not served by default',
  },
  'state-directory': {
    type: 'string',
    value: 'DIR',
    help: 'where to keep service.instance.id, and how far a log file was told, over a restart: $STATE_DIRECTORY by default, else nowhere',
  },
} as const;

/** As a shell has it. */
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;

const SPAWN_FAULTS: Readonly<Record<string, string>> = { ENOENT: 'command not found', EACCES: 'permission denied' };

/** /metrics is served by then. */
const SERVED_MILLIS = 500;

/** A pipe out of which nothing comes for so long after the command's end is held open by somebody else. */
const SILENT_MILLIS = 1_000;

export const exec: Command = {
  name: 'exec',
  summary: 'run frps or frpc, and observe it',
  usage: ['exec [options] -- COMMAND [ARGUMENT...]'],
  help: `Runs a command that is or starts frps or frpc, and observes it: the way to have
everything of it, also its log on the console. Put it where frp is started, in
ExecStart= of a systemd unit (with KillMode=mixed) or the entry point of a container.

The command has our stdin and stderr, and its output goes through as it is. SIGTERM,
SIGINT, SIGHUP, SIGQUIT, SIGUSR1 and SIGUSR2 are passed on to it; not so SIGINT and
SIGQUIT while it is in the foreground of a terminal, whose keys reach it anyway.
When it has ended, what is known is exported, for 5 s at the most; a further signal
ends that at once. Then we end as it did: with its exit code, or by its signal.

  frp-otel exec -- frpc -c frpc.toml
  frp-otel exec --prometheus-port 9464 -- frps -c /etc/frp/frps.toml`,
  options: OPTIONS,
  exitCodes: {
    [NOT_EXECUTABLE]: 'the command cannot be executed',
    [NOT_FOUND]: 'the command was not found',
    '128+N': 'it ended by signal N, and we could not end by the same',
    else: 'that of the command',
  },
  run: async (args, io) => {
    const { command, commandArgs, config } = readCommandLine(args, io);
    logToStderr(io);
    let child: ChildProcess | undefined;
    process.on('uncaughtException', survive);
    const stopPassing = passSignals(() => child);
    let end: End;
    let observation: Observation | undefined;
    try {
      const started = spawn(command, commandArgs, { stdio: ['inherit', 'pipe', 'inherit'] });
      child = started;
      const { ended, closed } = follow(started);
      if (!sdkDisabled(io.env)) observation = observeChild(started, config);
      if (observation !== undefined) sayFreePort(observation, config, io);
      started.stdout.pipe(io.stdout);
      // Whoever read our output is gone: the command learns it as it would without us, by a broken pipe.
      io.stdout.on('error', () => started.stdout.destroy());
      end = await ended;
      stopPassing();
      await lastOutput(started.stdout, closed, io.stdout);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      io.stderr.write(`frp-otel: ${command}: ${SPAWN_FAULTS[code ?? ''] ?? message}\n`);
      return code === 'ENOENT' ? NOT_FOUND : NOT_EXECUTABLE;
    } finally {
      stopPassing();
    }
    if (observation !== undefined) await endInTime(observation);
    return end.signal === null ? end.code : endBy(end.signal);
  },
};

/** @throws UsageError */
const readCommandLine = (args: readonly string[], { env }: Io) => {
  const split = args.indexOf('--');
  const [command, ...commandArgs] = split === -1 ? [] : args.slice(split + 1);
  if (command === undefined) throw new UsageError('expected a command behind --, such as: -- frpc -c frpc.toml');
  const values = parseCommandArgs(args.slice(0, split), OPTIONS);
  const port = values['prometheus-port'];
  const config = readSettings(
    {
      collectionIntervalMillis: values.interval === undefined ? undefined : readInterval(values.interval),
      serverName: values['server-name'],
      executableNames: readNames(values),
      sockets: values['no-sockets'] ? false : undefined,
      recordClientAddress: values['record-client-address'],
      stateDirectory: values['state-directory'],
      prometheus: port === undefined ? undefined : { port: readWhole('--prometheus-port', port, 0, MAX_PORT) },
    },
    env,
    { file: values.settings, defaults: { stateDirectory: systemdStateDirectory(env) } },
  );
  return { command, commandArgs, config };
};

interface End {
  readonly code: number;
  readonly signal: NodeJS.Signals | null;
}

/** `closed` comes with the end of its output, which may be before `ended` or long after. */
const follow = (child: ChildProcess): { readonly ended: Promise<End>; readonly closed: Promise<void> } => ({
  ended: new Promise((resolve, reject) => {
    child.once('exit', (code, signal) => resolve({ code: code ?? 0, signal }));
    child.on('error', (error) => {
      if (child.pid === undefined) reject(error);
      else log.warn(error.message); // a signal could not be passed on
    });
  }),
  closed: new Promise((resolve) => child.once('close', () => resolve())),
});

/** Whatever it is called: who gives it to us says that frp is in it. */
const observeChild = (child: ChildProcess, config: FrpInstrumentationConfig): Observation | undefined => {
  const { pid } = child;
  const { executableNames: names } = config;
  if (pid === undefined) return undefined;
  const observation = observe(config, ({ add, guard }) => {
    add(({ onEnd, ...options }) =>
      observeSpawn(
        { child, pid, names },
        {
          ...options,
          guard,
          onEnd: () => {
            onEnd();
            const runs = child.exitCode === null && child.signalCode === null;
            if (runs && observation.snapshot().instances.length === 0) log.warn(`${child.spawnfile}: ${NO_FRP}`);
          },
        },
      ),
    );
    return { stop: () => {} };
  });
  return observation;
};

/** Nobody knows a port that the system has chosen. On stderr, since stdout is the command's. */
const sayFreePort = (observation: Observation, { prometheus }: FrpInstrumentationConfig, { stderr }: Io): void => {
  if (prometheus?.port !== 0) return;
  setTimeout(() => {
    const { metricsUrl } = observation;
    if (metricsUrl !== undefined) stderr.write(`frp-otel: Prometheus: ${metricsUrl}\n`);
  }, SERVED_MILLIS).unref();
};

const NO_FRP = 'no frps and no frpc was started by it: where they have other names, give --frps-name or --frpc-name';

/** A fault of ours must not end what frp depends on. */
const survive = (error: Error): void => log.error('a fault of the frp instrumentation, which goes on', error);

/** What it had written when it ended has gone through, however slowly that is read. */
const lastOutput = async (from: Readable, closed: Promise<void>, to: NodeJS.WritableStream): Promise<void> => {
  const isClosed = closed.then(() => true);
  while (!(await Promise.race([isClosed, delay(SILENT_MILLIS, false)])) && from.readableLength > 0);
  await new Promise<void>((resolve) => to.write('', () => resolve()));
};
