import type { FrpConfig, FrpProxyConfig } from '../../frp/config/FrpConfig.js';
import { runningTunnels } from '../../frp/config/runningTunnels.js';
import { hostAndPort } from '../../frp/hostAndPort.js';
import type { SourceReport } from '../Source.js';

/** Types whose local service is connected to by TCP, with nothing between it and frps. */
const TCP_TYPES = new Set(['tcp', 'http', 'https', 'tcpmux', 'stcp']);

/** Connecting to these reaches the own machine (Linux). */
const UNSPECIFIED: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** The local services of an frpc's proxies. */
export interface ClientServices {
  /** From the address that the kernel knows, `127.0.0.1:22`, to that in the config, `localhost:22`. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly report: SourceReport;
}

/**
 * Where the services are.
 *
 * @param addressesOf of a host, as this machine knows it: none of a name that means nothing, undefined of one that is not known yet
 */
export const servicesOfClient = (
  config: FrpConfig,
  addressesOf: (host: string) => readonly string[] | undefined,
): ClientServices => {
  const proxies = runningTunnels(config).proxies.filter(hasTcpService);
  const sharers = new Map<string, WithTcpService[]>();
  for (const proxy of proxies) {
    const service = hostAndPort(proxy.localIP, proxy.localPort);
    const sharing = sharers.get(service);
    if (sharing === undefined) sharers.set(service, [proxy]);
    else sharing.push(proxy);
  }
  const addresses = new Map<string, string>();
  const faults: string[] = [];
  const remarks: string[] = [];
  for (const [service, sharing] of sharers) {
    const names = limited(
      sharing.map(({ name }) => name),
      ', ',
    );
    if (sharing.length > 1) {
      remarks.push(`${sharing.length} proxies share ${service} (${names}): their bytes are not told apart`);
    }
    if (sharing.some(({ healthCheck }) => healthCheck !== undefined)) {
      remarks.push(`health checks of ${service} are connections as any other (${names})`);
    }
    const { localIP, localPort } = sharing[0] as WithTcpService;
    const hosts = addressesOf(hostOf(localIP));
    if (hosts === undefined) faults.push(`${service} is being resolved (${names})`);
    else if (hosts.length === 0) faults.push(`${service} cannot be resolved (${names})`);
    for (const host of new Set(hosts)) {
      const address = hostAndPort(host, localPort);
      const other = addresses.get(address);
      if (other === undefined) addresses.set(address, service);
      else remarks.push(`${service} is ${other} as well: what goes there counts for the latter`);
    }
  }
  const reason = limited([...faults, ...remarks], '; ');
  if (faults.length > 0) return { addresses, report: ['degraded', reason, true] };
  return { addresses, report: reason === '' ? ['ok'] : ['ok', reason] };
};

type WithTcpService = FrpProxyConfig & { readonly localPort: number };

const hasTcpService = (proxy: FrpProxyConfig): proxy is WithTcpService =>
  TCP_TYPES.has(proxy.type) && proxy.plugin === undefined && proxy.localPort !== undefined;

const hostOf = (localIP: string): string => UNSPECIFIED[localIP] ?? localIP;

const MAX_SAID = 3;

const limited = (said: readonly string[], separator: string): string => {
  const more = said.length - MAX_SAID;
  return [...said.slice(0, MAX_SAID), ...(more > 0 ? [`and ${more} more`] : [])].join(separator);
};
