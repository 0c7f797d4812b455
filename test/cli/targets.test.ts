import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readNames, readTargets } from '../../src/cli/targets.js';

const FRPS_LOG = fileURLToPath(new URL('../fixtures/frp-0.71.0/frps.console.log', import.meta.url));
const NO_NAMES = { server: undefined, client: undefined };
/** Above the kernel's own limit (2^22). */
const NO_PID = String(2 ** 30);

const lookOf = async (values: Parameters<typeof readTargets>[0], env = {}) => (await readTargets(values, env)).look;

describe('readTargets', () => {
  it('looks at all that runs, and at its connections, when it is told nothing', async () => {
    expect(await readTargets({}, {})).toEqual({
      look: { kind: 'all', pattern: NO_NAMES },
      serverName: undefined,
      sockets: true,
    });
  });

  it('takes a name of the server, and leaves connections alone on request', async () => {
    expect(await readTargets({ 'server-name': 'eu-1', 'no-sockets': true }, {})).toMatchObject({
      serverName: 'eu-1',
      sockets: false,
    });
  });

  it('looks at some processes', async () => {
    const pids = [process.pid, process.ppid];
    expect(await lookOf({ pid: pids.map(String) })).toEqual({ kind: 'processes', pids, pattern: NO_NAMES });
  });

  it('looks for what runs with some config files, each of the role that its name or --role tells', async () => {
    expect(await lookOf({ config: ['frps.toml', '/etc/frp/frpc.ini'] })).toEqual({
      kind: 'configs',
      configs: [
        { path: resolve('frps.toml'), role: 'server' },
        { path: '/etc/frp/frpc.ini', role: 'client' },
      ],
      pattern: NO_NAMES,
    });
    expect(await lookOf({ config: ['/etc/x.toml'], role: 'client' })).toMatchObject({
      configs: [{ path: '/etc/x.toml', role: 'client' }],
    });
  });

  it('takes a log and an API for those of one frp without a process', async () => {
    const look = await lookOf(
      { log: FRPS_LOG, api: 'http://admin@127.0.0.1:7500' },
      { FRP_OTEL_API_PASSWORD: 'secret' },
    );
    expect(look).toMatchObject({
      kind: 'given',
      frp: {
        role: 'server',
        configPath: undefined,
        logPath: FRPS_LOG,
        webServer: { host: '127.0.0.1', user: 'admin' },
      },
    });
    expect(look.kind === 'given' && look.frp.webServer?.password.reveal()).toBe('secret');
  });

  it.each([
    [{ pid: ['x'] }, '--pid: expected the id of a process, found "x"'],
    [{ pid: ['0'] }, '--pid: expected the id of a process, found "0"'],
    [{ pid: [NO_PID] }, `--pid: there is no process ${NO_PID}`],
    [{ pid: ['1'], log: 'x' }, 'expected --pid or one of --config, --log and --api, found both'],
    [{ role: 'frps' }, '--role: expected server or client, found "frps"'],
    [{ config: ['/etc/hosts'] }, '/etc/hosts: it does not show whose it is: give --role server or --role client'],
    [
      { config: ['/none/x.toml'] },
      '/none/x.toml: there is no such file; with --role server or --role client it is waited for',
    ],
    [
      { log: '/none/x.log' },
      '/none/x.log: there is no such file; with --role server or --role client it is waited for',
    ],
    [
      { config: ['a.toml', 'b.toml'], log: 'x' },
      'expected one --config beside --log and --api, which are of one frp, found 2',
    ],
    [{ 'frpc-name': '(' }, '--frpc-name: expected a regular expression, found Invalid regular expression'],
  ])('refuses %j', async (values, message) => {
    await expect(readTargets(values, {})).rejects.toThrow(message);
  });
});

describe('readNames', () => {
  it('reads what else frp is called', () => {
    expect(readNames({ 'frps-name': '^edge$', 'frpc-name': 'tunnel' })).toEqual({ server: /^edge$/, client: /tunnel/ });
  });
});
