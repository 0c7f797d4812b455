import { chosen } from '../../chosen.js';
/** What the chosen reporters tell of the chosen servers, and of their clients. */
export const SEEN = `frp_role=~"server|client", frp_server_name=~${chosen('server')}, instance=~${chosen('reporter')}`;

/** Who tells it: both labels are Prometheus's, or come from service.name and service.instance.id. */
export const REPORTER = 'job, instance';
export const OF_REPORTER = '{{job}} {{instance}}';

export const NO_REPORTER =
  'Nobody reports: run `frp-otel observe` beside frp, and see whether Prometheus gets what it sends (docs/sources.md).';

/** Every series of ours; recorded ones, which have a colon, are not. */
export const ALL_SERIES = `{__name__=~"frp_[^:]+", ${SEEN}}`;

/** The tunnels that are told of, a series each: the other states of a tunnel are series of their own. */
export const tunnelsOf = (status: string): string => `${status}{${SEEN}, frp_proxy_state=~"online|running"}`;

/** Seconds since the newest sample of each reporter. */
export const ageOf = (up: string): string => `max by (${REPORTER}) (time() - timestamp(${up}{${SEEN}}))`;
