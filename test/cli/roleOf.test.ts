import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readApiUrl } from '../../src/cli/readApiUrl.js';
import { roleOfApi, roleOfConfigFile, roleOfLog } from '../../src/cli/roleOf.js';
import { ApiServer } from '../sources/api/ApiServer.js';
import { writeFile } from '../sources/fakeFrp.js';
import { freePort } from '../support/realFrp.js';
import { temporaryFolder } from '../tools/fakePrograms.js';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/frp-0.71.0/${name}`, import.meta.url));

describe('roleOfConfigFile', () => {
  it.each([
    ['/etc/frp/frps.toml', 'server'],
    ['frpc.ini', 'client'],
    ['/srv/frps/web-frpc.yaml', 'client'],
    ['/etc/frps/main.toml', undefined],
  ])('takes %s for that of a %s', (path, role) => {
    expect(roleOfConfigFile(path)).toBe(role);
  });
});

describe('roleOfLog', () => {
  it.each([
    ['frps.console.log', 'server'],
    ['group.frps.log', 'server'],
    ['frpc.console.log', 'client'],
    ['group.frpc2.log', 'client'],
    ['wrong-token.frpc.console.log', 'client'],
  ])('tells from its first lines whose %s is', (name, role) => {
    expect(roleOfLog(fixture(name))).toBe(role);
  });

  it('does not know that of an empty log, or of one that is not there yet', () => {
    using folder = temporaryFolder();
    expect(roleOfLog(writeFile(folder.path, 'empty.log', ''))).toBeUndefined();
    expect(roleOfLog(`${folder.path}/none.log`)).toBeUndefined();
  });

  it('opens nothing that is no file, such as a FIFO', () => {
    using folder = temporaryFolder();
    expect(() => roleOfLog(folder.path)).toThrow(`--log: ${folder.path}: expected a file`);
  });
});

describe('roleOfApi', () => {
  const answering = async (routes: Record<string, number>) =>
    ApiServer.start(({ url = '' }, response: ServerResponse) => {
      response.writeHead(routes[url] ?? 404).end('{}');
    });

  it.each([
    ['server', '/api/serverinfo'],
    ['client', '/api/status'],
  ])('takes for a %s what answers at %s', async (role, path) => {
    await using api = await answering({ [path]: 200 });
    expect(await roleOfApi(readApiUrl(api.url, undefined))).toBe(role);
  });

  it('gives the user and password, and says when they are refused', async () => {
    await using api = await answering({ '/api/serverinfo': 401 });
    const address = readApiUrl(api.url.replace('//', '//admin@'), 'secret');
    await expect(roleOfApi(address)).rejects.toThrow(
      /^--api: 127\.0\.0\.1:\d+: it refused the user and password \(401\): give the user in the URL/,
    );
    expect(api.requests[0]?.authorization).toBe(`Basic ${Buffer.from('admin:secret').toString('base64')}`);
  });

  it('says that another program is no frp', async () => {
    await using api = await answering({});
    await expect(roleOfApi(readApiUrl(api.url, undefined))).rejects.toThrow('it answers neither as frps nor as frpc');
  });

  it('says what to do where nobody answers yet', async () => {
    const address = readApiUrl(`http://127.0.0.1:${await freePort()}`, undefined);
    await expect(roleOfApi(address)).rejects.toThrow(/connection refused; with --role it is waited for$/);
  });
});
