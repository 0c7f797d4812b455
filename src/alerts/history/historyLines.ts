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

/** What receivers were told fires and of which they have not confirmed the end, by receiver: with its end, where that is known. */
export const toldOf = (lines: readonly HistoryLine[]): ReadonlyMap<string, readonly AlertRecord[]> => {
  const last = lastOfFirings(lines);
  const byReceiver = new Map<string, AlertRecord[]>();
  for (const told of endUnconfirmed(lines)) {
    const alert = last.get(firingOf(told));
    if (alert === undefined) continue;
    const alerts = byReceiver.get(told.receiver);
    if (alerts === undefined) byReceiver.set(told.receiver, [alert]);
    else alerts.push(alert);
  }
  return byReceiver;
};

/** What still fires or is to be told as over, who was told of it, what is not older than `begin`, and what is not ours. */
export const keptLines = (lines: readonly HistoryLine[], begin: number): readonly HistoryLine[] => {
  const isNeeded = neededIn(lines, begin);
  return lines.filter(
    (line) => isNeeded(line) || (line.alert ? timeOfRecord(line.alert) >= begin : line.told === undefined),
  );
};

/** Without the oldest, so that the lines are no more than `most` bytes; ends that are to be told go late, what still fires last. */
export const newestLines = (lines: readonly HistoryLine[], most: number): readonly HistoryLine[] => {
  const isNeeded = neededIn(lines, Number.NEGATIVE_INFINITY);
  const isFiring = neededIn(lines, Number.POSITIVE_INFINITY);
  const firstToGo = [
    ...lines.filter((each) => !isNeeded(each)),
    ...lines.filter((each) => isNeeded(each) && !isFiring(each)),
    ...lines.filter(isFiring),
  ];
  const dropped = new Set<HistoryLine>();
  let size = sizeOf(lines);
  for (const line of firstToGo) {
    if (size <= most) break;
    dropped.add(line);
    size -= Buffer.byteLength(line.text);
  }
  return lines.filter((line) => !dropped.has(line));
};

/** Bytes. */
export const sizeOf = (lines: readonly HistoryLine[]): number =>
  lines.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);

/** Whether a line is of what still fires, or of what was over no earlier than `begin` and a receiver is yet to be told so. */
const neededIn = (lines: readonly HistoryLine[], begin: number): ((line: HistoryLine) => boolean) => {
  const last = lastOfFirings(lines);
  const alerts = new Set(stillFiring(lines));
  const tolds = new Set<Told>();
  for (const told of endUnconfirmed(lines)) {
    const alert = last.get(firingOf(told));
    if (alert === undefined || !(alerts.has(alert) || timeOfRecord(alert) >= begin)) continue;
    alerts.add(alert);
    tolds.add(told);
  }
  return ({ alert, told }) => (alert !== undefined && alerts.has(alert)) || (told !== undefined && tolds.has(told));
};

/** Of each firing of an alert the last word: the same alert may fire again. */
const lastOfFirings = (lines: readonly HistoryLine[]): ReadonlyMap<string, AlertRecord> =>
  new Map(alertsOf(lines).map((alert) => [firingOf(alert), alert]));

/** Of each receiver and alert the last word, where that is that it fires. */
const endUnconfirmed = (lines: readonly HistoryLine[]): readonly Told[] => {
  const last = new Map<string, Told>();
  for (const { told } of lines) if (told !== undefined) last.set(`${told.receiver} ${told.id}`, told);
  return [...last.values()].filter(({ state }) => state === 'firing');
};

const firingOf = ({ id, firedAt }: Pick<AlertRecord, 'id' | 'firedAt'>): string => `${firedAt} ${id}`;

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
