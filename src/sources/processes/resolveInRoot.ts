import { readlinkSync } from 'node:fs';

/** As many as the kernel follows (path_resolution(7)). */
const MAX_LINKS = 40;

/**
 * Where a path of a process is for us. In a container, links are followed as the process follows them: the kernel would take an
 * absolute one to a file outside, of which the container has chosen the name.
 *
 * @param root the process's root folder as we see it; undefined where it is ours
 * @param path absolute, as the process names it
 * @throws ELOOP for links that lead nowhere
 */
export const resolveInRoot = (root: string | undefined, path: string): string => {
  if (root === undefined) return path;
  let resolved = '';
  let links = 0;
  const waiting = path.split('/').reverse();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      resolved = resolved.slice(0, Math.max(0, resolved.lastIndexOf('/')));
      continue;
    }
    const target = linkTarget(`${root}${resolved}/${name}`);
    if (target === undefined) {
      resolved = `${resolved}/${name}`;
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) throw Object.assign(new Error(`too many links in ${path}`), { code: 'ELOOP' });
    if (target.startsWith('/')) resolved = '';
    waiting.push(...target.split('/').reverse());
  }
  return root + resolved;
};

const linkTarget = (path: string): string | undefined => {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // no link, or nothing at all: opening it will tell
  }
};
