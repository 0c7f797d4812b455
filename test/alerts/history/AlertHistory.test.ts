import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AlertRecord } from '../../../src/alerts/AlertRecord.js';
import { AlertHistory, type AlertHistoryOptions } from '../../../src/alerts/history/AlertHistory.js';

const DAY = 86_400_000;
/** Days after some begin, as milliseconds. */
const day = (number: number): number => 20_000 * DAY + number * DAY;

const firing = (id: string, at: number): AlertRecord => ({
  id,
  name: 'FrpServerDown',
  severity: 'critical',
  subject: 'server',
  state: 'firing',
  summary: 'frps@host is down',
  description: 'It is.',
  runbook: ['Look.'],
  attributes: { 'frp.instance': 'frps@host' },
  metric: 'frp.process.up',
  value: 0,
  threshold: 0,
  createdAt: at - 30_000,
  firedAt: at,
  resolvedAt: undefined,
});
const resolved = (id: string, at: number): AlertRecord => ({
  ...firing(id, at - 60_000),
  state: 'resolved',
  resolvedAt: at,
});

let folder: string;
let file: string;
let said: string[];
let lost: string[];
let now: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'frp-otel-history-'));
  file = join(folder, 'alerts.jsonl');
  said = [];
  lost = [];
  now = day(0);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const history = (options: Partial<AlertHistoryOptions> = {}): AlertHistory =>
  new AlertHistory({
    file,
    days: 30,
    say: (message) => said.push(message),
    onLost: ({ id }) => lost.push(id),
    now: () => now,
    ...options,
  });
/** What a program kept that ran once. */
const keep = async (...alerts: readonly AlertRecord[]): Promise<void> => {
  const kept = history();
  await kept.open();
  kept.add(alerts);
  await kept.settled();
};
const alertLine = (alert: AlertRecord): string => JSON.stringify(alert);
const lines = (): string[] => readFileSync(file, 'utf8').split('\n').slice(0, -1);
const idsIn = (all: readonly AlertRecord[]): string[] => all.map(({ id }) => id);
const keptIds = (): unknown[] => lines().map((line) => JSON.parse(line).id);

