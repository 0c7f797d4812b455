import { linkSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runsWith } from '../../src/cli/runsWith.js';
import { writeFile } from '../sources/fakeFrp.js';
import { temporaryFolder } from '../tools/fakePrograms.js';

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = writeFile(folder.path, 'frpc.toml', '');
});
afterEach(() => folder[Symbol.dispose]());

const client = (...args: string[]) => ({ args, role: 'client', workingFolder: folder.path }) as const;
const target = () => ({ path, role: 'client' }) as const;

describe('runsWith', () => {
  it.each([[['-c', 'frpc.toml']], [['-c', './sub/../frpc.toml']]])('knows %j from its working folder', (args) => {
    expect(runsWith(client(...args), target())).toBe(true);
  });

  it('knows the file by whatever name', () => {
    symlinkSync(path, join(folder.path, 'link.toml'));
    expect(runsWith(client('-c', 'link.toml'), target())).toBe(true);
    linkSync(path, join(folder.path, 'second.toml'));
    expect(runsWith(client('-c', 'second.toml'), target())).toBe(true);
  });

  it('does not take another file, another role, or none for it', () => {
    writeFile(folder.path, 'other.toml', '');
    expect(runsWith(client('-c', 'other.toml'), target())).toBe(false);
    expect(runsWith({ ...client('-c', 'frpc.toml'), role: 'server' }, target())).toBe(false);
    expect(runsWith(client('tcp', '-n', 'ssh'), target())).toBe(false);
  });

  it('knows one that is gone since by its path', () => {
    const gone = { path: join(folder.path, 'gone.toml'), role: 'client' } as const;
    expect(runsWith(client('-c', 'gone.toml'), gone)).toBe(true);
  });

  it('does not guess whose a relative path of a hidden process is', () => {
    const hidden = { ...client('-c', path.slice(1)), workingFolder: '/', isHidden: true };
    expect(runsWith(hidden, target())).toBe(false);
    expect(runsWith({ ...hidden, args: ['-c', path] }, target())).toBe(true);
  });

  describe('of a process in a container', () => {
    const contained = (...args: string[]) => {
      mkdirSync(join(folder.path, 'root/etc'), { recursive: true });
      return { ...client(...args), workingFolder: '/', root: join(folder.path, 'root') };
    };

    it('knows a file that is mounted into it', () => {
      const inside = contained('-c', '/etc/frpc.toml');
      linkSync(path, join(inside.root, 'etc/frpc.toml')); // the same device and inode, as a bind mount has
      expect(runsWith(inside, target())).toBe(true);
    });

    it('does not follow its links to a file of ours', () => {
      const inside = contained('-c', '/etc/frpc.toml');
      symlinkSync(path, join(inside.root, 'etc/frpc.toml'));
      expect(runsWith(inside, target())).toBe(false);
    });

    it('passes over links that lead nowhere', () => {
      const inside = contained('-c', '/etc/loop.toml');
      symlinkSync('/etc/loop.toml', join(inside.root, 'etc/loop.toml'));
      expect(runsWith(inside, target())).toBe(false);
    });
  });
});
