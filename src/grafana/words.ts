import { SEVERITY_COLORS, type Words } from './DashboardSpec.js';

// Values that say something, once for all dashboards.

export const UP: Words = { 0: { text: 'down', color: 'red' }, 1: { text: 'up', color: 'green' } };
export const CONNECTED: Words = { 0: { text: 'no session', color: 'red' }, 1: { text: 'connected', color: 'green' } };
export const HOLDS: Words = { 0: { text: 'no', color: 'red' }, 1: { text: 'yes', color: 'green' } };
/** Two more than the metric says: beside UP and the like in one panel, where `no` is no fault. */
export const MEANT_TO_RUN: Words = { 2: { text: 'no', color: 'blue' }, 3: { text: 'yes', color: 'green' } };
export const COMPLETE: Words = { 0: { text: 'degraded', color: 'yellow' }, 1: { text: 'complete', color: 'green' } };
export const FIRING: Words = { 1: { text: 'pending', color: 'yellow' }, 2: { text: 'firing', color: 'red' } };
export const SEVERITY: Words = Object.fromEntries(
  Object.entries(SEVERITY_COLORS).map(([text, color]) => [text, { text, color }]),
);

/** States of a proxy, the worse one later: of two reporters that differ the worse is shown. Its place is its number, from 1. */
export const PROXY_STATES = [
  { state: 'online', color: 'green' },
  { state: 'running', color: 'green' },
  { state: 'wait_start', color: 'yellow' },
  { state: 'closed', color: 'purple' },
  { state: 'new', color: 'orange' }, // and stays so while its first health check fails
  { state: 'check_failed', color: 'orange' },
  { state: 'start_error', color: 'red' },
  { state: 'offline', color: 'red' },
] as const;

export const PROXY_STATE: Words = {
  0: { text: 'removed', color: 'text' },
  ...Object.fromEntries(PROXY_STATES.map(({ state, color }, index) => [index + 1, { text: state, color }])),
};
