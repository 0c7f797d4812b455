import type { FrpConfig, FrpTunnels } from './FrpConfig.js';

/**
 * The proxies and visitors that frpc runs: those in `start`, where it names any, and not disabled
 * (FilterClientConfigurers in pkg/config/load.go).
 */
export const runningTunnels = ({ start, proxies, visitors }: FrpConfig): FrpTunnels => {
  const started = new Set(start);
  const runs = ({ name, enabled }: { readonly name: string; readonly enabled: boolean }): boolean =>
    enabled && (started.size === 0 || started.has(name));
  return { proxies: proxies.filter(runs), visitors: visitors.filter(runs) };
};
