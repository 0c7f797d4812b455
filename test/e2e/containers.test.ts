import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import type { InstanceStatus, StatusReport } from '../../src/cli/status/statusReport.js';
import { describeWithFrp, freePort, RealFrp, temporaryFolder, tunnelConfig } from '../support/realFrp.js';
import { Visitor } from '../support/Visitor.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(60_000);

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const SENT_BYTES = 70_000;
const HOST_NAME = `pod-${process.pid}`;
/** A network of its own, and a cable to it. */
const NETWORK = `frp-otel-${process.pid}`;
const SUBNET = `10.${200 + (process.pid % 50)}.${(process.pid >> 6) % 256}`;
const [OUTSIDE, INSIDE] = [`${SUBNET}.1`, `${SUBNET}.2`];

const ip = (...args: string[]) => spawnSync('ip', args, { encoding: 'utf8' });

const addNetwork = (): void => {
  const cable = [`fo${process.pid}a`, `fo${process.pid}b`] as const;
  for (const args of [
    `link add ${cable[0]} type veth peer name ${cable[1]} netns ${NETWORK}`,
    `address add ${OUTSIDE}/24 dev ${cable[0]}`,
    `link set ${cable[0]} up`,
    `-n ${NETWORK} address add ${INSIDE}/24 dev ${cable[1]}`,
    `-n ${NETWORK} link set ${cable[1]} up`,
    `-n ${NETWORK} link set lo up`,
  ]) {
    const { status, stderr } = ip(...args.split(' '));
    if (status !== 0) throw new Error(`ip ${args}: ${stderr}`);
  }
};

/** As a container runtime does: own mounts with a root folder that has little in it, own processes and host name. */
const CONTAIN = `mount --bind "$1" "$1"
hostname "$2"
cd "$1"
pivot_root . old
cd /
exec /bin/frpc -c /etc/frp/frpc.toml`;

