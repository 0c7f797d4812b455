import { join } from 'node:path';

const NAME = 'frp-otel';

/**
 * Where an agent keeps what must outlive it: what systemd gives it (`StateDirectory=`), else the system's place for root, the
 * user's own for others.
 *
 * @returns undefined where there is no such place
 */
export const defaultStateDirectory = (
  env: Readonly<Record<string, string | undefined>>,
  isRoot: boolean,
): string | undefined => {
  const given = systemdStateDirectory(env);
  if (given !== undefined) return given;
  if (isRoot) return join('/var/lib', NAME);
  if (env.XDG_STATE_HOME) return join(env.XDG_STATE_HOME, NAME);
  return env.HOME ? join(env.HOME, '.local/state', NAME) : undefined;
};

/** The first one, where a unit has several. */
export const systemdStateDirectory = (env: Readonly<Record<string, string | undefined>>): string | undefined =>
  env.STATE_DIRECTORY?.split(':')[0] || undefined;
