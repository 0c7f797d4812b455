import type { DashboardContext } from '../../DashboardContext.js';
import type { RowSpec } from '../../DashboardSpec.js';
import { perInstance } from '../../promql.js';
import { NO_REPORTER, REPORTER, SEEN } from './reported.js';

/** In seconds: four intervals of those that the rules are made for, and when FrpReporterAbsent speaks. */
export const LATE = [
  { from: 60, color: 'yellow' },
  { from: 180, color: 'red' },
] as const;

/** From this share on frp is likely of a version that writes other lines. */
export const UNKNOWN = [{ from: 0.05, color: 'yellow' }] as const;

export const now = ({ metric }: DashboardContext): RowSpec => {
  const small = { type: 'stat', width: 4, height: 4, unit: 'short', empty: NO_REPORTER } as const;
  const anyIsBad = { steps: [{ from: 1, color: 'yellow' }] } as const;
  const up = metric('frp.process.up');
  const lines = metric('frp.telemetry.log.lines');
  const expected = perInstance(`last_over_time(${metric('frp.process.expected')}{${SEEN}}[1h])`);
  const spoken = `time() - ${perInstance(`timestamp(${up}{${SEEN}})`)}`;
  // A scrape that fails ends a series at once, at no age: what it was in the last hour is known by the minute.
  const silent = `(time() - ${perInstance(`max_over_time(timestamp(${up}{${SEEN}})[1h:1m])`)} and ${expected} != 0)`;
  return {
    title: 'Now',
    panels: [
      {
        ...small,
        title: 'Reporters',
        about:
          'Processes that observe frp: `frp-otel`, or programs with the instrumentation. Fewer than you have started: see who fell silent.',
        queries: [{ of: 'prometheus', expr: `count(count by (${REPORTER}) (${up}{${SEEN}}))`, legend: 'reporters' }],
      },
      {
        ...small,
        title: 'Observed',
        about:
          'frps (server) and frpc (client) that are told of. One that is missing runs where nobody observes, or as a user whose processes are not to be read.',
        queries: [
          { of: 'prometheus', expr: `count by (frp_role) (${perInstance(`${up}{${SEEN}}`)})`, legend: '{{frp_role}}' },
        ],
      },
      {
        ...small,
        ...anyIsBad,
        title: 'Sources degraded',
        about:
          'Sources that give less than they could: numbers are missing, or lower bounds. `frp-otel doctor` on the host says why.',
        queries: [
          {
            of: 'prometheus',
            expr: `sum(1 - ${perInstance(`${metric('frp.telemetry.source.up')}{${SEEN}}`, 'frp_source')})`,
            legend: 'degraded',
          },
        ],
      },
      {
        ...small,
        ...anyIsBad,
        decimals: 0,
        title: 'Items left out',
        about: 'In the time shown, over all limits. Below is which limit it was.',
        empty: 'Nothing was left out.',
        queries: [
          {
            of: 'prometheus',
            expr: `sum(increase(${metric('frp.telemetry.dropped')}{${SEEN}}[$__range]))`,
            instant: true,
            legend: 'left out',
          },
        ],
      },
      {
        ...small,
        unit: 'percentunit',
        decimals: 1,
        steps: UNKNOWN,
        title: 'Log lines not known',
        about:
          "Share of frp's lines whose meaning is not known, in the time shown. Many are a version of frp that writes other lines: see docs/frp-compatibility.md.",
        empty: 'No line was read: the log of frp is not read, or says nothing.',
        queries: [
          {
            of: 'prometheus',
            expr: `sum(increase(${lines}{${SEEN}, frp_log_known="false"}[$__range])) / (sum(increase(${lines}{${SEEN}}[$__range])) > 0)`,
            instant: true,
            legend: 'not known',
          },
        ],
      },
      {
        ...small,
        unit: 's',
        decimals: 0,
        steps: LATE,
        title: 'Oldest word',
        about:
          'Of all frps and frpc that were meant to run when they were told of within the last hour: how long ago somebody told of the one that is longest unheard of. More than a few intervals of export or scrape: see whom nobody tells of any more.',
        queries: [{ of: 'prometheus', expr: `max(${spoken} or ${silent})`, legend: 'oldest' }],
      },
    ],
  };
};
