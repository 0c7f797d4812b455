import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { surroundingsOf } from '../../../src/sources/processes/surroundingsOf.js';
import { temporaryFolder } from '../../tools/fakePrograms.js';
import { writeProcess } from './madeUpProc.js';

const OURS = { mnt: 'mnt:[1]', net: 'net:[1]', uts: 'uts:[1]' };

let folder: ReturnType<typeof temporaryFolder>;
let proc: string;
beforeEach(() => {
  folder = temporaryFolder();
  proc = path.join(folder.path, 'proc');
  writeProcess(proc, 'self', { namespaces: OURS });
});
afterEach(() => folder[Symbol.dispose]());

/** A process whose root folder is seen as a real folder here. */
const write = (namespaces: Record<string, string>, hostName?: string): void => {
  const root = path.join(proc, '42/root');
  writeProcess(proc, 42, { namespaces });
  mkdirSync(path.join(root, 'etc'), { recursive: true });
  if (hostName !== undefined) writeFileSync(path.join(root, 'etc/hostname'), hostName);
};

describe('surroundingsOf', () => {
  it('of a process beside us are ours', () => {
    write(OURS);
    expect(surroundingsOf(42, proc)).toEqual({ root: undefined, hostName: undefined, hasOtherNetwork: false });
  });

  it('of a process in a container are its own', () => {
    write({ mnt: 'mnt:[2]', net: 'net:[2]', uts: 'uts:[2]' }, 'tunnel-7\n');
    expect(surroundingsOf(42, proc)).toEqual({
      root: `${proc}/42/root`,
      hostName: 'tunnel-7',
      hasOtherNetwork: true,
    });
  });

  it('of a container that shares our network and name are its files alone', () => {
    write({ ...OURS, mnt: 'mnt:[2]' }, 'tunnel-7\n');
    expect(surroundingsOf(42, proc)).toEqual({
      root: `${proc}/42/root`,
      hostName: undefined,
      hasOtherNetwork: false,
    });
  });

  it('of a process whose root folder was changed (chroot) are its files', () => {
    writeProcess(proc, 42, { namespaces: OURS, root: '/srv/jail' });
    expect(surroundingsOf(42, proc)).toMatchObject({ root: `${proc}/42/root` });
  });

  it('of another user’s process are not known, and taken for ours', () => {
    writeProcess(proc, 42);
    expect(surroundingsOf(42, proc)).toEqual({ root: undefined, hostName: undefined, hasOtherNetwork: false });
  });

  it.each([
    ['a file that is not there', undefined],
    ['an empty one', ''],
    ['spaces', 'two words\n'],
    ['control characters', 'a\u001b[31m\n'],
    ['more than a name has', 'a'.repeat(254)],
  ])('tell no host name of %s', (_, text) => {
    write({ ...OURS, uts: 'uts:[2]' }, text);
    expect(surroundingsOf(42, proc).hostName).toBeUndefined();
  });

  it('tell no host name by a link to a file of ours', () => {
    write({ ...OURS, uts: 'uts:[2]' });
    writeFileSync(path.join(folder.path, 'ours'), 'secret\n');
    symlinkSync(path.join(folder.path, 'ours'), path.join(proc, '42/root/etc/hostname'));
    expect(surroundingsOf(42, proc).hostName).toBeUndefined();
  });
});
