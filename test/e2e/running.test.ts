import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { FrpModel } from '../../src/model/FrpModel.js';
import type { InstanceSnapshot } from '../../src/model/FrpSnapshot.js';
import type { FrpProcess } from '../../src/sources/processes/FrpProcess.js';
import { observeRunning } from '../../src/sources/processes/observeRunning.js';
import { resolveInRoot } from '../../src/sources/processes/resolveInRoot.js';
import { watchProcesses } from '../../src/sources/processes/watchProcesses.js';
import type { Source } from '../../src/sources/Source.js';
import { SignalLog } from '../sources/fakeFrp.js';
import { describeWithFrp, freePort, frpsConfig, RealFrp, temporaryFolder, tunnelConfig } from '../support/realFrp.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(60_000);

const INTERVAL_MILLIS = 200;

/** Watches this machine, and observes those of its frp processes that run with a config below a folder. */
class Watch {
  readonly signals = new SignalLog();
  readonly found: FrpProcess[] = [];
  readonly model = new FrpModel({ maxProxies: 100, retentionMillis: 3_600_000 });
  readonly #sources: Source[] = [];

  /** @param isOurs whether a process is of this test: others run frp on this machine, too */
  constructor(isOurs: (frp: FrpProcess) => boolean) {
    const watch = watchProcesses({
      intervalMillis: INTERVAL_MILLIS,
      onFound: (frp) => {
        if (!isOurs(frp)) return;
        this.found.push(frp);
        this.#sources.push(this.#observe(frp));
      },
    });
    this.#sources.push(watch);
  }

  get instances(): readonly InstanceSnapshot[] {
    return this.model.snapshot().instances;
  }

  /** What the process is, or was last. */
  instanceOf({ child }: RealFrp): InstanceSnapshot | undefined {
    return this.instances.find(({ process }) => process.pid === child.pid);
  }

  /** Each process's beginning and end, in order: `started 4711`, `exited 4711`. */
  get lives(): string[] {
    return this.signals.all.flatMap(({ kind, target }) =>
      kind === 'process.started' || kind === 'process.exited' ? `${kind.slice(8)} ${this.found[target]?.pid}` : [],
    );
  }

  stop(): void {
    for (const source of this.#sources) source.stop();
  }

  #observe(frp: FrpProcess): Source {
    return observeRunning(frp, {
      target: this.found.length - 1,
      intervalMillis: INTERVAL_MILLIS,
      apiTimeoutMillis: 2_000,
      untraced: (request) => request(),
      emit: (signal) => {
        this.signals.emit(signal);
        this.model.apply(signal);
      },
      onEnd: () => {},
    });
  }
}

describeWithFrp('an frps and two frpc that run already', (folder) => {
  const files = temporaryFolder();
  let frps: RealFrp;
  let web: RealFrp;
  let ssh: RealFrp;
  let watch: Watch;
  let startedAt: number;

  const client = (bind: number, proxy: string): string =>
    `serverAddr = "127.0.0.1"\nserverPort = ${bind}\nloginFailExit = false\n${proxy}`;
  const startWeb = (): RealFrp =>
    new RealFrp(
      spawn(join(folder, 'frpc'), ['-c', './web.toml'], { cwd: files.path, stdio: ['ignore', 'pipe', 'inherit'] }),
    ).read();

  beforeAll(async () => {
    const [bind, dashboard, one, other] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    startedAt = Date.now();
    frps = RealFrp.start(folder, 'frps', files.write('frps.toml', frpsConfig({ bind, dashboard })));
    await frps.line(/frps started successfully/);
    files.write('web.toml', client(bind, tunnelConfig('web', 80, one)));
    web = startWeb();
    ssh = RealFrp.start(folder, 'frpc', files.write('ssh.toml', client(bind, tunnelConfig('ssh', 22, other))));
    await Promise.all([web.line(/start proxy success/), ssh.line(/start proxy success/)]);
    watch = new Watch(({ args, workingFolder }) =>
      [workingFolder, ...args].some((word) => word.startsWith(files.path)),
    );
  });

  afterAll(async () => {
    watch?.stop();
    await Promise.all([web, ssh, frps].map((frp) => frp?.end()));
    files.remove();
  });

  it('are found at once, each with its role, config and start', () => {
    expect(new Map(watch.signals.of('process.started').map((started) => [started.pid, started]))).toEqual(
      new Map(
        (
          [
            [frps, 'server', 'frps.toml'],
            [web, 'client', 'web.toml'],
            [ssh, 'client', 'ssh.toml'],
          ] as const
        ).map(([{ child }, role, config]) => [
          child.pid,
          expect.objectContaining({
            role,
            configPath: `${files.path}/${config}`,
            config: expect.anything(),
            hostName: hostname(),
            seenFromStart: false,
          }),
        ]),
      ),
    );
    for (const frp of watch.found) {
      expect(frp.startedAt).toBeGreaterThan(startedAt - 100);
      expect(frp.startedAt).toBeLessThanOrEqual(Date.now());
      expect(frp).toMatchObject({ root: undefined, hasOtherNetwork: false, isHidden: false });
    }
  });

  it('are sampled, and asked by their API', async () => {
    await waitUntil('the API of frps', () => watch.instanceOf(frps)?.version !== undefined);
    await waitUntil('a sample of each', () => watch.instances.every(({ process }) => process.resources !== undefined));
    expect(watch.instanceOf(frps)?.server).toMatchObject({ activeClients: 2, activeProxies: { tcp: 2 } });
    expect(watch.instanceOf(frps)?.process.resources).toMatchObject({
      pagingFaults: { minor: expect.any(Number) },
      contextSwitches: { voluntary: expect.any(Number) },
    });
  });

  it('one that is killed and started again is the same instance, its end first', async () => {
    const former = web.child.pid;
    const before = Date.now();
    await web.end('SIGKILL');
    web = startWeb();
    await waitUntil('the new one', () => watch.found.length === 4);
    expect(watch.lives.slice(3)).toEqual([`exited ${former}`, `started ${web.child.pid}`]);
    expect(watch.signals.of('process.started').at(-1)).toMatchObject({ pid: web.child.pid, seenFromStart: true });
    expect(watch.found.at(-1)?.startedAt).toBeGreaterThan(before - 100);
    expect(watch.instances).toHaveLength(3);
    expect(watch.instanceOf(web)?.process).toMatchObject({ up: true, restarts: 1 });
  });

  it('one that ends is seen to, though not how', async () => {
    await ssh.end('SIGTERM');
    await waitUntil('its end', () => watch.instanceOf(ssh)?.process.up === false);
    expect(watch.signals.of('process.exited').at(-1)).toMatchObject({ exitCode: undefined, exitSignal: undefined });
  });
});

