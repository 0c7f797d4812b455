import type { InstanceSnapshot } from '../../model/FrpSnapshot.js';
import type { AlertSeverity } from './alertWords.js';
import { ATTR_FRP } from './attributes.js';
import type { InstanceRow } from './MetricRow.js';

/** How many alerts of one rule fire. */
export interface AlertCount {
  readonly name: string;
  readonly severity: AlertSeverity;
  readonly firing: number;
}

/** An instance with what the alert rules say of it; undefined where they are not evaluated in this process. */
export interface AlertedInstance extends InstanceSnapshot {
  readonly alerts?: readonly AlertCount[];
}

/** `frp.alert.*`: what the alert rules say, where this package evaluates them itself. */
export const alertMetrics: readonly InstanceRow[] = [
  {
    name: 'frp.alert.active',
    kind: 'updowncounter',
    unit: '{alert}',
    description: 'Alerts that fire, by rule; 0 for a rule of which none does.',
    note: 'Told where the option `alerts` is on. An alert that is of a server alone, and of no instance, is counted of the frps of that name.',
    attributes: [ATTR_FRP.alertName, ATTR_FRP.alertSeverity],
    read: ({ alerts = [] }: AlertedInstance, observe) => {
      for (const { name, severity, firing } of alerts)
        observe(firing, { [ATTR_FRP.alertName]: name, [ATTR_FRP.alertSeverity]: severity });
    },
  },
];
