import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type PipedEnd, type PipedOptions, spawnPiped } from '../../src/sources/spawnPiped.js';
import { Children } from './fakeFrp.js';
import { runModule } from './runModule.js';

const describeWithShell = process.platform === 'win32' ? describe.skip : describe;

describeWithShell('spawnPiped', () => {
  let lines: string[];
  let complaints: string[];
  beforeEach(() => {
    lines = [];
    complaints = [];
  });
  const run = (command: readonly [string, ...string[]], options: Partial<PipedOptions> = {}): Promise<PipedEnd> =>
    new Promise((onEnd) => {
      spawnPiped(command, {
        env: { PATH: '/usr/bin:/bin' },
        maxLineLength: 100,
        onLine: (text) => lines.push(text),
        onComplaint: (text) => complaints.push(text),
        onEnd,
        ...options,
      });
    });
  const shell = (script: string, options?: Partial<PipedOptions>) => run(['sh', '-c', script], options);

  it('tells the lines of its stdout, what it says on stderr, and how it ended', async () => {
    expect(await shell('echo one; echo oops >&2; echo two; exit 3')).toEqual({
      code: 3,
      signal: null,
      said: 'oops\n',
    });
    expect([lines, complaints]).toEqual([['one', 'two'], ['oops\n']]);
    expect(await shell('kill -9 $$')).toEqual({ code: null, signal: 'SIGKILL', said: '' });
  });

  it('tells nothing of a line that was cut off by the end', async () => {
    await shell('echo whole; printf "bytes_sent:12"');
    expect(lines).toEqual(['whole']);
  });

  it('keeps the last 2,000 characters of what was said', async () => {
    const { said } = await shell('seq 1000 >&2');
    expect(said).toHaveLength(2_000);
    expect(said.endsWith('999\n1000\n')).toBe(true);
  });

  it('closes its stdin with its stdout', async () => {
    expect(await shell('exec >&-; read -r _; exit 7', { stdin: 'pipe' })).toMatchObject({ code: 7 });
  });

  it('says why one did not start', async () => {
    expect(await run(['/nowhere/ss'])).toEqual({ code: null, signal: null, said: 'spawn /nowhere/ss ENOENT' });
  });

  it('gives no child where none started: to kill it would be to kill this process group', () => {
    const options = { env: {}, maxLineLength: 1, onLine: () => {}, onEnd: () => {} };
    expect(spawnPiped(['/nowhere/ss'], options)).toBeUndefined();
  });

  it('tells what spawn throws like any other reason', async () => {
    expect((await run(['\0'])).said).toMatch(/null bytes/);
  });
});

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('what runs programs, in one that ', () => {
  const children = new Children();
  afterEach(() => children[Symbol.asyncDispose]());

  it('has no file descriptor left, says so and throws nothing', async () => {
    const { code, stdout, stderr } = await runModule(
      `
      import { execFileSync } from 'node:child_process';
      import { closeSync, openSync } from 'node:fs';
      import { followEnds } from './src/sources/sockets/followEnds.ts';
      import { runSs } from './src/sources/sockets/runSs.ts';
      import { runJournalctl } from './src/sources/log/runJournalctl.ts';

      execFileSync('prlimit', ['--nofile=64:64', '--pid', String(process.pid)]);
      const files = [];
      try {
        for (;;) files.push(openSync('/dev/null'));
      } catch {}
      const ss = runSs({}, 'sport = :1').result;
      const ends = new Promise((onEnd) => followEnds({ place: {}, filter: 'sport = :1', onLine: () => {}, onEnd }));
      const journal = new Promise((onEnd) =>
        runJournalctl([], { onEntry: () => {}, onCut: () => {}, onComplaint: () => {}, onEnd }),
      );
      const said = await Promise.all([ss, ends, journal]);
      for (const file of files) closeSync(file);
      console.log(JSON.stringify(said));
    `,
      children,
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual([
      ['degraded', 'ss failed: spawn ss EMFILE'],
      'ss failed: spawn sh EMFILE',
      'spawn journalctl EMFILE',
    ]);
  });

  it('ends, is not kept from it by an ss that hangs', async () => {
    const { code, stdout } = await runModule(
      `
      import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
      import { runSs } from './src/sources/sockets/runSs.ts';

      const folder = mkdtempSync('/tmp/frp-otel-ss-');
      writeFileSync(folder + '/ss', '#!/bin/sh\\nexec sleep 30\\n', { mode: 0o755 });
      process.env.PATH = folder;
      process.getuid = () => 1000;
      const run = runSs({}, 'sport = :1');
      process.on('exit', () => {
        run.stop();
        console.log('over');
      });
    `,
      children,
    );
    expect([code, stdout]).toEqual([0, 'over\n']);
  });
});
