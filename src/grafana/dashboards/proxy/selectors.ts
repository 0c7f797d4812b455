import type { FrpRole } from '../../../frp/FrpRole.js';
import { chosen } from '../../chosen.js';
import { perProxy } from '../../promql.js';

// What the panels of one tunnel have in common.

/** The tunnels that are chosen, as the chosen role sees them. */
export const SEEN = `frp_role="$role", frp_server_name=~${chosen('server')}, frp_instance=~${chosen('instance')}, frp_proxy_name=~${chosen('proxy')}`;

/** The same tunnels as this role sees them: the chosen instance is of one role. */
export const seenBy = (role: FrpRole): string =>
  `frp_role="${role}", frp_server_name=~${chosen('server')}, frp_proxy_name=~${chosen('proxy')}`;

export const TUNNEL = '{{frp_proxy_name}} on {{frp_instance}}';

/** Series of one graph: more are not told apart. */
export const most = (expr: string): string => `topk(20, ${expr})`;

/** How the buckets of a histogram grow, as perProxy has them. */
export const bucketsBy = (selector: string, ...labels: readonly string[]): string =>
  `sum by (${['le', ...labels].join(', ')}) (${perProxy(`rate(${selector}[$__rate_interval])`, 'le', ...labels)})`;

/** Without connections it would be NaN. */
export const quantileOf = (quantile: number, buckets: string): string =>
  `histogram_quantile(${quantile}, ${buckets}) >= 0`;

export const QUANTILES = [0.5, 0.95, 0.99] as const;

/** `p95` */
export const quantileName = (quantile: number): string => `p${quantile * 100}`;

export const NO_TUNNEL =
  'This role knows no such tunnel in the time shown: choose another role or instance, or see Telemetry health for what cannot be read.';

export const NO_BYTES =
  'Nobody tells the bytes of these tunnels as this end sees them: on frpc the kernel does, on Linux, and not of tunnels that share a service. Choose the other end.';
