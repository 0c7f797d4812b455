import { ATTR_FRP } from './attributes.js';
import type { InstanceRow } from './MetricRow.js';
import { observeKnown, observeSecondsSince } from './readers.js';

/** `frp.process.*`: of frps and frpc. Kinds and units are those of `process.*` in the semantic conventions. */
export const processMetrics: readonly InstanceRow[] = [
  {
    name: 'frp.process.up',
    kind: 'gauge',
    unit: '{process}',
    description: '1 while frp runs and answers; 0 when it is gone, stopped, or its API has ceased to answer.',
    attributes: [],
    read: ({ process }, observe) => observe(process.up ? 1 : 0),
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
    read: ({ process }, observe) => observe(process.restarts),
  },
  {
    name: 'frp.process.cpu.time',
    kind: 'counter',
    unit: 's',
    description: 'CPU time that frp has used, over its restarts.',
    attributes: ['cpu.mode'],
    read: ({ process: { cpuTime } }, observe) => {
      if (cpuTime === undefined) return;
      observe(cpuTime.user, { 'cpu.mode': 'user' });
      observe(cpuTime.system, { 'cpu.mode': 'system' });
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
    description: 'Virtual memory of frp.',
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
