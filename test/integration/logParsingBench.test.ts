import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { countLogRecords } from '../../bench/log-parsing/countLogRecords.mjs';
import { writeServerLog } from '../../bench/log-parsing/serverLog.mjs';
import { resolveOtelcol } from '../../tools/otelcol.mjs';

const BENCH = fileURLToPath(new URL('../../bench/log-parsing/main.mjs', import.meta.url));
const FIXTURES = fileURLToPath(new URL('../fixtures/frp-0.71.0/', import.meta.url));
const LINES = 20_000;
const LIMIT_MS = 120_000;

const folder = mkdtempSync(path.join(tmpdir(), 'frp-otel-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Not built for this: it takes minutes. In CI it must be there, unless FRP_OTEL_BENCH_PEER=off says that it need not. */
const otelcol = await resolveOtelcol({ mayBuild: false }).catch((error: Error) => error);
const peerIsOff = process.env.FRP_OTEL_BENCH_PEER === 'off';
const withoutPeer = peerIsOff || (otelcol instanceof Error && process.env.CI !== 'true');
if (withoutPeer) {
  const reason = otelcol instanceof Error && !peerIsOff ? otelcol.message : 'FRP_OTEL_BENCH_PEER=off';
  process.stderr.write(`skipped: the Collector in bench/log-parsing: ${reason}\n`);
}

interface Report {
  readonly truth: Readonly<Record<string, number>>;
  readonly rows: readonly {
    readonly name: string;
    readonly cpuSeconds: number;
    readonly rss: readonly number[];
    readonly sent?: { readonly records: number };
  }[];
}

const bench = (...args: string[]): { status: number | null; output: string; report: () => Report } => {
  const json = path.join(folder, 'report.json');
  const all = [BENCH, '--lines', `${LINES}`, '--json', json, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: 'utf8', timeout: LIMIT_MS });
  return { status, output: `${stdout}${stderr}`, report: () => JSON.parse(readFileSync(json, 'utf8')) };
};

describe('the log that the benchmark reads', () => {
  const written = (lines: number, seed: number): { text: string[]; truth: Readonly<Record<string, number>> } => {
    const text: string[] = [];
    const truth = { ...writeServerLog({ lines, seed, onLine: (line) => void text.push(line) }) };
    return { text, truth };
  };

  it('has no line of a form that frps 0.71.0 did not write in the fixtures', () => {
    const recorded = readdirSync(FIXTURES).filter((file) => file.endsWith('.frps.log')); // those without colours
    const forms = new Set(
      recorded.flatMap((file) => readFileSync(path.join(FIXTURES, file), 'utf8').split('\n').map(formOf)),
    );
    const { text } = written(LINES, 1);

    expect([...new Set(text.map((line) => formOf(line.trimEnd())))].filter((form) => !forms.has(form))).toEqual([]);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(written(1_000, 7)).toEqual(written(1_000, 7));
    expect(written(1_000, 7).text).not.toEqual(written(1_000, 8).text);
  });

  it('is made of user connections for the most part, and of everything else', () => {
    const { text, truth } = written(LINES, 1);
    expect(truth.lines).toBe(text.length);
    expect(truth.userConnections).toBe(text.filter((line) => line.includes('] get a user connection [')).length);
    expect(Number(truth.userConnections) / text.length).toBeGreaterThan(0.8);
    expect(Object.values(truth).every((count) => count > 0)).toBe(true);
  });
});

describe('countLogRecords', () => {
  const field = (number: number, ...content: number[]): number[] => [number * 8 + 2, content.length, ...content];
  const record = field(2, ...field(3, 0x49)); // log_records { severity_text: "I" }

  it('counts the records of all resources and scopes', () => {
    const scope = field(2, ...field(1), ...record, ...record);
    const message = [...field(1, ...field(1), ...scope, ...scope), ...field(1, ...field(2, ...record))];

    expect(countLogRecords(Uint8Array.from(message))).toBe(5);
    expect(countLogRecords(new Uint8Array())).toBe(0);
  });

  it('refuses what is cut off', () => {
    expect(() => countLogRecords(Uint8Array.from(field(1, ...field(2, ...record)).slice(0, -1)))).toThrow(
      'end at byte',
    );
  });
});

describe('bench/log-parsing', () => {
  it(
    'counts in our snapshot, and at the OTLP receiver, what is in the log',
    () => {
      const { status, output, report } = bench('--no-peer');

      expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('The Collector was left out') });
      const { truth, rows } = report();
      expect(truth.lines).toBeGreaterThanOrEqual(LINES);
      expect(rows.map(({ name }) => name)).toEqual(['ours: file to state', 'ours: file to state and OTLP']);
      expect(rows.every(({ cpuSeconds, rss }) => cpuSeconds > 0 && rss.length === 4)).toBe(true);
      // Some lines tell two events, which are two records.
      expect(rows[1]?.sent?.records).toBeGreaterThanOrEqual(truth.lines ?? Number.NaN);
    },
    LIMIT_MS,
  );

  (withoutPeer ? it.skip : it)(
    'measures the Collector on the same log, to the same receiver',
    () => {
      if (otelcol instanceof Error) throw otelcol;
      const { status, output, report } = bench();

      expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('Against its OTLP export: ') });
      const { truth, rows } = report();
      const peer = rows.filter(({ name }) => name.startsWith('Collector: '));
      expect(peer.map(({ name }) => name)).toEqual([
        'Collector: file_log to OTLP',
        'Collector: file_log to file',
        'Collector: file_log to nop',
      ]);
      expect(peer[0]?.sent?.records).toBe(truth.lines);
      expect(peer.every(({ cpuSeconds, rss }) => cpuSeconds > 0 && rss.length === 4)).toBe(true);
    },
    LIMIT_MS,
  );

  it('called wrongly, shows its usage and ends with 2', () => {
    const { status, output } = bench('--lines', '0.5');

    expect(status).toBe(2);
    expect(output).toContain('--lines: expected a whole number from 1 up, received 0.5');
    expect(output).toContain('Usage: npm run bench:log-parsing');
  });
});

/** A line without what differs from one to the next of its kind: time, ids, names, addresses. */
function formOf(line: string): string {
  return line
    .replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} /, 'TIME ')
    .replace(/\[[0-9a-f]{16}\]/g, '[RUN]')
    .replace(/(hostname|new proxy|close proxy|\[RUN\]) \[[^\]]+\]/g, '$1 [NAME]')
    .replace(/\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}/g, 'IP')
    .replace(/IP:\d+/g, 'IP:PORT')
    .replace(/port \[\d+\]/, 'port [PORT]')
    .replace(/\[\/api\/[^\]]+\]/g, '[PATH]');
}
