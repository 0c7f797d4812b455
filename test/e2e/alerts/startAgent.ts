import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FrpOtel } from '../../support/FrpOtel.js';

interface AgentStart {
  /** For its settings and its state. */
  readonly folder: string;
  readonly name: string;
  /** Of those that it observes. */
  readonly configFiles: readonly string[];
  readonly settings: object;
  readonly env: Readonly<Record<string, string>>;
}

/** A `frp-otel observe` of some frps and frpc. */
export const startAgent = async ({ folder, name, configFiles, settings, env }: AgentStart): Promise<FrpOtel> => {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(settings));
  const given = ['--settings', file, '--no-prometheus', '--state-directory', join(folder, name)];
  const agent = new FrpOtel(['observe', ...given, ...configFiles.flatMap((config) => ['--config', config])], {
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_TRACES_EXPORTER: 'none',
    ...env,
  });
  try {
    await agent.printed(/looks every/);
    return agent;
  } catch (error) {
    await agent[Symbol.asyncDispose]();
    throw error;
  }
};

/** Those that an agent says it has found. */
export const instancesIn = (printed: string): ReadonlySet<string> =>
  new Set(Array.from(printed.matchAll(/^frp[sc]@\S+/gm), ([instance]) => instance));
