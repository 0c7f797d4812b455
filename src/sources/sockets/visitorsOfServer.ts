import type { FrpConfig } from '../../frp/config/FrpConfig.js';
import { heldSockets } from './heldSockets.js';
import { type Interest, notPermitted } from './Interest.js';
import { listeningSockets } from './listeningSockets.js';
import type { SocketTarget } from './SocketWatch.js';

/** Connections of visitors to frps: to each port on which it listens for a proxy. */
export const visitorsOfServer = ({ frp: { pid }, config }: SocketTarget): Interest => {
  const local = new Set<number>();
  /** Inodes of listening sockets, and whether they are its own. */
  let listening = new Map<number, boolean>();

  return {
    hop: 'visitor',
    ports: { local, peer: new Set() },
    find: async () => {
      const current = config();
      if (current === undefined) return ['off', 'without its config file the ports of its proxies cannot be told'];
      const sockets = await listeningSockets(pid);
      if (sockets.some(({ inode }) => !listening.has(inode))) {
        const held = await heldSockets(pid);
        if (held === undefined) return notPermitted(pid);
        listening = new Map(sockets.map(({ inode }) => [inode, held.has(inode)]));
      }
      const others = portsWithoutJoin(current);
      local.clear();
      for (const { port, inode } of sockets) if (listening.get(inode) && !others.has(port)) local.add(port);
      return ['ok'];
    },
    peerOf: ({ localPort, peer, peerPort }) => (local.has(localPort) && peerPort !== 0 ? peer : undefined),
    owned: async (lines) => lines,
    ownedAtEnd: () => 'yes',
  };
};

/** Ports that carry no proxy, or several of which the log does not tell which (http). */
const portsWithoutJoin = (config: FrpConfig): ReadonlySet<number | undefined> =>
  new Set([config.serverPort, config.webServer?.port, config.vhostHTTPPort, config.sshTunnelGatewayPort]);
