import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../src/frp/config/parseConfig.js';
import { locateApi } from '../../src/sources/locateApi.js';
import { temporaryFolder } from '../tools/fakePrograms.js';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const locate = (certFile: string, root?: string) =>
  locateApi(
    parseConfig(
      `webServer.port = 7500\nwebServer.tls.certFile = "${certFile}"\nwebServer.tls.keyFile = "k"\n`,
      'server',
    ),
    { workingFolder: '/srv', root },
  );

describe('locateApi', () => {
  it('is nowhere without a config', () => {
    expect(locateApi(undefined, { workingFolder: '/', root: undefined })).toBeUndefined();
  });

  it('finds its certificate from its working folder', () => {
    expect(locate('server.pem')).toMatchObject({ port: 7500, tls: true, tlsCertFile: '/srv/server.pem' });
    expect(locate('/etc/server.pem')?.tlsCertFile).toBe('/etc/server.pem');
  });

  it('finds that of a process in a container below its root folder, as its links lead there', () => {
    mkdirSync(join(folder.path, 'srv'));
    symlinkSync('/certs/live.pem', join(folder.path, 'srv/server.pem'));
    expect(locate('server.pem', folder.path)?.tlsCertFile).toBe(join(folder.path, 'certs/live.pem'));
  });

  it('expects no certificate where its links lead nowhere', () => {
    symlinkSync('/loop.pem', join(folder.path, 'loop.pem'));
    expect(locate('/loop.pem', folder.path)).toMatchObject({ port: 7500, tls: true, tlsCertFile: undefined });
  });
});
