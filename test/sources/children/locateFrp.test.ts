import { type ChildProcess, type StdioPipe, spawn } from 'node:child_process';
import { realpathSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ExecutableNames } from '../../../src/frp/FrpRole.js';
import { type FrpSearch, locateFrp } from '../../../src/sources/children/locateFrp.js';
import type { FrpProcess } from '../../../src/sources/processes/FrpProcess.js';
import { findInTree } from '../../../src/sources/processes/findInTree.js';
import type { ProcessIdentity } from '../../../src/sources/processes/procfs.js';
import { temporaryFolder, until } from '../../tools/fakePrograms.js';
import { asSpawn, Children, copyShellAs, exitOf, writeFile, writeObedientScript } from '../fakeFrp.js';

const STDIO: [StdioPipe, StdioPipe, StdioPipe] = ['pipe', 'pipe', 'pipe'];

let folder: ReturnType<typeof temporaryFolder>;
let children: Children;
let results: (FrpProcess | 'not found')[];
let search: FrpSearch | undefined;
let frpc: string;
let script: string;
beforeEach(() => {
  folder = temporaryFolder();
  children = new Children();
  results = [];
  frpc = copyShellAs(folder.path, 'frpc');
  script = writeObedientScript(folder.path);
});
afterEach(async () => {
  jest.restoreAllMocks();
  search?.stop();
  await children[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const start = (command: string, args: readonly string[] = []) =>
  children.add(spawn(command, args, { stdio: STDIO, cwd: folder.path }));
const locate = (child: ChildProcess, names?: ExecutableNames): void => {
  search = locateFrp(
    { ...asSpawn(child), names },
    (process) => void results.push(process),
    () => void results.push('not found'),
  );
};
const decided = (): Promise<void> => until('the search is over', () => results.length > 0);
const realNow = Date.now.bind(Date);
const letPass = (millis: number): void => {
  jest.spyOn(Date, 'now').mockImplementation(() => realNow() + millis);
};

const isVerify = ({ executable, args }: ProcessIdentity): boolean =>
  executable === realpathSync(frpc) && args?.includes('verify') === true;

describe('locateFrp finds', () => {
  it('the command itself, at once, also while the kernel has not set up its arguments', () => {
    const child = start(frpc, [script, '-c', 'frpc.toml']);
    locate(child);
    expect(results).toEqual([
      {
        pid: child.pid,
        role: 'client',
        executable: realpathSync(frpc),
        args: [script, '-c', 'frpc.toml'],
        workingFolder: realpathSync(folder.path),
        hasOtherNetwork: false,
      },
    ]);
  });

  it('it where the folder of this program is gone', () => {
    jest.spyOn(process, 'cwd').mockImplementation(() => {
      throw Object.assign(new Error('uv_cwd'), { code: 'ENOENT' });
    });
    locate(start(frpc, [script]));
    expect(results).toMatchObject([{ role: 'client', workingFolder: realpathSync(folder.path) }]);
  });

  it('frps as the server', async () => {
    locate(start(copyShellAs(folder.path, 'frps_linux_amd64'), [script]));
    await decided();
    expect(results).toEqual([expect.objectContaining({ role: 'server' })]);
  });

  it.each(['itself', 'below a shell'])('%s an executable with a name of the user’s', async (how) => {
    const tunnel = copyShellAs(folder.path, 'tunnel-eu');
    const child = how === 'itself' ? start(tunnel, [script]) : start('sh', ['-c', `${tunnel} ${script}; true`]);
    locate(child, { client: /^tunnel-/ });
    await decided();
    expect(results).toEqual([expect.objectContaining({ role: 'client', executable: realpathSync(tunnel) })]);
  });

  it('frp behind a link of another name', async () => {
    const link = path.join(folder.path, 'tunnel');
    symlinkSync(frpc, link);
    locate(start(link, [script]));
    await decided();
    expect(results).toEqual([expect.objectContaining({ role: 'client', executable: realpathSync(frpc) })]);
  });

  it('frp below a shell, once it runs', async () => {
    const child = start('sh', ['-c', `read -r go; ${frpc} ${script} -c web.toml; true`]);
    locate(child);
    expect(results).toEqual([]);
    child.stdin.write('go\n');
    await decided();
    expect(results).toEqual([
      expect.objectContaining({ role: 'client', executable: realpathSync(frpc), args: [script, '-c', 'web.toml'] }),
    ]);
    expect(results[0]).not.toMatchObject({ pid: child.pid });
  });

  it('frp that a shell becomes', async () => {
    const child = start('sh', ['-c', `read -r go; exec ${frpc} ${script}`]);
    locate(child);
    child.stdin.write('go\n');
    await decided();
    expect(results).toEqual([expect.objectContaining({ pid: child.pid, executable: realpathSync(frpc) })]);
  });

  it('the real one below a script named frpc', async () => {
    const wrapper = `#!/bin/sh\nread -r go\n${frpc} ${script} "$@"; true\n`;
    const child = start(writeFile(folder.path, 'frpc-linux-amd64', wrapper, 0o755), ['-c', 'x.toml']);
    locate(child);
    child.stdin.write('go\n');
    await decided();
    expect(results).toEqual([
      expect.objectContaining({ executable: realpathSync(frpc), args: [script, '-c', 'x.toml'] }),
    ]);
    expect(results[0]).not.toMatchObject({ pid: child.pid });
  });

  it('a script named frpc that starts nothing, after a second', async () => {
    const child = start(writeScriptNamedFrpc(), ['-c', 'x.toml']);
    locate(child);
    expect(results).toEqual([]);
    letPass(1_000);
    await decided();
    expect(results).toEqual([
      {
        pid: child.pid,
        role: 'client',
        executable: child.spawnfile,
        args: ['-c', 'x.toml'],
        workingFolder: process.cwd(),
        hasOtherNetwork: false,
      },
    ]);
  });

  it('a script named frpc that has ended already, as soon as that is said', async () => {
    const child = start(writeScriptNamedFrpc(), ['-c', 'x.toml']);
    locate(child);
    child.stdin.end();
    await exitOf(child);
    search?.settle();
    expect(results).toEqual([expect.objectContaining({ pid: child.pid, executable: child.spawnfile })]);
    search?.settle();
    expect(results).toHaveLength(1);
  });

  it('the service that a shell starts after a short-lived command', async () => {
    const child = start('sh', ['-c', `${frpc} -e ${script} verify -c x; ${frpc} ${script} -c x; true`]);
    locate(child);
    letPass(0);
    const looks = jest.mocked(Date.now).mock.calls;
    await until('the first of the two runs', () => findInTree(child.pid as number, isVerify) !== undefined);
    const before = looks.length;
    await until('the search has passed it over', () => results.length > 0 || looks.length >= before + 2);
    child.stdin.write('exit 0\n'); // ends it
    await decided();
    expect(results).toEqual([expect.objectContaining({ args: [script, '-c', 'x'] })]);
  });
});

const writeScriptNamedFrpc = (): string => writeFile(folder.path, 'frpc_linux_arm64', '#!/bin/sh\nread -r go\n', 0o755);

describe('locateFrp finds nothing', () => {
  it.each(['status', 'reload', 'verify', 'stop', '-v', '--version', '-h', '--help'])(
    'in frpc %s, which ends at once',
    async (argument) => {
      locate(start(frpc, ['-e', script, argument]));
      await decided();
      expect(results).toEqual(['not found']);
    },
  );

  it('in a shell that starts nothing but such a command', async () => {
    const child = start('sh', ['-c', `${frpc} -e ${script} status; true`]);
    locate(child);
    child.stdin.end();
    await decided();
    expect(results).toEqual(['not found']);
    expect(child.exitCode).toBe(0);
  });

  it('in a command that only mentions it, once that has ended', async () => {
    const child = start('sh', ['-c', 'read -r go; echo frpc']);
    locate(child);
    child.stdin.end();
    await exitOf(child);
    await decided();
    expect(results).toEqual(['not found']);
  });

  it('in a command that goes on without it, after ten seconds', async () => {
    locate(start('sh', [script, 'frpc']));
    letPass(9_900);
    await until('some looks', () => jest.mocked(Date.now).mock.calls.length >= 3);
    expect(results).toEqual([]);
    letPass(10_000);
    await decided();
    expect(results).toEqual(['not found']);
  });
});

describe('locateFrp, stopped', () => {
  it('says nothing more', async () => {
    const child = start('sh', ['-c', `${frpc} ${script}; true`]);
    locate(child);
    search?.stop();
    search?.stop();
    search?.settle();
    letPass(60_000);
    child.stdin.end();
    await exitOf(child);
    expect(results).toEqual([]);
  });
});
