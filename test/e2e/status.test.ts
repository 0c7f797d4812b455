import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Diagnosis } from '../../src/cli/doctor/diagnose.js';
import type { StatusReport } from '../../src/cli/status/statusReport.js';
import { startEcho, visit } from '../support/echo.js';
import { describeWithFrp, freePort, frpsConfig, RealFrp, temporaryFolder, tunnelConfig } from '../support/realFrp.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(90_000);

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const SENT_BYTES = 300_000;

const startCli = (...args: string[]) => {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...inherited, OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none' },
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const ended = new Promise<{ code: number | null; stdout: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout: printed })),
  );
  return { child, ended, lines: () => printed.split('\n').slice(0, -1) };
};
const runCli = (...args: string[]) => startCli(...args).ended;

describeWithFrp('frp-otel beside a running frps and frpc', (frp) => {
  const folder = temporaryFolder();
  const started: RealFrp[] = [];
  let echo: Awaited<ReturnType<typeof startEcho>>;
  let remotePort: number;
  let pids: string[];

  const start = (program: 'frps' | 'frpc', config: string): RealFrp => {
    const process = RealFrp.start(frp, program, config);
    started.push(process);
    return process;
  };

  const logOf = (name: string): string => {
    try {
      return readFileSync(`${folder.path}/${name}.log`, 'utf8');
    } catch {
      return ''; // not yet
    }
  };

  beforeAll(async () => {
    echo = await startEcho();
    const [bind, dashboard] = [await freePort(), await freePort()];
    remotePort = await freePort();
    const logsTo = (name: string) => `log.to = "${folder.path}/${name}.log"\n`;
    const tunnels = tunnelConfig('web 数据库', echo.port, remotePort) + tunnelConfig('twice', echo.port, remotePort);
    const server = `serverAddr = "127.0.0.1"\nserverPort = ${bind}\n`;
    const frps = start('frps', folder.write('frps.toml', logsTo('frps') + frpsConfig({ bind, dashboard })));
    await waitUntil('frps', () => logOf('frps').includes('frps started successfully'));
    const frpc = start('frpc', folder.write('frpc.toml', server + logsTo('frpc') + tunnels));
    await waitUntil(
      'both tunnels',
      () => /start proxy success/.test(logOf('frpc')) && /start error/.test(logOf('frpc')),
    );
    pids = [frps, frpc].flatMap(({ child }) => ['--pid', String(child.pid)]);
  });

  afterAll(async () => {
    await Promise.all(started.map((each) => each.end()));
    await echo.stop();
    folder.remove();
  });

  it('status shows every tunnel and what is wrong, with exit code 1 since one of them is down', async () => {
    const { code, stdout } = await runCli('status', ...pids);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^frps@.* up \d+s +frps 0\.\d+\.\d+ at .* clients 1 .* pid \d+$/m);
    expect(stdout).toMatch(/^frpc@.* connected to /m);
    expect(stdout).toMatch(/(web 数据库|twice) +tcp +online /);
    expect(stdout).toMatch(/(web 数据库|twice) +tcp +running /);
    expect(stdout).toMatch(/(web 数据库|twice) +tcp +start_error /);
    expect(stdout).toMatch(/: port_already_used: /);
    expect(stdout).not.toContain('\x1b');
  });

  const proxiesOf = (report: StatusReport | undefined, of: 'server' | 'client') =>
    report?.instances.find(({ role }) => role === of)?.proxies ?? [];

  it('status tells what was before it: bytes as frps counts them, connections as its log has them', async () => {
    await visit(remotePort, SENT_BYTES);
    await visit(remotePort, SENT_BYTES);
    await waitUntil('both to be logged', () => logOf('frps').split('get a user connection').length === 3);
    const report = async () => JSON.parse((await runCli('status', '--json', ...pids)).stdout) as StatusReport;
    const online = (seen: StatusReport) => proxiesOf(seen, 'server').find(({ up }) => up);
    await waitUntil(
      'frps to have counted both',
      async () => (online(await report())?.bytes?.in ?? 0) >= 2 * SENT_BYTES,
    );
    const seen = await report();
    expect(online(seen)).toMatchObject({
      bytes: { in: 2 * SENT_BYTES, out: 2 * SENT_BYTES },
      connections: { total: 2, failed: 0 },
    });
    expect(seen.instances.find(({ role }) => role === 'server')?.server).toMatchObject({
      activeClients: 1,
      logins: { total: 1, failed: 0 },
    });
    expect(seen.instances.find(({ role }) => role === 'client')?.session?.logins).toEqual({ total: 1, failed: 0 });
  });

  it('status tells what the log says of an frps without a process to look at', async () => {
    const log = `${folder.path}/frps.log`;
    const { stdout } = await runCli('status', '--json', '--log', log, '--role', 'server');
    const [proxy] = proxiesOf(JSON.parse(stdout), 'server').filter(({ up }) => up);
    expect(proxy).toMatchObject({
      type: 'tcp',
      connections: { total: logOf('frps').split('get a user connection').length - 1, failed: 0 },
    });
  });

  it('status tells the tunnels of an frpc without an API by its log, also of before a rotation', async () => {
    const rotated = `${folder.path}/frpc.log.1`;
    renameSync(`${folder.path}/frpc.log`, rotated); // as logrotate does; frp writes on in the one that it has open
    try {
      const { stdout } = await runCli('status', '--json', ...pids);
      const tunnels = proxiesOf(JSON.parse(stdout), 'client').map(({ type, state }) => `${type} ${state}`);
      expect(tunnels.sort()).toEqual(['tcp running', 'tcp start_error']);
    } finally {
      renameSync(rotated, `${folder.path}/frpc.log`);
    }
  });

  it('status --watch --json tells the bytes of a tunnel, and ends with its last state at SIGINT', async () => {
    const { child, ended, lines } = startCli('status', '--watch', '--interval', '0.2', '--json', ...pids);
    const reports = (): StatusReport[] => lines().map((line) => JSON.parse(line));
    const online = (report: StatusReport | undefined) =>
      report?.instances.find(({ role }) => role === 'server')?.proxies.find(({ up }) => up);
    await waitUntil('a first look at the tunnel', () => online(reports()[0])?.bytes !== undefined);
    const before = online(reports()[0]);
    const sent = (before?.bytes?.in ?? 0) + SENT_BYTES;
    await visit(remotePort, SENT_BYTES);
    const last = await waitUntil('its bytes', () => reports().find((each) => online(each)?.bytes?.in === sent));
    expect(online(last)).toMatchObject({
      bytes: { in: sent, out: sent },
      connections: { total: (before?.connections.total ?? 0) + 1, failed: 0 },
    });
    const rates = reports().map((each) => (online(each)?.bytesPerSecond?.in ?? 0) * (each.ratesOverSeconds ?? 0));
    expect(rates.reduce((sum, each) => sum + each, 0)).toBeCloseTo(SENT_BYTES, 0);
    child.kill('SIGINT');
    expect((await ended).code).toBe(1);
  });

  it('doctor finds nothing essential missing', async () => {
    const { code, stdout } = await runCli('doctor', '--json', ...pids);
    const { ok, findings } = JSON.parse(stdout) as Diagnosis;
    expect(findings.filter(({ state }) => state === 'missing')).toEqual([]);
    expect({ code, ok }).toEqual({ code: 0, ok: true });
    expect(findings).toContainEqual(expect.objectContaining({ check: 'api.answers', state: 'ok' }));
  });

  it('doctor gives the lines that turn on the API of an frps that has none, and frps takes them', async () => {
    const port = await freePort();
    const bare = `bindAddr = "127.0.0.1"\nbindPort = ${port}\nlog.to = "${folder.path}/bare.log"\n`;
    const first = start('frps', folder.write('bare.toml', bare));
    await waitUntil('its log', () => logOf('bare').includes('frps started successfully'));
    const ask = async ({ child }: RealFrp): Promise<Diagnosis> =>
      JSON.parse((await runCli('doctor', '--json', '--pid', String(child.pid))).stdout);

    const finding = (await ask(first)).findings.find(({ check }) => check === 'api.on');
    expect(finding?.state).toBe('advice');
    const lines = finding?.actions.flatMap((action) => action.lines) ?? [];
    expect(lines).toContain('webServer.port = 7500');

    await first.end('SIGTERM');
    const free = await freePort(); // 7500 may be another program's here
    const added = lines.map((line) => line.replace('7500', String(free)));
    const second = start('frps', folder.write('bare.toml', `${added.join('\n')}\n${bare}`));
    await waitUntil('its API', () => logOf('bare').includes('dashboard listen on'));
    const after = (await ask(second)).findings.filter(({ check }) => check.startsWith('api.'));
    expect(after.map(({ check, state }) => [check, state])).toEqual([
      ['api.on', 'ok'],
      ['api.answers', 'ok'],
    ]);
  });

  it('status and doctor say that an frps is stopped, and how it goes on', async () => {
    const [bind, dashboard] = [await freePort(), await freePort()];
    const { child } = start('frps', folder.write('stopped.toml', frpsConfig({ bind, dashboard })));
    child.kill('SIGSTOP');
    try {
      const seen = await runCli('status', '--pid', String(child.pid));
      expect(seen.code).toBe(1);
      expect(seen.stdout).toMatch(/ {2}down \(stopped\) {2}/);
      const { code, stdout } = await runCli('doctor', '--pid', String(child.pid));
      expect(code).toBe(1);
      expect(stdout).toContain(`  missing  process.running: process ${child.pid} is stopped (T)`);
      expect(stdout).toContain(`             kill -CONT ${child.pid}\n`);
    } finally {
      child.kill('SIGCONT');
    }
  });

  it('doctor asked for an API alone misses nothing essential; a wrong password is a finding', async () => {
    const [bind, dashboard] = [await freePort(), await freePort()];
    const log = `log.to = "${folder.path}/locked.log"\n`;
    const user = 'webServer.user = "admin"\nwebServer.password = "right"\n';
    start('frps', folder.write('locked.toml', log + user + frpsConfig({ bind, dashboard })));
    await waitUntil('its API', () => logOf('locked').includes('dashboard listen on'));
    const api = (credentials: string): string => `http://${credentials}@127.0.0.1:${dashboard}`;
    const { stdout, code } = await runCli('doctor', '--api', api('admin:right'), '--json');
    const { findings } = JSON.parse(stdout) as Diagnosis;
    expect({ code, missing: findings.filter(({ state }) => state === 'missing') }).toEqual({ code: 0, missing: [] });
    const refused = await runCli('doctor', '--api', api('admin:wrong'));
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/^ {2}missing {2}api\.answers: .*\(401\)/m);
    expect(refused.stdout).toContain('FRP_OTEL_API_PASSWORD=<password>');
  });

  it('doctor says that the output of an frps goes nowhere, with exit code 1', async () => {
    const port = await freePort();
    const config = folder.write('silent.toml', `bindAddr = "127.0.0.1"\nbindPort = ${port}\n`);
    const silent: ChildProcess = spawn(`${frp}/frps`, ['-c', config], { stdio: 'ignore' });
    started.push(new RealFrp(silent));
    const { code, stdout } = await runCli('doctor', '--pid', String(silent.pid));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ {2}missing {2}log\.readable: .*\/dev\/null/m);
    expect(stdout).toContain('             log.to = "/var/log/frps.log"\n');
  });
});

describeWithFrp('frp-otel where no frp runs', () => {
  it('status ends with exit code 3', async () => {
    const { code, stdout } = await runCli('status', '--pid', String(process.pid));
    expect({ code, stdout }).toEqual({ code: 3, stdout: 'No frps and no frpc was found.\n' });
  });

  it('status ends with exit code 3 where there is no process with that id', async () => {
    expect((await runCli('status', '--pid', String(2 ** 31 - 1))).code).toBe(3);
  });

  it('status ends with exit code 1 where a log that is not there is all that it may look at', async () => {
    const { code, stdout } = await runCli('status', '--role', 'server', '--log', '/none/frps.log');
    expect(code).toBe(1);
    expect(stdout).toContain('  nothing is told of it: frp-otel doctor says why\n');
  });

  it('status says that an API is down at which nobody listens', async () => {
    const { code, stdout } = await runCli(
      'status',
      '--role',
      'server',
      '--api',
      `http://127.0.0.1:${await freePort()}`,
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^frps@127\.0\.0\.1 {2}down {2}frps /);
  });
});
