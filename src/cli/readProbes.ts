import type { FrpInstrumentationOptions } from '../config/FrpInstrumentationOptions.js';
import { isProbeUrl, PROBE_URLS, withoutCredentials } from '../config/probeUrl.js';
import { type CommandOption, UsageError } from './Command.js';

const DEFAULT_SECONDS = 30;

/** `--probe-interval`. */
export const PROBE_INTERVAL_OPTION = {
  type: 'string',
  value: 'SECONDS',
  help: `between two probes of a tunnel, 1 to 3600; ${DEFAULT_SECONDS} by default`,
} as const satisfies CommandOption;

/** A name may hold a `=`, and a URL may: what begins like a URL is one. */
const PROBE = /^(.{1,255}?)=([a-z]+:\/\/.*)$/s;

/**
 * Reads `--probe` and `--probe-interval`.
 *
 * @returns undefined where nothing is to be probed
 * @throws UsageError
 */
export const readProbes = (
  probes: readonly string[] | undefined,
  interval?: string,
): FrpInstrumentationOptions['probes'] => {
  if (probes === undefined && interval !== undefined) {
    throw new UsageError('--probe-interval: expected --probe beside it, found none');
  }
  const seconds = Number(interval ?? DEFAULT_SECONDS);
  if (!(seconds >= 1 && seconds <= 3_600)) {
    throw new UsageError(`--probe-interval: expected seconds from 1 to 3600, found ${JSON.stringify(interval)}`);
  }
  return probes && { targets: probes.map(readProbe), intervalMillis: Math.round(seconds * 1_000) };
};

const readProbe = (text: string): { readonly proxy: string; readonly url: string } => {
  const [, proxy, url] = PROBE.exec(text) ?? [];
  if (proxy !== undefined && url !== undefined && isProbeUrl(url)) return { proxy, url };
  throw new UsageError(
    `--probe: expected PROXY=URL, with a URL as ${PROBE_URLS}, found ${JSON.stringify(withoutCredentials(text))}`,
  );
};
