import { describe, expect, it } from '@jest/globals';
import { displayWidth } from '../../../src/cli/status/displayWidth.js';
import { renderStatus } from '../../../src/cli/status/renderStatus.js';
import type { Page } from '../../../src/cli/status/renderTable.js';
import { statusReport } from '../../../src/cli/status/statusReport.js';
import { snapshot } from '../../telemetry/snapshots.js';
import { expectGolden } from '../golden.js';
import { edge, hostile, lookAt, unknown, untold } from './fixedReports.js';

const plain = (width: number): Page => ({ width, paint: (_style, text) => text });
const PIPE = plain(Number.POSITIVE_INFINITY);
const report = () =>
  statusReport(lookAt(edge({ in: 5_000_000, out: 1_234_567_890 }), 1), {
    before: lookAt(edge({ in: 4_987_654, out: 1_134_567_890 })),
  });

describe('renderStatus', () => {
  it('shows an frps with its clients and proxies, and an frpc, in 80 columns', () => {
    const lines = renderStatus(report(), plain(80));
    expectGolden('status-80-columns', lines.join('\n'));
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(80);
  });

  it('cuts no name in a pipe', () => {
    const text = renderStatus(report(), PIPE).join('\n');
    expectGolden('status-pipe', text);
    expect(text).toContain('pi.camera-in-the-garden-behind-the-house');
  });

  it('leaves out columns where the terminal is narrow', () => {
    const lines = renderStatus(report(), plain(50));
    expectGolden('status-50-columns', lines.join('\n'));
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(50);
  });

  it('shows what is not known as such, and never as 0', () => {
    const text = renderStatus(statusReport(lookAt(unknown())), PIPE).join('\n');
    expectGolden('status-unknown', text);
    expect(text).not.toMatch(/\b0\b/);
  });

  it('says where nothing is told of one, and that one is stopped', () => {
    expectGolden('status-untold', renderStatus(statusReport(lookAt(untold())), PIPE).join('\n'));
  });

  it('shows the words of others without what they could do to a terminal', () => {
    const lines = renderStatus(statusReport(lookAt(hostile())), plain(80));
    expectGolden('status-hostile', lines.join('\n'));
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(80);
  });

  it('says that nothing was found', () => {
    expect(renderStatus(statusReport(lookAt(snapshot())), PIPE)).toEqual(['No frps and no frpc was found.']);
  });

  it('colours states where it may', () => {
    const styled = renderStatus(report(), { width: 80, paint: (style, text) => `<${style}>${text}</${style}>` });
    expect(styled.find((line) => line.includes('web '))).toContain('<green>online ');
    expect(styled.find((line) => line.includes('ssh '))).toContain('<red>start_error</red>');
  });
});
