import { faults } from './faults.mjs';
import { kinds } from './kinds.mjs';
import { plugins } from './plugins.mjs';
import { proxies } from './proxies.mjs';
import { sessions } from './sessions.mjs';
import { views } from './views.mjs';

/** Longest first: they mostly wait, and the others run beside them. */
const LONG = ['frozen-frps', 'frozen-frpc', 'client-replaced', 'heartbeat-frps-frozen', 'heartbeat-frpc-frozen'];

/** Every scenario, once. @type {readonly import('./runScenario.mjs').Scenario[]} */
export const scenarios = [...sessions, ...proxies, ...faults, ...kinds, ...plugins, ...views].sort(
  (a, b) => rank(a.name) - rank(b.name),
);

/** @param {string} name */
function rank(name) {
  const index = LONG.indexOf(name);
  return index === -1 ? LONG.length : index;
}
