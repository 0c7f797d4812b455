import { LEVELS_WITH_INFO } from '../../frp/config/logLevels.js';
import { isVersionAtLeast } from '../../frp/isVersionAtLeast.js';
import { KNOWN_OF_SERVER } from '../../frp/knownFrom.js';
import type { SourceKind } from '../../model/FrpSignal.js';
import type { SourceSnapshot } from '../../model/FrpSnapshot.js';
import { advice, type InstanceCheck, problem, SEE_OTHER_USERS, well } from './Check.js';
import { addToConfig, changeInConfig, programOf } from './configAction.js';
import type { DoctorFacts, InstanceFacts } from './DoctorFacts.js';
import { refusedApi } from './refusedApi.js';
import { shellWord } from './shellWord.js';

const MAX_NAMES = 5;
const PASSWORD_PLACEHOLDER = '<choose a password>';

/** What is looked at of each frps and frpc, in the order in which one thing needs the other. */
export const INSTANCE_CHECKS: readonly InstanceCheck[] = [
  {
    id: 'process.visible',
    severity: 'essential',
    look: ({ isHidden, snapshot }) => {
      if (snapshot.process.pid === undefined) return undefined;
      return isHidden
        ? problem("another user's process, of which only the command line can be seen", SEE_OTHER_USERS)
        : well(`process ${snapshot.process.pid}`);
    },
  },
  {
    id: 'process.running',
    severity: 'essential',
    look: ({ snapshot: { process } }) =>
      process.resources?.stopped
        ? problem(`process ${process.pid} is stopped (T): nothing goes through it`, {
            text: 'let it go on:',
            lines: [`kill -CONT ${process.pid}`],
          })
        : undefined,
  },
  {
    id: 'process.files',
    severity: 'advice',
    look: ({ isHidden, snapshot: { process } }) => {
      if (isHidden || process.resources === undefined) return undefined;
      return process.resources.openFiles === undefined
        ? problem(
            `/proc/${process.pid}/fd may not be read: how many files it has open is not known, nor which connections are its own`,
            SEE_OTHER_USERS,
          )
        : well('its open files can be seen');
    },
  },
  {
    id: 'config.readable',
    severity: 'essential',
    look: (instance) => {
      const { configPath, config } = instance;
      const source = sourceOf(instance, 'config');
      if (source === undefined) return undefined;
      if (source.state === 'ok') return well(configPath ?? 'its flags');
      const reason = source.reason ?? source.state;
      if (reason.startsWith(NOT_GIVEN)) return advice(reason);
      if (reason.includes(NOT_ALLOWED)) return problem(reason, SEE_OTHER_USERS);
      if (configPath === undefined || config !== undefined) return problem(reason);
      const program = programOf(instance);
      return problem(reason, {
        text: `${program} itself says what is wrong:`,
        lines: [`${program} verify -c ${shellWord(configPath)}`],
      });
    },
  },
  {
    id: 'config.several_clients',
    severity: 'advice',
    look: ({ configFolder }) =>
      configFolder === undefined
        ? undefined
        : problem(
            `one process runs a client for each file of ${configFolder}: which line and connection is whose cannot be told`,
            {
              text: 'run one frpc for each file, such as by a systemd template (frpc@.service):',
              lines: [`ExecStart=/usr/local/bin/frpc -c ${shellWord(`${configFolder}/%i.toml`)}`],
            },
          ),
  },
  {
    id: 'log.readable',
    severity: 'essential',
    look: (instance) => {
      const { log, config } = instance;
      const source = sourceOf(instance, 'log');
      if (source === undefined) return undefined;
      if (source.state === 'ok' || logsTooLittle(instance)) return well(log?.path ?? 'read');
      const reason = source.reason ?? source.state;
      if (reason.startsWith(NOT_GIVEN)) return advice(reason);
      if (isStillToCome(instance)) return advice(`${reason}; at level ${config?.log.level} that may be never`);
      if (log?.problem?.includes(NOT_ALLOWED)) {
        return problem(`${reason}; frp lets none but its own user read its log (0600)`, SEE_OTHER_USERS);
      }
      const isInFile = config !== undefined && config.logTo !== 'console';
      if (isInFile || source.state === 'degraded') return problem(reason);
      const program = programOf(instance);
      return problem(reason, ...addToConfig(instance, [['log.to', `/var/log/${program}.log`]]));
    },
  },
  {
    id: 'log.level',
    severity: 'advice',
    look: (instance) =>
      logsTooLittle(instance) || isStillToCome(instance)
        ? problem(
            `log.level is ${instance.config?.log.level}: no logins, no proxies and no connections are logged, only what fails`,
            ...changeInConfig(instance, ['log.level', 'info']),
          )
        : undefined,
  },
  {
    id: 'log.colours',
    severity: 'advice',
    look: (instance) =>
      instance.log?.hasColours
        ? problem(
            `${instance.log.path} has colour codes: they are taken out here, and stay for all other readers`,
            ...addToConfig(instance, [['log.disablePrintColor', true]]),
          )
        : undefined,
  },
  {
    id: 'log.zone',
    severity: 'advice',
    look: (instance) => {
      const { zoneShift = 0, path = '' } = instance.log ?? {};
      if (zoneShift === 0) return undefined;
      const program = programOf(instance);
      return problem(
        `the times in ${path} are ${hours(Math.abs(zoneShift))} ${zoneShift > 0 ? 'later' : 'earlier'} than ours: it runs in another time zone. Times are set right here, but for the hours in which one of the zones changes its clock`,
        {
          text: `run ${program} and frp-otel in one zone (systemctl edit both):`,
          lines: ['[Service]', 'Environment=TZ=UTC'],
        },
      );
    },
  },
  {
    id: 'api.on',
    severity: 'advice',
    look: (instance, facts) => {
      const { snapshot, config } = instance;
      const source = sourceOf(instance, 'api');
      if (source === undefined) return undefined;
      if (source.state !== 'off') return well('on');
      // Its network is another, or its config is not known: no line of the config would help.
      if (config === undefined || config.webServer !== undefined || instance.hasOtherNetwork)
        return problem(source.reason ?? 'off');
      return problem(
        source.reason ?? 'off',
        ...addToConfig(instance, [
          ['webServer.addr', '127.0.0.1'],
          ['webServer.port', freeApiPort(snapshot.role === 'server' ? 7500 : 7400, facts)],
          ['webServer.user', 'admin'],
          ['webServer.password', PASSWORD_PLACEHOLDER],
        ]),
      );
    },
  },
  {
    id: 'api.answers',
    severity: 'essential',
    look: (instance) => {
      const source = sourceOf(instance, 'api');
      if (source === undefined || source.state === 'off') return undefined;
      if (source.state === 'ok') return well('answers');
      const program = programOf(instance);
      const reason = source.reason ?? source.state;
      if (!REFUSED.test(reason)) return problem(reason);
      if (instance.givenApi !== undefined) return refusedApi(reason, instance.givenApi);
      return problem(reason, {
        text: `${program} reads them when it starts; if they were changed since:`,
        lines: [`systemctl restart ${program}`],
      });
    },
  },
  {
    id: 'sockets',
    severity: 'advice',
    look: (instance, { ss }) => {
      const source = sourceOf(instance, 'sockets');
      if (source === undefined || ss === undefined) return undefined; // the machine's check says so
      const { state, reason } = source;
      return state === 'ok' && reason === undefined ? well('seen by ss') : problem(reason ?? state);
    },
  },
  {
    id: 'version.tells',
    severity: 'advice',
    look: ({ snapshot: { version } }) => {
      if (version === undefined) return undefined;
      const missing = toldSince(version);
      if (missing.length === 0) return well(version);
      return problem(`${version} is too old to tell ${missing.join('; ')}`);
    },
  },
  {
    id: 'version.secure',
    severity: 'advice',
    look: ({ snapshot: { version, role } }) =>
      version === undefined || role !== 'server' || isVersionAtLeast(version, '0.71.0')
        ? undefined
        : problem(
            `whoever can reach bindPort can end frps ${version} by a login with a negative pool_count; fixed in 0.71.0`,
            {
              text: 'update frps to 0.71.0 or later:',
              lines: ['https://github.com/fatedier/frp/releases'],
            },
          ),
  },
  {
    id: 'proxy.bandwidth_limit_mode',
    severity: 'advice',
    look: (instance) => {
      const limited = (instance.config?.proxies ?? []).filter(
        ({ bandwidthLimit, bandwidthLimitMode }) => bandwidthLimit !== undefined && bandwidthLimitMode === 'server',
      );
      if (limited.length === 0) return undefined;
      return problem(
        `bandwidthLimitMode = "server" of ${listed(limited.map(({ name }) => name))}: frps (seen from 0.52.3 to 0.71.0) then keeps the connection of each visitor who has left, and never counts its bytes`,
        ...changeInConfig(instance, ['transport.bandwidthLimitMode', 'client'], 'proxy'),
      );
    },
  },
];

