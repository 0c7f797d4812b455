import { NOT_RUNNING } from '../alerts/catalogue/terms.js';
import { perProxy } from './promql.js';
import { PROXY_STATES } from './words.js';

/** Of each tunnel the number of its state: see PROXY_STATES. @param series of frp.proxy.status by the state that it is of */
export const stateNumber = (series: (where: string) => string): string =>
  perProxy(
    PROXY_STATES.map(({ state }, index) => `${series(`frp_proxy_state="${state}"`)} * ${index + 1}`).join(' or '),
  );

/** The number up to which users can connect. */
export const LAST_RUNNING = PROXY_STATES.findLastIndex(({ state }) => !NOT_RUNNING.includes(state)) + 1;

/** Nobody can connect: a matcher. */
export const DOWN = `frp_proxy_state=~"${NOT_RUNNING.join('|')}"`;
