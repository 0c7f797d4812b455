import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ruleCatalogue } from '../../../src/alerts/catalogue/ruleCatalogue.js';
import { inhibitions } from '../../../src/alerts/inhibitions.js';
import { renderRunbook } from '../../../src/alerts/render/runbook.js';

const MARK = '<!-- rules: node tools/runbook.mjs -->\n';
const docs = readFileSync(new URL('../../../docs/alerts.md', import.meta.url), 'utf8');
const runbook = renderRunbook(ruleCatalogue);
const lines = runbook.split('\n');

/** What stands below the heading of a rule. */
const sectionOf = (name: string): string => {
  const [, section = ''] = runbook.split(`### ${name}\n\n`);
  return section.split('\n\n### ')[0] ?? '';
};

describe('the runbook', () => {
  it('is what docs/alerts.md ends with: else run node tools/runbook.mjs', () => {
    expect(docs.split(MARK)[1]).toBe(`\n${runbook}`);
  });

  it('has a heading for each rule once, whose anchor is its name in lower case', () => {
    const headings = lines.filter((line) => line.startsWith('### ')).map((line) => line.slice(4));
    expect(headings).toEqual([...new Set(ruleCatalogue.map(({ name }) => name))]);
    const anchors = [...runbook.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(anchors.filter((anchor) => !headings.some((each) => each.toLowerCase() === anchor))).toEqual([]);
  });

  it('says of a rule when it holds, who evaluates it, what it tells, why, and what to do', () => {
    expect(sectionOf('FrpServerCpuHigh')).toBe(
      [
        '| condition | for | severity | evaluated by | an alert for each |',
        '| --- | --- | --- | --- | --- |',
        '| `frp.process.cpu.utilization` (`frp.role` `server`) > 80% | 2m, stays 1m | high | Collector, Prometheus, in-process | instance |',
        '',
        '**`{frp.instance}` uses `{value}` of all CPUs.** frps has used more than 80% of all CPUs of its host for two minutes: tunnels become slow.',
        '',
        'Why: frps copies each byte: where its CPU ends, so does the throughput of all tunnels.',
        '',
        '1. `frp.proxy.throughput` shows which tunnel carries the most.',
        '2. Encryption and compression of a proxy (`transport.useEncryption`, `useCompression`) cost CPU on both ends.',
      ].join('\n'),
    );
  });

  it('leaves to Prometheus and to the process itself what one data point does not decide', () => {
    const conditions = (name: string) =>
      sectionOf(name)
        .split('\n')
        .slice(2)
        .filter((line) => line.startsWith('|'));
    expect(conditions('FrpReporterAbsent')).toEqual([
      '| `frp.process.expected` was told within 1h, was not 0 then, and is told no more | 3m | high | Prometheus, in-process | instance |',
    ]);
    expect(conditions('FrpTelemetryDropping')).toEqual([
      '| growth of `frp.telemetry.dropped` within 15m > 0 | 5m | low | Prometheus, in-process | instance, `frp.telemetry.kind`, `frp.telemetry.reason` |',
    ]);
    expect(conditions('FrpProxyErrorRatioHighAcrossRoles')[0]).toBe(
      '| growth of `frp.proxy.connections` (`frp.role` `client`, with `error.type`) within 5m, from 3 on, as a share of that of `frp.proxy.connections` (`frp.role` `server`, without `error.type`) > 5% | at once | medium | Prometheus, in-process | `frp.server.name`, `frp.proxy.name` |',
    );
  });

  it('says once what alternatives of a rule say alike, and the rest of each', () => {
    expect(sectionOf('FrpFileDescriptorsHigh').match(/^Why: /gm)).toHaveLength(1);
    expect(sectionOf('FrpProxyDown').match(/^Why: /gm)).toHaveLength(2);
  });

  it('says of each inhibition what silences what', () => {
    for (const { source, why } of inhibitions) {
      expect(lines.filter((line) => line.startsWith(`| [${source}](`) && line.endsWith(`| ${why} |`))).toHaveLength(1);
    }
  });

  it('has no cell that breaks a table, and no placeholder outside of code', () => {
    const widths = lines.filter((line) => line.startsWith('|')).map((line) => line.split('|').length);
    expect(new Set(widths)).toEqual(new Set([6, 7]));
    expect(runbook.replaceAll(/`[^`\n]*`/g, '')).not.toMatch(/[{}]/);
  });
});
