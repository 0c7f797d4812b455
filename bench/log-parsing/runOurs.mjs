import { startModule } from './child.mjs';

/** @typedef {import('./ours.mjs').OursResult} OursResult */

/**
 * @param {object} options
 * @param {string} options.file
 * @param {'state' | 'otlp'} options.way
 * @param {string} [options.sinkUrl]
 * @param {string | undefined} [options.profileFolder] where node leaves a CPU profile of the process
 */
export async function runOurs({ file, way, sinkUrl, profileFolder }) {
  const execArgv = profileFolder ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`] : [];
  // Nobody's own OTEL_* variables have a say here.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'));
  const env = { ...Object.fromEntries(inherited), ...(sinkUrl && { OTEL_EXPORTER_OTLP_ENDPOINT: sinkUrl }) };
  const run = startModule('ours.mjs', [file, way], { execArgv, env });
  const result = /** @type {OursResult} */ (await run.nextMessage());
  await run.end();
  return result;
}
