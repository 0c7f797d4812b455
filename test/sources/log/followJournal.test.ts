import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stripColours } from '../../../src/frp/log/parseLogLine.js';
import { memoryCheckpoints } from '../../../src/sources/log/Checkpoints.js';
import { followJournal, type JournalOptions } from '../../../src/sources/log/followJournal.js';
import type { Source } from '../../../src/sources/Source.js';
import { waitUntil } from '../../support/waitUntil.js';
import { writeScript } from '../../tools/fakePrograms.js';
import { fixture } from '../fakeFrp.js';
import { findFirst } from '../findFirst.js';
import { Told } from './followedLog.js';

/** What journalctl 252 printed of frps's first lines. */
const ENTRIES = readFileSync(new URL('../../fixtures/journalctl-252/frps.jsonl', import.meta.url), 'utf8').split('\n');
const LINES = fixture('frps.console.log').split('\n');
/** When the first of them was written, and frps started. */
const STARTED_AT = 1_795_000_000_000;

const entries = (from: number, to: number): string => ENTRIES.slice(from, to).join('\n').concat('\n');
const cursorOf = (index: number): string => JSON.parse(ENTRIES[index] ?? '').__CURSOR;

let folder: string;
let first: Disposable;
let sources: Source[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'frp-otel-journal-'));
  first = findFirst(folder);
  sources = [];
  // The history ends, the rest goes on for as long as it is read.
  writeScript(
    folder,
    'journalctl',
    `echo "$*" >> '${folder}/calls'
case "$*" in
  *--follow*) echo $$ > '${folder}/pid'; exec tail -n +1 -f '${folder}/live' ;;
  *) cat '${folder}/history' ;;
esac`,
  );
  writeFileSync(join(folder, 'live'), '');
});
afterEach(async () => {
  for (const source of sources) source.stop();
  first[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

const calls = (): string[] =>
  existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : [];
const follow = (options: Partial<JournalOptions> = {}): { told: Told; source: Source } => {
  const told = new Told();
  const source = followJournal({
    pid: 1234,
    unit: 'frps.service',
    processStartedAt: STARTED_AT,
    from: 'history',
    checkpoints: undefined,
    delivered: async () => true,
    onLine: (text, origin) => void told.lines.push({ text: stripColours(text), origin }),
    onHistoryRead: () => {
      told.historyReadAt = told.lines.length;
    },
    onCut: (dropped) => {
      told.cut += dropped;
    },
    report: (report) => void told.reports.push(report),
    ...options,
  });
  sources.push(source);
  return { told, source };
};
const plain = (from: number, to: number): string[] => LINES.slice(from, to).map(stripColours);

describe('followJournal', () => {
  it('replays what the process wrote so far, then tells what comes after it', async () => {
    writeFileSync(join(folder, 'history'), entries(0, 5));
    writeFileSync(join(folder, 'live'), entries(5, 8));
    const { told } = follow();
    await waitUntil('the lines', () => told.lines.length >= 8);
    expect([told.replayed, told.news, told.historyReadAt]).toEqual([plain(0, 5), plain(5, 8), 5]);
    appendFileSync(join(folder, 'live'), entries(8, 9));
    await waitUntil('one more', () => told.lines.length >= 9);
    expect(told.news.at(-1)).toBe(plain(8, 9)[0]);
    const format = '--output=json --all --output-fields=MESSAGE --boot _PID=1234';
    expect(calls()).toEqual([
      `${format} --lines=20000 --since=@1795000000.000`,
      `${format} --follow --lines=all --after-cursor=${cursorOf(4)}`,
    ]);
    expect(told.reports).toEqual([]);
  });

  it('tells all lines of a process that is seen from its start', async () => {
    writeFileSync(join(folder, 'live'), entries(0, 3));
    const { told } = follow({ from: 'start' });
    await waitUntil('the lines', () => told.lines.length >= 3);
    expect([told.news, told.historyReadAt]).toEqual([plain(0, 3), undefined]);
    expect(calls()).toEqual([expect.stringContaining('--follow --lines=all --since=@1795000000.000')]);
  });

  it('says when a line was written where frp runs in another time zone', async () => {
    const told = async (zone: string) => {
      const [entry] = ENTRIES;
      // The line says 10:37:48.144, in a zone that is so far from ours.
      const written = new Date(`2026-11-21T10:37:48.144${zone}`).getTime();
      writeFileSync(
        join(folder, 'live'),
        `${JSON.stringify({ ...JSON.parse(entry ?? ''), __REALTIME_TIMESTAMP: `${written}000` })}\n`,
      );
      const { told, source } = follow({ from: 'start' });
      await waitUntil('the line', () => told.lines.length > 0);
      source.stop();
      return (told.lines[0]?.origin.zoneShift ?? 0) + new Date('2026-11-21T10:37:48.144').getTime() - written;
    };
    expect([await told('Z'), await told('+05:30'), await told('-03:00')]).toEqual([0, 0, 0]);
  });

  it('cuts a message at 16,384 characters, and counts the rest', async () => {
    writeFileSync(join(folder, 'live'), entries(12, 13));
    const { told } = follow({ from: 'start' });
    await waitUntil('the line', () => told.lines.length > 0);
    expect([told.texts, told.cut]).toEqual([['x'.repeat(16_384)], 20_000 - 16_384]);
  });

  it('passes over what is no entry', async () => {
    writeFileSync(join(folder, 'live'), `-- Reboot --\n{"MESSAGE":null}\n${entries(0, 1)}`);
    const { told } = follow({ from: 'start' });
    await waitUntil('the line', () => told.lines.length > 0);
    expect(told.texts).toEqual(plain(0, 1));
  });

  it('starts journalctl again when it ends, behind the last line that it told', async () => {
    writeFileSync(join(folder, 'live'), entries(0, 3));
    const { told } = follow({ from: 'start' });
    await waitUntil('the lines', () => told.lines.length >= 3);
    process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')));
    await waitUntil('its end', () => told.reports.length > 0);
    writeFileSync(join(folder, 'live'), entries(3, 4));
    await waitUntil('the next line', () => told.lines.length >= 4);
    expect(told.texts).toEqual(plain(0, 4));
    expect(calls().at(-1)).toContain(`--follow --lines=all --after-cursor=${cursorOf(2)}`);
    expect(told.reports.map(([state]) => state)).toEqual(['degraded', 'ok']);
  });

  it('says that this user may not see the journal, and what to do', async () => {
    writeScript(
      folder,
      'journalctl',
      'echo "No journal files were opened due to insufficient permissions." >&2; exit 1',
    );
    const { told } = follow();
    await waitUntil('the report', () => told.reports.length >= 2);
    const reason =
      'journalctl: No journal files were opened due to insufficient permissions.: it must be installed, and this user in group systemd-journal (usermod -aG systemd-journal USER)';
    expect(told.reports).toEqual([
      ['degraded', reason, true],
      ['degraded', reason],
    ]);
    expect(told.historyReadAt).toBe(0);
  });

  it('says that there is no journalctl', async () => {
    process.env.PATH = join(folder, 'nowhere');
    const { told } = follow();
    await waitUntil('the report', () => told.reports.length > 0);
    expect(told.report?.[1]).toContain('journalctl: spawn journalctl ENOENT');
  });

  it('reads no further than what is exported, and goes on when it is', async () => {
    writeFileSync(join(folder, 'live'), entries(0, 10).repeat(500));
    let isDelivered = false;
    const { told } = follow({ from: 'start', delivered: async () => isDelivered });
    await waitUntil('the report', () => told.reports.length > 0);
    expect(told.report).toEqual(['degraded', 'its lines wait, since those before could not be exported', true]);
    // What was on its way in the pipe, 64 KiB, comes all the same.
    expect(told.lines.length).toBeGreaterThanOrEqual(1_000);
    expect(told.lines.length).toBeLessThan(2_000);
    isDelivered = true;
    await waitUntil('the rest', () => told.lines.length === 5_000);
  }, 15_000);

  it('started again, tells as news what was not delivered before', async () => {
    const checkpoints = memoryCheckpoints();
    writeFileSync(join(folder, 'history'), entries(0, 2));
    writeFileSync(join(folder, 'live'), entries(2, 4));
    const first = follow({ checkpoints });
    await waitUntil('the lines', () => first.told.lines.length >= 4);
    await first.source.refresh?.();
    first.source.stop();

    writeFileSync(join(folder, 'history'), entries(0, 6));
    writeFileSync(join(folder, 'live'), entries(6, 7));
    const { told } = follow({ checkpoints });
    await waitUntil('the lines', () => told.lines.length >= 7);
    expect([told.replayed, told.news, told.historyReadAt]).toEqual([plain(0, 4), plain(4, 7), 4]);
  });

  it.each([
    ['has gone from the journal', 4],
    ['is not among the last entries', 6],
  ])('started again, goes on behind the last line that was delivered where that %s', async (_, from) => {
    const checkpoints = memoryCheckpoints();
    await checkpoints.set('journal of frps.service, pid 1234', { cursor: cursorOf(2) });
    writeFileSync(join(folder, 'history'), entries(from, 8));
    writeFileSync(join(folder, 'live'), entries(3, 9)); // what journalctl gives behind that cursor
    const { told, source } = follow({ checkpoints });
    await waitUntil('the lines', () => told.news.length >= 6);
    expect(calls().at(-1)).toContain(`--follow --lines=all --after-cursor=${cursorOf(2)}`);
    expect([told.replayed, told.news]).toEqual([plain(from, 8), plain(3, 9)]);
    await source.refresh?.();
    expect(checkpoints.get('journal of frps.service, pid 1234')).toEqual({ cursor: cursorOf(8) });
  });

  it('stopped while it replays, keeps the place that it had', async () => {
    const checkpoints = memoryCheckpoints();
    await checkpoints.set('journal of frps.service, pid 1234', { cursor: cursorOf(2) });
    writeFileSync(join(folder, 'live'), entries(4, 6));
    writeScript(folder, 'journalctl', `exec tail -n +1 -f '${folder}/live'`);
    const { told, source } = follow({ checkpoints });
    await waitUntil('the lines', () => told.replayed.length >= 2);
    source.stop();
    expect(checkpoints.get('journal of frps.service, pid 1234')).toEqual({ cursor: cursorOf(2) });
  });

  it('ends journalctl as it stops', async () => {
    const { source } = follow({ from: 'start' });
    const pid = await waitUntil('journalctl', () => {
      const file = join(folder, 'pid');
      return existsSync(file) && Number(readFileSync(file, 'utf8'));
    });
    source.stop();
    await waitUntil('its end', () => !existsSync(`/proc/${pid}`));
  });
});
