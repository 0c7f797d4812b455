import type { FrpSnapshot, InstanceSnapshot } from '../../model/FrpSnapshot.js';
import type { AlertCount, AlertedInstance } from '../../telemetry/catalogue/alertMetrics.js';
import { ATTR_FRP } from '../../telemetry/catalogue/attributes.js';
import type { AlertRecord } from '../AlertRecord.js';
import type { EffectiveRule } from '../AlertRule.js';

type Role = InstanceSnapshot['role'];
type Named = Pick<AlertCount, 'name' | 'severity'>;

/** How many alerts fire, by instance and rule: for the metric `frp.alert.active`. */
export class AlertCounts {
  readonly #rules: Readonly<Record<Role, readonly Named[]>>;
  /** The same instance with the same alerts is the same object, of which nothing has to be told anew. */
  #alerted = new WeakMap<InstanceSnapshot, AlertedInstance>();
  #byInstance: ReadonlyMap<string | undefined, readonly AlertRecord[]> = new Map();

  constructor(rules: readonly EffectiveRule[]) {
    const of = (role: Role) => unique(rules.filter((rule) => (roleOf(rule) ?? role) === role));
    this.#rules = { server: of('server'), client: of('client') };
  }

  update(firing: readonly AlertRecord[]): void {
    this.#alerted = new WeakMap();
    this.#byInstance = byInstance(firing);
  }

  /** The snapshot with the alerts of each instance. */
  on(snapshot: FrpSnapshot): { readonly instances: readonly AlertedInstance[] } {
    const { instances } = snapshot;
    return { instances: instances.map((instance) => this.#alert(instance, instances)) };
  }

  #alert(instance: InstanceSnapshot, all: readonly InstanceSnapshot[]): AlertedInstance {
    const known = this.#alerted.get(instance);
    if (known !== undefined) return known;
    const ofNone = this.#byInstance.get(undefined) ?? [];
    const firing = [
      ...(this.#byInstance.get(instance.name) ?? []),
      ...ofNone.filter((alert) => instanceOfServer(alert, all) === instance.name),
    ];
    const alerts = unique([...this.#rules[instance.role], ...firing]).map(
      ({ name, severity }): AlertCount => ({
        name,
        severity,
        firing: firing.filter((alert) => alert.name === name && alert.severity === severity).length,
      }),
    );
    const alerted = Object.freeze({ ...instance, alerts });
    this.#alerted.set(instance, alerted);
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
  ...new Map(all.map(({ name, severity }) => [`${name} ${severity}`, { name, severity }])).values(),
];

/** Those that are of no instance under undefined. */
const byInstance = (firing: readonly AlertRecord[]): ReadonlyMap<string | undefined, readonly AlertRecord[]> => {
  const found = new Map<string | undefined, AlertRecord[]>();
  for (const alert of firing) {
    const name = alert.attributes[ATTR_FRP.instance];
    const alerts = found.get(name);
    if (alerts === undefined) found.set(name, [alert]);
    else alerts.push(alert);
  }
  return found;
};

/** An alert that is of a server's name is its frps's, where that is observed here. */
const instanceOfServer = ({ attributes }: AlertRecord, instances: readonly InstanceSnapshot[]): string | undefined => {
  const ofServer = instances.filter(({ serverName }) => serverName === attributes[ATTR_FRP.serverName]);
  return (ofServer.find(({ role }) => role === 'server') ?? ofServer[0])?.name;
};
