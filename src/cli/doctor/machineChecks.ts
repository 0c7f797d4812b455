import { bytes } from '../status/quantities.js';
import { type MachineCheck, problem, SEE_OTHER_USERS, well } from './Check.js';
import type { FolderFacts, OtlpFacts } from './DoctorFacts.js';
import { shellWord } from './shellWord.js';

/** With less, an hour of a busy log may fill the disk. */
const LEAST_FREE_BYTES = 100_000_000;
/** Clocks are slewed by less while nobody sets them. */
const CLOCK_STEP_MILLIS = 100;

/** What is looked at once. */
export const MACHINE_CHECKS: readonly MachineCheck[] = [
  {
    id: 'frp.found',
    severity: 'essential',
    look: ({ instances, isRoot }) => {
      if (instances.length > 0) return well(`${instances.length} of frps and frpc`);
      const options = {
        text: 'start it, or say where it is:',
        lines: ['frp-otel doctor --pid PID', 'frp-otel doctor --config /etc/frp/frps.toml'],
      };
      return problem('no frps and no frpc runs that can be seen', options, ...(isRoot ? [] : [SEE_OTHER_USERS]));
    },
  },
  {
    id: 'ss',
    severity: 'advice',
    look: ({ ss, platform }) => {
      if (platform !== 'linux') return problem(`connections are looked at with ss, which ${platform} does not have`);
      if (ss !== undefined) return well(ss);
      return problem('there is no ss: no bytes of open connections, no round trips, and no bytes at all of frpc', {
        text: 'install iproute2:',
        lines: ['apt-get install iproute2', 'dnf install iproute', 'apk add iproute2-ss'],
      });
    },
  },
  {
    id: 'otel.enabled',
    severity: 'essential',
    look: ({ isDisabled }) =>
      isDisabled
        ? problem('OTEL_SDK_DISABLED is true: nothing is observed', {
            text: 'take it out of the environment:',
            lines: ['unset OTEL_SDK_DISABLED'],
          })
        : undefined,
  },
  {
    id: 'otel.environment',
    severity: 'advice',
    look: ({ environmentFaults }) =>
      environmentFaults.length === 0 ? undefined : problem(environmentFaults.join('. ')),
  },
  {
    id: 'otlp.endpoint',
    severity: 'essential',
    look: ({ otlp }) => reachability(otlp.filter(({ isGiven }) => isGiven)),
  },
  {
    id: 'otlp.default',
    severity: 'advice',
    look: ({ otlp }) =>
      reachability(
        otlp.filter(({ isGiven }) => !isGiven),
        'no endpoint is set; ',
      ),
  },
  {
    id: 'prometheus.port',
    severity: 'advice',
    look: ({ prometheus: { address, holder } }) => {
      if (holder === 'nobody') return well(`${address} is free`);
      if (holder === 'agent') return well(`${address} is served by an agent`);
      return problem(`${address} is taken by another program: /metrics cannot be served there`, {
        text: 'choose another port:',
        lines: ['frp-otel observe --prometheus-port 9465', 'OTEL_EXPORTER_PROMETHEUS_PORT=9465'],
      });
    },
  },
  {
    id: 'state.writable',
    severity: 'advice',
    look: ({ stateFolder }) => {
      const why = 'after a restart of the agent, lines of logs are told twice or not at all';
      const action = { text: 'give it a folder of its own:', lines: ['frp-otel observe --state-directory FOLDER'] };
      if (stateFolder === undefined) return problem(`there is no place to keep how far logs were read: ${why}`, action);
      if (stateFolder.problem === undefined) return well(stateFolder.path);
      return problem(`${stateFolder.path}: ${stateFolder.problem}: ${why}`, action);
    },
  },
  {
    id: 'disk.free',
    severity: 'essential',
    look: ({ stateFolder, logFolders }) => {
      const folders = [...(stateFolder ? [stateFolder] : []), ...logFolders];
      const full = folders.filter(({ free = Number.POSITIVE_INFINITY }) => free < LEAST_FREE_BYTES);
      if (full.length === 0) return folders.length === 0 ? undefined : well('enough');
      return problem(`${full.map(describeFree).join(', ')}: when it is full, frp's log has gaps and nothing says so`, {
        text: 'see what fills it:',
        lines: full.map(({ path }) => `du -xh ${shellWord(path)} | sort -h | tail`),
      });
    },
  },
  {
    id: 'clock',
    severity: 'advice',
    look: ({ clockStep }) =>
      Math.abs(clockStep) < CLOCK_STEP_MILLIS
        ? well('steady')
        : problem(
            `the clock was set by ${clockStep} ms within this look: times and durations of logs are wrong by that`,
            {
              text: 'let one program slew it, and see which sets it:',
              lines: ['timedatectl timesync-status'],
            },
          ),
  },
];

const describeFree = ({ path, free = 0 }: FolderFacts): string => `${path} has ${bytes(free)} left`;

/** @param before what comes before each endpoint that cannot be reached */
const reachability = (endpoints: readonly OtlpFacts[], before = '') => {
  if (endpoints.length === 0) return undefined;
  const failing = endpoints.filter((each) => each.problem !== undefined);
  if (failing.length === 0) return well(endpoints.map(({ endpoint }) => endpoint).join(', '));
  const reasons = failing.map(({ endpoint, problem: reason }) => `${endpoint}: ${reason}`);
  return problem(`${before}${reasons.join(', ')}`, {
    text: 'start a Collector there, name the one that there is, or push nothing:',
    lines: [
      'OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318',
      'OTEL_METRICS_EXPORTER=none OTEL_LOGS_EXPORTER=none OTEL_TRACES_EXPORTER=none',
    ],
  });
};
