import { ATTR_FRP } from './attributes.js';
import type { InstanceRow } from './MetricRow.js';

/** `frp.telemetry.*`: how well this instrumentation sees. */
export const telemetryMetrics: readonly InstanceRow[] = [
  {
    name: 'frp.telemetry.source.up',
    kind: 'gauge',
    unit: '{source}',
    description: '1 while the source gives all that it can, 0 while it is degraded; absent where it is off.',
    attributes: [ATTR_FRP.source],
    read: ({ sources }, observe) => {
      for (const { source, state } of sources) {
        if (state !== 'off') observe(state === 'ok' ? 1 : 0, { [ATTR_FRP.source]: source });
      }
    },
  },
  {
    name: 'frp.telemetry.log.lines',
    kind: 'counter',
    unit: '{line}',
    description: "Lines of frp's output that were read, by whether their meaning is known.",
    attributes: [ATTR_FRP.logKnown],
    read: ({ logLines }, observe) => {
      if (logLines === undefined) return;
      observe(logLines.known, { [ATTR_FRP.logKnown]: true });
      observe(logLines.unknown, { [ATTR_FRP.logKnown]: false });
    },
  },
  {
    name: 'frp.telemetry.dropped',
    kind: 'counter',
    unit: '{item}',
    description: 'What was left out, by what it is and why: nothing is dropped silently.',
    attributes: [ATTR_FRP.droppedKind, ATTR_FRP.droppedReason],
    read: ({ dropped }, observe) => {
      for (const { item, reason, count } of dropped) {
        observe(count, { [ATTR_FRP.droppedKind]: item, [ATTR_FRP.droppedReason]: reason });
      }
    },
  },
];
