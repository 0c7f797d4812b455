import type { OtlpSink } from './OtlpSink.js';
import type { MetricPoint } from './otlpMetricPoints.js';

/** The points of the last metrics export with a name and with these attributes among theirs. */
export const latestPoints = (
  { metricPoints, requests }: OtlpSink,
  name: string,
  attributes: Readonly<Record<string, unknown>> = {},
): MetricPoint[] => {
  const last = requests.findLastIndex(({ path }) => path === '/v1/metrics');
  return metricPoints.filter(
    (point) =>
      point.exportIndex === last &&
      point.name === name &&
      Object.entries(attributes).every(([key, value]) => point.attributes[key] === value),
  );
};

/** The value of the one such point. */
export const latestValue = (
  sink: OtlpSink,
  name: string,
  attributes: Readonly<Record<string, unknown>> = {},
): MetricPoint['value'] | undefined => {
  const points = latestPoints(sink, name, attributes);
  if (points.length > 1) throw new Error(`${points.length} points of ${name} have ${JSON.stringify(attributes)}`);
  return points[0]?.value;
};
