import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../src/frp/config/parseConfig.js';
import { locateApi } from '../../src/sources/locateApi.js';
import { temporaryFolder } from '../tools/fakePrograms.js';
import { writeFile } from './fakeFrp.js';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const locate = (certFile: string, process?: Parameters<typeof locateApi>[2]) =>
  locateApi(
    parseConfig(
      `webServer.port = 7500\nwebServer.tls.certFile = "${certFile}"\nwebServer.tls.keyFile = "k"\n`,
      'server',
    ),
    join(folder.path, 'srv'),
    process,
  );
const asOtherUser = process.getuid?.() === 0 ? it : it.skip;
if (asOtherUser === it.skip)
  process.stderr.write('skipped: locateApi for another user: only root reads what he may not\n');

describe('locateApi', () => {
  beforeEach(() => {
    chmodSync(folder.path, 0o755);
    mkdirSync(join(folder.path, 'srv'), { mode: 0o755 });
  });

  it('is nowhere without a config', () => {
    expect(locateApi(undefined, '/')).toBeUndefined();
  });

  it('reads its certificate from its working folder', () => {
    const path = writeFile(join(folder.path, 'srv'), 'server.pem', 'a certificate');
    expect(locate('server.pem')).toMatchObject({ port: 7500, tls: true });
    expect(locate('server.pem')?.readCertificate?.()).toBe('a certificate');
    expect(locate(path)?.readCertificate?.()).toBe('a certificate');
  });

  it('reads that of a process in a container below its root folder, as its links lead there', () => {
    mkdirSync(join(folder.path, 'certs'));
    writeFile(join(folder.path, 'certs'), 'live.pem', 'a certificate');
    symlinkSync('/certs/live.pem', join(folder.path, 'server.pem'));
    expect(locate('/server.pem', { root: folder.path })?.readCertificate?.()).toBe('a certificate');
  });

  it('throws where its links lead nowhere', () => {
    symlinkSync('/loop.pem', join(folder.path, 'loop.pem'));
    expect(locate('/loop.pem', { root: folder.path })?.readCertificate).toThrow('too many links');
  });

  asOtherUser('reads none that its own user may not read', () => {
    const path = writeFile(folder.path, 'secret.pem', 'a certificate', 0o600);
    expect(locate(path, { user: { uid: 4_321, groups: [] } })?.readCertificate).toThrow('may not read it');
  });
});
