import type { RowSpec } from '../../DashboardSpec.js';
import { FIRING } from '../../words.js';
import { alertsIn, heldSince, NONE_FIRED } from './alertSeries.js';

const WHOM = 'frp_server_name, frp_instance, frp_proxy_name';
const ALERT = `alertname, ${WHOM}`;
const OF_ALERT = '{{alertname}} {{frp_instance}} {{frp_proxy_name}}';
const OF_WHOM = '{{frp_instance}} {{frp_proxy_name}} on {{frp_server_name}}';

/** Alerts that can be told apart in one panel. */
const ROWS = 40;

/** One point a minute, whatever is shown: an alert that fires and ends between two of them is not counted. */
const MINUTES = '[$__range:1m]';

/** 1 in the minute in which an alert begins to fire. */
const BEGAN = `(${alertsIn('firing')} unless ${alertsIn('firing')} offset 1m)`;
const began = (by: string): string => `sum by (${by}) (count_over_time(${BEGAN}${MINUTES}))`;

/** What fired before, for how long and how often. */
export const course = (): RowSpec => {
  const half = { width: 12, height: 8, unit: 'short', empty: NONE_FIRED } as const;
  const bars = { ...half, type: 'bars', steps: [] } as const;
  return {
    title: 'History',
    panels: [
      {
        type: 'states',
        title: 'When each alert fired',
        about: `The ${ROWS} alerts that come first at each time, firing before pending. Many that begin together have one cause: look at the one that began first.`,
        width: 24,
        height: 12,
        unit: 'short',
        empty: NONE_FIRED,
        words: FIRING,
        queries: [
          {
            of: 'prometheus',
            expr: `topk(${ROWS}, max by (${ALERT}) (2 * ${alertsIn('firing')} or ignoring (alertstate) ${alertsIn('pending')}))`,
            legend: OF_ALERT,
          },
        ],
      },
      {
        ...half,
        type: 'timeseries',
        stacked: true,
        title: 'Firing by severity',
        about:
          'How many alerts fired at a time. A level that never comes back to 0 hides what is new: mend it, or change its rule.',
        queries: [{ of: 'prometheus', expr: `count by (severity) (${alertsIn('firing')})`, legend: '{{severity}}' }],
      },
      {
        ...half,
        type: 'timeseries',
        stacked: true,
        title: 'Firing by rule',
        about:
          'Of which rules they are. A rule with many at once is of what they have in common: a server, a network, a version.',
        queries: [{ of: 'prometheus', expr: `count by (alertname) (${alertsIn('firing')})`, legend: '{{alertname}}' }],
      },
      {
        ...bars,
        title: 'Times that each rule began to fire',
        about:
          'In the time shown. The rule on top speaks most: what it says is to be mended, or its threshold to be changed.',
        queries: [{ of: 'prometheus', expr: began('alertname'), instant: true, legend: '{{alertname}}' }],
      },
      {
        ...bars,
        unit: 's',
        title: 'Time in which each rule fired',
        about: 'Of the time shown, in which at least one alert of the rule fired. What fires always is read by nobody.',
        queries: [
          {
            of: 'prometheus',
            expr: `60 * count_over_time((count by (alertname) (${alertsIn('firing')}))${MINUTES})`,
            instant: true,
            legend: '{{alertname}}',
          },
        ],
      },
      {
        type: 'table',
        title: 'Flapping',
        about:
          'Alerts whose condition began to hold at least 4 times in the time shown, pending ones too. One that comes and goes is near its threshold, or a line that breaks: give it a longer `for`, or mend the line.',
        width: 12,
        height: 8,
        empty: 'None came and went 4 times in the time shown.',
        queries: [
          {
            of: 'prometheus',
            // Its value is when the condition began to hold: it is another one each time.
            expr: `max by (${ALERT}) (changes(${heldSince}[$__range]) + 1) >= 4`,
          },
        ],
        columns: [
          { field: 'alertname', title: 'Alert' },
          { field: 'frp_instance', title: 'Instance' },
          { field: 'frp_server_name', title: 'Server' },
          { field: 'frp_proxy_name', title: 'Tunnel' },
          { field: 'Value #A', title: 'Times', unit: 'short' },
        ],
        sortBy: { title: 'Times', descending: true },
      },
      {
        ...bars,
        title: 'Who is alerted about most',
        about: 'The ten about whom alerts began to fire most often in the time shown. Begin to mend here.',
        queries: [{ of: 'prometheus', expr: `topk(10, ${began(WHOM)})`, instant: true, legend: OF_WHOM }],
      },
    ],
  };
};
