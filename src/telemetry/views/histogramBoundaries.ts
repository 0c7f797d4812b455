import { LOGIN_DURATION_BOUNDARIES } from '../../model/ClientState.js';
import { PROBE_BOUNDARIES } from '../../model/ProxyCounts.js';
import { DURATION_BOUNDARIES, ROUND_TRIP_BOUNDARIES } from '../../model/ProxySockets.js';

/** Upper bounds of the buckets of each histogram: what is counted once cannot be split any further. */
export const HISTOGRAM_BOUNDARIES: Readonly<Record<string, readonly number[]>> = {
  'frp.client.login.duration': LOGIN_DURATION_BOUNDARIES,
  'frp.proxy.connection.duration': DURATION_BOUNDARIES,
  'frp.proxy.connection.rtt': ROUND_TRIP_BOUNDARIES,
  'frp.proxy.probe.duration': PROBE_BOUNDARIES,
};
