import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { rotatedFiles } from '../../../src/sources/log/rotatedFiles.js';

describe('rotatedFiles', () => {
  it('are what frp and logrotate make of a log, the oldest first, and nothing else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'frp-otel-rotated-'));
    const rotated = [
      'frps.20261121-000000.log', // frp >= 0.55
      'frps.2026-11-20.001.log', // frp < 0.55
      'frps.2026-11-21.log',
      'frps.log.1', // logrotate, and its dateext, dateformat and extension
      'frps.log.12',
      'frps.log-20261121',
      'frps.log-20261121-1795219200',
      'frps-20261121.log',
    ];
    const others = [
      'frps.log',
      'frps.log.2.gz',
      'frps.20261119-000000.log.gz',
      'frps.log.bak',
      'frps.toml',
      'frps-2.log',
      'frps.7000.log',
      'frpc.20261121-000000.log',
      'frps2.log.1',
    ];
    for (const [index, name] of [...rotated, ...others].entries()) {
      writeFileSync(join(folder, name), '');
      utimesSync(join(folder, name), 1_790_000_000 + index, 1_790_000_000 + index);
    }
    expect(rotatedFiles(join(folder, 'frps.log')).map(({ path }) => basename(path))).toEqual(rotated);
    rmSync(folder, { recursive: true });
    expect(rotatedFiles(join(folder, 'frps.log'))).toEqual([]);
  });
});
