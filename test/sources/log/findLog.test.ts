import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../src/frp/config/parseConfig.js';
import { findLog } from '../../../src/sources/log/findLog.js';
import type { FrpProcess } from '../../../src/sources/processes/FrpProcess.js';
import { writeScript } from '../../tools/fakePrograms.js';

const frps: FrpProcess = {
  pid: 123,
  executable: '/usr/bin/frps',
  args: [],
  workingFolder: '/etc/frp',
  role: 'server',
};
const WAYS =
  'set log.to to the path of a file, or run it by "frp-otel exec" (a program that spawns it: with stdio "pipe")';

const loggingTo = (to: string) => parseConfig(`log.to = ${JSON.stringify(to)}`, 'server');

let proc: string;
let path: string | undefined;
beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'frp-otel-proc-'));
  mkdirSync(join(proc, '123/fd'), { recursive: true });
  path = process.env.PATH;
});
afterEach(() => {
  process.env.PATH = path;
  rmSync(proc, { recursive: true });
});

/** What the kernel says of a descriptor of the process. */
const descriptor = (number: number, link: string): void => symlinkSync(link, join(proc, `123/fd/${number}`));
const cgroup = (text: string): void => writeFileSync(join(proc, '123/cgroup'), text);
const withJournalctl = (): void => {
  writeScript(join(proc, 'bin'), 'journalctl', '');
  process.env.PATH = [join(proc, 'bin'), path].join(delimiter);
};

describe('findLog, given log.to with a path', () => {
  it.each([
    ['/var/log/frps.log', '/var/log/frps.log'],
    ['./frps.log', '/etc/frp/frps.log'],
    ['../logs/frps.log', '/etc/logs/frps.log'],
  ])('%s is the file %s', (to, name) => {
    expect(findLog(frps, loggingTo(to), false, proc)).toEqual({ kind: 'file', path: name, name });
  });

  it('is the file also where its output can be read: there is nothing else in it', () => {
    expect(findLog(frps, loggingTo('/a.log'), true, proc)).toMatchObject({ kind: 'file' });
  });

  it('in a container: the file is found through the container’s root', () => {
    const inside: FrpProcess = { ...frps, root: '/proc/123/root' };
    expect(findLog(inside, loggingTo('frps.log'), false, proc)).toEqual({
      kind: 'file',
      path: '/proc/123/root/etc/frp/frps.log',
      name: '/etc/frp/frps.log',
    });
  });
});

describe('findLog, given a log on the console', () => {
  it.each([
    ['its config says so', loggingTo('console')],
    ['its config says /dev/stdout', loggingTo('/dev/stdout')],
    ['its config is not known', undefined],
  ])('is the output that the caller can read, where %s', (_, config) => {
    expect(findLog(frps, config, true, proc)).toEqual({ kind: 'output' });
  });

  it('is the file that its stdout was directed to', () => {
    descriptor(1, '/var/log/frps.out');
    expect(findLog(frps, undefined, false, proc)).toEqual({
      kind: 'file',
      path: '/var/log/frps.out',
      name: '/var/log/frps.out',
    });
  });

  it('is what its stderr was directed to, for log.to = "/dev/stderr"', () => {
    descriptor(1, '/dev/null');
    descriptor(2, '/var/log/frps.err');
    expect(findLog(frps, loggingTo('/dev/stderr'), true, proc)).toMatchObject({ path: '/var/log/frps.err' });
  });

  it.each([
    ['pipe:[4711]', 'its output is a pipe of another program'],
    ['/dev/null', 'its output goes to /dev/null'],
    ['/dev/pts/3', 'its output is a terminal (/dev/pts/3)'],
    ['/dev/console', 'its output is a terminal (/dev/console)'],
    ['anon_inode:[eventfd]', 'its output is no file (anon_inode:[eventfd])'],
  ])('is none where stdout is %s, and says what to do', (link, reason) => {
    descriptor(1, link);
    expect(findLog(frps, undefined, false, proc)).toEqual({ kind: 'none', reason: `${reason}: ${WAYS}` });
  });

  it('is none where the file was deleted', () => {
    descriptor(1, '/var/log/frps.out (deleted)');
    expect(findLog(frps, undefined, false, proc)).toEqual({
      kind: 'none',
      reason: `the file of its output was deleted: restart it, or ${WAYS}`,
    });
  });

  it('is none where it has ended', () => {
    expect(findLog(frps, undefined, false, proc)).toEqual({
      kind: 'none',
      reason: `it has no stdout, or has ended: ${WAYS}`,
    });
  });
});

const asOtherUser = process.getuid?.() === 0 ? it : it.skip;
if (asOtherUser === it.skip) process.stderr.write('skipped: findLog as another user: only root changes it\n');

describe('findLog of another user’s process', () => {
  asOtherUser('is none, and says so', () => {
    chmodSync(proc, 0o755);
    chmodSync(join(proc, '123/fd'), 0o500); // as /proc/PID/fd is
    descriptor(1, '/var/log/frps.out');
    process.seteuid?.(65_534);
    try {
      expect(findLog(frps, undefined, false, proc)).toEqual({
        kind: 'none',
        reason: `where its output goes is known to its own user only: run as that user or root, or ${WAYS}`,
      });
    } finally {
      process.seteuid?.(0);
    }
  });
});

describe('findLog, given a socket as stdout', () => {
  beforeEach(() => descriptor(1, 'socket:[4711]'));

  it.each([
    ['a system service', '0::/system.slice/frps.service', 'frps.service'],
    ['an instance of one', '0::/system.slice/system-frps.slice/frps@a.service', 'frps@a.service'],
    ['a user’s service', '0::/user.slice/user-1000.slice/user@1000.service/app.slice/frpc.service', 'frpc.service'],
    ['a service of cgroup v1', '9:name=systemd:/system.slice/frps.service\n8:pids:/x\n0::/', 'frps.service'],
    ['a part of one', '0::/system.slice/frps.service/tunnels', 'frps.service'],
  ])('is the journal of %s', (_, cgroups, unit) => {
    cgroup(`${cgroups}\n`);
    withJournalctl();
    expect(findLog(frps, undefined, false, proc)).toEqual({ kind: 'journal', unit });
  });

  it.each([
    '0::/user.slice/user-1000.slice/session-3.scope',
    '0::/user.slice/user-1000.slice/user@1000.service/app.slice/terminal.scope',
    '0::/',
  ])('is none in %s, which is no service', (cgroups) => {
    cgroup(`${cgroups}\n`);
    withJournalctl();
    expect(findLog(frps, undefined, false, proc)).toEqual({
      kind: 'none',
      reason: `its output is a socket of another program: ${WAYS}`,
    });
  });

  it('is none without journalctl', () => {
    cgroup('0::/system.slice/frps.service\n');
    process.env.PATH = join(proc, 'empty');
    expect(findLog(frps, undefined, false, proc)).toEqual({
      kind: 'none',
      reason: `it logs to the journal, and journalctl is not there: install it, or ${WAYS}`,
    });
  });
});
