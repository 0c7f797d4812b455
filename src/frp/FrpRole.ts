/** `server` is frps, `client` is frpc. */
export type FrpRole = 'server' | 'client';

// `frpc`, `frpc.exe`, and names under which releases and npm wrappers ship them: `frpc_linux_amd64`, `frps-0.71.0`.
const EXECUTABLE =
  /^frp([sc])(?:[_-](?:v?\d|linux|darwin|windows|freebsd|openbsd|android|amd64|arm|mips|riscv|loong|x86|x64)[\w.-]*)?(?:\.exe)?$/i;

/**
 * Tells whether an executable is frps or frpc, by its file name.
 *
 * @param executable a path or a bare name, with `/` or `\` between folders
 */
export const frpRoleOf = (executable: string): FrpRole | undefined => {
  const name = executable.slice(Math.max(executable.lastIndexOf('/'), executable.lastIndexOf('\\')) + 1);
  const letter = EXECUTABLE.exec(name)?.[1]?.toLowerCase();
  if (letter === undefined) return undefined;
  return letter === 's' ? 'server' : 'client';
};
