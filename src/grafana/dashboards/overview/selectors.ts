import { chosen } from '../../chosen.js';

/** What the overview is of: the servers that are chosen, and who logs in to them. */
export const OF_SERVERS = `frp_server_name=~${chosen('server')}`;

export const SERVERS = `frp_role="server", ${OF_SERVERS}`;
export const CLIENTS = `frp_role="client", ${OF_SERVERS}`;
/** Both ends of the tunnels: what is wrong, often only one of them sees. */
export const BOTH_ENDS = `frp_role=~"server|client", ${OF_SERVERS}`;
/** As the chosen end of the tunnels sees them. */
export const SEEN = `frp_role="$role", ${OF_SERVERS}`;

export const NO_SERVER = 'No frps is observed: run `frp-otel observe` beside it.';
export const NO_CLIENT = 'No frpc is observed: run `frp-otel observe` beside it.';
export const NO_PROXY =
  'No tunnel is known to this end: choose the other one, or see in Telemetry health what cannot be read.';
/** The kernel's words for who is connected and what they send. */
export const NO_CONNECTION_KNOWN =
  'Nobody tells this of the tunnels as this end sees them: on frpc the kernel does, on Linux, and not of tunnels that share a service. Choose the other end.';
