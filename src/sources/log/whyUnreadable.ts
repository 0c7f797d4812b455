import { statSync } from 'node:fs';
import { NotAFile, NotItsOwn } from './LogFile.js';

/**
 * Why a log file is not read, and what to do.
 *
 * @param name as frp names it
 */
export const whyUnreadable = (error: unknown, path: string, name: string): string => {
  if (error instanceof NotAFile) return `${name} is no file: set log.to to the path of one`;
  if (error instanceof NotItsOwn)
    return `its log file ${name} is not readable by its own user (uid ${error.uid}): not read`;
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return `its log file ${name} is not there yet: frp makes it with its first line`; // seen with 0.71.0
    case 'ELOOP':
      return `${name} is a symbolic link in its container: set log.to to the file itself`;
    case 'EACCES':
      return ownerOf(path, name);
    default:
      return `its log file ${name} cannot be read (${code ?? 'unknown fault'})`;
  }
};

/** frp makes its log with mode 0600, and keeps the mode when it rotates it (golib log/output_rotatefile.go). */
const ownerOf = (path: string, name: string): string => {
  try {
    const { uid, gid, mode } = statSync(path);
    const shown = (mode & 0o7777).toString(8).padStart(4, '0');
    // Root's group is for nobody else.
    const byGroup = gid === 0 ? '' : `, or run "chmod g+r ${name}" and be in its group (gid ${gid})`;
    return `its log file ${name} belongs to uid ${uid} and has mode ${shown}: run as uid ${uid} or root${byGroup}`;
  } catch {
    return `a folder of its log file ${name} may not be entered by this user: run as the user of frp or root`;
  }
};
