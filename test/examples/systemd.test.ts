import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { fileNames, refusalOf, textOf } from './exampleFiles.js';

const units = fileNames('systemd').filter((name) => name.endsWith('.service'));

type Unit = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** `[Section]`, `Key=value`; the examples have no line that goes on in the next one, and no key twice. */
const readUnit = (text: string): Unit => {
  const unit: Record<string, Record<string, string>> = {};
  let section: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const [, name] = /^\[(\w+)\]$/.exec(line) ?? [];
    const [, key, value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) {
      section = {};
      unit[name] = section;
    } else if (key !== undefined) {
      if (key in section) throw new Error(`${key} stands there twice`);
      section[key] = value;
    } else if (line !== '' && !line.startsWith('#')) throw new Error(`no line of a unit: ${line}`);
  }
  return unit;
};

/** What the flush may take after SIGTERM, as the help of observe and exec has it. */
const FLUSH_SECONDS = 5;

describe.each(units)('%s', (name) => {
  const text = textOf('systemd', name);
  const { Service: service = {}, Install: install = {} } = readUnit(text);

  it('starts frp-otel as it wants to be started', () => {
    expect(refusalOf((service.ExecStart ?? '').split(' '))).toBeUndefined();
  });

  it('gives the one process that SIGTERM goes to time for its last flush', () => {
    expect(service.KillMode).toBe('mixed');
    expect(Number(service.TimeoutStopSec)).toBeGreaterThan(FLUSH_SECONDS);
  });

  it('leaves Node.js its compiler, refuses what it may do without, and has a place for what must outlive a restart', () => {
    expect(service.MemoryDenyWriteExecute).toBe('no');
    expect(service.SystemCallErrorNumber).toBe('EPERM');
    expect(service.StateDirectory).toMatch(/^frp-otel/);
    expect(install.WantedBy).toBe('multi-user.target');
  });

  const verifier = spawnSync('systemd-analyze', ['--version']);
  const withVerifier = verifier.error ? it.skip : it;
  if (verifier.error) process.stderr.write(`skipped: systemd-analyze verify ${name}: ${verifier.error.message}\n`);
  withVerifier('is what systemd understands', () => {
    const folder = mkdtempSync(join(tmpdir(), 'frp-otel-unit-'));
    const file = join(folder, name);
    // It looks for the program, which need not be installed here.
    writeFileSync(file, text.replace(/^ExecStart=frp-otel/m, 'ExecStart=/bin/true'));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
    rmSync(folder, { recursive: true, force: true });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('frp-otel-observe.service', () => {
  const text = textOf('systemd', 'frp-otel-observe.service');

  it.each([
    ['as it is', text],
    ['with the lines for containers in the place of those above', forContainers(text)],
  ])('%s: holds no capability beyond those it is given', (_, unit) => {
    const { AmbientCapabilities, CapabilityBoundingSet } = readUnit(unit).Service ?? {};
    expect(AmbientCapabilities).toContain('CAP_SYS_PTRACE CAP_DAC_READ_SEARCH');
    expect(CapabilityBoundingSet).toBe(AmbientCapabilities);
  });

  it('for containers: may enter another network, and no other kind of namespace', () => {
    expect(readUnit(forContainers(text)).Service).toMatchObject({
      AmbientCapabilities: 'CAP_SYS_PTRACE CAP_DAC_READ_SEARCH CAP_SYS_ADMIN',
      RestrictNamespaces: 'net',
    });
  });
});

function forContainers(text: string): string {
  const replaced = ['AmbientCapabilities', 'CapabilityBoundingSet', 'RestrictNamespaces'];
  return replaced.reduce(
    (unit, key) => unit.replace(new RegExp(`^${key}=.*\n`, 'm'), '').replace(`#${key}=`, `${key}=`),
    text,
  );
}
