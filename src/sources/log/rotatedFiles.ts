import { readdirSync, type Stats, statSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';

/** `frps.20261121-000000.log` of frp >= 0.55 and `frps.2026-11-21.001.log` of those before; `frps-20261121.log` of logrotate. */
const BEFORE_EXTENSION = /^[.-](?:\d{8}(?:-\d{6})?|\d{4}-\d\d-\d\d(?:\.\d{3})?)$/;
/** `frps.log.1`, `frps.log-20261121`, `frps.log-20261121-1795219200` of logrotate. */
const AFTER_EXTENSION = /^(?:\.\d{1,4}|[.-]\d{8}(?:-\d+)?)$/;

export interface RotatedFile {
  readonly path: string;
  readonly stats: Stats;
}

/**
 * What a log was before it was rotated, in its folder, the oldest first. Compressed files are not among them, nor a log whose name
 * only begins alike, such as `frps-2.log`.
 */
export const rotatedFiles = (path: string): readonly RotatedFile[] => {
  const folder = dirname(path);
  return namesIn(folder)
    .filter((name) => isRotated(name, path))
    .flatMap((name) => {
      const rotated = join(folder, name);
      const stats = statSync(rotated, { throwIfNoEntry: false });
      return stats?.isFile() ? [{ path: rotated, stats }] : [];
    })
    .sort((one, other) => one.stats.mtimeMs - other.stats.mtimeMs);
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return []; // a folder that may be entered and not listed: then only the present file is known
  }
};

const isRotated = (name: string, path: string): boolean => {
  const { base, name: stem, ext } = parse(path);
  if (name.startsWith(base)) return AFTER_EXTENSION.test(name.slice(base.length));
  if (!name.startsWith(stem) || !name.endsWith(ext)) return false;
  return BEFORE_EXTENSION.test(name.slice(stem.length, name.length - ext.length));
};
