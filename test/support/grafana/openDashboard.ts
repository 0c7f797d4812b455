import { type DashboardJson, type DashboardQuery, type DashboardVariable, labelValuesOf } from './dashboardQueries.js';
import { ALL, type Choices, type Escaping, interpolate } from './interpolate.js';
import type { PrometheusApi, Series, TimeWindow } from './PrometheusApi.js';

/** Where and when a dashboard is looked at. */
export interface Look {
  readonly api: PrometheusApi;
  readonly window: TimeWindow;
  /** What `$__rate_interval` and `$__interval` are. Grafana has four scrape intervals and the step. */
  readonly rateIntervalSeconds: number;
  readonly intervalSeconds: number;
  readonly escaping?: Escaping;
  /** What takes long, made short: the same PromQL with other times. */
  readonly hasten?: (promql: string) => string;
}

const builtIn = ({ window: { from, to }, rateIntervalSeconds, intervalSeconds }: Look): Record<string, string> => {
  const seconds = Math.round((to - from) / 1_000);
  return {
    __interval: `${intervalSeconds}s`,
    __interval_ms: `${intervalSeconds * 1_000}`,
    __rate_interval: `${rateIntervalSeconds}s`,
    __range: `${seconds}s`,
    __range_s: `${seconds}`,
    __range_ms: `${to - from}`,
    __from: `${from}`,
    __to: `${to}`,
  };
};

const written = (text: string, { templating }: DashboardJson, choices: Choices, look: Look): string =>
  interpolate(text, {
    variables: templating.list,
    choices,
    builtIn: builtIn(look),
    ...(look.escaping && { escaping: look.escaping }),
  });

/** What a variable offers, with what is chosen of those before it, in the order in which it is shown. */
const offered = async (
  variable: DashboardVariable,
  dashboard: DashboardJson,
  choices: Choices,
  look: Look,
): Promise<readonly string[]> => {
  const { selector, label } = labelValuesOf(variable);
  const values = await look.api.labelValues(label, written(selector, dashboard, choices, look), look.window);
  const ascending = values.toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }));
  const { sort = 0 } = variable;
  return sort > 0 && sort % 2 === 0 ? ascending.toReversed() : ascending;
};

/** Every way to look at a dashboard, and how many values each of its variables offers at most. */
export interface OpenDashboard {
  /** One for each value of each variable of which one is chosen; of those of which several can be, all are. */
  readonly ways: readonly Choices[];
  readonly offers: ReadonlyMap<string, number>;
}

/** Opens a dashboard as Grafana does: its variables in their order, each asking with those before it. */
export const openDashboard = async (dashboard: DashboardJson, look: Look): Promise<OpenDashboard> => {
  const offers = new Map<string, number>();
  let ways: Choices[] = [{}];
  for (const variable of dashboard.templating.list) {
    const { name, type, multi = false, current } = variable;
    const next: Choices[] = [];
    for (const way of ways) {
      if (type === 'datasource') {
        next.push(way);
      } else if (type !== 'query') {
        next.push({ ...way, [name]: current?.value ?? '' });
      } else {
        const values = await offered(variable, dashboard, way, look);
        offers.set(name, Math.max(offers.get(name) ?? 0, values.length));
        if (multi) next.push({ ...way, [name]: ALL });
        else for (const value of values.length > 0 ? values : ['']) next.push({ ...way, [name]: value });
      }
    }
    ways = next;
  }
  return { ways, offers };
};

/** The series of a query of a dashboard. */
export const ask = (
  { expr, isInstant }: Pick<DashboardQuery, 'expr' | 'isInstant'>,
  dashboard: DashboardJson,
  choices: Choices,
  look: Look,
): Promise<readonly Series[]> => {
  const { hasten = (promql) => promql } = look;
  const promql = hasten(written(expr, dashboard, choices, look));
  return isInstant ? look.api.instant(promql, look.window.to) : look.api.range(promql, look.window);
};
