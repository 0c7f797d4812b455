import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readBearerToken } from '../../../src/alerts/delivery/readBearerToken.js';
import { temporaryFolder } from '../../support/realFrp.js';

describe('readBearerToken', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('has the token without the white space around it', async () => {
    expect(await readBearerToken(folder.write('token', '  s3cret\n'))).toBe('s3cret');
  });

  it('names a file that cannot be read', async () => {
    await expect(readBearerToken('/nowhere/token')).rejects.toThrow(
      'its bearer token cannot be read (ENOENT): /nowhere/token',
    );
  });

  it('refuses what no header may hold, and tells nothing of it', async () => {
    const file = folder.write('token', 's3cret\nother');
    await expect(readBearerToken(file)).rejects.toThrow(
      `its bearer token must be one line of printable ASCII, received white space or other characters inside it: ${file}`,
    );
    await expect(readBearerToken(folder.write('empty', '\n'))).rejects.toThrow('received an empty file');
  });

  it('waits for nobody to write into a pipe, and reads no device', async () => {
    const pipe = `${folder.path}/pipe`;
    execFileSync('mkfifo', [pipe]);
    for (const file of [pipe, '/dev/zero', folder.path]) {
      await expect(readBearerToken(file)).rejects.toThrow(`its bearer token must be in a regular file: ${file}`);
    }
  });

  it('reads 16 KiB at the most', async () => {
    expect(await readBearerToken(folder.write('token', 'x'.repeat(16_384)))).toHaveLength(16_384);
    const file = folder.write('token', 'x'.repeat(16_385));
    await expect(readBearerToken(file)).rejects.toThrow(
      `its bearer token must be of at most 16 KiB, received more: ${file}`,
    );
  });
});
