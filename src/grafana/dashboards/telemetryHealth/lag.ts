import type { DashboardContext } from '../../DashboardContext.js';
import type { PanelSpec, RowSpec } from '../../DashboardSpec.js';
import { LATE } from './now.js';
import { ageOf, NO_REPORTER, OF_REPORTER, REPORTER, SEEN } from './reported.js';

const half = { width: 12, height: 8, type: 'timeseries' } as const;

/** How late what is shown is. */
export const lag = (context: DashboardContext): RowSpec => {
  const up = context.metric('frp.process.up');
  return {
    title: 'Lag',
    panels: [
      {
        ...half,
        width: 24,
        unit: 's',
        steps: LATE,
        title: 'Age of the newest sample',
        about:
          'Seconds between now and the last word of each reporter, the twenty oldest. A line that ends is a reporter that fell silent: at once where Prometheus scrapes it, after 45 s through the Collector. One that climbs, for 5 minutes at most, sends by remote write or by OTLP.',
        empty: NO_REPORTER,
        queries: [{ of: 'prometheus', expr: `topk(20, ${ageOf(up)})`, legend: OF_REPORTER }],
      },
      // Through a Collector the scrape is of the Collector, which has other labels than what it passes on.
      ...(context.dialect === 'own' ? scrapes(up) : []),
    ],
  };
};

const scrapes = (up: string): readonly PanelSpec[] => {
  const ours = (name: string): string =>
    `topk(20, max by (${REPORTER}) (${name}) and on (${REPORTER}) count by (${REPORTER}) (${up}{${SEEN}}))`;
  return [
    {
      ...half,
      unit: 's',
      title: 'Duration of scrapes',
      about:
        'How long each reporter takes to answer Prometheus. Near the timeout of the scrape (10 s) it fails: fewer series, or a longer timeout.',
      empty: NO_REPORTER,
      queries: [{ of: 'prometheus', expr: ours('scrape_duration_seconds'), legend: OF_REPORTER }],
    },
    {
      ...half,
      unit: 'short',
      title: 'Samples of scrapes',
      about:
        'How many samples each answer has. A fall to 0 is a page that could not be read: see Targets in Prometheus.',
      empty: NO_REPORTER,
      queries: [{ of: 'prometheus', expr: ours('scrape_samples_scraped'), legend: OF_REPORTER }],
    },
  ];
};

const NO_COLLECTOR =
  'Prometheus does not scrape what the Collector tells of itself: the job otelcol of collector-config/prometheus/prometheus.yml does.';
const NONE_OF_KIND = `None, or: ${NO_COLLECTOR}`;

/** What the Collector tells of itself, named as the reader of collector-config/ names it: without suffixes. */
export const otelcol = (): RowSpec => {
  const perSecond = (name: string): string => `rate(otelcol_${name}[$__rate_interval])`;
  const kinds = (name: string, by: string) =>
    KINDS.map(({ kind, title }) => ({
      of: 'prometheus' as const,
      expr: `sum by (${by}) (${perSecond(`${name}_${kind}`)})`,
      legend: `${title} {{${by}}}`,
    }));
  return {
    title: 'Collector',
    collapsed: true,
    panels: [
      {
        ...half,
        unit: 'cps',
        title: 'Received',
        about: 'What reporters send, a second. Nothing while they run: see their log for what the Collector answers.',
        empty: NO_COLLECTOR,
        queries: kinds('receiver_accepted', 'receiver'),
      },
      {
        ...half,
        unit: 'cps',
        steps: ANY,
        title: 'Refused',
        about:
          'What the Collector could not take: it has no memory left, or what comes after it refuses. Senders try again, and lose it when that lasts.',
        empty: NONE_OF_KIND,
        queries: kinds('receiver_refused', 'receiver'),
      },
      {
        ...half,
        unit: 'cps',
        title: 'Sent',
        about: 'What it passes on, a second, by exporter; `prometheus` is what waits to be scraped.',
        empty: NO_COLLECTOR,
        queries: kinds('exporter_sent', 'exporter'),
      },
      {
        ...half,
        unit: 'cps',
        steps: ANY,
        title: 'Failed to send',
        about:
          'What it gave up, and what is lost by that: a backend that refuses for good, 401 is the token. Its log has the status.',
        empty: NONE_OF_KIND,
        queries: kinds('exporter_send_failed', 'exporter'),
      },
      {
        ...half,
        unit: 'percentunit',
        steps: [{ from: 0.8, color: 'red' }],
        min: 0,
        max: 1,
        title: 'Queues',
        about:
          'How full the queue of each exporter is. One that grows waits for its backend; when it is full, what comes is refused.',
        empty: `No exporter here has a queue (that of all-in-one.yaml has none), or: ${NO_COLLECTOR}`,
        queries: [
          {
            of: 'prometheus',
            expr: 'max by (exporter, data_type) (otelcol_exporter_queue_size / otelcol_exporter_queue_capacity)',
            legend: '{{exporter}} {{data_type}}',
          },
        ],
      },
      {
        ...half,
        unit: 'bytes',
        title: 'Memory of the Collector',
        about:
          'Beyond OTELCOL_MEMORY_MIB it refuses what comes: give it as much for each 1,000 tunnels of an export as the head of its file says.',
        empty: NO_COLLECTOR,
        queries: [
          {
            of: 'prometheus',
            expr: 'max by (job, instance) (otelcol_process_memory_rss)',
            legend: OF_REPORTER,
          },
        ],
      },
    ],
  };
};

const ANY = [{ from: 0.001, color: 'red' }] as const;

const KINDS = [
  { kind: 'metric_points', title: 'metric points' },
  { kind: 'log_records', title: 'log records' },
  { kind: 'spans', title: 'spans' },
] as const;
