import { afterEach, describe, expect, it } from '@jest/globals';
import { programFolders, systemPath } from '../../src/sources/programPath.js';

const { getuid, env } = process;
const { PATH } = env;
afterEach(() => {
  Object.assign(process, { getuid });
  env.PATH = PATH;
});

const as = (uid: number, path: string | undefined): void => {
  process.getuid = () => uid;
  if (path === undefined) delete env.PATH;
  else env.PATH = path;
};

describe('programFolders', () => {
  it.each<[what: string, uid: number, path: string | undefined, folders: string[]]>([
    ['are those of PATH', 1_000, '/home/me/bin:/usr/bin', ['/home/me/bin', '/usr/bin']],
    ['for root begin with those of the system', 0, '/opt/bin:/usr/bin:/bin', ['/usr/bin', '/bin', '/opt/bin']],
    ['leave out the current folder, which an empty part is', 1_000, ':/usr/bin:', ['/usr/bin']],
    ['leave out what depends on it', 1_000, '.:bin:/usr/bin', ['/usr/bin']],
    ['without PATH are those of the system', 1_000, undefined, ['/usr/sbin', '/usr/bin', '/sbin', '/bin']],
    ['with an empty PATH likewise', 1_000, '', ['/usr/sbin', '/usr/bin', '/sbin', '/bin']],
  ])('%s', (_, uid, path, folders) => {
    as(uid, path);
    expect(programFolders()).toEqual(folders);
  });
});

describe('systemPath', () => {
  it('has the folders of the system also where PATH does not', () => {
    as(1_000, '/home/me/bin:/bin');
    expect(systemPath()).toBe('/home/me/bin:/bin:/usr/sbin:/usr/bin:/sbin');
  });
});
