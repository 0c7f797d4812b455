/** From, to: milliseconds since the Unix epoch. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
  readonly stepMillis: number;
}

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Time in milliseconds, value. */
  readonly points: readonly (readonly [number, number])[];
}

/** Asks a Prometheus by the routes by which Grafana's data source does. */
export class PrometheusApi {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async range(expr: string, { from, to, stepMillis }: TimeWindow): Promise<readonly Series[]> {
    const { result } = await this.#post<{ result: { metric: Series['labels']; values: [number, string][] }[] }>(
      'query_range',
      { query: expr, start: `${from / 1_000}`, end: `${to / 1_000}`, step: `${stepMillis / 1_000}` },
    );
    return result.map(({ metric, values }) => ({ labels: metric, points: values.map(point) }));
  }

  async instant(expr: string, at: number): Promise<readonly Series[]> {
    const { resultType, result } = await this.#post<{
      resultType: string;
      result: { metric: Series['labels']; value: [number, string] }[];
    }>('query', { query: expr, time: `${at / 1_000}` });
    if (resultType !== 'vector') throw new Error(`expected a vector of ${expr}, received a ${resultType}`);
    return result.map(({ metric, value }) => ({ labels: metric, points: [point(value)] }));
  }

  labelValues(label: string, selector: string, { from, to }: TimeWindow): Promise<readonly string[]> {
    const query = new URLSearchParams({ 'match[]': selector, start: `${from / 1_000}`, end: `${to / 1_000}` });
    return this.#answer(selector, fetch(`${this.#url}/api/v1/label/${label}/values?${query}`));
  }

  #post<Data>(route: string, parameters: Record<string, string>): Promise<Data> {
    const body = new URLSearchParams(parameters);
    return this.#answer(parameters.query ?? '', fetch(`${this.#url}/api/v1/${route}`, { method: 'POST', body }));
  }

  async #answer<Data>(asked: string, answer: Promise<Response>): Promise<Data> {
    const body = (await (await answer).json()) as { status: string; error?: string; data: Data };
    if (body.status !== 'success') throw new Error(`${asked}: ${body.error}`);
    return body.data;
  }
}

const point = ([seconds, value]: [number, string]): readonly [number, number] => [seconds * 1_000, Number(value)];
