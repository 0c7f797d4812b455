import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outputOf, RealPrometheus } from '../RealPrometheus.js';
import type { TimeWindow } from './PrometheusApi.js';

const SAMPLES = 8;
const STEP_MILLIS = 15_000;
const COUNTER = /_(?:total|bucket|count|sum)$/;

/** A page of /metrics as it is scraped, and labels that it gets besides or in place of its own. */
export interface PastPage {
  readonly page: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The last minutes, each 15 seconds. */
export const pastWindow = (): TimeWindow => {
  const to = Math.floor(Date.now() / 60_000) * 60_000;
  return { from: to - (SAMPLES - 1) * STEP_MILLIS, to, stepMillis: STEP_MILLIS };
};

/** A Prometheus that scrapes nobody, and had these pages all the time: gauges as they are, counters that have grown evenly. */
export const startPrometheusWith = async (pages: Iterable<PastPage>, { from }: TimeWindow): Promise<RealPrometheus> => {
  const folder = mkdtempSync(join(tmpdir(), 'frp-otel-past-'));
  const file = join(folder, 'past.txt');
  const lines = Array.from(pages, (page) => pastLines(page, from)).flat();
  writeFileSync(file, `${[...lines, '# EOF'].join('\n')}\n`);
  const { status, output } = outputOf('promtool', [
    ...['tsdb', 'create-blocks-from', 'openmetrics', '--quiet'],
    ...[file, join(folder, 'data')],
  ]);
  if (status !== 0) throw new Error(`promtool: ${output}`);
  return RealPrometheus.start({ folder, config: 'global: {}\n' });
};

const pastLines = ({ page, labels }: PastPage, from: number): readonly string[] => {
  const given = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const replaced = new RegExp(`(?<=[{,])(?:${Object.keys(labels).join('|')})="(?:[^"\\\\]|\\\\.)*",?`, 'g');
  return page.split('\n').flatMap((line) => {
    const [, name = '', own = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (value === undefined) return [];
    const kept = `{${own}}`.replace(replaced, '').slice(1, -1).replace(/,$/, '');
    const series = `${name}{${[...given, ...(kept === '' ? [] : [kept])].join(',')}}`;
    return Array.from({ length: SAMPLES }, (_, nth) => {
      const then = COUNTER.test(name) ? Number(value) * (nth + 1) : value;
      return `${series} ${then} ${(from + nth * STEP_MILLIS) / 1_000}`;
    });
  });
};
