import { type Dirent, opendirSync } from 'node:fs';
import { join } from 'node:path';

/** More is no folder of configs: its first entries are taken. */
const MAX_ENTRIES = 10_000;

/** Names of the files in a folder, in the order in which frp reads them; folders are passed over. */
export const listFiles = (folder: string): readonly string[] =>
  listEntries(folder).flatMap((entry) => (entry.isDirectory() ? [] : [entry.name]));

/**
 * Paths of the files below a folder, in the order in which frp walks them (filepath.WalkDir).
 *
 * @param most files
 */
export const listTree = (folder: string, most: number): readonly string[] => {
  const files: string[] = [];
  // What is yet to be visited, the next one last.
  const waiting = [...listEntries(folder)].reverse().map((entry) => ({ folder, entry }));
  for (let visited = 0; visited < MAX_ENTRIES && files.length < most; visited += 1) {
    const next = waiting.pop();
    if (next === undefined) break;
    const path = join(next.folder, next.entry.name);
    if (!next.entry.isDirectory()) files.push(path);
    else
      waiting.push(
        ...listUnless(path)
          .reverse()
          .map((entry) => ({ folder: path, entry })),
      );
  }
  return files;
};

/** frp walks past a folder below that it cannot read. */
const listUnless = (folder: string): Dirent[] => {
  try {
    return listEntries(folder);
  } catch {
    return [];
  }
};

const listEntries = (folder: string): Dirent[] => {
  const entries: Dirent[] = [];
  const handle = opendirSync(folder);
  try {
    for (let entry = handle.readSync(); entry !== null && entries.length < MAX_ENTRIES; entry = handle.readSync()) {
      entries.push(entry);
    }
  } finally {
    handle.closeSync();
  }
  return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
};
