import type { FrpConfig } from '../../frp/config/FrpConfig.js';
import { HostAddresses } from './HostAddresses.js';
import { heldSockets } from './heldSockets.js';
import { type Interest, notPermitted } from './Interest.js';
import type { SsLine } from './parseSsLine.js';
import type { SocketTarget } from './SocketWatch.js';
import { type ClientServices, servicesOfClient } from './servicesOfClient.js';

/** After that, names are asked for again. */
const RESOLVE_MILLIS = 60_000;
/** So long a sample waits for names: those in /etc/hosts are there by then, others come with one of the next. */
const WAIT_MILLIS = 50;
/** A socket that frpc does not hold right after it was listed may have been closed in between; its end is told by then. */
const CLOSING_MILLIS = 1_000;
/** For so long after a connection of another program to a service, one that was never seen open may be of it. */
const OTHERS_MILLIS = 600_000;
const MAX_OTHERS = 100_000;

/** Connections of frpc to the local services of its proxies. Other programs connect to them as well: what frpc holds is its own. */
export const connectionsOfClient = ({ frp: { pid }, config }: SocketTarget, hosts = new HostAddresses()): Interest => {
  const peer = new Set<number>();
  let services: ClientServices = { addresses: new Map(), report: ['ok'] };
  let resolvedOf: FrpConfig | undefined;
  let resolvedAt = 0;
  let resolvedBy = 0;
  /** Sockets that are not frpc's, by when they were first seen: proven once that is long enough ago. */
  const others = new Map<string, number>();
  /** When another program was last seen connected to a service. */
  const sharedAt = new Map<string, number>();
  let canSeeOwn = false;

  const isOther = ({ id, peer: service }: SsLine): boolean => {
    const seenAt = others.get(id);
    if (seenAt === undefined || performance.now() < seenAt + CLOSING_MILLIS) return false;
    sharedAt.set(service, performance.now());
    return true;
  };

  const resolve = (current: FrpConfig): void => {
    resolvedOf = current;
    resolvedBy = hosts.answers;
    services = servicesOfClient(current, (host) => hosts.of(host));
    peer.clear();
    for (const address of services.addresses.keys()) peer.add(Number(address.slice(address.lastIndexOf(':') + 1)));
  };
  const resolveAll = async (current: FrpConfig): Promise<void> => {
    resolvedAt = performance.now();
    resolve(current);
    await hosts.settled(WAIT_MILLIS);
  };

  return {
    hop: 'service',
    ports: { local: new Set(), peer },
    find: async () => {
      const current = config();
      if (current === undefined) return ['off', 'without its config file the services of its proxies are not known'];
      if (resolvedOf !== current || performance.now() > resolvedAt + RESOLVE_MILLIS) await resolveAll(current);
      if (resolvedBy !== hosts.answers) resolve(current);
      canSeeOwn ||= (await heldSockets(pid)) !== undefined;
      return canSeeOwn ? services.report : notPermitted(pid);
    },
    peerOf: (line) => services.addresses.get(line.peer),
    owned: async (lines) => {
      const unproven = lines.filter((line) => line.inode !== 0 && !isOther(line));
      if (unproven.length === 0) return [];
      const held = await heldSockets(pid);
      canSeeOwn = held !== undefined;
      if (held === undefined) return [];
      for (const { id, inode } of unproven) {
        if (held.has(inode) || others.has(id)) continue;
        if (others.size >= MAX_OTHERS) others.delete(others.keys().next().value as string);
        others.set(id, performance.now());
      }
      return unproven.filter(({ inode }) => held.has(inode));
    },
    ownedAtEnd: (line) => {
      const isOthers = isOther(line);
      others.delete(line.id);
      if (isOthers || line.bytesAcked === 0) return 'no'; // without an acknowledged SYN it was no connection
      const shared = sharedAt.get(line.peer) ?? Number.NEGATIVE_INFINITY;
      return canSeeOwn && performance.now() > shared + OTHERS_MILLIS ? 'yes' : 'unknown';
    },
  };
};
