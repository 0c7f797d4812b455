import type { FrpSnapshot, InstanceSnapshot } from '../../model/FrpSnapshot.js';
import type { AlertCount, AlertedInstance } from '../../telemetry/catalogue/alertMetrics.js';
import { ATTR_FRP } from '../../telemetry/catalogue/attributes.js';
import type { AlertRecord } from '../AlertRecord.js';
import type { EffectiveRule } from '../AlertRule.js';

type Role = InstanceSnapshot['role'];
type Named = Pick<AlertCount, 'name' | 'severity'>;
type AlertsBy = ReadonlyMap<string | undefined, readonly AlertRecord[]>;

interface Alerted {
  readonly alerted: AlertedInstance;
  readonly isOfServer: boolean;
}

/** How many alerts fire, by instance and rule: for the metric `frp.alert.active`. */
export class AlertCounts {
  readonly #rules: Readonly<Record<Role, readonly Named[]>>;
  /** The same instance with the same alerts is the same object, of which nothing has to be told anew. */
  #alerted = new WeakMap<InstanceSnapshot, Alerted>();
  #byInstance: AlertsBy = new Map();
  /** Those that are of no instance. */
  #byServer: AlertsBy = new Map();

  constructor(rules: readonly EffectiveRule[]) {
    const of = (role: Role) => unique(rules.filter((rule) => (roleOf(rule) ?? role) === role));
    this.#rules = { server: of('server'), client: of('client') };
  }

  update(firing: readonly AlertRecord[]): void {
    const instanceOf = ({ attributes }: AlertRecord): string | undefined => attributes[ATTR_FRP.instance];
    this.#alerted = new WeakMap();
    this.#byInstance = alertsBy(
      firing.filter((alert) => instanceOf(alert) !== undefined),
      instanceOf,
    );
    this.#byServer = alertsBy(
      firing.filter((alert) => instanceOf(alert) === undefined),
      ({ attributes }) => attributes[ATTR_FRP.serverName],
    );
  }

  /** The snapshot with the alerts of each instance. */
  on(snapshot: FrpSnapshot): { readonly instances: readonly AlertedInstance[] } {
    const { instances } = snapshot;
    const ofServers = instancesOfServers(instances);
    return {
      instances: instances.map((instance) =>
        this.#alert(instance, ofServers.get(instance.serverName)?.name === instance.name),
      ),
    };
  }

  /** @param isOfServer whether what is of its server's name alone is counted here */
  #alert(instance: InstanceSnapshot, isOfServer: boolean): AlertedInstance {
    const known = this.#alerted.get(instance);
    if (known?.isOfServer === isOfServer) return known.alerted;
    const firing = [
      ...(this.#byInstance.get(instance.name) ?? []),
      ...((isOfServer && this.#byServer.get(instance.serverName)) || []),
    ];
    const counts = new Map<string, number>();
    for (const alert of firing) counts.set(keyOf(alert), (counts.get(keyOf(alert)) ?? 0) + 1);
    const alerts = unique([...this.#rules[instance.role], ...firing]).map(
      (named): AlertCount => ({ ...named, firing: counts.get(keyOf(named)) ?? 0 }),
    );
    const alerted = Object.freeze({ ...instance, alerts });
    this.#alerted.set(instance, { alerted, isOfServer });
    return alerted;
  }
}

/** Of which role alone a rule is. */
const roleOf = ({ where, subject }: EffectiveRule): Role | undefined => {
  const role = where?.[ATTR_FRP.role];
  const told = role === 'server' || role === 'client' ? role : undefined;
  return told ?? (subject === 'server' || subject === 'client' ? subject : undefined);
};

const unique = (all: readonly Named[]): readonly Named[] => [
  ...new Map(all.map(({ name, severity }) => [keyOf({ name, severity }), { name, severity }])).values(),
];

const keyOf = ({ name, severity }: Named): string => `${name} ${severity}`;

const alertsBy = (firing: readonly AlertRecord[], nameOf: (alert: AlertRecord) => string | undefined): AlertsBy => {
  const found = new Map<string | undefined, AlertRecord[]>();
  for (const alert of firing) {
    const alerts = found.get(nameOf(alert));
    if (alerts === undefined) found.set(nameOf(alert), [alert]);
    else alerts.push(alert);
  }
  return found;
};

/** What is of a server's name is its frps's, where that is observed here; else its first client's. */
const instancesOfServers = (
  instances: readonly InstanceSnapshot[],
): ReadonlyMap<string | undefined, InstanceSnapshot> => {
  const found = new Map<string | undefined, InstanceSnapshot>();
  for (const instance of instances) {
    const before = found.get(instance.serverName);
    if (before === undefined || (before.role === 'client' && instance.role === 'server'))
      found.set(instance.serverName, instance);
  }
  return found;
};