/** Starts a program as a container does: own mounts, processes, network and host name, and a root folder that has little in it. */
const startContained = (root: string, hostName: string, command: string): ChildProcess =>
  spawn(
    'unshare',
    [
      '--mount',
      '--pid',
      '--net',
      '--uts',
      '--fork',
      '--kill-child',
      'sh',
      '-ec',
      CONTAIN,
      'sh',
      root,
      hostName,
      command,
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );

const CONTAIN = `mount --bind "$1" "$1"
hostname "$2"
cd "$1"
pivot_root . old
cd /srv
exec $3`;

const namespaces = spawnSync('unshare', ['--mount', '--pid', '--net', '--uts', '--fork', 'true']);

describeWithFrp('an frps in a container', (folder) => {
  if (namespaces.status !== 0) {
    process.stderr.write(`skipped: an frps in a container: unshare: ${namespaces.error ?? namespaces.stderr}\n`);
    it.skip('is seen from the host', () => {});
    return;
  }
  const files = temporaryFolder();
  const root = join(files.path, 'root');
  let contained: ChildProcess;
  let watch: Watch | undefined;

  beforeEach(() => {
    for (const name of ['bin', 'old', 'srv', 'etc', 'var']) mkdirSync(join(root, name), { recursive: true });
    copyFileSync(join(folder, 'frps'), join(root, 'bin/frps'));
    writeFileSync(join(root, 'etc/hostname'), 'tunnel-7\n');
    writeFileSync(join(root, 'var/frps.toml'), 'bindPort = 7000\nlog.to = "frps.log"\nwebServer.port = 7500\n');
    // Seen from outside, it would name another file.
    symlinkSync('/var/frps.toml', join(root, 'srv/frps.toml'));
    contained = startContained(root, 'tunnel-7', '/bin/frps -c frps.toml');
  });
  afterEach(async () => {
    watch?.stop();
    await new RealFrp(contained).end();
    files.remove();
  });

  it('is seen from the host with its own host name, config and files', async () => {
    watch = new Watch(({ hostName }) => hostName === 'tunnel-7');
    await waitUntil('it to be found', () => watch?.found.length === 1);
    const [frp] = watch.found;
    expect(frp).toMatchObject({
      role: 'server',
      executable: '/bin/frps',
      workingFolder: '/srv',
      root: `/proc/${frp?.pid}/root`,
      hasOtherNetwork: true,
    });
    expect(watch.signals.of('process.started')).toMatchObject([
      { hostName: 'tunnel-7', configPath: '/srv/frps.toml', config: { serverPort: 7000, logTo: 'frps.log' } },
    ]);
    expect(watch.signals.reports('api')).toEqual([['off', expect.stringContaining('network of its own')]]);
    await waitUntil('its log, where it is from here', () =>
      readFileSync(resolveInRoot(frp?.root, '/srv/frps.log'), 'utf8').includes('frps started successfully'),
    );
    await waitUntil('a sample', () => watch?.instances[0]?.process.resources !== undefined);
    expect(watch.instances[0]).toMatchObject({ name: 'frps@tunnel-7', process: { up: true } });
  });
});
