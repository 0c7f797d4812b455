import type { EffectiveRule } from '../../../src/alerts/AlertRule.js';
import { ruleCatalogue } from '../../../src/alerts/catalogue/ruleCatalogue.js';
import { effectiveRules } from '../../../src/alerts/effectiveRules.js';
import { parseOptions } from '../../../src/config/parseOptions.js';
import { derivedMetrics } from '../../../src/telemetry/catalogue/derivedMetrics.js';

/** How many times faster than by default all goes: what takes minutes by default takes seconds. */
const FASTER = 30;
/** A duration of Alertmanager, `30s` or `5m`, made that much shorter. */
export const faster = (duration: string): string => {
  const [, count, unit] = /^(\d+)([sm])$/.exec(duration) ?? [];
  if (count === undefined) throw new Error(`expected a duration such as 30s or 5m, received ${duration}`);
  return `${(Number(count) * (unit === 'm' ? 60_000 : 1_000)) / FASTER}ms`;
};

/**
 * What silences others stays until they are over, too: a tunnel is up a moment after its client, and frpc waits for up to 20 s between
 * two logins, however fast the rest goes here.
 */
const KEPT_MILLIS: Readonly<Record<string, number>> = {
  FrpClientDown: 5_000,
  FrpClientDisconnected: 5_000,
  FrpServerDown: 30_000,
};
/** Windows of what is computed in the process; the default is 5 minutes. */
const RECENT_MILLIS = 20_000;

const RECENT = [
  'frp.server.login.failures.recent',
  'frp.client.reconnects.recent',
  'frp.server.error.ratio',
  'frp.proxy.latency',
];

/** What is computed over minutes by default is computed over seconds, under the same name. */
const shortWindows = {
  derivedMetrics: derivedMetrics
    .filter(({ name }) => RECENT.includes(name))
    .map((rule) => ({ ...rule, name: `short.${rule.name}`, windowMillis: RECENT_MILLIS })),
  views: RECENT.flatMap((name) => [
    { instrumentName: name, drop: true },
    { instrumentName: `short.${name}`, name },
  ]),
};

const names = [...new Set(ruleCatalogue.map(({ name }) => name))];

/** What the agent observes by, as its config file has it, and what the rules are rendered by. */
export const scenarioOptions = {
  collectionIntervalMillis: 500,
  apiTimeoutMillis: 1_000,
  ...shortWindows,
  thresholds: {
    serverCpu: 0.03,
    serverMemory: 48 * 2 ** 20,
    serverClients: 2,
    proxyConnections: 30,
  },
  alertRules: {
    overrides: names.map((rule) => ({ rule, ...shortened(rule) })),
  },
};

function shortened(name: string) {
  const rows = ruleCatalogue.filter((rule) => rule.name === name);
  const longest = (of: 'forMillis' | 'keepFiringForMillis') => Math.max(...rows.map((rule) => rule[of])) / FASTER;
  return {
    forMillis: longest('forMillis'),
    keepFiringForMillis: KEPT_MILLIS[name] ?? longest('keepFiringForMillis'),
  };
}

/** The rules of these options. Windows of Prometheus are no option: they are shortened here. */
export const scenarioRules = (): readonly EffectiveRule[] =>
  effectiveRules(parseOptions(inCode(scenarioOptions))).map((rule) =>
    rule.of === 'increase' || rule.of === 'ratio' ? { ...rule, windowMillis: RECENT_MILLIS } : rule,
  );

/** Views of a file have another form in code, and no rule is of them. */
const inCode = ({ views: _, ...options }: typeof scenarioOptions) => options;
