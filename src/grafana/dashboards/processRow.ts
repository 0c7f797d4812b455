import type { FrpRole } from '../../frp/FrpRole.js';
import { isOneOf } from '../chosen.js';
import type { DashboardContext } from '../DashboardContext.js';
import type { PanelSpec, RowSpec } from '../DashboardSpec.js';
import { READABLE, RECORDS } from '../logql.js';
import { instanceQueries, notObserved, PROGRAM } from './instanceQueries.js';

/** Rules that one of the roles has alone. */
const RULES = {
  server: { cpu: { rule: 'FrpServerCpuHigh' }, memory: { rule: 'FrpServerMemoryHigh' } },
  client: { cpu: {}, memory: {} },
} as const;

/** What the operating system says of the one frps or frpc that is chosen. */
export const processRow = (role: FrpRole, context: DashboardContext): RowSpec => ({
  title: 'Process',
  collapsed: true,
  panels: [...cpu(role, context), ...memory(role, context), ...system(role, context)],
});

const onLinux = (role: FrpRole): string => `${notObserved(role)} It is told on Linux only.`;

const cpu = (role: FrpRole, context: DashboardContext): readonly PanelSpec[] => {
  const { value, rate } = instanceQueries(role, context);
  const panel = { type: 'timeseries', width: 8, height: 8, min: 0, fine: true } as const;
  return [
    {
      ...panel,
      ...RULES[role].cpu,
      title: 'CPU',
      about: `Share of all CPUs of its host that ${PROGRAM[role]} uses. At its limit all tunnels become slow: see which of them carries most, and whether encryption or compression is worth its price.`,
      unit: 'percentunit',
      empty: notObserved(role),
      queries: [value('frp.process.cpu.utilization', PROGRAM[role])],
    },
    {
      ...panel,
      title: 'CPU time by mode',
      about:
        'CPUs in use, 1 is one of them; user is frp itself, system the kernel that sends for it. Much of system is many small packets or connections.',
      unit: 'short',
      stacked: true,
      empty: notObserved(role),
      queries: [rate('frp.process.cpu.time', '{{cpu_mode}}', 'cpu_mode')],
    },
    {
      ...panel,
      title: 'Threads',
      about:
        'Threads of the operating system. A number that grows with the same traffic is a disk or a name server that does not answer.',
      unit: 'short',
      empty: onLinux(role),
      queries: [value('frp.process.thread.active', 'threads')],
    },
  ];
};

const memory = (role: FrpRole, context: DashboardContext): readonly PanelSpec[] => {
  const { value, rate } = instanceQueries(role, context);
  const panel = { type: 'timeseries', width: 8, height: 8, min: 0, fine: true } as const;
  return [
    {
      ...panel,
      ...RULES[role].memory,
      title: 'Memory',
      about:
        'Physical memory (resident set size). It follows open connections and clients; where it grows without them, note the version and plan a restart.',
      unit: 'bytes',
      empty: notObserved(role),
      queries: [value('frp.process.memory.usage', 'resident')],
    },
    {
      ...panel,
      title: 'Virtual memory',
      about:
        'Memory that is mapped, most of it never used: Go takes a gigabyte or more from the start. Only a limit of `ulimit -v` makes it matter.',
      unit: 'bytes',
      empty: onLinux(role),
      queries: [value('frp.process.memory.virtual', 'virtual')],
    },
    {
      ...panel,
      title: 'Page faults',
      about:
        'Pages that were not in place, per second: minor ones are usual, major ones had to come from the disk. Many major ones are a host that has no memory left.',
      unit: 'ops',
      empty: onLinux(role),
      queries: [rate('frp.process.paging.faults', '{{system_paging_fault_type}}', 'system_paging_fault_type')],
    },
  ];
};

const system = (role: FrpRole, context: DashboardContext): readonly PanelSpec[] => {
  const { value, rate } = instanceQueries(role, context);
  const panel = { type: 'timeseries', width: 6, height: 8, min: 0, fine: true, empty: onLinux(role) } as const;
  return [
    {
      ...panel,
      title: 'File descriptors',
      about: 'Each connection takes one or two. A number that only grows is a service that does not close.',
      unit: 'short',
      queries: [value('frp.process.file_descriptor.open', 'open')],
    },
    {
      ...panel,
      title: 'File descriptors of the limit',
      about:
        'Share of the soft limit. At 100 % no connection is accepted any more, and frp says next to nothing of it: raise `LimitNOFILE=` or `ulimits` before, and restart.',
      unit: 'percentunit',
      rule: 'FrpFileDescriptorsHigh',
      queries: [value('frp.process.file_descriptor.utilization', 'of the limit')],
    },
    {
      ...panel,
      title: 'Disk',
      about:
        'Bytes per second that frp makes the disk read and write: its log. Much of it is `log.level` debug or trace, or somebody who fills the log.',
      unit: 'Bps',
      queries: [rate('frp.process.disk.io', '{{disk_io_direction}}', 'disk_io_direction')],
    },
    {
      ...panel,
      title: 'Context switches',
      about:
        'Per second: voluntary ones wait for traffic, involuntary ones lost the CPU to another. Many involuntary ones are a host with too few CPUs.',
      unit: 'ops',
      queries: [rate('frp.process.context_switches', '{{process_context_switch_type}}', 'process_context_switch_type')],
    },
  ];
};

/** What the one that is chosen says itself. */
export const logRow = (role: FrpRole): RowSpec => {
  const lines = `${RECORDS} | frp_role="${role}" | ${isOneOf('frp_instance', PROGRAM[role])}`;
  return {
    title: 'Log',
    panels: [
      {
        type: 'logs',
        title: 'Warnings and errors',
        about:
          'What frp wrote as a warning or worse, and events that are as severe. frp writes W on many a usual end of a connection: begin with what came when the graphs turned bad.',
        width: 24,
        height: 8,
        empty:
          'Nothing of the kind in the time shown, or no log records in this Loki: see whether the panel below has lines.',
        query: { of: 'loki', expr: `${lines} | severity_number >= 13 ${READABLE}` },
      },
      {
        type: 'logs',
        title: 'Log lines',
        about:
          'Each line of its output or log file, the last first. Stay on a line to see the session, the tunnel and the source file that it is of.',
        width: 24,
        height: 10,
        empty:
          'No line in the time shown, or no log records in this Loki: `frp-otel doctor` says whether the log is read, and with `log.level` warn or error frp writes hardly any.',
        query: { of: 'loki', expr: `${lines} ${READABLE}` },
      },
    ],
  };
};
