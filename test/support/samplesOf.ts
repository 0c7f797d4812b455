/** One line of a page of /metrics. */
export interface PageSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a page of /metrics has of a metric. */
export const samplesOf = (page: string, name: string): PageSample[] =>
  page
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`))
    .map((line) => ({
      labels: Object.fromEntries(
        Array.from(line.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g), ([, label = '', value = '']) => [
          label,
          value.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped)),
        ]),
      ),
      value: Number(line.slice(line.lastIndexOf('} ') + 2)),
    }));
