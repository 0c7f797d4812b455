import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readConfigFile } from '../../src/sources/readConfigFile.js';
import { temporaryFolder } from '../tools/fakePrograms.js';
import { writeFile } from './fakeFrp.js';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

describe('readConfigFile', () => {
  it('reads a TOML file', () => {
    const file = writeFile(folder.path, 'frpc.toml', 'serverAddr = "frp.example.com"\nserverPort = 7001\n');
    expect(readConfigFile(file, 'client').config).toMatchObject({ serverAddr: 'frp.example.com', serverPort: 7001 });
  });

  it('says so when there is none on the command line', () => {
    expect(readConfigFile(undefined, 'client')).toEqual({
      config: undefined,
      reason: 'no config file on the command line (-c FILE)',
    });
  });

  it('says so when the file is missing', () => {
    const file = path.join(folder.path, 'missing.toml');
    expect(readConfigFile(file, 'client')).toEqual({ config: undefined, reason: `${file}: there is no such file` });
  });

  it('refuses a folder', () => {
    expect(readConfigFile(folder.path, 'client')).toEqual({
      config: undefined,
      reason: `${folder.path}: expected a regular file`,
    });
  });

  it('refuses a FIFO without waiting for its writer', () => {
    const fifo = path.join(folder.path, 'fifo');
    execFileSync('mkfifo', [fifo]);
    expect(readConfigFile(fifo, 'client')).toEqual({ config: undefined, reason: `${fifo}: expected a regular file` });
  });

  it('refuses a device', () => {
    expect(readConfigFile('/dev/zero', 'client')).toEqual({
      config: undefined,
      reason: '/dev/zero: expected a regular file',
    });
  });

  it('reads 1 MiB and no more', () => {
    const file = path.join(folder.path, 'large.toml');
    writeFileSync(file, 'user = "ann"\n#'.padEnd(1_048_576, ' '));
    expect(readConfigFile(file, 'client').config?.user).toBe('ann');
    writeFileSync(file, '#'.padEnd(2_097_152, ' '));
    expect(readConfigFile(file, 'client')).toEqual({
      config: undefined,
      reason: `${file}: expected at most 1048576 bytes, found 2097152`,
    });
  });

  it('says so when this user may not read it', () => {
    const file = writeFile(folder.path, 'secret.toml', '', 0o000);
    expect(asNobody(() => readConfigFile(file, 'client'))).toEqual({
      config: undefined,
      reason: `${file}: this user may not read it`,
    });
  });

  it('names any other fault by its code', () => {
    const file = path.join(writeFile(folder.path, 'file', ''), 'frpc.toml');
    expect(readConfigFile(file, 'client')).toEqual({ config: undefined, reason: `${file}: cannot be read (ENOTDIR)` });
  });

  it('quotes nothing of a file that is not TOML', () => {
    const file = writeFile(folder.path, 'frpc.toml', 'auth.token = "hunter2\n');
    expect(readConfigFile(file, 'client')).toEqual({
      config: undefined,
      reason: `${file}: expected TOML, found something else (line 1, column 22)`,
    });
  });
});

/** Root may read everything: for the call, which does not wait for anything, it is somebody else. */
const asNobody = <Result>(call: () => Result): Result => {
  if (process.geteuid?.() !== 0) return call();
  process.seteuid?.(65_534);
  try {
    return call();
  } finally {
    process.seteuid?.(0);
  }
};
