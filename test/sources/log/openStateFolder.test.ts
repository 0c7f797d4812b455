import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openStateFolder } from '../../../src/sources/log/openStateFolder.js';

const at = (offset: number) => ({ device: 1, inode: 2, offset, fingerprint: 'abc', modified: 1_790_000_000_000.5 });
const NOBODY = undefined;
const asRoot = process.getuid?.() === 0 ? it : it.skip;
if (asRoot === it.skip) process.stderr.write('skipped: openStateFolder of another user: only root gives it away\n');

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'frp-otel-state-'));
  folder = join(parent, 'state');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const kept = (): { logs: Record<string, unknown> } =>
  JSON.parse(readFileSync(join(folder, 'checkpoints.json'), 'utf8'));
/** Opens the folder, and closes it. */
const inFolder = async <Result>(
  use: (state: ReturnType<typeof openStateFolder>) => Promise<Result>,
): Promise<Result> => {
  const state = openStateFolder(folder);
  const result = await use(state);
  await state.close();
  return result;
};

describe('openStateFolder', () => {
  it('keeps places and who it is over restarts', async () => {
    const first = await inFolder(async ({ checkpoints, instanceId }) => {
      await checkpoints.set('/var/log/frps.log', at(7));
      await checkpoints.set('journal of frps.service', { cursor: 's=1;i=2' });
      return instanceId;
    });
    await inFolder(async ({ checkpoints, instanceId }) => {
      expect(instanceId).toBe(first);
      expect(checkpoints.get('/var/log/frps.log')).toEqual(at(7));
      expect(checkpoints.get('journal of frps.service')).toEqual({ cursor: 's=1;i=2' });
      expect(checkpoints.get('/var/log/frpc.log')).toBe(NOBODY);
      expect(checkpoints.fault).toBeUndefined();
    });
  });

  it('keeps who it is though nothing was delivered', async () => {
    const first = await inFolder(async ({ instanceId }) => instanceId);
    expect(await inFolder(async ({ instanceId }) => instanceId)).toBe(first);
  });

  it('has it on the disk when `set` resolves, for its own user only', async () => {
    const { checkpoints, close } = openStateFolder(folder);
    await checkpoints.set('/a', at(1));
    expect(kept().logs).toEqual({ '/a': at(1) });
    expect(statSync(join(folder, 'checkpoints.json')).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    await close();
  });

  it('has on the disk what is delivered, and goes on with what was told', async () => {
    const { checkpoints, close } = openStateFolder(folder);
    let deliver = (_: boolean): void => {};
    await checkpoints.set('/a', at(1));
    const told = checkpoints.set(
      '/a',
      at(2),
      new Promise((resolve) => {
        deliver = resolve;
      }),
    );
    const failed = checkpoints.set('/b', at(3), Promise.resolve(false));
    await failed;
    expect([checkpoints.get('/a'), checkpoints.get('/b')]).toEqual([at(2), at(3)]);
    expect(kept().logs).toEqual({ '/a': at(1) });
    deliver(true);
    await told;
    expect(kept().logs).toEqual({ '/a': at(2) });
    await close();
  });

  it('does not go back to a place that is delivered later than a further one', async () => {
    await inFolder(async ({ checkpoints }) => {
      const slow = checkpoints.set('/a', at(1), new Promise((resolve) => setImmediate(() => resolve(true))));
      await checkpoints.set('/a', at(2));
      await slow;
    });
    expect(kept().logs).toEqual({ '/a': at(2) });
  });

  it('waits as it closes for what is being delivered', async () => {
    await inFolder(async ({ checkpoints }) => {
      void checkpoints.set('/a', at(1), new Promise((resolve) => setImmediate(() => resolve(true))));
    });
    expect(kept().logs).toEqual({ '/a': at(1) });
  });

  it('keeps the 1,000 logs that were told last', async () => {
    await inFolder(async ({ checkpoints }) => {
      await Promise.all(Array.from({ length: 1_001 }, (_, index) => checkpoints.set(`/${index}`, at(index))));
      await checkpoints.set('/1', at(9));
      await checkpoints.set('/new', at(9));
    });
    const names = Object.keys(kept().logs);
    expect(names).toHaveLength(1_000);
    expect([names.includes('/0'), names.includes('/1'), names.includes('/2')]).toEqual([false, true, false]);
  });

  it.each([
    ['no JSON', '{"version":1,"log'],
    ['of another form', '{"version":1,"instanceId":"me","logs":[]}'],
    ['an offset that is none', JSON.stringify({ version: 1, instanceId: crypto.randomUUID(), logs: { '/a': at(-1) } })],
  ])('sets a file aside that is %s, says so, and goes on without', async (_, content) => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'checkpoints.json'), content);
    await inFolder(async ({ checkpoints }) => {
      const file = join(folder, 'checkpoints.json');
      expect(checkpoints.fault).toBe(`${file} made no sense and was set aside as ${file}.corrupt`);
      expect(readFileSync(`${file}.corrupt`, 'utf8')).toBe(content);
      await checkpoints.set('/a', at(1));
      expect(checkpoints.fault).toBeUndefined();
    });
    expect(kept().logs).toEqual({ '/a': at(1) });
  });

  it('takes no notice of what a crash left half written', async () => {
    await inFolder(async ({ checkpoints }) => checkpoints.set('/a', at(1)));
    writeFileSync(join(folder, 'checkpoints.json.new'), '{"ver');
    await inFolder(async ({ checkpoints }) => expect(checkpoints.get('/a')).toEqual(at(1)));
  });

  it('follows no link that somebody else may have left', async () => {
    mkdirSync(folder);
    const victim = join(parent, 'victim');
    writeFileSync(victim, 'precious');
    symlinkSync(victim, join(folder, 'checkpoints.json.new'));
    symlinkSync(victim, join(folder, `lock.${process.pid}`));
    await inFolder(async ({ checkpoints }) => {
      await checkpoints.set('/a', at(1));
      expect(checkpoints.fault).toBeUndefined();
    });
    expect(readFileSync(victim, 'utf8')).toBe('precious');
    expect(kept().logs).toEqual({ '/a': at(1) });
  });

  it('does not read where a link leads', () => {
    mkdirSync(folder);
    symlinkSync('/dev/zero', join(folder, 'checkpoints.json'));
    expect(openStateFolder(folder).checkpoints.fault).toMatch(/cannot be used \(ELOOP\)/);
  });

  asRoot('keeps nothing in a folder of another user, and says so', () => {
    mkdirSync(folder);
    chownSync(folder, 4_321, 0);
    expect(openStateFolder(folder).checkpoints.fault).toBe(
      `${folder} belongs to uid 4321: give it to the user who runs this (uid 0), or name another folder`,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('works without a folder that cannot be made, and says so', () => {
    writeFileSync(folder, 'a file');
    const { checkpoints, instanceId } = openStateFolder(folder);
    expect(checkpoints.fault).toBe(`${folder} cannot be used (ENOTDIR): make it a folder of this user`);
    expect(instanceId).toMatch(/^[0-9a-f-]{36}$/);
  });

  // Node's mkdir with `recursive` tries for ever: /proc says of what cannot be made in it that it is not there.
  (existsSync('/proc/self') ? it : it.skip)('works without one in a folder that takes none', () => {
    expect(openStateFolder('/proc/frp/state').checkpoints.fault).toMatch(/^\/proc\/frp\/state cannot be used \(E/);
  });
});

describe('openStateFolder, of another agent', () => {
  const lockOf = (holder: object): void => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'lock'), JSON.stringify(holder));
  };
  const ownStart = (): string | undefined => readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[19];

  it('keeps nothing while that one runs, says so, and has a name of its own', async () => {
    const first = openStateFolder(folder);
    const second = openStateFolder(folder);
    expect(second.checkpoints.fault).toBe(
      `${folder} is used by the agent with pid ${process.pid}: stop it, or give this one another state folder`,
    );
    expect(second.instanceId).not.toBe(first.instanceId);
    await second.checkpoints.set('/a', at(1));
    expect(second.checkpoints.get('/a')).toEqual(at(1));
    await second.close();
    await first.close();
    expect(kept().logs).toEqual({});
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });

  it('takes over from one that was killed', async () => {
    const child = spawn('true');
    await once(child, 'exit');
    lockOf({ pid: child.pid, startTicks: '1' });
    await inFolder(async ({ checkpoints }) => expect(checkpoints.fault).toBeUndefined());
  });

  it('takes over from one whose pid another process has by now', async () => {
    lockOf({ pid: process.pid, startTicks: String(Number(ownStart()) - 1) });
    await inFolder(async ({ checkpoints }) => expect(checkpoints.fault).toBeUndefined());
  });

  it('takes over a lock that makes no sense', async () => {
    lockOf({ from: 'nowhere' });
    await inFolder(async ({ checkpoints }) => expect(checkpoints.fault).toBeUndefined());
  });
});

const withSmallDisk = process.getuid?.() === 0 ? it : it.skip;
if (withSmallDisk === it.skip) process.stderr.write('skipped: openStateFolder on a full disk: only root mounts one\n');

describe('openStateFolder, on a full disk', () => {
  withSmallDisk('says so, goes on, and keeps places again when there is room', async () => {
    mkdirSync(folder);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', folder]);
    try {
      const { checkpoints, close } = openStateFolder(folder);
      await checkpoints.set('/a', at(1));
      const ballast = join(folder, 'ballast');
      expect(() => writeFileSync(ballast, Buffer.alloc(65_536))).toThrow('ENOSPC');
      await checkpoints.set('/a', at(2));
      expect(checkpoints.fault).toBe(
        `${join(folder, 'checkpoints.json')} cannot be written (ENOSPC): make room, and see that this user may write there`,
      );
      expect(kept().logs).toEqual({ '/a': at(1) });
      rmSync(ballast);
      await checkpoints.set('/a', at(3));
      expect(checkpoints.fault).toBeUndefined();
      expect(kept().logs).toEqual({ '/a': at(3) });
      await close();
    } finally {
      execFileSync('umount', [folder]);
    }
  });
});
