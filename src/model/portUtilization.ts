import type { FrpPortRange } from '../frp/config/FrpConfig.js';

const MAX_PORT = 65_535;

/** What is asked of a proxy. */
interface PortHolder {
  readonly type: string;
  readonly active: boolean;
  /** Where its visitors connect to. */
  readonly port: number | undefined;
}

/**
 * Used ports as a share of the allowed ones, 0 to 1. frps has a pool for tcp and one for udp (server/ports/ports.go), so that there
 * are two shares: the larger one tells how near the next refusal is. The members of a group have one port together.
 *
 * @param allowed how many each pool has
 */
export const portUtilization = (allowed: number, proxies: Iterable<PortHolder>): number => {
  const tcp = new Set<number>();
  const udp = new Set<number>();
  for (const { type, active, port } of proxies) {
    if (!active || port === undefined) continue;
    if (type === 'tcp') tcp.add(port);
    else if (type === 'udp') udp.add(port);
  }
  return Math.min(1, Math.max(tcp.size, udp.size) / allowed);
};

/** How many ports there are in ranges that may overlap. */
export const countPorts = (ranges: readonly FrpPortRange[]): number => {
  let count = 0;
  let next = 1;
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = Math.min(end, MAX_PORT);
    count += Math.max(0, last - Math.max(start, next) + 1);
    next = Math.max(next, last + 1);
  }
  return count;
};