const startContained = (root: string): ChildProcess => {
  const unshare = ['unshare', '--mount', '--pid', '--uts', '--fork', '--kill-child', 'sh', '-ec', CONTAIN, 'sh'];
  return spawn('ip', ['netns', 'exec', NETWORK, ...unshare, root, HOST_NAME], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
};

/** A container that runs in the same network: a service, which tells its port. */
const startService = async (): Promise<{ child: ChildProcess; port: number }> => {
  const program = `const server = require('node:net').createServer((socket) => socket.on('error', () => {}).pipe(socket));
    server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;
  const child = spawn('ip', ['netns', 'exec', NETWORK, process.execPath, '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve) => child.stdout?.once('data', (text) => resolve(Number(text))));
  return { child, port };
};

/** An agent that prints what it sees, again and again. */
class Agent {
  readonly child: ChildProcess;
  #printed = '';

  constructor(command: string, args: readonly string[]) {
    const { NODE_OPTIONS: _, ...env } = process.env;
    this.child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#printed += text;
    });
  }

  /** What it saw last of the frpc in the container. */
  get frpc(): InstanceStatus | undefined {
    const line = this.#printed.split('\n').at(-2) ?? '';
    const report = line === '' ? undefined : (JSON.parse(line) as StatusReport);
    return report?.instances.find(({ name }) => name === `frpc@${HOST_NAME}`);
  }

  stateOf(source: string): string | undefined {
    return this.frpc?.sources.find((each) => each.source === source)?.state;
  }

  async seen(what: string, condition: () => boolean): Promise<void> {
    await waitUntil(() => `${what}; last: ${this.#printed.split('\n').at(-2)}`, condition, 20_000);
  }
}

const STATUS = [MAIN, 'status', '--watch', '--interval', '0.5', '--json'];

const namespaces = spawnSync('unshare', ['--mount', '--pid', '--uts', '--fork', 'true'], { encoding: 'utf8' });
const network = ip('netns', 'add', NETWORK);
const missing =
  [namespaces, network].map(({ error, stderr, status }) => (status === 0 ? '' : `${error ?? stderr}`)).find(Boolean) ??
  '';

describeWithFrp('an frpc in a container', (programs) => {
  if (missing !== '') {
    process.stderr.write(`skipped: an frpc in a container: ${missing.trim()}\n`);
    it.skip('is seen by an agent on the host and by one beside it', () => {});
    return;
  }
  const files = temporaryFolder();
  const root = join(files.path, 'root');
  const started: RealFrp[] = [];
  let frpcPid: number;
  let remotePort: number;
  let agent: Agent | undefined;
  let visitor: Visitor | undefined;

  const add = (child: ChildProcess): RealFrp => {
    const process = new RealFrp(child);
    started.push(process);
    return process;
  };

  beforeAll(async () => {
    addNetwork();
    const [bind, api] = [await freePort(), 7400];
    remotePort = await freePort();
    const service = await startService();
    add(service.child);
    const frps = RealFrp.start(
      programs,
      'frps',
      files.write('frps.toml', `bindAddr = "${OUTSIDE}"\nbindPort = ${bind}\nproxyBindAddr = "127.0.0.1"\n`),
    );
    started.push(frps);
    await frps.line(/frps started successfully/);

    for (const name of ['bin', 'old', 'etc/frp', 'var/log/frp']) mkdirSync(join(root, name), { recursive: true });
    copyFileSync(join(programs, 'frpc'), join(root, 'bin/frpc'));
    writeFileSync(join(root, 'etc/hostname'), `${HOST_NAME}\n`);
    writeFileSync(
      join(root, 'etc/frp/frpc.toml'),
      `serverAddr = "${OUTSIDE}"\nserverPort = ${bind}\nwebServer.port = ${api}\nlog.to = "/var/log/frp/frpc.log"\n` +
        tunnelConfig('web', service.port, remotePort),
    );
    const container = add(startContained(root));
    await frps.line(/new proxy \[web\] type \[tcp\] success/);
    const { pid } = container.child;
    frpcPid = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
  });
  afterEach(async () => {
    await visitor?.close();
    visitor = undefined;
    if (agent) await new RealFrp(agent.child).end();
    agent = undefined;
  });
  afterAll(async () => {
    await Promise.all(started.map((each) => each.end()));
    ip('netns', 'delete', NETWORK); // with its end of the cable, and so the other one
    files.remove();
  });

  it('is seen from the host, as by a DaemonSet: process, config, log and connections, but not its API', async () => {
    agent = new Agent(process.execPath, [...STATUS, '--pid', `${frpcPid}`]);
    await agent.seen('its log', () => agent?.frpc?.session?.connected === true);
    expect(agent.frpc).toMatchObject({ pid: frpcPid, up: true, serverName: expect.stringContaining(OUTSIDE) });
    expect(['process', 'config', 'log'].map((source) => agent?.stateOf(source))).toEqual(['ok', 'ok', 'ok']);
    expect(agent.stateOf('api')).toBe('off');

    visitor = await Visitor.connect(remotePort);
    await visitor.exchange(SENT_BYTES);
    await agent.seen('the bytes of an open connection', () => agent?.frpc?.proxies[0]?.bytes?.in === SENT_BYTES);
    expect(agent.frpc?.proxies).toMatchObject([
      { name: 'web', state: 'running', activeConnections: 1, bytes: { in: SENT_BYTES, out: SENT_BYTES } },
    ]);
  });

  it('is seen from beside it, as by a sidecar that shares its processes and network: the API, too', async () => {
    const beside = ['-t', `${frpcPid}`, '--pid', '--net', '--uts', 'unshare', '--mount-proc', process.execPath];
    agent = new Agent('nsenter', [...beside, ...STATUS]);
    await agent.seen('its API', () => agent?.stateOf('api') === 'ok');
    // No --pid: there is no other frp for it.
    expect(agent.frpc).toMatchObject({ pid: 1, up: true, session: { connected: true } });
    expect(['process', 'config', 'log'].map((source) => agent?.stateOf(source))).toEqual(['ok', 'ok', 'ok']);

    visitor = await Visitor.connect(remotePort);
    await visitor.exchange(SENT_BYTES);
    await agent.seen('the bytes of an open connection', () => agent?.frpc?.proxies[0]?.bytes?.in === SENT_BYTES);
    expect(agent.frpc?.proxies).toMatchObject([{ name: 'web', activeConnections: 1, bytes: { out: SENT_BYTES } }]);
  });
});
