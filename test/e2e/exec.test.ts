import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { afterAll, expect, it, jest } from '@jest/globals';
import { FrpOtel, MAIN } from '../support/FrpOtel.js';
import { OtlpSink } from '../support/OtlpSink.js';
import { describeWithFrp, freePort, frpsConfig, RealFrp, temporaryFolder, tunnelConfig } from '../support/realFrp.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(60_000);

const QUIET = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none' };

describeWithFrp('frp-otel exec', (folder) => {
  const files = temporaryFolder();
  afterAll(() => files.remove());

  it('observes the frpc that it runs, ends by the SIGTERM that it passes on, and has exported all by then', async () => {
    await using sink = await OtlpSink.start();
    const [bind = 0, dashboard = 0, remote = 0] = await Promise.all([freePort(), freePort(), freePort()]);
    const frps = RealFrp.start(folder, 'frps', files.write('frps.toml', frpsConfig({ bind, dashboard })));
    try {
      const config = files.write(
        'frpc.toml',
        `serverAddr = "127.0.0.1"\nserverPort = ${bind}\n${tunnelConfig('ssh', 22, remote)}`,
      );
      await frps.line(/frps started successfully/);
      await using frpOtel = new FrpOtel(['exec', '--', `${folder}/frpc`, '-c', config], {
        OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      });
      await frpOtel.printed(/\[ssh\] start proxy success/);
      const { code, signal, millis } = await frpOtel.end('SIGTERM');
      expect({ code, signal }).toEqual({ code: null, signal: 'SIGTERM' }); // as frpc itself does
      expect(millis).toBeLessThan(5_000);
      expect(frpOtel.stderr).toBe('');
      const bodies = sink.logRecords.map(({ body }) => body);
      for (const text of ['login to server success', 'proxy added: [ssh]', '[ssh] start proxy success']) {
        expect(bodies).toContainEqual(expect.stringContaining(text));
      }
      expect(sink.metricPoints).toContainEqual(
        expect.objectContaining({
          name: 'frp.process.expected',
          value: 0, // it was stopped on purpose
          attributes: expect.objectContaining({ 'frp.role': 'client' }),
        }),
      );
      expect(sink.spans.map(({ name }) => name)).toContain('frp.client.login');
    } finally {
      await frps.end();
    }
  });

  it('says on stderr which free port it has taken for /metrics, and serves it', async () => {
    const [bind, dashboard] = [await freePort(), await freePort()];
    const config = files.write('served.toml', frpsConfig({ bind, dashboard }));
    const args = ['exec', '--prometheus-port', '0', '--', `${folder}/frps`, '-c', config];
    await using frpOtel = new FrpOtel(args, QUIET);
    const said = /^frp-otel: Prometheus: (http:\/\/127\.0\.0\.1:\d+\/metrics)\n$/;
    const url = await waitUntil('the URL of /metrics', () => said.exec(frpOtel.stderr)?.[1]);
    await waitUntil('frps in it', async () => (await (await fetch(url)).text()).includes('frp_process_up'));
    await frpOtel.end('SIGTERM');
  });

  it("ends with frpc's own exit code, and leaves its words alone", async () => {
    const config = files.write(
      'alone.toml',
      `serverAddr = "127.0.0.1"\nserverPort = ${await freePort()}\nlog.disablePrintColor = true\n`,
    );
    await using frpOtel = new FrpOtel(['exec', '--', `${folder}/frpc`, '-c', config], QUIET);
    const itself = spawn(`${folder}/frpc`, ['-c', config], { stdio: 'ignore' });
    const [code] = await once(itself, 'exit');
    expect(code).toBe(1);
    expect(await frpOtel.ended()).toMatchObject({ code, signal: null });
    expect(frpOtel.stdout).toMatch(/login to the server failed: .*connection refused/);
  });

  it('gives a command its stdin, and its output on byte for byte', async () => {
    const bytes = randomBytes(3_000_000);
    await using frpOtel = new FrpOtel(['exec', '--', 'cat'], QUIET, 'pipe');
    frpOtel.child.stdin?.end(bytes);
    expect(await frpOtel.ended()).toMatchObject({ code: 0, signal: null });
    const hash = (data: Buffer): string => createHash('sha256').update(data).digest('hex');
    expect(hash(Buffer.from(frpOtel.stdout, 'latin1'))).toBe(hash(bytes));
    expect(frpOtel.stderr).toBe('');
  });

  it('loses nothing to a reader that begins late', async () => {
    const file = files.write('bytes', '');
    writeFileSync(file, randomBytes(1_000_000));
    await using frpOtel = new FrpOtel(['exec', '--', 'cat', file], QUIET);
    frpOtel.child.stdout?.pause();
    await waitUntil('the pipe to be full', () => commandsBelow(frpOtel.child.pid).includes('cat'));
    frpOtel.child.stdout?.resume();
    await frpOtel.ended();
    expect(Buffer.from(frpOtel.stdout, 'latin1').equals(readFileSync(file))).toBe(true);
  });

  it('lets a command learn that nobody reads on', async () => {
    const script = "trap '' PIPE; while echo y; do :; done; exit 9";
    await using frpOtel = new FrpOtel(['exec', '--', 'sh', '-c', script], QUIET);
    await frpOtel.printed(/y/);
    frpOtel.child.stdout?.destroy();
    expect(await frpOtel.ended()).toMatchObject({ code: 9, signal: null });
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)(
    'passes %s on, once',
    async (signal) => {
      const script = `trap 'echo got; exit 7' ${signal.slice(3)}; echo ready; while :; do sleep 0.05; done`;
      await using frpOtel = new FrpOtel(['exec', '--', 'sh', '-c', script], QUIET);
      await frpOtel.printed(/ready/);
      expect(await frpOtel.end(signal)).toMatchObject({ code: 7, signal: null });
      expect(frpOtel.stdout).toBe('ready\ngot\n');
    },
  );

  it('does not add a second SIGINT to that which Ctrl-C in a terminal gives a command', async () => {
    const counting = files.write(
      'counting.mjs',
      `let got = 0;
process.on('SIGINT', () => {
  got += 1;
  setTimeout(() => { console.log('got', got); process.exit(7); }, 500);
});
setInterval(() => {}, 1000);
console.log('ready');`,
    );
    const terminal = spawn(
      'script',
      ['-qefc', `exec "${process.execPath}" "${MAIN}" exec -- "${process.execPath}" "${counting}"`, '/dev/null'],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
        // The key's SIGINT would end a shell that waits: `exec` leaves none.
        env: { ...process.env, ...QUIET, NODE_OPTIONS: '', SHELL: '/bin/sh' },
      },
    );
    let shown = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
    });
    const ended = once(terminal, 'exit');
    await waitUntil('the command to run', () => shown.includes('ready'));
    terminal.stdin.write('\x03');
    expect(await ended).toEqual([7, null]);
    expect(shown).toContain('got 1');
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)('ends by %s where its command does', async (signal) => {
    await using frpOtel = new FrpOtel(['exec', '--', 'sh', '-c', `kill -${signal.slice(3)} $$`], QUIET);
    expect(await frpOtel.ended()).toMatchObject({ code: null, signal });
  });

  it('has the exit code of a shell where a signal does not end it', async () => {
    await using frpOtel = new FrpOtel(['exec', '--', 'sh', '-c', 'kill -USR1 $$'], QUIET);
    expect(await frpOtel.ended()).toMatchObject({ code: 128 + constants.signals.SIGUSR1, signal: null });
    expect(frpOtel.stderr).toBe('');
  });

  const unshare = ['--pid', '--fork', '--mount-proc'];
  const isPermitted = spawnSync('unshare', [...unshare, 'true']).status === 0;
  if (!isPermitted) process.stderr.write('skipped: frp-otel exec as the first process of a container: unshare --pid\n');

  // There the kernel lets no signal end it that it sends itself (pid_namespaces(7)).
  (isPermitted ? it : it.skip).each(['SIGTERM', 'SIGKILL'] as const)(
    'has the exit code of a shell as the first process of a container whose command ends by %s',
    async (signal) => {
      const command = ['exec', '--', 'sh', '-c', `kill -${signal.slice(3)} $$`];
      const first = spawn('unshare', [...unshare, process.execPath, MAIN, ...command], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, ...QUIET, NODE_OPTIONS: '' },
        timeout: 20_000,
      });
      expect(await once(first, 'exit')).toEqual([128 + constants.signals[signal], null]);
    },
  );

  it('ends when its command does, though that left a process behind which has its output', async () => {
    await using frpOtel = new FrpOtel(['exec', '--', 'sh', '-c', 'sleep 30 & echo $!; exit 4'], QUIET);
    await frpOtel.printed(/^\d+\n/);
    const left = Number(frpOtel.stdout);
    try {
      await waitUntil('it to end', () => frpOtel.child.exitCode !== null);
      expect(frpOtel.child.exitCode).toBe(4);
    } finally {
      process.kill(left);
    }
  });

  it.each([
    ['no-such-frpc', 127, 'frp-otel: no-such-frpc: command not found\n'],
    [files.write('not-executable', ''), 126, /^frp-otel: .*not-executable: permission denied\n$/],
  ])('ends as a shell does where %s cannot be run', async (command, code, said) => {
    await using frpOtel = new FrpOtel(['exec', '--', command], QUIET);
    expect(await frpOtel.ended()).toMatchObject({ code, signal: null });
    expect(frpOtel.stderr).toEqual(typeof said === 'string' ? said : expect.stringMatching(said));
  });

  it('runs a command to its end, whatever fault of ours there is', async () => {
    const fault = files.write(
      'fault.mjs',
      `import { subscribe } from 'node:diagnostics_channel';
subscribe('child_process', () => setTimeout(() => { throw new Error('made for a test'); }, 50));`,
    );
    await using frpOtel = new FrpOtel(['exec', '--', 'sh', '-c', 'sleep 1; exit 5'], {
      ...QUIET,
      NODE_OPTIONS: `--import ${fault}`,
    });
    expect(await frpOtel.ended()).toMatchObject({ code: 5, signal: null });
    expect(frpOtel.stderr).toContain('made for a test');
  });

  it('runs a command unobserved where OpenTelemetry is switched off', async () => {
    await using frpOtel = new FrpOtel(['exec', '--', 'sh', '-c', 'echo hi; exit 3'], { OTEL_SDK_DISABLED: 'true' });
    expect(await frpOtel.ended()).toMatchObject({ code: 3 });
    expect(frpOtel.stdout).toBe('hi\n');
  });
});

const commandsBelow = (pid: number | undefined): string[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map((child) => readFileSync(`/proc/${child}/comm`, 'utf8').trim());
