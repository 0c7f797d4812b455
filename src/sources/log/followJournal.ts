import { backoff } from '../backoff.js';
import { faultReport } from '../faultReport.js';
import { repeat } from '../repeat.js';
import type { Source } from '../Source.js';
import type { JournalPlace } from './Checkpoints.js';
import { Delivery } from './Delivery.js';
import type { LogReading } from './LogReading.js';
import { timeOfLine } from './lineTimes.js';
import type { JournalEntry } from './readJournalEntry.js';
import { reportChanges } from './reportChanges.js';
import { type RunningJournalctl, runJournalctl } from './runJournalctl.js';
import { exactZoneShift } from './zoneShift.js';

const POLL_MILLIS = 250;
/** As much as is replayed. */
const HISTORY_ENTRIES = 20_000;
const MAX_LINE_LENGTH = 16_384;
const FIRST_RESTART_MILLIS = 1_000;
const MAX_RESTART_MILLIS = 60_000;

export interface JournalOptions extends LogReading {
  readonly pid: number;
  /** The systemd unit, `frps.service`. */
  readonly unit: string;
}

/**
 * Reads what a process says to the systemd journal, by `journalctl -f`, which is started again when it ends. Its pid is asked for and
 * not its unit: journald may not know the unit of a process that ends at once.
 */
export const followJournal = (options: JournalOptions): Source => {
  const { pid, unit, processStartedAt, from, checkpoints, onLine, onHistoryRead, onCut, report } = options;
  const calledAt = Date.now();
  const key = `journal of ${unit}, pid ${pid}`;
  const resumeAt = (checkpoints?.get(key) as JournalPlace | undefined)?.cursor;
  const say = reportChanges(report);
  let isHistory = from === 'history';
  let replaying = isHistory;
  /** What was told last before our restart, until the history shows it. */
  let awaited = isHistory ? resumeAt : undefined;
  /** Of the last entry. */
  let cursor: string | undefined;
  let running: RunningJournalctl | undefined;
  let failures = 0;
  let restart: NodeJS.Timeout | undefined;
  let stopped = false;

  const delivery = new Delivery<string>({
    delivered: options.delivered,
    place: () => (replaying ? resumeAt : cursor),
    save: async (place, delivered) => checkpoints?.set(key, { cursor: place }, delivered),
  });
  const startNews = (): void => {
    if (!replaying) return;
    replaying = false;
    onHistoryRead();
  };

  const take = (entry: JournalEntry): void => {
    failures = 0;
    say(['ok']);
    cursor = entry.cursor;
    const text = entry.message.slice(0, MAX_LINE_LENGTH);
    if (text.length < entry.message.length) onCut(entry.message.length - text.length);
    const printed = timeOfLine(text);
    const shift = printed === undefined ? 0 : (exactZoneShift(printed, entry.time) ?? 0);
    if (!replaying) delivery.lineHanded();
    onLine(text, { replayed: replaying, zoneShift: shift });
    if (entry.cursor === awaited) {
      awaited = undefined;
      startNews(); // what comes after was not told before our restart
    }
    if (delivery.room !== 0) return;
    running?.pause();
    void loop.refresh();
  };

  const range = (): readonly string[] => {
    const since = `--since=@${((from === 'here' ? calledAt : (processStartedAt ?? calledAt)) / 1_000).toFixed(3)}`;
    if (isHistory) return [`--lines=${HISTORY_ENTRIES}`, ...(processStartedAt === undefined ? [] : [since])];
    return ['--follow', '--lines=all', cursor === undefined ? since : `--after-cursor=${cursor}`];
  };
  const run = (): void => {
    // Of this boot: after the next one, another program may have that pid.
    running = runJournalctl(['--boot', `_PID=${pid}`, ...range()], {
      onEntry: take,
      onCut,
      onComplaint: (text) => say(['degraded', why(text), true]),
      onEnd: ended,
    });
  };
  const ended = (failure: string | undefined): void => {
    running = undefined;
    if (stopped) return;
    const wasHistory = isHistory;
    isHistory = false;
    startNews();
    // It stands before the entries that are replayed, or is gone from the journal: what was replayed behind it was not told.
    cursor = awaited ?? cursor;
    awaited = undefined;
    if (wasHistory && failure === undefined) {
      run();
      return;
    }
    say(['degraded', why(failure ?? 'it ended')]);
    failures += 1;
    restart = setTimeout(run, backoff(failures, FIRST_RESTART_MILLIS, MAX_RESTART_MILLIS)).unref();
  };

  const loop = repeat(
    async () => {
      if (delivery.isDue && !(await delivery.confirm())) {
        say(['degraded', 'its lines wait, since those before could not be exported', true]);
        return delivery.delay;
      }
      running?.resume();
      return POLL_MILLIS;
    },
    (error) => say(faultReport(error)),
  );

  run();
  return {
    stop: () => {
      if (stopped) return;
      stopped = true;
      clearTimeout(restart);
      loop.stop();
      running?.stop();
      delivery.close();
    },
    refresh: async () => {
      await loop.refresh();
      await delivery.settle();
    },
  };
};

const why = (text: string): string =>
  `journalctl: ${text}: it must be installed, and this user in group systemd-journal (usermod -aG systemd-journal USER)`;
