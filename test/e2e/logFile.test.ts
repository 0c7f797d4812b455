import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, renameSync, truncateSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import type { FrpSignal, LogLineRead } from '../../src/model/FrpSignal.js';
import { type ObservedProcess, observeProcess } from '../../src/sources/observeProcess.js';
import { identifyProcess } from '../../src/sources/processes/procfs.js';
import { describeWithFrp, freePort, frpsConfig, RealFrp, temporaryFolder } from '../support/realFrp.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(60_000);

describeWithFrp('the log file of a real frps', (folder) => {
  const files = temporaryFolder();
  const log = join(files.path, 'frps.log');
  let ports: { bind: number; dashboard: number };
  let frps: RealFrp;
  let observed: ObservedProcess;
  let targets = 0;
  const signals: FrpSignal[] = [];

  const start = async (): Promise<void> => {
    const startedAt = Date.now();
    frps = new RealFrp(spawn(join(folder, 'frps'), ['-c', `${files.path}/frps.toml`], { stdio: 'ignore' }));
    const { pid = 0 } = frps.child;
    const identity = await waitUntil('its command line', () => {
      const found = identifyProcess(pid);
      return found?.args && { ...found, args: found.args };
    });
    observed = observeProcess(
      { ...identity, role: 'server', startedAt },
      {
        target: ++targets,
        intervalMillis: 1_000,
        apiTimeoutMillis: 1_000,
        untraced: (request) => request(),
        emit: (signal) => void signals.push(signal),
        hasOutput: false,
        hasRoom: () => false, // its API is not asked: each request is two lines
        seenFromStart: true,
        onGone: () => {},
      },
    );
  };
  const end = async (): Promise<void> => {
    await frps.end();
    observed.ending({ time: Date.now() });
    await observed.refresh();
    observed.ended({ time: Date.now() });
  };
  /** frps logs two lines for it. */
  const askApi = async (path: string): Promise<void> => {
    await new Promise<void>((resolve, reject) => {
      get({ host: '127.0.0.1', port: ports.dashboard, path, agent: false }, (response) => {
        response.resume().once('end', resolve);
      }).once('error', reject);
    });
  };
  const news = (): LogLineRead[] =>
    signals.filter((signal): signal is LogLineRead => signal.kind === 'log.line' && !signal.replayed);
  const texts = (): string[] => news().map(({ text }) => text);
  const told = (pattern: RegExp): Promise<LogLineRead> =>
    waitUntil(
      () => `a line like ${pattern}; so far: ${texts().join('\n')}`,
      () => news().findLast(({ text }) => pattern.test(text)),
    );
  const linesOf = (name: string): string[] =>
    readFileSync(join(files.path, name), 'utf8').replaceAll('\0', '').split('\n').slice(0, -1);

  beforeAll(async () => {
    ports = { bind: await freePort(), dashboard: await freePort() };
    files.write('frps.toml', `log.to = "${log}"\n${frpsConfig(ports)}`);
    await start();
    await told(/dashboard listen on/);
  });
  afterEach(() => {
    expect(signals.filter((signal) => signal.kind === 'items.dropped')).toEqual([]);
  });
  afterAll(async () => {
    observed?.stop();
    await frps?.end();
    files.remove();
  });

  it('is told as it is written: each line with its time, its meaning and its place', async () => {
    expect(texts()).toEqual(linesOf('frps.log'));
    const bytes = readFileSync(log);
    for (const { place, text } of news()) {
      expect(place?.path).toBe(log);
      const { offset = -1 } = place ?? {};
      expect(bytes.toString('utf8', offset, offset + Buffer.byteLength(text) + 1)).toBe(`${text}\n`);
    }
    const started = await told(/frps started successfully/);
    expect(started.meaning).toEqual({ kind: 'server.started' });
    expect(Math.abs(started.time - started.observedTime)).toBeLessThan(2_000);
  });

  it('over a restart of frps: each line once, and those of the new process are its own', async () => {
    await end();
    const before = news().length;
    await start();
    await waitUntil('the new process’s lines', () => /dashboard listen on/.test(texts().slice(before).join('\n')));
    expect(texts()).toEqual(linesOf('frps.log'));
    expect(
      new Set(
        news()
          .slice(before)
          .map(({ target }) => target),
      ),
    ).toEqual(new Set([targets]));
  });

  it('renamed under a running frps, which writes on in it, and then made anew by the next one', async () => {
    renameSync(log, join(files.path, 'frps.20261121-000000.log'));
    await askApi('/api/serverinfo');
    await told(/http response \[\/api\/serverinfo\]/);
    expect(existsSync(log)).toBe(false);
    await end();
    await start();
    await waitUntil(
      'the new file',
      () => existsSync(log) && /dashboard listen on/.test(linesOf('frps.log').join('\n')),
    );
    await observed.refresh();
    expect(texts()).toEqual([...linesOf('frps.20261121-000000.log'), ...linesOf('frps.log')]);
  });

  it('copied and truncated under a running frps, which leaves a hole in it', async () => {
    const before = linesOf('frps.log');
    const told = news().length;
    await askApi('/api/proxy/tcp');
    await waitUntil('the lines in the file', () => linesOf('frps.log').length === before.length + 2);
    copyFileSync(log, join(files.path, 'frps.log.1'));
    truncateSync(log);
    await askApi('/api/proxy/udp');
    await waitUntil('the lines', () => news().length >= told + 4);
    expect(readFileSync(log)[0]).toBe(0); // frps does not append in a file that it made
    expect(texts().slice(told)).toEqual([...linesOf('frps.log.1').slice(-2), ...linesOf('frps.log')]);
  });
});
