import type { AlertRecord } from '../AlertRecord.js';
import { readAlertRecordLine, timeOfRecord } from './alertRecordLine.js';
import { readToldLine, type Told } from './toldLine.js';

/** One line of the file; one that is neither an alert nor what a receiver was told is kept as it is. */
export interface HistoryLine {
  /** With its end. */
  readonly text: string;
  readonly alert?: AlertRecord | undefined;
  readonly told?: Told | undefined;
}

/** How our lines begin. */
const BEGINS = ['{"id":"', '{"told":"'];

export interface HistoryLines {
  /** Without what a crash has left of lines of ours. */
  readonly lines: readonly HistoryLine[];
  /** Whether the text is somebody else's. */
  readonly isForeign: boolean;
}

export const readHistoryLines = (text: string): HistoryLines => {
  const lines: HistoryLine[] = [];
  let torn = 0;
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    if (isTorn(line)) torn += 1;
    else lines.push({ text: `${line}\n`, alert: readAlertRecordLine(line), told: readToldLine(line) });
  }
  const isOurs = lines.some(({ alert, told }) => alert !== undefined || told !== undefined);
  return { lines, isForeign: !isOurs && (lines.length > 0 || torn > 1) };
};

export const alertsOf = (lines: readonly HistoryLine[]): readonly AlertRecord[] =>
  lines.flatMap(({ alert }) => alert ?? []);

/** Those of which the last word is that they fire. */
export const stillFiring = (lines: readonly HistoryLine[]): readonly AlertRecord[] => {
  const last = new Map(alertsOf(lines).map((alert) => [alert.id, alert]));
  return [...last.values()].filter(({ state }) => state === 'firing');
};

/** What still fires, by the receivers that were told of it. */
export const toldOf = (lines: readonly HistoryLine[]): ReadonlyMap<string, readonly AlertRecord[]> => {
  const firing = new Map(stillFiring(lines).map((alert) => [alert.id, alert]));
  const byReceiver = new Map<string, Set<AlertRecord>>();
  for (const { told } of lines) {
    const alert = told && firing.get(told.id);
    if (told === undefined || alert?.firedAt !== told.firedAt) continue;
    byReceiver.set(told.receiver, (byReceiver.get(told.receiver) ?? new Set()).add(alert));
  }
  return new Map(Array.from(byReceiver, ([receiver, alerts]) => [receiver, [...alerts]]));
};

/** What still fires and who was told of it, what is not older than `begin`, and what is not ours. */
export const keptLines = (lines: readonly HistoryLine[], begin: number): readonly HistoryLine[] => {
  const isNeeded = neededIn(lines);
  return lines.filter(
    (line) => isNeeded(line) || (line.alert ? timeOfRecord(line.alert) >= begin : line.told === undefined),
  );
};

/** Without the oldest, so that the lines are no more than `most` bytes; what still fires is the last to go. */
export const newestLines = (lines: readonly HistoryLine[], most: number): readonly HistoryLine[] => {
  const isNeeded = neededIn(lines);
  const dropped = new Set<HistoryLine>();
  let size = sizeOf(lines);
  for (const line of [...lines.filter((each) => !isNeeded(each)), ...lines.filter(isNeeded)]) {
    if (size <= most) break;
    dropped.add(line);
    size -= Buffer.byteLength(line.text);
  }
  return lines.filter((line) => !dropped.has(line));
};

/** Bytes. */
export const sizeOf = (lines: readonly HistoryLine[]): number =>
  lines.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);

/** Whether a line is of what still fires. */
const neededIn = (lines: readonly HistoryLine[]): ((line: HistoryLine) => boolean) => {
  const firing = new Map(stillFiring(lines).map((alert) => [alert.id, alert]));
  return ({ alert, told }) => {
    if (alert !== undefined) return firing.get(alert.id) === alert;
    return told !== undefined && firing.get(told.id)?.firedAt === told.firedAt;
  };
};

/** What a crash has left of a line of ours. */
const isTorn = (line: string): boolean => {
  if (!BEGINS.some((begin) => line.startsWith(begin) || begin.startsWith(line))) return false;
  try {
    JSON.parse(line);
    return false;
  } catch {
    return true;
  }
};
