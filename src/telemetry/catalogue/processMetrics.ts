import { ATTR_FRP } from './attributes.js';
import type { InstanceRow, Observe } from './MetricRow.js';
import { observeKnown, observeSecondsSince } from './readers.js';

/** `frp.process.*`: of frps and frpc. Kinds and units are those of `process.*` in the semantic conventions. */
export const processMetrics: readonly InstanceRow[] = [
  {
    name: 'frp.process.up',
    kind: 'gauge',
    unit: '{process}',
    description: '1 while frp runs and answers; 0 when it is gone, stopped, or its API has ceased to answer.',
    note: 'Of one that was stopped on purpose it ends as 1: a last 0, which backends show for minutes, would look like a loss.',
    attributes: [],
    read: ({ process: { up }, endedAt }, observe) =>
      observeKnown(up === undefined || endedAt !== undefined ? undefined : Number(up), observe),
  },
  {
    name: 'frp.process.expected',
    kind: 'gauge',
    unit: '{process}',
    description: '1 as long as frp is meant to run, also while it is gone; 0 at last when it was stopped on purpose.',
    note: 'Of one that comes back under another server it is 0 once under the former.',
    attributes: [],
    last: 0,
    read: ({ process: { up }, endedAt }, observe) =>
      observeKnown(up === undefined ? undefined : Number(endedAt === undefined), observe),
  },
  {
    name: 'frp.process.info',
    kind: 'gauge',
    unit: '{process}',
    description: 'Always 1; carries the version of frps once its API told it.',
    attributes: [ATTR_FRP.version],
    read: ({ version }, observe) => {
      if (version !== undefined) observe(1, { [ATTR_FRP.version]: version });
    },
  },
  {
    name: 'frp.process.restarts',
    kind: 'counter',
    unit: '{restart}',
    description: 'Times that frp was started again with the same config file.',
    attributes: [],
    read: ({ process: { pid, restarts } }, observe) => observeKnown(pid === undefined ? undefined : restarts, observe),
  },
  {
    name: 'frp.process.cpu.time',
    kind: 'counter',
    unit: 's',
    description: 'CPU time that frp has used, over its restarts.',
    attributes: ['cpu.mode'],
    read: ({ process: { cpuTime } }, observe) => {
      // Where the two are not told apart, the value is of both, and of no mode.
      if (cpuTime?.system === undefined) observeKnown(cpuTime?.user, observe);
      else observeEach('cpu.mode', cpuTime, observe);
    },
  },
  {
    name: 'frp.process.cpu.utilization',
    kind: 'resource gauge',
    unit: '1',
    description: 'Share of all CPUs that frp used between the last two samples, 0 to 1.',
    attributes: [],
    read: ({ process }, observe) => observeKnown(process.cpuUtilization, observe),
  },
  {
    name: 'frp.process.memory.usage',
    kind: 'updowncounter',
    unit: 'By',
    description: 'Physical memory that frp uses (resident set size).',
    attributes: [],
    read: ({ process }, observe) => observeKnown(process.resources?.memoryResident, observe),
  },
  {
    name: 'frp.process.memory.virtual',
    kind: 'updowncounter',
    unit: 'By',
    description: 'Virtual memory that frp has mapped.',
    attributes: [],
    read: ({ process }, observe) => observeKnown(process.resources?.memoryVirtual, observe),
  },
  {
    name: 'frp.process.file_descriptor.open',
    kind: 'updowncounter',
    unit: '{file_descriptor}',
    description: 'File descriptors that frp has open.',
    attributes: [],
    read: ({ process }, observe) => observeKnown(process.resources?.openFiles, observe),
  },
  {
    name: 'frp.process.file_descriptor.utilization',
    kind: 'resource gauge',
    unit: '1',
    description: 'Open file descriptors as a share of the soft limit, 0 to 1.',
    attributes: [],
    read: ({ process: { resources } }, observe) => {
      const { openFiles, maxOpenFiles } = resources ?? {};
      if (openFiles !== undefined && maxOpenFiles) observe(openFiles / maxOpenFiles);
    },
  },
  {
    name: 'frp.process.thread.active',
    kind: 'updowncounter',
    unit: '{thread}',
    description: 'Operating system threads of frp.',
    attributes: [],
    read: ({ process }, observe) => observeKnown(process.resources?.threads, observe),
  },
  {
    name: 'frp.process.disk.io',
    kind: 'counter',
    unit: 'By',
    description: 'Bytes that frp made the disk read and write, over its restarts.',
    attributes: ['disk.io.direction'],
    read: ({ process }, observe) => observeEach('disk.io.direction', process.diskIo, observe),
  },
  {
    name: 'frp.process.context_switches',
    kind: 'counter',
    unit: '{context_switch}',
    description: 'Context switches of all threads of frp, over its restarts.',
    attributes: ['process.context_switch.type'],
    read: ({ process }, observe) => observeEach('process.context_switch.type', process.contextSwitches, observe),
  },
  {
    name: 'frp.process.paging.faults',
    kind: 'counter',
    unit: '{fault}',
    description: 'Page faults of frp without (minor) and with (major) the disk, over its restarts.',
    attributes: ['system.paging.fault.type'],
    read: ({ process }, observe) => observeEach('system.paging.fault.type', process.pagingFaults, observe),
  },
  {
    name: 'frp.process.uptime',
    kind: 'resource gauge',
    unit: 's',
    description: 'Time since frp was started.',
    attributes: [],
    read: ({ process }, observe, now) => {
      if (process.resources !== undefined) observeSecondsSince(process.startedAt, observe, now);
    },
  },
];

/** Counts by what an attribute of the semantic conventions tells apart, named by its values. */
const observeEach = (
  attribute: string,
  counts: { readonly [value: string]: number | undefined } | undefined,
  observe: Observe<number>,
): void => {
  for (const [value, count] of Object.entries(counts ?? {}))
    if (count !== undefined) observe(count, { [attribute]: value });
};
