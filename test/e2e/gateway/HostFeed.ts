/** One series that a host tells, under its OpenTelemetry name and the one that Prometheus has it by. */
interface Told {
  readonly name: string;
  readonly prometheus: string;
  readonly unit: string;
  readonly isCounter: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  /** @param nth of the pushes, from 0 */
  readonly value: (nth: number) => number;
}

/** What Prometheus must have of a series in the end. */
export interface ExpectedSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds since the Unix epoch, and the value. */
  readonly samples: (readonly [number, number])[];
}

const PROXIES = ['ssh', 'web'];

/**
 * A host with an frps on which all is well, as its agent is told of it by OTLP: no value is near a threshold, and no two of a counter are
 * the same. It remembers what was taken from it.
 */
export class HostFeed {
  readonly host: string;
  readonly expected: readonly ExpectedSeries[];
  /** When it pushed: milliseconds since the Unix epoch. */
  readonly times: number[] = [];
  /** Whether its frps runs. */
  isUp = true;
  readonly #told: readonly Told[];
  readonly #send: (message: unknown) => Promise<number | undefined>;

  /**
   * @param host its name
   * @param send resolves with the status of the agent's answer
   */
  constructor(host: string, send: (message: unknown) => Promise<number | undefined>) {
    this.host = host;
    this.#send = send;
    this.#told = toldOf(host, () => this.isUp);
    this.expected = this.#told.map(({ prometheus, attributes }) => ({
      name: prometheus,
      labels: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name.replaceAll('.', '_'), value])),
      samples: [],
    }));
  }

  /**
   * One export of all series at this moment; each has a time of its own. What the agent refuses for now is not remembered.
   *
   * @param ballast goes with it, and nobody keeps it
   */
  async push(ballast = ''): Promise<void> {
    const time = Math.max(Date.now(), (this.times.at(-1) ?? 0) + 1);
    const values = this.#told.map(({ value }) => value(this.times.length));
    const status = await this.#send(this.#message(values, time, ballast));
    if (status === 503) return;
    if (status !== 200) throw new Error(`expected the agent of ${this.host} to take the push, it answered ${status}`);
    this.times.push(time);
    values.forEach((value, index) => {
      this.expected[index]?.samples.push([time, value]);
    });
  }

  #message(values: readonly number[], time: number, description: string): unknown {
    const metrics = this.#told.map(({ name, unit, isCounter, attributes }, index) => {
      const dataPoints = [
        {
          timeUnixNano: `${time}000000`,
          startTimeUnixNano: '1700000000000000000',
          asDouble: values[index],
          attributes: attributesOf(attributes),
        },
      ];
      const data = isCounter
        ? { sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints } }
        : { gauge: { dataPoints } };
      return { name, unit, ...(index === 0 && { description }), ...data };
    });
    return {
      resourceMetrics: [
        {
          resource: {
            attributes: attributesOf({ 'service.name': 'frp-otel', 'service.instance.id': `frp-otel@${this.host}` }),
          },
          scopeMetrics: [{ scope: { name: 'opentelemetry-instrumentation-frp' }, metrics }],
        },
      ],
    };
  }
}

const attributesOf = (attributes: Readonly<Record<string, string>>) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value } }));

const toldOf = (host: string, isUp: () => boolean): Told[] => {
  const instance = { 'frp.role': 'server', 'frp.instance': `frps@${host}`, 'frp.server.name': `${host}:7000` };
  const gauge = { isCounter: false, attributes: instance };
  return [
    { ...gauge, name: 'frp.process.up', prometheus: 'frp_process_up', unit: '{process}', value: () => Number(isUp()) },
    {
      ...gauge,
      name: 'frp.process.cpu.utilization',
      prometheus: 'frp_process_cpu_utilization_ratio',
      unit: '1',
      value: (nth) => 0.1 + (nth % 10) / 1_000,
    },
    ...PROXIES.flatMap((proxy, index): Told[] => {
      const attributes = { ...instance, 'frp.proxy.name': proxy, 'frp.proxy.type': 'tcp' };
      return [
        {
          name: 'frp.proxy.connections',
          prometheus: 'frp_proxy_connections_total',
          unit: '{connection}',
          isCounter: true,
          attributes,
          value: (nth) => 1_000 * index + nth,
        },
        {
          name: 'frp.proxy.error.ratio',
          prometheus: 'frp_proxy_error_ratio',
          unit: '1',
          isCounter: false,
          attributes,
          value: () => 0.01,
        },
        ...['online', 'offline'].map((state) => ({
          name: 'frp.proxy.status',
          prometheus: 'frp_proxy_status',
          unit: '{proxy}',
          isCounter: false,
          attributes: { ...attributes, 'frp.proxy.state': state },
          value: () => Number(state === 'online'),
        })),
      ];
    }),
  ];
};
