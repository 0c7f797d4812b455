import { exportersOf, type Signal } from '../telemetry/providers/environment.js';
import { otlpEndpoints, SIGNALS } from '../telemetry/providers/otlpEndpoints.js';
import { connectionProblem } from './connectionProblem.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where each signal is pushed to, as `OTEL_*` says, and why nothing arrives there now; without credentials.
 *
 * @param timeoutMillis so long an endpoint has for an answer
 */
export const describeExports = async (env: Environment, timeoutMillis: number): Promise<readonly string[]> => {
  const places = new Map<Signal, string>(
    await Promise.all(
      otlpEndpoints(env).map(async ({ signal, url }): Promise<[Signal, string]> => {
        if (url === undefined) return [signal, 'an address that is no http:// or https:// URL: nothing arrives there'];
        const problem = await connectionProblem(url, timeoutMillis);
        return [signal, problem === undefined ? url.href : `${url.href}  (${problem})`];
      }),
    ),
  );
  return SIGNALS.map((signal) => {
    const pushed = exportersOf(signal, env).filter((name) => name !== 'prometheus');
    const to = pushed.map((name) => (name === 'otlp' ? places.get(signal) : 'this output'));
    return `${signal}: ${to.join(' and ') || 'not pushed'}`;
  });
};
