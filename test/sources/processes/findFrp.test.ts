import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { describeFrp, findFrp } from '../../../src/sources/processes/findFrp.js';
import { temporaryFolder } from '../../tools/fakePrograms.js';
import { copyShellAs } from '../fakeFrp.js';
import { type MadeUp, writeProcess } from './madeUpProc.js';

let folder: ReturnType<typeof temporaryFolder>;
let root: string;
let frpc: string;
beforeEach(() => {
  folder = temporaryFolder();
  root = path.join(folder.path, 'proc');
  frpc = copyShellAs(folder.path, 'frpc');
});
afterEach(() => {
  jest.restoreAllMocks();
  folder[Symbol.dispose]();
});

const write = (process: MadeUp): void => writeProcess(root, 42, process);
const rewriteUser = (uid: number): void =>
  writeFileSync(path.join(root, '42/status'), `Uid:\t${uid}\t${uid}\t${uid}\t${uid}\nGid:\t0\t0\t0\t0\nGroups:\t\n`);
const find = (names?: Parameters<typeof findFrp>[1]) => findFrp(42, names, root);

describe('findFrp', () => {
  it('knows frpc by its executable, and what tells the process from others', () => {
    write({ executable: frpc, args: ['-c', 'x.toml'], startTicks: 123 });
    expect(find()).toEqual({
      pid: 42,
      role: 'client',
      executable: frpc,
      args: ['-c', 'x.toml'],
      isHidden: false,
      startTicks: 123,
      user: { uid: 0, groups: [0] },
    });
  });

  it('passes over one that runs something else as another user, while it is looked at', () => {
    const executable = copyShellAs(folder.path, 'tunnel-eu');
    write({ executable, uid: 1_000 });
    let looks = 0;
    const becomesRoot = Object.assign(/^tunnel/, {
      [Symbol.search]: () => {
        looks += 1;
        if (looks === 2) rewriteUser(0); // its executable is read
        return 0;
      },
    });
    expect(find({ client: becomesRoot })).toBeUndefined();
    expect(looks).toBe(2);
    expect(find({ client: /^tunnel/ })?.user.uid).toBe(0);
  });

  it('knows an executable by a name of the user’s', () => {
    write({ executable: copyShellAs(folder.path, 'tunnel-eu') });
    expect(find()).toBeUndefined();
    expect(find({ server: /^relay/, client: /^tunnel/ })?.role).toBe('client');
  });

  it('knows another user’s by what it calls itself', () => {
    write({ isHidden: true, executable: '/opt/frps', args: ['-c', '/etc/frps.toml'] });
    expect(find()).toMatchObject({ role: 'server', executable: '/opt/frps', isHidden: true });
  });

  it.each<[string, MadeUp]>([
    ['a thread of the kernel', { executable: '/none', starting: true }],
    ['a process that has no arguments yet', { executable: 'frpc', starting: true }],
    ['a command that ends at once', { executable: 'frpc', args: ['verify', '-c', 'x.toml'] }],
    ['a zombie', { executable: 'frpc', state: 'Z' }],
    ['a file that is named after it', { executable: '/bin/sh', args: ['frpc', '-c', 'x.toml'] }],
  ])('passes over %s', (_, { executable = '', ...process }) => {
    write({ ...process, executable: executable === 'frpc' ? frpc : executable });
    expect(find()).toBeUndefined();
  });

  it('passes over a process that has ended', () => {
    expect(find()).toBeUndefined();
  });

  it('throws where it cannot be known', () => {
    mkdirSync(path.join(root, '42/cmdline'), { recursive: true }); // EISDIR
    expect(find).toThrow('EISDIR');
  });
});

describe('describeFrp', () => {
  const describeIt = (process: MadeUp, uptime = '1000.00 500.00\n') => {
    write({ executable: frpc, ...process });
    writeFileSync(path.join(root, 'uptime'), uptime);
    const found = find();
    return found && describeFrp(found, root);
  };

  it('tells its working folder and when it started', () => {
    jest.spyOn(Date, 'now').mockReturnValue(1_800_000_000_000);
    expect(describeIt({ workingFolder: '/srv/tunnels', startTicks: 98_765 })).toMatchObject({
      workingFolder: '/srv/tunnels',
      startedAt: 1_800_000_000_000 - 12_350, // 1000 s after boot, started 987.65 s after it
    });
  });

  it('tells that it started now where a container is shown an uptime of its own', () => {
    jest.spyOn(Date, 'now').mockReturnValue(1_800_000_000_000);
    expect(describeIt({ startTicks: 98_765 }, '3.00 1.00\n')?.startedAt).toBe(1_800_000_000_000);
  });

  it('tells its folder as it has it itself where its root folder was changed (chroot)', () => {
    expect(describeIt({ workingFolder: '/srv/jail/etc', root: '/srv/jail' })?.workingFolder).toBe('/etc');
  });

  it('tells `/` where its root folder is its working folder', () => {
    expect(describeIt({ workingFolder: '/srv/jail', root: '/srv/jail' })?.workingFolder).toBe('/');
  });

  it('tells of the user who gave it its arguments, whoever it is by now', () => {
    write({ executable: frpc, uid: 1_000 });
    writeFileSync(path.join(root, 'uptime'), '1000.00 500.00\n');
    const found = find();
    rewriteUser(0);
    expect(found && describeFrp(found, root)?.user).toEqual({ uid: 1_000, groups: [1_000] });
  });

  it('tells nothing when it runs something else by now', () => {
    write({ executable: frpc });
    writeFileSync(path.join(root, 'uptime'), '1000.00 500.00\n');
    const found = find();
    rmSync(path.join(root, '42/exe'));
    symlinkSync('/usr/bin/passwd', path.join(root, '42/exe'));
    expect(found && describeFrp(found, root)).toBeUndefined();
  });

  it('tells nothing when it has ended meanwhile', () => {
    write({ executable: frpc });
    const found = find();
    expect(found && describeFrp(found, path.join(root, 'gone'))).toBeUndefined();
  });

  it('tells `/` for the folder of another user’s, which may not be known', () => {
    expect(describeIt({ isHidden: true, executable: '/opt/frps' })?.workingFolder).toBe('/');
  });
});
