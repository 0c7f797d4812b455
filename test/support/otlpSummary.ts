import type { OtlpSink } from './OtlpSink.js';

const NAMES_SHOWN = 30;

/** What a sink holds, in a few lines for an error message: each name with how often it came. */
export function otlpSummary({ metricPoints, logRecords, spans, requests, errors }: OtlpSink): string {
  return [
    `  metric points: ${tally(metricPoints.map(({ name }) => name))}`,
    `  log records: ${tally(logRecords.map(({ eventName }) => eventName ?? '(no event name)'))}`,
    `  spans: ${tally(spans.map(({ name }) => name))}`,
    `  requests: ${tally(requests.map(({ path, status }) => `${path} ${status}`))}`,
    `  errors: ${tally(errors.map(({ message }) => message))}`,
  ].join('\n');
}

function tally(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const shown = [...counts].slice(0, NAMES_SHOWN).map(([name, count]) => `${name} ×${count}`);
  if (counts.size > NAMES_SHOWN) shown.push(`and ${counts.size - NAMES_SHOWN} more names`);
  return shown.join(', ') || 'none';
}
