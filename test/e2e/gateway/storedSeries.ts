import type { ExpectedSeries } from './HostFeed.js';

/** A series as Prometheus has stored it: each sample as it was written, with its own time. */
export interface StoredSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [number, number])[];
}

/** All samples of the last hour that the selector has: none is left out, none is made up between two. */
export const storedSeries = async (prometheusUrl: string, selector: string): Promise<readonly StoredSeries[]> => {
  const query = new URLSearchParams({ query: `${selector}[1h]` });
  const answer = await fetch(`${prometheusUrl}/api/v1/query?${query}`);
  const body = (await answer.json()) as {
    error?: string;
    data?: { result: { metric: Record<string, string>; values: [number, string][] }[] };
  };
  if (body.data === undefined) throw new Error(`${selector}: ${body.error}`);
  return body.data.result.map(({ metric: { __name__: name = '', ...labels }, values }) => ({
    name,
    labels,
    samples: values.map(([seconds, value]) => [Math.round(seconds * 1_000), Number(value)] as const),
  }));
};

const isOf = ({ name, labels }: ExpectedSeries, stored: StoredSeries): boolean =>
  stored.name === name && Object.entries(labels).every(([label, value]) => stored.labels[label] === value);

/** What is stored of each series that was pushed, and how many series hold it: as many as were pushed, where all is well. */
export const storedOf = (expected: readonly ExpectedSeries[], stored: readonly StoredSeries[]) =>
  expected.map((each) => {
    const found = stored.filter((series) => isOf(each, series));
    return { ...each, series: found.length, samples: found.flatMap(({ samples }) => samples) };
  });

/** The same of what was pushed. */
export const pushedOf = (expected: readonly ExpectedSeries[]) => expected.map((each) => ({ ...each, series: 1 }));
