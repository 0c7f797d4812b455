import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { faultReport } from '../faultReport.js';
import type { ProcessUser } from '../processes/processUser.js';
import { repeat } from '../repeat.js';
import type { Source } from '../Source.js';
import { type FilePlace, memoryCheckpoints } from './Checkpoints.js';
import { type Claimant, claim, release } from './claims.js';
import { Delivery } from './Delivery.js';
import type { FileLines } from './LogFile.js';
import { LogHistory } from './LogHistory.js';
import type { LogReading } from './LogReading.js';
import { RotatingLog } from './RotatingLog.js';
import type { LogOrigin } from './readLog.js';
import { reportChanges } from './reportChanges.js';
import { whyUnreadable } from './whyUnreadable.js';

const POLL_MILLIS = 250;
/** Others have their turn between two pieces of a backlog. By a timer: an immediate that keeps no program alive wakes nobody. */
const TURN_MILLIS = 1;
/** Replayed at once, before others have their turn. */
const REPLAYED_LINES = 1_000;
const HISTORY_BYTES = 4 * 1024 * 1024;
/** frp before 0.55 logs whole seconds. */
const LOG_STEP_MILLIS = 1_000;
/** That there is always more to read at once is said after so long. */
const BEHIND_MILLIS = 1_000;
/** Why a log that is read tells what was, and not yet what is. */
export const BEHIND = 'it is behind: what was written last is still to be read';
const SHARED = 'another frp logs to the same file: its lines are told there, with those of both';

type TailedLines = FileLines & Pick<LogOrigin, 'replayed' | 'zoneShift'>;

export interface TailOptions extends LogReading {
  /** Where we find it; another than its name in a container. */
  readonly path: string;
  /** As frp names it, absolute. */
  readonly name: string;
  /** Whose process logs to it, and must be able to read it; undefined where that does not matter. */
  readonly user?: ProcessUser | undefined;
}

/** Where nothing is kept on a disk, a process that starts again goes on in its log all the same. */
const ofThisRun = memoryCheckpoints();

/**
 * Reads a log file as it grows, over its rotation. It is looked at every 250 ms, and read on only as what was handed on is
 * exported. While another one reads it, it is not read here.
 */
export const tailFile = (options: TailOptions): Source => {
  const say = reportChanges(options.report);
  let isHistoryRead = options.from !== 'history';
  let claimed: string | undefined;
  const onHistoryRead = (): void => {
    isHistoryRead = true;
    options.onHistoryRead();
  };
  const start = (from: TailOptions['from']): Required<Source> =>
    readOn({
      ...options,
      from,
      onHistoryRead,
      report: say,
      onBegin: (key) => {
        claimed = key;
        claim(key, claimant);
      },
    });
  const claimant: Claimant = {
    pause: () => {
      reading.stop();
      say(['degraded', SHARED]);
    },
    resume: () => {
      if (!isHistoryRead) onHistoryRead();
      reading = start('here');
    },
  };
  let reading = start(options.from);
  return {
    stop: () => {
      reading.stop();
      if (claimed !== undefined) release(claimed, claimant);
    },
    refresh: () => reading.refresh(),
  };
};

