import { delimiter, isAbsolute } from 'node:path';

const OF_THE_SYSTEM = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/**
 * The folders in which programs are looked for: those of `PATH`, without what is empty or relative, for that is the current
 * folder or depends on it. For root those of the system come first.
 */
export const programFolders = (): readonly string[] => {
  const ofPath = (process.env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const folders = ofPath.length === 0 ? OF_THE_SYSTEM : ofPath; // no folder at all is the current one, too (execvp(3))
  if (process.getuid?.() !== 0) return folders;
  return [...folders.filter(isOfTheSystem), ...folders.filter((folder) => !isOfTheSystem(folder))];
};

/** For programs that on many systems are not where a user's programs are: the system's folders besides those of `PATH`. */
export const systemPath = (): string => [...new Set([...programFolders(), ...OF_THE_SYSTEM])].join(delimiter);

const isOfTheSystem = (folder: string): boolean => OF_THE_SYSTEM.includes(folder);
