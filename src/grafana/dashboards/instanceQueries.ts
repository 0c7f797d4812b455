import type { FrpRole } from '../../frp/FrpRole.js';
import { chosen } from '../chosen.js';
import type { DashboardContext } from '../DashboardContext.js';
import type { PromQuery } from '../DashboardSpec.js';
import { perInstance, perProxy } from '../promql.js';

/** What one frps or frpc is called, and the variable that it is chosen by. */
export const PROGRAM: Readonly<Record<FrpRole, 'frps' | 'frpc'>> = { server: 'frps', client: 'frpc' };

/** Why nothing may be told of it at all. */
export const notObserved = (role: FrpRole): string =>
  `Nothing was heard of this ${PROGRAM[role]} in the time shown: choose another, or run \`frp-otel observe\` beside it.`;

/** Queries of the one frps or frpc that is chosen. */
export const instanceQueries = (role: FrpRole, { metric }: DashboardContext) => {
  const where = `frp_role="${role}", frp_server_name=~${chosen('server')}, frp_instance=~${chosen(PROGRAM[role])}`;
  const series = (name: string, more = '', suffix = ''): string => `${metric(name)}${suffix}{${where}${more}}`;
  // Not `increase`: its window is longer than a step, so that what happened once would be counted in several.
  const perMinute = (name: string, more = ''): string => `60 * rate(${series(name, more)}[$__rate_interval])`;
  const query = (expr: string, legend: string): PromQuery => ({ of: 'prometheus', expr, legend });

  // Each class of failure is told from the start, at 0: only what occurred is drawn.
  const failures = (name: string): PromQuery =>
    query(
      `sum by (error_type) (${perInstance(perMinute(name, ', error_type!=""'), 'error_type')}) > 0`,
      '{{error_type}}',
    );

  return {
    /** For what is none of the below: more of a selector, and of a histogram its `_bucket`. */
    series,
    /** A gauge of the instance; of each label's value. */
    value: (name: string, legend: string, ...labels: readonly string[]): PromQuery =>
      query(perInstance(series(name), ...labels), legend),
    /** Whether somebody wants it to run, as MEANT_TO_RUN says it: a stop on purpose is no fault. */
    meantToRun: query(`2 + ${perInstance(series('frp.process.expected'))}`, 'meant to run'),
    /** A counter of the instance, per second. */
    rate: (name: string, legend: string, ...labels: readonly string[]): PromQuery =>
      query(perInstance(`rate(${series(name)}[$__rate_interval])`, ...labels), legend),
    /** How often it happened, per minute: the unit is `cpm`. */
    frequency: (name: string, legend: string, ...labels: readonly string[]): PromQuery =>
      query(perInstance(perMinute(name), ...labels), legend),
    /** How often it failed, per minute. */
    failures,
    /** How often per minute it went well, and how often not. */
    outcomes: (name: string): readonly PromQuery[] => [
      query(perInstance(perMinute(name, ', error_type=""')), 'ok'),
      failures(name),
    ],
    /** What failed per minute of its tunnels, whichever it was. */
    proxyFailures: (name: string): PromQuery =>
      query(
        `sum by (error_type) (${perProxy(perMinute(name, ', error_type!=""'), 'error_type')}) > 0`,
        '{{error_type}}',
      ),
    /** How often it happened in all of the time shown. */
    total: (name: string, legend: string): PromQuery => ({
      ...query(perInstance(`increase(${series(name)}[$__range])`), legend),
      instant: true,
    }),
  };
};