/** @param options `onBegin`: it can be read, and will be from now on; the key tells it from every other file */
const readOn = (options: TailOptions & { readonly onBegin: (key: string) => void }): Required<Source> => {
  const { path, name, from, processStartedAt, checkpoints = ofThisRun, onLine, onHistoryRead, onCut } = options;
  const calledAt = Date.now();
  const owner = { isForeign: path !== name, user: options.user };
  const log = new RotatingLog(path, owner);
  const say = options.report;
  let key: string | undefined;
  /** What is replayed before the news. */
  let history: LogHistory | undefined;
  let hasBegun = false;
  let wasUnreadable = false;
  let behindSince: number | undefined;
  let stopped = false;
  let loop: Required<Source> | undefined;

  const save = async (place: FilePlace, delivered?: Promise<boolean>): Promise<void> => {
    if (key !== undefined) await checkpoints.set(key, place, delivered);
  };
  const delivery = new Delivery<FilePlace>({
    delivered: options.delivered,
    place: () => log.file?.place,
    save,
  });
  const sayHow = (): void => {
    const { fault } = checkpoints;
    if (delivery.isFailing) say(['degraded', 'its lines wait, since those before could not be exported', true]);
    else if (behindSince !== undefined && performance.now() - behindSince > BEHIND_MILLIS)
      say(['degraded', BEHIND, true]);
    else if (fault === undefined) say(['ok']);
    else say(['degraded', `lines may be repeated after a restart: ${fault}`, true]);
  };

  const begin = (): void => {
    key ??= keyOf(path, name);
    const newsSince = firstNews();
    // Who may not read it takes it from nobody; and who gives it away knows only then where he is.
    log.open(checkpoints.get(key) as FilePlace | undefined, newsSince);
    log.close();
    options.onBegin(key);
    const place = checkpoints.get(key) as FilePlace | undefined;
    const news = log.open(place, newsSince);
    if (place === undefined) log.moveToEnd(newsSince);
    const since = firstReplayed(place);
    if (since !== undefined) {
      history = new LogHistory({ path, owner, news, since, maxBytes: HISTORY_BYTES });
      if (from !== 'history' && history.isRead) history = undefined;
    }
    hasBegun = true;
    void save(news.place);
  };
  /** Undefined where only what comes from now on is news. */
  const firstNews = (): number | undefined => {
    if (from === 'start') return (processStartedAt ?? Number.NEGATIVE_INFINITY) - LOG_STEP_MILLIS;
    return wasUnreadable ? calledAt - LOG_STEP_MILLIS : undefined;
  };
  /** Before its start was noticed, the lines of a process were told as those of the one before it. */
  const firstReplayed = (place: FilePlace | undefined): number | undefined => {
    if (from === 'history') return (processStartedAt ?? Number.NEGATIVE_INFINITY) - LOG_STEP_MILLIS;
    const isKnown = from === 'start' && place !== undefined && processStartedAt !== undefined;
    return isKnown ? processStartedAt - LOG_STEP_MILLIS : undefined;
  };

  /** What is replayed comes first. */
  const readNext = (): TailedLines => {
    if (!hasBegun) begin();
    return history === undefined
      ? { ...log.read(delivery.room), zoneShift: log.zoneShift, replayed: false }
      : { ...history.read(REPLAYED_LINES), rest: 'more', replayed: true };
  };
  const tryRead = (): TailedLines | undefined => {
    try {
      return readNext();
    } catch (error) {
      wasUnreadable = true;
      if (!hasBegun) log.close();
      say(['degraded', whyUnreadable(error, path, name)]);
      return undefined;
    }
  };
  /** Whether there may be more at once. */
  const readSome = (): boolean => {
    const read = tryRead();
    if (read === undefined) return false;
    const { lines, cut, rest, replayed, zoneShift } = read;
    behindSince = rest === 'more' ? (behindSince ?? performance.now()) : undefined;
    sayHow();
    if (cut > 0) onCut(cut);
    for (const { text, offset } of lines) {
      if (!replayed) delivery.lineHanded();
      onLine(text, { place: { path: name, offset }, replayed, zoneShift });
    }
    if (history?.isRead) {
      history = undefined;
      onHistoryRead();
    }
    return rest === 'more';
  };

  const look = async (): Promise<number | undefined> => {
    while (!stopped) {
      if (delivery.isDue && !(await delivery.confirm())) {
        sayHow();
        return delivery.delay;
      }
      if (stopped || !readSome()) break;
      await setTimeout(TURN_MILLIS, undefined, { ref: false });
    }
    return stopped ? undefined : POLL_MILLIS;
  };
  const stop = (): void => {
    if (stopped) return;
    stopped = true;
    loop?.stop();
    delivery.close(); // what is told is told: who comes after goes on behind it
    log.close();
    history?.close();
  };

  loop = repeat(look, (error) => say(faultReport(error)));
  return {
    stop,
    refresh: async () => {
      await loop?.refresh();
      await delivery.settle();
    },
  };
};

/** A container's names are its own: they tell nothing without its folder. */
const keyOf = (path: string, name: string): string => {
  if (path === name) return name;
  const { dev, ino } = statSync(dirname(path));
  return `${dev}:${ino} ${name}`;
};
