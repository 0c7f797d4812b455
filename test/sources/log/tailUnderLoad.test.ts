import { closeSync, copyFileSync, cpSync, openSync, renameSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openStateFolder, type StateFolder } from '../../../src/sources/log/openStateFolder.js';
import { FollowedLog, type Told } from './followedLog.js';

const LINES = 10_000;
const LINES_PER_ROTATION = 1_500;

/** Writes 5,000 lines/s, and turns the log over now and then. Returns each line with its offset in its file. */
const writeLines = async (
  log: FollowedLog,
  turnOver: (writer: number, turn: number) => number,
): Promise<Map<string, number>> => {
  const written = new Map<string, number>();
  let writer = openSync(log.path, 'a');
  let offset = 0;
  const began = performance.now();
  while (written.size < LINES) {
    const due = Math.min(LINES, (performance.now() - began) * 5);
    while (written.size < due) {
      const text = `line ${written.size} ${'é'.repeat(written.size % 50)}`;
      written.set(text, offset);
      offset += writeSync(writer, `${text}\n`);
      if (written.size % LINES_PER_ROTATION > 0) continue;
      writer = turnOver(writer, written.size / LINES_PER_ROTATION);
      offset = 0;
    }
    await sleep(1);
  }
  closeSync(writer);
  return written;
};

const byRename =
  (log: FollowedLog) =>
  (writer: number, turn: number): number => {
    renameSync(log.path, log.inFolder(`frps.20261121-00000${turn}.log`));
    closeSync(writer);
    return openSync(log.path, 'a');
  };
const byCopytruncate =
  (log: FollowedLog) =>
  (writer: number, turn: number): number => {
    copyFileSync(log.path, log.inFolder(`frps.log.${turn}`));
    truncateSync(log.path);
    return writer;
  };

const placesOf = ({ lines }: Told): [string, number | undefined][] =>
  lines.map(({ text, origin }) => [text, origin.place?.offset]);

const states: StateFolder[] = [];
const openState = (folder: string): StateFolder => {
  const state = openStateFolder(folder);
  states.push(state);
  return state;
};
afterEach(async () => {
  await Promise.all(states.splice(0).map((state) => state.close()));
});

describe.each([
  ['rename', byRename],
  ['copytruncate', byCopytruncate],
])('tailFile, given 5,000 lines/s and rotations by %s', (_, turnOver) => {
  it('tells each line once, in order, with its place', async () => {
    using log = new FollowedLog();
    log.write('');
    const { told, refresh } = log.tail();
    const written = await writeLines(log, turnOver(log));
    await refresh();
    expect(placesOf(told)).toEqual([...written]);
  }, 15_000);

  it('and stopped and started in order meanwhile: tells each line once all the same', async () => {
    using log = new FollowedLog();
    const folder = log.inFolder('state');
    log.write('');
    const runs: Told[] = [];
    let isOver = false;
    const restarts = async (): Promise<void> => {
      while (!isOver) {
        const { checkpoints, close } = openStateFolder(folder);
        const { told, source, refresh } = log.tail({ checkpoints, from: 'history', processStartedAt: 0 });
        runs.push(told);
        await sleep(200);
        await refresh();
        await sleep(20); // its lines go on until it is stopped
        source.stop();
        await close();
      }
    };
    const restarting = restarts();
    const written = await writeLines(log, turnOver(log));
    isOver = true;
    await restarting;
    const { checkpoints } = openState(folder);
    const last = log.tail({ checkpoints, from: 'history' });
    await last.refresh();
    const news = [...runs, last.told].flatMap((told) => told.news);
    expect(runs.length).toBeGreaterThan(4);
    expect(news).toEqual([...written.keys()]);
  }, 20_000);

  it('and killed meanwhile: misses none, and repeats what was not known to be delivered, at the same place', async () => {
    using log = new FollowedLog();
    log.write('');
    const first = log.tail({ checkpoints: openState(log.inFolder('state')).checkpoints });
    const writing = writeLines(log, turnOver(log));
    await sleep(1_100);
    // What a kill leaves is what is on the disk at that moment.
    const toldUntilThen = placesOf(first.told);
    cpSync(log.inFolder('state'), log.inFolder('left'), { recursive: true });
    rmSync(log.inFolder('left/lock'));
    const written = await writing;

    const { checkpoints } = openState(log.inFolder('left'));
    const second = log.tail({ checkpoints, from: 'start' });
    await second.refresh();
    const all = [...toldUntilThen, ...placesOf(second.told)];
    const repeated = all.length - written.size;
    expect(repeated).toBeGreaterThanOrEqual(0);
    expect(repeated).toBeLessThanOrEqual(3_000);
    expect(new Map(all)).toEqual(written);
    expect(second.told.news).toEqual([...written.keys()].slice(-second.told.news.length));
  }, 15_000);
});

describe('tailFile, given a backlog of 200 MB', () => {
  it('tells it all in memory that does not grow with it', async () => {
    using log = new FollowedLog();
    log.write('');
    log.tail().source.stop(); // that is up to where it was told
    const line = `2026-11-21 10:37:49.147 [I] [server/control.go:761] [4d541f33a8163a5b] ${'x'.repeat(428)}\n`;
    const piece = line.repeat(2_000);
    for (let written = 0; written < 200_000_000; written += piece.length) log.append(piece);
    let lines = 0;
    let peak = 0;
    const before = process.memoryUsage().rss;
    const onLine = (): void => {
      lines += 1;
      if (lines % 10_000 === 0) peak = Math.max(peak, process.memoryUsage().rss);
    };
    await log.tail({ onLine }).refresh();
    expect(lines).toBe(2_000 * 200);
    expect(peak - before).toBeLessThan(60_000_000);
  }, 20_000);
});
