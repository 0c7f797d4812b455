import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EffectiveRule } from '../../../src/alerts/AlertRule.js';
import { DEFAULT_RULES } from '../../../src/alerts/defaultRules.js';
import { effectiveRules } from '../../../src/alerts/effectiveRules.js';
import { testRules } from '../../../src/cli/rules/testRules.js';
import { resolveOtelcol } from '../../../tools/otelcol.mjs';
import { describeWithOtelcol } from '../../support/RealOtelcol.js';
import { describeWith } from '../../support/RealPrometheus.js';
import { fakeIo } from '../fakeIo.js';

const OPTIONS = { dialect: 'collector', runbookUrl: undefined, datasource: 'prom' } as const;
const named = (name: string): readonly EffectiveRule[] => DEFAULT_RULES.filter((rule) => rule.name === name);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'frp-otel-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A program that a test puts in a program's place. */
const program = (name: string, script: string): string => {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
};

describe('frp-otel rules test', () => {
  it('says which rule failed, with what promtool says of it', async () => {
    const promtool = program(
      'promtool',
      'echo "Unit Testing"; grep -q FrpServerDown "$3" && exit 0; echo "got: nothing" >&2; exit 1',
    );
    const { io, printed } = fakeIo();
    const rules = [...named('FrpServerDown'), ...named('FrpClientDown')];
    expect(await testRules('prometheus', rules, io, { ...OPTIONS, promtool })).toBe(1);
    expect(printed.stdout.split('\n')).toEqual([
      'passed      FrpServerDown (value of frp.process.up, critical)',
      'failed      FrpClientDown (value of frp.process.up, high)',
      '    Unit Testing',
      '    got: nothing',
      '1 passed, 1 failed: each is to fire when it has held for long enough, and to resolve',
      '',
    ]);
  });

  it('says what is to be installed where promtool is missing', async () => {
    const { io, printed } = fakeIo({ PATH: folder });
    expect(await testRules('prometheus', named('FrpServerDown'), io, OPTIONS)).toBe(1);
    expect(printed.stderr).toBe(
      'promtool is missing: install Prometheus (Debian package prometheus), or name it with --promtool\n',
    );
  });

  it('says which rule it has no test for, and why', async () => {
    const promtool = program('promtool', 'exit 0');
    const { io, printed } = fakeIo();
    const rules = named('FrpReporterAbsent').map((rule) => ({ ...rule, forMillis: 7_200_000 }));
    expect(await testRules('prometheus', rules, io, { ...OPTIONS, promtool })).toBe(0);
    expect(printed.stdout).toContain(
      'not tested  FrpReporterAbsent (absence of frp.process.expected, high): it is to hold for longer than its window\n0 passed',
    );
  });

  it('says what is to be installed where there is no Collector', async () => {
    const { io, printed } = fakeIo({ PATH: folder });
    expect(await testRules('collector', DEFAULT_RULES, io, OPTIONS)).toBe(1);
    expect(printed.stderr).toContain('otelcol-contrib is missing: install it');
  });

  it('says so where OTELCOL_BIN names none', async () => {
    const { io, printed } = fakeIo({ OTELCOL_BIN: join(folder, 'none') });
    expect(await testRules('collector', DEFAULT_RULES, io, OPTIONS)).toBe(1);
    expect(printed.stderr).toBe('OTELCOL_BIN: there is no such program\n');
  });

  it('takes otelcol-contrib of PATH before otelcol, and says what it says', async () => {
    program('otelcol-contrib', 'echo "no $1" >&2; exit 3');
    program('otelcol', 'exit 0');
    const { io, printed } = fakeIo({ PATH: `${folder}:${process.env.PATH}` });
    expect(await testRules('collector', DEFAULT_RULES, io, OPTIONS)).toBe(1);
    expect(printed.stdout).toBe('failed      otelcol-contrib validate\n    no validate\n');
  });
});

/** Those of the user, too: a variant for some proxies, and rules of each kind. */
const ofUser = effectiveRules({
  alertRules: {
    overrides: ['FrpProxyErrorRatioHigh', 'FrpProxyErrorRatioHighAcrossRoles'].map((rule) => ({
      rule,
      proxy: 'db-*',
      threshold: 0.01,
      severity: 'critical' as const,
    })),
    own: [
      {
        name: 'OwnValue',
        of: 'value',
        metric: 'frp.server.client.active',
        comparison: '<=',
        threshold: 2,
        severity: 'low',
        summary: '{value} clients',
        description: 'fewer than {threshold} clients on {frp.instance}',
      },
      {
        name: 'OwnAbsence',
        of: 'absence',
        metric: 'frp.proxy.status',
        where: { 'frp.proxy.state': 'online' },
        windowMillis: 600_000,
        severity: 'low',
        summary: '{frp.proxy.name} is gone',
        description: '{{ it was there }}',
      },
    ],
  },
}).filter(({ name }) => name.startsWith('Own') || name.startsWith('FrpProxyErrorRatioHigh'));

describeWith(['promtool'], 'frp-otel rules test with promtool', () => {
  it.each([
    ['prometheus', 'collector'],
    ['prometheus', 'own'],
    ['grafana', 'collector'],
  ] as const)('passes the rules of a user: for %s, dialect %s', async (target, dialect) => {
    const { io, printed } = fakeIo({ PATH: process.env.PATH });
    expect([await testRules(target, ofUser, io, { ...OPTIONS, dialect }), printed.stderr]).toEqual([0, '']);
    expect(printed.stdout.split('\n').map((line) => line.split(':')[0])).toEqual([
      'passed      FrpProxyErrorRatioHigh (value of frp.proxy.error.ratio, critical, proxies db-*)',
      'passed      FrpProxyErrorRatioHigh (value of frp.proxy.error.ratio, medium, not db-*)',
      'passed      FrpProxyErrorRatioHighAcrossRoles (ratio of frp.proxy.connections, critical, proxies db-*)',
      'passed      FrpProxyErrorRatioHighAcrossRoles (ratio of frp.proxy.connections, medium, not db-*)',
      'passed      OwnValue (value of frp.server.client.active, low)',
      'passed      OwnAbsence (absence of frp.proxy.status, low)',
      '6 passed, 0 failed',
      '',
    ]);
  });
});

describeWithOtelcol('frp-otel rules test with a Collector', () => {
  it('passes the rules of a user', async () => {
    const { file } = await resolveOtelcol({ mayBuild: false });
    const { io, printed } = fakeIo({ OTELCOL_BIN: file });
    expect([await testRules('collector', ofUser, io, OPTIONS), printed.stdout]).toEqual([
      0,
      `passed      ${file} validate\n`,
    ]);
  });
});