/** As readRegularFile says it. */
const NOT_ALLOWED = 'this user may not read it';
const NOT_THERE = 'there is no such file';
/** As asObserved and apiOffReport say it. */
const NOT_GIVEN = 'not given';
/** As getBody says it. */
const REFUSED = /\(401\)/;

const sourceOf = ({ snapshot }: InstanceFacts, kind: SourceKind): SourceSnapshot | undefined =>
  snapshot.sources.find(({ source }) => source === kind);

const logsTooLittle = ({ config, log }: InstanceFacts): boolean =>
  config !== undefined && log?.problem === undefined && !LEVELS_WITH_INFO.has(config.log.level);

/** frp makes the file with its first line, which is one of a fault at these levels. */
const isStillToCome = ({ config, log }: InstanceFacts): boolean =>
  config !== undefined && log?.problem === NOT_THERE && !LEVELS_WITH_INFO.has(config.log.level);

/** The first one from here that no other frp of this machine is configured to have. */
const freeApiPort = (first: number, { instances }: DoctorFacts): number => {
  const taken = new Set(instances.map(({ config }) => config?.webServer?.port));
  let port = first;
  while (taken.has(port)) port += 1;
  return port;
};

/** What neither the log nor the API of this version tells, and which one does. */
const toldSince = (version: string): readonly string[] =>
  KNOWN_OF_SERVER.filter(({ log, api }) => log.length === 0 && api.length > 0)
    .filter(({ api }) => api.every(({ since }) => !isVersionAtLeast(version, since)))
    .map(({ what, api }) => `${what} (since ${api.at(-1)?.since})`);

const listed = (names: readonly string[]): string => {
  const shown = names.slice(0, MAX_NAMES).map((name) => JSON.stringify(name));
  return names.length > MAX_NAMES ? `${shown.join(', ')} and ${names.length - MAX_NAMES} more` : shown.join(', ');
};

const hours = (minutes: number): string => (minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`);
