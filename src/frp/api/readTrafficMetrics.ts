import type { FrpTraffic } from './FrpApi.js';
import { FrpApiError } from './FrpApiError.js';

/** Always there, also before any traffic (pkg/metrics/prometheus/server.go). */
const PROOF = 'frp_server_client_counts ';
/** The longest name that frp was seen to take is far below. */
const MAX_LINE_LENGTH = 32_768;
const DIRECTIONS = { frp_server_traffic_in: 'in', frp_server_traffic_out: 'out' } as const;

/**
 * Bytes of each proxy since frps started, by {@link metricKey}; undefined where they cannot be read. A proxy that carried
 * nothing yet has none.
 */
export type TrafficMetrics = ReadonlyMap<string, FrpTraffic | undefined>;

export const metricKey = (type: string, name: string): string => `${type} ${name}`;

/**
 * Reads frps's counters from its `/metrics`, which is Prometheus's text format; other metrics are passed over.
 *
 * @throws FrpApiError when the text is not frps's
 */
export const readTrafficMetrics = (text: string): TrafficMetrics => {
  const traffic = new Map<string, { in: number; out: number } | undefined>();
  let isOfFrps = false;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    isOfFrps ||= text.startsWith(PROOF, start);
    const metric = metricAt(text, start);
    if (metric !== undefined) {
      const { key, value } = readSample(text.slice(start + metric.length, end));
      const both = traffic.has(key) ? traffic.get(key) : { in: 0, out: 0 };
      if (both !== undefined) both[DIRECTIONS[metric]] = value;
      traffic.set(key, Number.isSafeInteger(value) ? both : undefined);
    }
    start = end + 1;
  }
  if (!isOfFrps) throw new FrpApiError('unexpected answer: no metrics of frps');
  return traffic;
};

const metricAt = (text: string, start: number): keyof typeof DIRECTIONS | undefined => {
  if (text.startsWith('frp_server_traffic_in{', start)) return 'frp_server_traffic_in';
  return text.startsWith('frp_server_traffic_out{', start) ? 'frp_server_traffic_out' : undefined;
};

const LABEL = /[{,]([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/y;
/** Go writes 2000000 as `2e+06`. */
const VALUE = /^\} (\d+(?:\.\d+)?(?:e[+-]?\d{1,3})?)(?: -?\d+)?\r?$/;

/** Reads `{name="a",type="tcp"} 2e+06`; the value is NaN where it is none. */
const readSample = (rest: string): { key: string; value: number } => {
  const labels: Record<string, string> = Object.create(null);
  LABEL.lastIndex = 0;
  let end = 0;
  if (rest.length <= MAX_LINE_LENGTH) {
    for (let label = LABEL.exec(rest); label !== null; label = LABEL.exec(rest)) {
      const [, key = '', value = ''] = label;
      labels[key] = unescapeLabel(value);
      end = LABEL.lastIndex;
    }
  }
  const { name, type } = labels;
  if (name === undefined || type === undefined) throw new FrpApiError('unexpected answer: a metric without its labels');
  return { key: metricKey(type, name), value: Number(VALUE.exec(rest.slice(end))?.[1]) };
};

const unescapeLabel = (value: string): string =>
  value.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
