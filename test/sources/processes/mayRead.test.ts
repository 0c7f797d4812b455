import { chmodSync, chownSync, closeSync, mkdirSync, openSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mayRead } from '../../../src/sources/processes/mayRead.js';
import { processUser } from '../../../src/sources/processes/processUser.js';
import { temporaryFolder } from '../../tools/fakePrograms.js';
import { writeFile } from '../fakeFrp.js';
import { writeProcess } from './madeUpProc.js';

const asOtherUser = process.getuid?.() === 0 ? describe : describe.skip;
if (asOtherUser === describe.skip) process.stderr.write('skipped: mayRead: only root gives files away\n');

const OWNER = 1_234;
const GROUP = 5_678;
const STRANGER = { uid: 4_321, groups: [4_321] };

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
  chmodSync(folder.path, 0o755);
});
afterEach(() => folder[Symbol.dispose]());

const isReadable = (path: string, user: Parameters<typeof mayRead>[0], inContainer?: string): boolean => {
  const file = openSync(path, 'r');
  try {
    return mayRead(user, file, inContainer);
  } finally {
    closeSync(file);
  }
};

asOtherUser('mayRead', () => {
  const owned = (mode: number): string => {
    const path = writeFile(folder.path, 'frpc.log', 'x');
    chownSync(path, OWNER, GROUP);
    chmodSync(path, mode);
    return path;
  };

  it.each([
    ['root', 0o000, { uid: 0, groups: [0] }, true],
    ['its owner', 0o600, { uid: OWNER, groups: [] }, true],
    ['one of its group', 0o640, { uid: 4_321, groups: [4_321, GROUP] }, true],
    ['one of its group, which may not', 0o600, { uid: 4_321, groups: [GROUP] }, false],
    ['a stranger, as everybody may', 0o604, STRANGER, true],
    ['a stranger', 0o660, STRANGER, false],
  ])('knows whether %s may, with mode %o', (_, mode, user, expected) => {
    expect(isReadable(owned(mode), user)).toBe(expected);
  });

  it('knows that a file which everybody may read is in a folder that not everybody may enter', () => {
    const home = join(folder.path, 'home');
    mkdirSync(home, { mode: 0o700 });
    chownSync(home, OWNER, GROUP);
    const path = writeFile(home, 'notes', 'x', 0o644);
    symlinkSync(path, join(folder.path, 'link'));
    expect(isReadable(path, STRANGER)).toBe(false);
    expect(isReadable(join(folder.path, 'link'), STRANGER)).toBe(false);
    expect(isReadable(path, { uid: OWNER, groups: [] })).toBe(true);
    chmodSync(home, 0o701);
    expect(isReadable(path, STRANGER)).toBe(true);
  });

  it('takes the folders of a container for what they are there', () => {
    const secret = join(folder.path, 'secret');
    mkdirSync(secret, { mode: 0o700 });
    expect(isReadable(writeFile(secret, 'x', 'x', 0o644), STRANGER, join(folder.path, 'x'))).toBe(true);
    expect(isReadable(writeFile(folder.path, 'x', 'x', 0o644), STRANGER, join(secret, 'x'))).toBe(false);
  });
});

describe('processUser', () => {
  it('is as whom a process reads files', () => {
    writeProcess(folder.path, 42, { uid: 1_000, groups: [4, 24] });
    expect(processUser(42, folder.path)).toEqual({ uid: 1_000, groups: [1_000, 4, 24] });
    writeProcess(folder.path, 43, { uid: 1_000 });
    expect(processUser(43, folder.path)).toEqual({ uid: 1_000, groups: [1_000] });
  });

  it('is that of this process', () => {
    const { uid, groups } = processUser(process.pid);
    expect(uid).toBe(process.getuid?.());
    expect(new Set(groups)).toEqual(new Set([process.getgid?.(), ...(process.getgroups?.() ?? [])]));
  });

  it('is not known of one that has ended', () => {
    expect(() => processUser(44, folder.path)).toThrow('ENOENT');
  });
});
