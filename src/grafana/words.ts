import type { Words } from './DashboardSpec.js';

// Values that say something, once for all dashboards.

export const UP: Words = { 0: { text: 'down', color: 'red' }, 1: { text: 'up', color: 'green' } };
export const CONNECTED: Words = { 0: { text: 'no session', color: 'red' }, 1: { text: 'connected', color: 'green' } };
export const RUNS: Words = { 0: { text: 'does not run', color: 'red' }, 1: { text: 'runs', color: 'green' } };
