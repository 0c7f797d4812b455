import {
  appendFileSync,
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { waitUntil } from '../../support/waitUntil.js';
import { FollowedLog, lineAt } from './followedLog.js';

const asOtherUser = process.getuid?.() === 0 ? it : it.skip;
if (asOtherUser === it.skip) process.stderr.write('skipped: tailFile as another user: only root changes it\n');

describe('tailFile, from here', () => {
  it('tells what is written from now on, as it is written, with its place', async () => {
    using log = new FollowedLog();
    log.write('of another process\n');
    const { told } = log.tail();
    log.append('first\nsecond é隧\nthird\n');
    await waitUntil('the lines', () => told.lines.length >= 3);
    expect(told.lines).toEqual([
      { text: 'first', origin: { place: { path: log.path, offset: 19 }, replayed: false, zoneShift: 0 } },
      { text: 'second é隧', origin: { place: { path: log.path, offset: 25 }, replayed: false, zoneShift: 0 } },
      { text: 'third', origin: { place: { path: log.path, offset: 38 }, replayed: false, zoneShift: 0 } },
    ]);
    expect(told.historyReadAt).toBeUndefined();
    expect(told.reports).toEqual([]);
  });

  it('tells a line once its newline is there, and not before', async () => {
    using log = new FollowedLog();
    log.write('');
    const { told, refresh } = log.tail();
    log.append('whole\nhal');
    await refresh();
    expect(told.texts).toEqual(['whole']);
    log.append('f\n');
    await refresh();
    expect(told.lines.at(1)).toMatchObject({ text: 'half', origin: { place: { offset: 6 } } });
  });

  it('begins with a line that was half there', async () => {
    using log = new FollowedLog();
    log.write('old\nnew on');
    const { told, refresh } = log.tail();
    log.append('e\n');
    await refresh();
    expect(told.texts).toEqual(['new one']);
  });

  it('says that the file is not there yet, and tells it from its begin when it is', async () => {
    using log = new FollowedLog();
    const { told, refresh } = log.tail();
    expect(told.reports).toEqual([
      ['degraded', `its log file ${log.path} is not there yet: frp makes it with its first line`],
    ]);
    log.write('first\n');
    await refresh();
    expect(told.texts).toEqual(['first']);
    expect(told.reports).toHaveLength(2);
    expect(told.report).toEqual(['ok']);
  });

  it('reads no folder, and no FIFO', () => {
    using log = new FollowedLog();
    mkdirSync(log.path);
    expect(log.tail().told.reports).toEqual([['degraded', `${log.path} is no file: set log.to to the path of one`]]);
  });

  asOtherUser('says whose a file is that it may not read, and what to do; reads it when it may', async () => {
    using log = new FollowedLog();
    chmodSync(log.folder, 0o755);
    log.write('');
    chmodSync(log.path, 0o600);
    chownSync(log.path, 12_345, 23_456);
    const asNobody = async <Result>(look: () => Promise<Result>): Promise<Result> => {
      process.seteuid?.(65_534);
      try {
        return await look();
      } finally {
        process.seteuid?.(0);
      }
    };
    const { told, refresh } = await asNobody(async () => log.tail());
    log.append('first\n');
    expect(told.reports).toEqual([
      [
        'degraded',
        `its log file ${log.path} belongs to uid 12345 and has mode 0600: run as uid 12345 or root, or run "chmod g+r ${log.path}" and be in its group (gid 23456)`,
      ],
    ]);
    chmodSync(log.path, 0o644);
    await asNobody(refresh);
    expect([told.texts, told.report]).toEqual([['first'], ['ok']]);

    // Rotated, and the new one is not for us.
    renameSync(log.path, log.inFolder('frps.log.1'));
    log.write('second\n');
    chmodSync(log.path, 0o600);
    await asNobody(refresh);
    await asNobody(refresh);
    expect(told.reports).toHaveLength(3);
    // Its group is root's: there is nobody to be made one of it.
    expect(told.report?.[1]).toMatch(/belongs to uid 0 and has mode 0600: run as uid 0 or root$/);
    chmodSync(log.path, 0o644);
    await asNobody(refresh);
    expect([told.texts, told.report]).toEqual([['first', 'second'], ['ok']]);
  });

  it('follows no link out of a container', () => {
    using log = new FollowedLog();
    symlinkSync('/etc/hostname', log.path);
    expect(log.tail({ name: '/var/log/frps.log' }).told.reports).toEqual([
      ['degraded', '/var/log/frps.log is a symbolic link in its container: set log.to to the file itself'],
    ]);
  });

  it('tells a container’s file under the name that it has there', async () => {
    using log = new FollowedLog();
    log.write('');
    const { told, refresh } = log.tail({ name: '/var/log/frps.log' });
    log.append('inside\n');
    await refresh();
    expect(told.lines[0]?.origin.place).toEqual({ path: '/var/log/frps.log', offset: 0 });
  });
});

describe('tailFile, given a long line', () => {
  it.each([16_385, 300_000, 1_000_000])('cuts one of %d characters at 16,384, and counts the rest', async (length) => {
    using log = new FollowedLog();
    log.write('');
    const { told, refresh } = log.tail();
    log.append(`before\n${'x'.repeat(length)}\nafter\n`);
    await refresh();
    expect(told.texts).toEqual(['before', 'x'.repeat(16_384), 'after']);
    expect(told.cut).toBe(length - 16_384);
    expect(told.lines[2]?.origin.place?.offset).toBe('before\n'.length + length + 1);
  });

  it('does not wait for the end of one that never ends', async () => {
    using log = new FollowedLog();
    log.write('');
    const { told, refresh } = log.tail();
    log.append('x'.repeat(262_144));
    await refresh();
    log.append('y'.repeat(262_144));
    await refresh();
    expect(told.texts).toEqual(['x'.repeat(16_384)]);
    expect(told.cut).toBe(2 * 262_144 - 16_384);
  });
});

describe('tailFile, when the log is rotated', () => {
  it('by rename: finishes the old file, then tells the new one from its begin', async () => {
    using log = new FollowedLog();
    log.write('');
    const writer = openSync(log.path, 'a');
    const { told, refresh } = log.tail();
    writeSync(writer, 'old 1\n');
    await refresh();
    writeSync(writer, 'old 2\n');
    renameSync(log.path, log.inFolder('frps.20261121-000000.log'));
    writeSync(writer, 'old 3\nold 4, cut o');
    await refresh();
    expect(told.texts).toEqual(['old 1', 'old 2', 'old 3']);
    closeSync(writer);
    log.write('new 1\n');
    await refresh();
    expect(told.texts.slice(3)).toEqual(['old 4, cut o', 'new 1']);
    expect(told.lines.at(-1)?.origin.place).toEqual({ path: log.path, offset: 0 });
  });

  it('by rename, with an empty new file that frp has not opened: stays with the old one, in which frp goes on', async () => {
    using log = new FollowedLog();
    log.write('');
    const { told, refresh } = log.tail();
    renameSync(log.path, log.inFolder('frps.log.1'));
    log.write('');
    appendFileSync(log.inFolder('frps.log.1'), 'still here\n');
    await refresh();
    appendFileSync(log.inFolder('frps.log.1'), 'and here\n');
    await refresh();
    expect(told.texts).toEqual(['still here', 'and here']);
  });

  it('twice between two looks: tells the file in between, too', async () => {
    using log = new FollowedLog();
    log.write('');
    const { told, refresh } = log.tail();
    log.append('first\n');
    await refresh();
    const rotateTo = (name: string, written: number): void => {
      utimesSync(log.path, written, written);
      renameSync(log.path, log.inFolder(name));
    };
    const now = Date.now() / 1_000;
    rotateTo('frps.20261121-000000.log', now - 20);
    log.write('second\n');
    rotateTo('frps.20261121-000001.log', now - 10);
    log.write('third\n');
    // Neither is a rotation of this log, however young.
    writeFileSync(log.inFolder('frps-2.log'), 'of another frps\n');
    writeFileSync(log.inFolder('frps.20261121-000001.log.gz'), 'compressed\n');
    await refresh();
    expect(told.texts).toEqual(['first', 'second', 'third']);
  });

  it('by copytruncate: tells what was not read yet from the copy, then the file from its begin', async () => {
    using log = new FollowedLog();
    log.write('');
    const { told, refresh } = log.tail();
    log.append('a\n');
    await refresh();
    log.append('b, before the copy\n');
    copyFileSync(log.path, log.inFolder('frps.log.1'));
    truncateSync(log.path);
    log.append('c\n');
    await refresh();
    expect(told.lines.map(({ text, origin }) => [text, origin.place?.offset])).toEqual([
      ['a', 0],
      ['b, before the copy', 2],
      ['c', 0],
    ]);
  });

  it('by copytruncate, and grown beyond where it was before anybody looked', async () => {
    using log = new FollowedLog();
    log.write('');
    const { told, refresh } = log.tail();
    log.append('a long line of the time before\n');
    await refresh();
    truncateSync(log.path);
    log.append('another line, which is longer than the first was\nnext\n');
    await refresh();
    expect(told.texts.slice(1)).toEqual(['another line, which is longer than the first was', 'next']);
  });

  it('by copytruncate under a writer that goes on where it was, as frp does in a file that it made', async () => {
    using log = new FollowedLog();
    const writer = openSync(log.path, 'w');
    const { told, refresh } = log.tail();
    writeSync(writer, 'before\n');
    await refresh();
    truncateSync(log.path);
    writeSync(writer, 'after\n');
    await refresh();
    closeSync(writer);
    expect(told.lines.map(({ text, origin }) => [text, origin.place?.offset])).toEqual([
      ['before', 0],
      ['after', 7],
    ]);
  });

  it('by deletion and re-creation: finishes what was deleted, then tells the new file', async () => {
    using log = new FollowedLog();
    log.write('');
    const writer = openSync(log.path, 'a');
    const { told, refresh } = log.tail();
    rmSync(log.path);
    writeSync(writer, 'into the deleted file\n');
    await refresh();
    closeSync(writer);
    log.write('into the new one\n');
    await refresh();
    expect(told.texts).toEqual(['into the deleted file', 'into the new one']);
  });
});

describe('tailFile, when it is started again', () => {
  it('goes on where all was delivered, over any rotation meanwhile', async () => {
    using log = new FollowedLog();
    log.write('');
    const first = log.tail();
    log.append('1\n');
    await first.refresh();
    first.source.stop();
    log.append('2\n');
    renameSync(log.path, log.inFolder('frps.log.1'));
    log.write('3\n');
    const { told, refresh } = log.tail({ from: 'history' });
    await refresh();
    expect([told.replayed, told.news]).toEqual([['1'], ['2', '3']]);
  });

  it('tells no line twice that was told and not delivered, in one run', async () => {
    using log = new FollowedLog();
    log.write('');
    log.isDelivered = false;
    const first = log.tail();
    log.append('1\n');
    await waitUntil('the line', () => first.told.lines.length === 1);
    first.source.stop();
    log.append('2\n');
    const { told, refresh } = log.tail();
    await refresh();
    expect(told.texts).toEqual(['2']);
  });

  it('begins a file anew that has the old one’s inode and other lines', async () => {
    using log = new FollowedLog();
    log.write('');
    const first = log.tail();
    log.append('a line of the old file\n');
    await first.refresh();
    first.source.stop();
    log.write('lines of another file,\nwhich is longer\n');
    const { told, refresh } = log.tail();
    await refresh();
    expect(told.texts).toEqual(['lines of another file,', 'which is longer']);
  });

  it('goes on in the copy when it was copied and truncated meanwhile', async () => {
    using log = new FollowedLog();
    log.write('');
    const first = log.tail();
    log.append('1\n');
    await first.refresh();
    first.source.stop();
    log.append('2\n');
    copyFileSync(log.path, log.inFolder('frps.log.1'));
    truncateSync(log.path);
    log.append('3\n');
    const { told, refresh } = log.tail();
    await refresh();
    expect(told.texts).toEqual(['2', '3']);
  });

  it('has one tail per file: the later one goes on, the one before says so', async () => {
    using log = new FollowedLog();
    log.write('');
    const first = log.tail();
    log.append('1\n');
    const second = log.tail();
    log.append('2\n');
    await first.refresh();
    await second.refresh();
    expect([...first.told.texts, ...second.told.texts]).toEqual(['1', '2']);
    expect(first.told.report).toEqual([
      'degraded',
      'another frp logs to the same file: its lines are told there, with those of both',
    ]);
  });

  it('goes on where another one that read the same file was when it ended', async () => {
    using log = new FollowedLog();
    log.write('');
    const tails = [log.tail(), log.tail(), log.tail()] as const;
    const [first, second, third] = tails;
    log.append('1\n');
    await third.refresh();
    second.source.stop(); // it only waited
    third.source.stop();
    third.source.stop();
    log.append('2\n');
    await first.refresh();
    expect(tails.map(({ told }) => told.texts)).toEqual([['2'], [], ['1']]);
    expect(first.told.report).toEqual(['ok']);
    first.source.stop();
    log.append('3\n');
    await first.refresh();
    expect(first.told.texts).toEqual(['2']);
  });

  it('from its history, which another one interrupts: says that it was read as it goes on', async () => {
    using log = new FollowedLog();
    const old = Array.from({ length: 3_000 }, (_, index) => `${index}\n`).join('');
    log.write(old);
    const first = log.tail({ from: 'history' });
    const second = log.tail();
    expect([first.told.lines.length, first.told.historyReadAt]).toEqual([1_000, undefined]);
    second.source.stop();
    log.append('news\n');
    await first.refresh();
    expect([first.told.historyReadAt, first.told.news]).toEqual([1_000, ['news']]);
  });

  asOtherUser('is not taken away by one who may not read the file', async () => {
    using log = new FollowedLog();
    chmodSync(log.folder, 0o755);
    log.write('');
    chmodSync(log.path, 0o600);
    const first = log.tail();
    const stranger = log.tail({ user: { uid: 4_321, groups: [] } });
    log.append('1\n');
    await first.refresh();
    expect([first.told.texts, stranger.told.texts]).toEqual([['1'], []]);
    expect(first.told.reports).toEqual([]);
  });

  it('finds its place in a rotated file though the clock was set back since', async () => {
    using log = new FollowedLog();
    log.write('');
    const first = log.tail();
    log.append('1\n');
    await first.refresh();
    first.source.stop();
    log.append('2\n');
    renameSync(log.path, log.inFolder('frps.log.1'));
    utimesSync(log.inFolder('frps.log.1'), 1_000_000, 1_000_000);
    log.write('3\n');
    const { told, refresh } = log.tail();
    await refresh();
    expect(told.texts).toEqual(['2', '3']);
  });
});

describe('tailFile, of a process that runs already', () => {
  const now = Date.now();
  const startedAt = now - 60_000;
  const before = lineAt(startedAt - 5_000, 'of the process before');
  const own = [10, 20, 30].map((seconds) => lineAt(startedAt + seconds * 1_000, `after ${seconds} s`));
  const untilNow = lineAt(now, 'last');

  it('from its history: replays its lines so far, says so, then tells what comes', async () => {
    using log = new FollowedLog();
    log.write(`${[before, ...own, untilNow].join('\n')}\n`);
    const { told, refresh } = log.tail({ from: 'history', processStartedAt: startedAt });
    log.append('news\n');
    await refresh();
    expect(told.replayed).toEqual([...own, untilNow]);
    expect(told.news).toEqual(['news']);
    expect(told.historyReadAt).toBe(4);
  });

  it('from its history, where nothing was written: says at once that it was read', () => {
    using log = new FollowedLog();
    log.write(`${before}\n`);
    const { told } = log.tail({ from: 'history', processStartedAt: startedAt });
    expect(told.historyReadAt).toBe(0);
    expect(told.lines).toEqual([]);
  });

  it('from its history: looks into the file before a rotation, too', async () => {
    using log = new FollowedLog();
    const rotated = log.inFolder('frps.20261121-000000.log');
    writeFileSync(rotated, `${[before, ...own].join('\n')}\n`);
    utimesSync(rotated, now / 1_000 - 30, now / 1_000 - 30);
    log.write(`${untilNow}\n`);
    const { told, refresh } = log.tail({ from: 'history', processStartedAt: startedAt });
    log.append('news\n');
    await refresh();
    expect([told.replayed, told.news]).toEqual([[...own, untilNow], ['news']]);
    expect(told.historyReadAt).toBe(4);
  });

  it('from its history: replays the last 4 MiB at the most', async () => {
    using log = new FollowedLog();
    const line = lineAt(now, 'x'.repeat(1_000));
    log.write(`${line}\n`.repeat(6_000));
    const { told, refresh } = log.tail({ from: 'history', processStartedAt: startedAt });
    await refresh();
    expect(told.lines).toHaveLength(Math.floor((4 * 1_024 * 1_024) / (line.length + 1)));
    expect(told.lines.every(({ origin }) => origin.replayed)).toBe(true);
  });

  it('from its start: tells all its lines as news', async () => {
    using log = new FollowedLog();
    log.write(`${[before, ...own, untilNow].join('\n')}\n`);
    const { told, refresh } = log.tail({ from: 'start', processStartedAt: startedAt });
    await refresh();
    expect(told.news).toEqual([...own, untilNow]);
    expect([told.replayed, told.historyReadAt]).toEqual([[], undefined]);
  });

  it('from its start: begins with what was rotated since', async () => {
    using log = new FollowedLog();
    const [first, second] = own;
    writeFileSync(`${log.path}.2`, `${lineAt(startedAt - 20_000, 'before')}\n`);
    utimesSync(`${log.path}.2`, (startedAt - 20_000) / 1_000, (startedAt - 20_000) / 1_000);
    writeFileSync(`${log.path}.1`, `${before}\n${first}\n`);
    utimesSync(`${log.path}.1`, (startedAt + 500) / 1_000, (startedAt + 500) / 1_000);
    log.write(`${second}\n`);
    const { told, refresh } = log.tail({ from: 'start', processStartedAt: startedAt });
    await refresh();
    expect(told.news).toEqual([first, second]);
  });

  it('from its start, which is not known: tells all that there is', async () => {
    using log = new FollowedLog();
    writeFileSync(`${log.path}.1`, `${before}\n`);
    utimesSync(`${log.path}.1`, startedAt / 1_000, startedAt / 1_000);
    log.write(`${untilNow}\n`);
    const { told, refresh } = log.tail({ from: 'start' });
    await refresh();
    expect(told.news).toEqual([before, untilNow]);
  });

  it('from its start: replays what was told as the lines of the process before', async () => {
    using log = new FollowedLog();
    log.write('');
    const first = log.tail();
    log.append(`${[before, ...own].join('\n')}\n`);
    await first.refresh();
    first.source.stop();
    log.append(`${untilNow}\n`);
    const { told, refresh } = log.tail({ from: 'start', processStartedAt: startedAt });
    await refresh();
    expect([told.replayed, told.news, told.historyReadAt]).toEqual([own, [untilNow], 3]);
  });

  it('that runs in another time zone: finds its lines, and says by how much their times are off', async () => {
    using log = new FollowedLog();
    const away = -5.5 * 3_600_000;
    log.write(`${[lineAt(startedAt - 5_000 + away, 'before'), lineAt(now + away, 'own')].join('\n')}\n`);
    utimesSync(log.path, now / 1_000, now / 1_000);
    const { told, refresh } = log.tail({ from: 'start', processStartedAt: startedAt });
    await refresh();
    expect(told.lines.map(({ text, origin }) => [text.slice(-3), origin.zoneShift])).toEqual([['own', -away]]);
  });

  it('finds them in a large log without reading all of it', async () => {
    using log = new FollowedLog();
    log.write(`${`${lineAt(startedAt - 5_000, 'x'.repeat(2_000))}\n`.repeat(20_000)}${own.join('\n')}\n`);
    const began = performance.now();
    const { told, refresh } = log.tail({ from: 'start', processStartedAt: startedAt });
    await refresh();
    expect(performance.now() - began).toBeLessThan(500);
    expect(told.news).toEqual(own);
  });
});

describe('tailFile, given the user of the process', () => {
  const user = { uid: 12_345, groups: [12_345] };
  const notItsOwn = (path: string): [string, string] => [
    'degraded',
    `its log file ${path} is not readable by its own user (uid 12345): not read`,
  ];

  asOtherUser('does not read a file that he may not read himself; reads it when he may', async () => {
    using log = new FollowedLog();
    chmodSync(log.folder, 0o755);
    log.write('root:$y$j9T$...\n');
    chmodSync(log.path, 0o640);
    const { told, refresh } = log.tail({ user, from: 'history' });
    await refresh();
    expect([told.lines, told.reports]).toEqual([[], [notItsOwn(log.path)]]);
    chownSync(log.path, 12_345, 0);
    await refresh();
    expect([told.texts, told.report]).toEqual([['root:$y$j9T$...'], ['ok']]);
  });

  asOtherUser('does not follow his link to one', async () => {
    using log = new FollowedLog();
    chmodSync(log.folder, 0o755);
    writeFileSync(log.inFolder('shadow'), 'root:$y$j9T$...\n', { mode: 0o600 });
    symlinkSync(log.inFolder('shadow'), log.path);
    const { told, refresh } = log.tail({ user, from: 'history' });
    await refresh();
    expect([told.lines, told.reports]).toEqual([[], [notItsOwn(log.path)]]);
  });

  asOtherUser('does not take one for his rotated log', async () => {
    using log = new FollowedLog();
    chmodSync(log.folder, 0o755);
    writeFileSync(log.inFolder('shadow'), 'root:$y$j9T$...\n', { mode: 0o600 });
    utimesSync(log.inFolder('shadow'), 1_000_000_000, 1_000_000_000);
    symlinkSync(log.inFolder('shadow'), `${log.path}.1`);
    log.write('own\n');
    chownSync(log.path, 12_345, 0);
    const { told, refresh } = log.tail({ user, from: 'history' });
    await refresh();
    expect([told.texts, told.reports]).toEqual([['own'], []]);
  });
});

describe('tailFile, as its lines are exported', () => {
  it('reads no further than 1,000 lines beyond what is, and says so; goes on when it works again', async () => {
    using log = new FollowedLog();
    log.write('');
    log.isDelivered = false;
    const { told } = log.tail();
    log.append('line\n'.repeat(2_500));
    await waitUntil('the report', () => told.reports.length > 0);
    expect(told.report).toEqual(['degraded', 'its lines wait, since those before could not be exported', true]);
    expect(told.lines).toHaveLength(1_000);
    log.isDelivered = true;
    await waitUntil('the rest', () => told.lines.length === 2_500);
    expect(told.report).toEqual(['ok']);
  });

  it('says that it is behind while it has a long log to read, and when it is not any more', async () => {
    using log = new FollowedLog();
    log.write('line\n'.repeat(600_000));
    let lines = 0;
    const onLine = (): void => {
      lines += 1;
    };
    const { told } = log.tail({ from: 'start', onLine });
    await waitUntil('all of it', () => lines === 600_000 && told.reports.length === 2, 15_000);
    expect(told.reports).toEqual([
      ['degraded', 'it is behind: what was written last is still to be read', true],
      ['ok'],
    ]);
  }, 20_000);

  it('keeps the place up to which they are, and no later one', async () => {
    using log = new FollowedLog();
    log.write('');
    const kept: number[] = [];
    const checkpoints = {
      ...log.checkpoints,
      set: async (_: string, place: object, delivered?: Promise<boolean>) => {
        if ((await delivered) !== false) kept.push((place as { offset: number }).offset);
      },
    };
    const { source, refresh } = log.tail({ checkpoints });
    log.append('1\n');
    await refresh();
    log.isDelivered = false;
    log.append('2\n');
    await refresh();
    source.stop();
    await new Promise((resolve) => setImmediate(resolve));
    expect(kept).toEqual([0, 2]);
  });

  it('asks a second after the first line at the latest', async () => {
    using log = new FollowedLog();
    log.write('');
    log.tail();
    log.append('1\n');
    await waitUntil('the question', () => log.asked === 1, 3_000);
  });

  it('says that lines may be repeated while the place cannot be kept', async () => {
    using log = new FollowedLog();
    log.write('');
    let fault: string | undefined = 'no room';
    const { told, refresh } = log.tail({
      checkpoints: {
        ...log.checkpoints,
        get fault() {
          return fault;
        },
      },
    });
    expect(told.report).toEqual(['degraded', 'lines may be repeated after a restart: no room', true]);
    fault = undefined;
    await refresh();
    expect(told.report).toEqual(['ok']);
  });
});