describe('AlertHistory', () => {
  it('keeps each alert that fires and each that was resolved as a line, in a file of this user alone', async () => {
    await keep(firing('a', now), resolved('a', now + 1));
    expect(lines().map((line) => JSON.parse(line))).toEqual(
      JSON.parse(JSON.stringify([firing('a', now), resolved('a', now + 1)])),
    );
  });

  it('begins with nothing where there is no file, and says nothing of it', async () => {
    expect(await history().open()).toMatchObject({ firing: [], resolved: [] });
    expect(said).toEqual([]);
    expect(existsSync(file)).toBe(false);
  });

  it('knows at the next start what fires still, and what was resolved', async () => {
    await keep(
      firing('a', now),
      firing('b', now),
      resolved('a', now),
      firing('c', now),
      resolved('c', now),
      firing('c', now),
    );
    const before = await history().open();
    expect(before.firing).toEqual([firing('b', now), firing('c', now)]);
    expect(before.resolved).toEqual([resolved('a', now), resolved('c', now)]);
  });

  it('reads back a value that JSON does not have as no number', async () => {
    await keep({ ...firing('a', now), value: Number.POSITIVE_INFINITY, threshold: undefined });
    expect((await history().open()).firing).toMatchObject([{ value: Number.NaN, threshold: undefined }]);
  });

  it('passes over a last line that a crash has torn, and goes on after it', async () => {
    await keep(firing('a', now));
    appendFileSync(file, '{"id":"b","name":"FrpSer');
    await keep(firing('c', now));
    expect(keptIds()).toEqual(['a', 'c']);
    expect(idsIn((await history().open()).firing)).toEqual(['a', 'c']);
  });

  it('passes over lines that are no alerts', async () => {
    await keep(firing('a', now));
    appendFileSync(file, `null\n{"id":7}\n\n${JSON.stringify({ ...firing('b', now), state: 'pending' })}\n`);
    expect(idsIn((await history().open()).firing)).toEqual(['a']);
  });

  it('forgets what is older than its days, but not what fires still', async () => {
    await keep(
      firing('old', day(0)),
      firing('a', day(0)),
      resolved('a', day(1)),
      firing('b', day(9)),
      resolved('b', day(9)),
    );
    now = day(31.5);
    await history().open();
    expect(keptIds()).toEqual(['old', 'b', 'b']);
  });

  it('forgets it while the program runs, too', async () => {
    const running = history();
    await running.open();
    running.add([firing('a', day(0)), resolved('a', day(0.5))]);
    await running.settled();
    now = day(31);
    running.add([firing('b', now)]);
    await running.settled();
    expect(keptIds()).toEqual(['b']);
  });

  it('stays within its size: the oldest go', async () => {
    const maxBytes = 4_000;
    const running = history({ maxBytes });
    await running.open();
    for (let number = 0; number < 100; number += 1) {
      running.add([resolved(`a${number}`, now + number)]);
      await running.settled();
    }
    expect(readFileSync(file).length).toBeLessThanOrEqual(maxBytes + 600);
    expect(keptIds().at(-1)).toBe('a99');
    expect(said).toEqual([]);
  });

  it('writes what came while it was writing', async () => {
    const running = history();
    await running.open();
    for (const id of ['a', 'b', 'c', 'd']) running.add([firing(id, now)]);
    await running.settled();
    expect(keptIds()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('says once that it cannot be written, and writes all when it can', async () => {
    const missing = join(folder, 'missing');
    file = join(missing, 'alerts.jsonl');
    const running = history();
    await running.open();
    running.add([firing('a', now)]);
    await running.settled();
    running.add([firing('b', now)]);
    await running.settled();
    expect(said).toEqual([
      `the history of alerts: ${file} cannot be written (ENOENT): make room, and see that this user may write there`,
    ]);
    mkdirSync(missing);
    running.add([]);
    await running.settled();
    expect(
      readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    ).toEqual(['a', 'b']);
    expect(lost).toEqual([]);
  });

  it('counts what it cannot keep waiting', async () => {
    file = join(folder, 'missing', 'alerts.jsonl');
    const running = history();
    await running.open();
    running.add(Array.from({ length: 20_002 }, (_, index) => firing(`a${index}`, now)));
    await running.settled();
    expect(lost).toEqual(['a0', 'a1']);
  });

  it('leaves alone a file that is somebody else’s, and says so', async () => {
    writeFileSync(file, 'root:x:0:0\ndaemon:x:1:1\n');
    await keep(firing('a', now));
    expect(readFileSync(file, 'utf8')).toBe('root:x:0:0\ndaemon:x:1:1\n');
    expect(said).toEqual([`the history of alerts: ${file} has no alert in it, and is left alone: name another file`]);
    expect(lost).toEqual(['a']);
  });

  it.each([
    ['a line', 'my only copy of a token'],
    ['a line of JSON', '{"id":"me","token":"x"}'],
    ['lines that begin as ours', '{"id":"a\n{"id":"b'],
  ])('leaves alone a file of somebody else that is %s without an end', async (_, text) => {
    writeFileSync(file, text);
    await keep(firing('a', now));
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(lost).toEqual(['a']);
  });

  it('begins anew in a file of which a crash has left a part of the first line', async () => {
    writeFileSync(file, '{"id":"b","name":"FrpSer');
    await keep(firing('a', now));
    expect(keptIds()).toEqual(['a']);
  });

  it('keeps lines that it cannot read, but what a crash has torn', async () => {
    const theirs = ['a note', '{"id":"c","of":"a later version"}'];
    writeFileSync(file, [theirs[0], alertLine(resolved('old', day(-40))), theirs[1], '{"id":"b","na'].join('\n'));
    await keep(firing('a', now));
    expect(lines().slice(0, 2)).toEqual(theirs);
    expect(lines()).toHaveLength(3);
  });

  it('forgets last what fires still when the file is too large', async () => {
    const maxBytes = 4_000;
    const many = Array.from({ length: 20 }, (_, number) => alertLine(resolved(`a${number}`, now)));
    writeFileSync(file, [alertLine(firing('fires', now)), ...many, ''].join('\n'));
    await history({ maxBytes }).open();
    expect(idsIn((await history({ maxBytes }).open()).firing)).toEqual(['fires']);
    expect(keptIds().at(-1)).toBe('a19');
    expect(readFileSync(file).length).toBeLessThanOrEqual(maxBytes / 2);
  });

  it('leaves the file to those who may read it, and a link where it is', async () => {
    const target = join(folder, 'target.jsonl');
    writeFileSync(target, `${alertLine(resolved('old', day(-40)))}\n${alertLine(firing('a', now))}\n`);
    chmodSync(target, 0o640);
    symlinkSync(target, file);
    await history().open();
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(statSync(target).mode & 0o777).toBe(0o640);
    expect(keptIds()).toEqual(['a']);
  });

  it('neither waits for a FIFO nor writes to it', async () => {
    execFileSync('mkfifo', [file]);
    await keep(firing('a', now));
    const reader = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      await keep(firing('b', now));
      expect(readSync(reader, Buffer.alloc(9))).toBe(0);
    } finally {
      closeSync(reader);
    }
    expect(said[0]).toContain('cannot be read (not a regular file)');
    expect(said[1]).toContain('cannot be written (not a regular file)');
  });

  it('passes over alerts whose times no date can have', async () => {
    const beyond = 8.64e15 + 1;
    writeFileSync(
      file,
      [
        alertLine({ ...firing('a', now), firedAt: beyond }),
        alertLine({ ...firing('b', now), createdAt: -beyond }),
        alertLine(firing('c', now)),
        '',
      ].join('\n'),
    );
    expect(idsIn((await history().open()).firing)).toEqual(['c']);
  });

  describe('of what receivers were told', () => {
    const tell = async (receiver: string, ...alerts: readonly AlertRecord[]): Promise<void> => {
      const running = history();
      await running.open();
      for (const alert of alerts) running.told(receiver, alert);
      await running.settled();
    };

    const over = (alert: AlertRecord, at: number): AlertRecord => ({ ...alert, state: 'resolved', resolvedAt: at });
    const toldAfter = async (receiver: string): Promise<readonly AlertRecord[]> =>
      (await history().open()).told(receiver);

    it('knows at the next start who was told of what fires still', async () => {
      await keep(firing('a', now), firing('b', now));
      await tell('one', firing('a', now));
      await tell('other', firing('a', now), firing('b', now));
      const { told } = await history().open();
      expect(['one', 'other', 'third'].map((receiver) => idsIn(told(receiver)))).toEqual([['a'], ['a', 'b'], []]);
    });

    it('knows who was told of what is over, and not of its end: with that end', async () => {
      const alert = firing('a', now);
      await keep(alert);
      await tell('one', alert);
      await tell('other', alert);
      await keep({ ...over(alert, now + 9), value: 7 });
      await tell('other', over(alert, now + 9));
      const { told, firing: fires } = await history().open();
      expect([told('one'), told('other'), fires]).toEqual([[{ ...over(alert, now + 9), value: 7 }], [], []]);
    });

    it('knows it of an alert that fires again by when it fired first', async () => {
      const again = firing('a', now + 2);
      await keep(firing('a', now));
      await tell('one', firing('a', now));
      await keep(over(firing('a', now), now + 1), again);
      expect(await toldAfter('one')).toEqual([over(firing('a', now), now + 1)]);
      await tell('one', over(firing('a', now), now + 1), again);
      expect(await toldAfter('one')).toEqual([again]);
    });

    it('reads lines that do not tell of a state: they are of what fired', async () => {
      await keep(firing('a', now));
      appendFileSync(file, `${JSON.stringify({ told: 'a', firedAt: now, receiver: 'one' })}\n`);
      expect(await toldAfter('one')).toEqual([firing('a', now)]);
    });

    it('keeps what is to be told as over, with its end, for as many days as its end', async () => {
      const alert = firing('a', day(0));
      await keep(alert);
      await tell('one', alert);
      await tell('other', alert, over(alert, day(20)));
      await keep(over(alert, day(20)));
      now = day(40);
      await history().open();
      const kept = await history().open();
      expect([kept.told('one'), kept.told('other'), kept.firing]).toEqual([[over(alert, day(20))], [], []]);
      expect(lines()).toHaveLength(2);
      now = day(51);
      expect(await toldAfter('one')).toEqual([]);
      expect(lines()).toEqual([]);
    });

    it('forgets late what is to be told as over when the file is too large, and never takes it for what fires', async () => {
      const alert = firing('a', now);
      await keep(alert);
      await tell('one', alert);
      await keep(over(alert, now + 1), ...Array.from({ length: 20 }, (_, number) => resolved(`b${number}`, now)));
      await history({ maxBytes: 4_000 }).open();
      expect(readFileSync(file).length).toBeLessThanOrEqual(2_000);
      const kept = await history().open();
      expect([kept.told('one'), kept.firing]).toEqual([[over(alert, now + 1)], []]);
    });

    it('forgets what is to be told as over before what still fires when the file is too large', async () => {
      const ended = Array.from({ length: 8 }, (_, number) => firing(`b${number}`, now));
      await keep(firing('a', now), ...ended);
      await tell('one', firing('a', now), ...ended);
      await keep(...ended.map((alert) => over(alert, now + 1)));
      await history({ maxBytes: 5_000 }).open();
      expect(readFileSync(file).length).toBeLessThanOrEqual(2_500);
      const kept = await history().open();
      expect(idsIn(kept.firing)).toEqual(['a']);
      expect(idsIn(kept.told('one'))).toContain('a');
    });

    it('forgets it with the alert', async () => {
      await keep(firing('a', now), firing('b', now));
      await tell('one', firing('a', now), firing('b', now));
      await keep(resolved('a', now + 1));
      now = day(31);
      const { told } = await history().open();
      expect(idsIn(told('one'))).toEqual(['b']);
      expect(lines().map((line) => JSON.parse(line).told ?? JSON.parse(line).id)).toEqual(['b', 'b']);
    });
  });

  it('says of a folder that it is no file, and throws nothing', async () => {
    mkdirSync(file);
    await keep(firing('a', now));
    expect(said[0]).toMatch(/cannot be read \(.+\): see that it is a file of this user/);
  });
});
