/** An attribute's value: a text, or one as OTLP's JSON has it. */
type Attributes = Readonly<Record<string, string | object>>;

/** OTLP's JSON of attributes. */
export const jsonAttributes = (attributes: Attributes): object[] =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : value,
  }));

let last = 0n;
/** Nanoseconds since the Unix epoch; each later than the one before. */
const nextTime = (): string => {
  const now = BigInt(Date.now()) * 1_000_000n;
  last = now > last ? now : last + 1n;
  return String(last);
};

/** A point with its value as OTLP's JSON has it: `{ asInt: '1' }`, `{ asDouble: 0.5 }`, or none. */
export const jsonPoint = (attributes: Attributes, value: object): object => ({
  attributes: jsonAttributes(attributes),
  ...value,
});

/** Points of one collection have one time. */
const collected = (points: readonly object[]): object[] => {
  const timeUnixNano = nextTime();
  return points.map((point) => ({ ...point, timeUnixNano }));
};

export const jsonGauge = (name: string, ...points: object[]): object => ({
  name,
  gauge: { dataPoints: collected(points) },
});

/** Cumulative and not monotonic: an updowncounter. */
export const jsonSum = (name: string, ...points: object[]): object => ({
  name,
  sum: { aggregationTemporality: 2, isMonotonic: false, dataPoints: collected(points) },
});

/** What a POST to /v1/metrics has. */
export const metricsMessage = (
  metrics: readonly object[],
  resource: Attributes = { 'service.instance.id': 'test' },
): object => ({
  resourceMetrics: [
    { resource: { attributes: jsonAttributes(resource) }, scopeMetrics: [{ scope: { name: 'test' }, metrics }] },
  ],
});

/** What a POST to /v1/logs has. */
export const logsMessage = (
  bodies: readonly string[],
  resource: Attributes = { 'service.instance.id': 'test' },
): object => ({
  resourceLogs: [
    {
      resource: { attributes: jsonAttributes(resource) },
      scopeLogs: [
        {
          scope: { name: 'test' },
          logRecords: bodies.map((body) => ({ timeUnixNano: nextTime(), body: { stringValue: body } })),
        },
      ],
    },
  ],
});

/** What a POST to /v1/traces has. */
export const tracesMessage = (name: string, resource: Attributes = { 'service.instance.id': 'test' }): object => ({
  resourceSpans: [
    {
      resource: { attributes: jsonAttributes(resource) },
      scopeSpans: [
        {
          scope: { name: 'test' },
          spans: [
            {
              traceId: '5b8efff798038103d269b633813fc60c',
              spanId: 'eee19b7ec3c1b174',
              name,
              kind: 1,
              startTimeUnixNano: nextTime(),
              endTimeUnixNano: nextTime(),
            },
          ],
        },
      ],
    },
  ],
});
