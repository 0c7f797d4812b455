import { type Finding, problem } from './Check.js';

/**
 * An API that the user named, and which took neither the user nor the password that came with it.
 *
 * @param origin `http://host:port`
 */
export const refusedApi = (message: string, origin: string): Finding =>
  problem(message, {
    text: 'give webServer.user in the URL, and webServer.password in the variable:',
    lines: [`FRP_OTEL_API_PASSWORD=<password> frp-otel doctor --api ${origin.replace('//', '//<user>@')}`],
  });
