import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readConfig } from '../../../src/sources/config/readConfig.js';
import { readEnvironment } from '../../../src/sources/config/readEnvironment.js';
import { temporaryFolder } from '../../tools/fakePrograms.js';
import { writeFile } from '../fakeFrp.js';

const asOtherUser = process.getuid?.() === 0 ? it : it.skip;
if (asOtherUser === it.skip) process.stderr.write('skipped: readConfig as another user: only root gives files away\n');

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const read = (role: 'server' | 'client', ...args: string[]) =>
  readConfig({ args, role, workingFolder: folder.path, pid: process.pid });

describe('readConfig', () => {
  it('reads the file of -c, from the working folder', () => {
    const path = writeFile(folder.path, 'frps.toml', 'bindPort = 7001\n');
    expect(read('server', '-c', './frps.toml')).toMatchObject({
      path,
      config: { serverPort: 7001 },
      reason: undefined,
    });
  });

  it('reads the flags of an frps without a file', () => {
    expect(read('server', '--bind_port', '7002')).toMatchObject({
      path: undefined,
      config: { format: 'flags', serverPort: 7002 },
      reason: undefined,
    });
  });

  it('reads the flags of `frpc tcp`', () => {
    expect(read('client', 'tcp', '-n', 'ssh').config?.proxies).toMatchObject([{ name: 'ssh', type: 'tcp' }]);
  });

  it('reads ./frpc.ini of an frpc without arguments, if there is one', () => {
    const none = { path: undefined, config: undefined, reason: 'no config file on the command line (-c FILE)' };
    expect(read('client')).toEqual(none);
    const path = writeFile(folder.path, 'frpc.ini', '[common]\nserver_port = 7003\n');
    expect(read('client')).toMatchObject({ path, config: { format: 'ini', serverPort: 7003 } });
  });

  describe('of a process in a container', () => {
    const readInside = (workingFolder: string, ...args: string[]) =>
      readConfig({ args, role: 'client', workingFolder, pid: process.pid, root: folder.path });

    it('reads its file where it is from here, and names it as the process does', () => {
      mkdirSync(join(folder.path, 'srv/more'), { recursive: true });
      writeFile(folder.path, 'srv/frpc.toml', 'includes = ["./more/*.toml"]\n');
      writeFile(folder.path, 'srv/more/ssh.toml', '[[proxies]]\nname = "ssh"\ntype = "tcp"\nlocalPort = 22\n');
      expect(readInside('/srv', '-c', 'frpc.toml')).toMatchObject({
        path: '/srv/frpc.toml',
        config: { proxies: [{ name: 'ssh' }] },
        reason: undefined,
      });
      expect(readInside('/', '--config_dir', '/srv/more')).toMatchObject({ path: '/srv/more/ssh.toml' });
    });

    it('reads its ./frpc.ini', () => {
      writeFile(folder.path, 'frpc.ini', '[common]\nserver_port = 7003\n');
      expect(readInside('/')).toMatchObject({ path: '/frpc.ini', config: { serverPort: 7003 } });
    });

    it('does not read a file of ours that a link in it names', () => {
      const ours = writeFile(folder.path, 'ours.toml', 'user = "ann"\n');
      symlinkSync(ours, join(folder.path, 'frpc.toml'));
      expect(readInside('/', '-c', 'frpc.toml')).toEqual({
        path: '/frpc.toml',
        config: undefined,
        reason: '/frpc.toml: there is no such file',
      });
    });

    it('says where its links lead nowhere', () => {
      symlinkSync('/frpc.ini', join(folder.path, 'frpc.ini'));
      expect(readInside('/').reason).toBe('/frpc.ini: cannot be read (ELOOP)');
    });
  });

  describe('of another user’s process, whose folder may not be known', () => {
    const readHidden = (...args: string[]) =>
      readConfig({ args, role: 'client', workingFolder: '/', pid: process.pid, isHidden: true });

    it('reads an absolute path', () => {
      const path = writeFile(folder.path, 'frpc.toml', 'user = "ann"\n');
      expect(readHidden('-c', path)).toMatchObject({ path, config: { user: 'ann' } });
    });

    it.each([
      ['frpc.toml', ['-c', 'frpc.toml']],
      ['./frpc.ini', []],
      ['conf.d', ['--config_dir', 'conf.d']],
    ])('says what it takes to know %s', (path, args) => {
      expect(readHidden(...args)).toEqual({
        path: undefined,
        config: undefined,
        reason: `${path}: a relative path, and only its own user and root may see its working directory: run as one of them`,
      });
    });
  });

  asOtherUser('refuses what its own user may not read: also where a link or an include leads there', () => {
    chmodSync(folder.path, 0o755);
    const user = { uid: 1_234, groups: [1_234] };
    const readAs = (...args: string[]) =>
      readConfig({ args, role: 'client', workingFolder: folder.path, pid: process.pid, user });
    const path = writeFile(folder.path, 'of-root.toml', 'user = "root"\n', 0o600);
    symlinkSync(path, join(folder.path, 'link.toml'));
    const refusal = 'its own user (uid 1234) may not read it: not read';
    for (const name of ['of-root.toml', 'link.toml']) {
      expect(readAs('-c', name)).toMatchObject({ config: undefined, reason: `${folder.path}/${name}: ${refusal}` });
    }
    writeFile(folder.path, 'frpc.toml', `user = "ann"\nincludes = ["${path}"]\n`);
    expect(readAs('-c', 'frpc.toml')).toMatchObject({ config: { user: 'ann' }, reason: `${path}: ${refusal}` });
    chownSync(path, 1_234, 1_234);
    expect(readAs('-c', 'of-root.toml')).toMatchObject({ config: { user: 'root' }, reason: undefined });
  });

  it('gives the defaults of the version', () => {
    const frpc = { args: ['tcp'], role: 'client', workingFolder: folder.path, pid: process.pid } as const;
    expect(readConfig({ ...frpc, version: '0.52.3' }).config?.transport.heartbeatInterval).toBe(30);
    expect(readConfig(frpc).config?.transport.heartbeatInterval).toBe(-1);
  });

  describe('of --config_dir', () => {
    it('with one file, reads it', () => {
      const path = writeFile(folder.path, 'only.toml', 'user = "ann"\n');
      expect(read('client', '--config_dir', '.')).toMatchObject({ path, config: { user: 'ann' }, reason: undefined });
    });

    it('with several, reads the first, and says that there are more clients', () => {
      mkdirSync(join(folder.path, 'a'));
      const path = writeFile(folder.path, 'a/1.toml', 'user = "ann"\n');
      writeFile(folder.path, 'b.toml', 'user = "bob"\n');
      const file = read('client', `--config-dir=${folder.path}`);
      expect(file).toMatchObject({ path, config: { user: 'ann' } });
      expect(file.reason).toBe(
        `${folder.path}: 2 clients run in one process (--config_dir), only the first is known: ${path}; run one frpc for each`,
      );
    });

    it('that is empty or missing, says so', () => {
      expect(read('client', '--config_dir', '.').reason).toBe(
        `${folder.path}: expected config files in it, found none`,
      );
      expect(read('client', '--config_dir', 'missing').reason).toMatch(/missing: there is no such file$/);
    });
  });
});

describe('readEnvironment', () => {
  let child: ChildProcess;
  afterEach(() => {
    child?.kill();
  });

  it('is that of the process, not of this program', async () => {
    child = spawn('sleep', ['60'], { env: { FRP_HOST: 'a=b', EMPTY: '' } });
    await once(child, 'spawn');
    const read = readEnvironment(child.pid as number);
    expect(read).toEqual({ FRP_HOST: 'a=b', EMPTY: '' });
  });

  it('is not known of a process that has ended', async () => {
    child = spawn('true');
    await once(child, 'exit');
    expect(readEnvironment(child.pid as number)).toBeUndefined();
  });
});
