/** `server` is frps, `client` is frpc. */
export type FrpRole = 'server' | 'client';

/** What a user's builds of frp are called, besides the names that releases have: matched against an executable's base name. */
export interface ExecutableNames {
  readonly server?: RegExp | undefined;
  readonly client?: RegExp | undefined;
}

// `frpc`, `frpc.exe`, and names under which releases and npm wrappers ship them: `frpc_linux_amd64`, `frps-0.71.0`.
const EXECUTABLE =
  /^frp([sc])(?:[_-](?:v?\d|linux|darwin|windows|freebsd|openbsd|android|amd64|arm|mips|riscv|loong|x86|x64)[\w.-]*)?(?:\.exe)?$/i;

/**
 * Tells whether an executable is frps or frpc, by its file name.
 *
 * @param executable a path or a bare name, with `/` or `\` between folders
 * @param names further ones
 */
export const frpRoleOf = (executable: string, names: ExecutableNames = {}): FrpRole | undefined => {
  const name = executable.slice(Math.max(executable.lastIndexOf('/'), executable.lastIndexOf('\\')) + 1);
  const letter = EXECUTABLE.exec(name)?.[1]?.toLowerCase();
  if (letter !== undefined) return letter === 's' ? 'server' : 'client';
  if (isCalled(name, names.server)) return 'server';
  return isCalled(name, names.client) ? 'client' : undefined;
};

/** By `search`, which keeps no position between two calls as `test` does with the flags g and y. */
const isCalled = (name: string, pattern: RegExp | undefined): boolean =>
  pattern !== undefined && name.search(pattern) >= 0;
