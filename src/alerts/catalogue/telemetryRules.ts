import { ATTR_FRP } from '../../telemetry/catalogue/attributes.js';
import type { CatalogueRule } from './CatalogueRule.js';
import { after, HOUR, MINUTE, OF_INSTANCE } from './terms.js';

/** Rules of this telemetry itself. */
export const telemetryRules: readonly CatalogueRule[] = [
  {
    name: 'FrpReporterAbsent',
    of: 'absence',
    metric: 'frp.process.expected',
    windowMillis: HOUR,
    by: OF_INSTANCE,
    subject: 'telemetry',
    ...after(3 * MINUTE),
    severity: 'high',
    summary: 'nothing is heard of {frp.instance} any more',
    description:
      'Telemetry of {frp.instance} came within the last hour, and comes no more, without a word that it was stopped. Whether it works is not known.',
    why: 'Where nothing comes, no other rule can hold: without this one, silence would look like health.',
    runbook: [
      'Is the host up? Does `frp-otel observe`, or the program with the instrumentation, run there?',
      'Does what it sends arrive: the Collector refuses a wrong token and data without `service.instance.id`, and counts both.',
      'If it was taken away for good: it is silent again after an hour.',
    ],
  },
  {
    name: 'FrpTelemetrySourceDown',
    of: 'value',
    metric: 'frp.telemetry.source.up',
    comparison: '==',
    threshold: 0,
    by: [...OF_INSTANCE, ATTR_FRP.source],
    subject: 'telemetry',
    ...after(5 * MINUTE),
    severity: 'low',
    summary: 'the source {frp.source} of {frp.instance} is degraded',
    description:
      'Part of what could be known of {frp.instance} is not: numbers of this source are missing, or lower bounds.',
    why: 'A dashboard with half of the truth should say so.',
    runbook: ['`frp-otel doctor` on its host says what is missing, and what to do about it.'],
  },
  {
    name: 'FrpTelemetryDropping',
    of: 'increase',
    metric: 'frp.telemetry.dropped',
    windowMillis: 15 * MINUTE, // a single burst outlasts the time that it has to hold
    comparison: '>',
    threshold: 0,
    by: [...OF_INSTANCE, ATTR_FRP.droppedKind, ATTR_FRP.droppedReason],
    subject: 'telemetry',
    ...after(5 * MINUTE),
    severity: 'low',
    summary: '{frp.instance}: {frp.telemetry.kind} are left out: {frp.telemetry.reason}',
    description: 'In the last 15 minutes {value} were not exported: {frp.telemetry.kind}, for {frp.telemetry.reason}.',
    why: 'Nothing is dropped silently.',
    runbook: [
      '`frp.telemetry.dropped` by kind and reason says which limit was met; docs/configuration.md has the option for it.',
      'Records that could not be sent: see whether the backend answers.',
    ],
  },
];
