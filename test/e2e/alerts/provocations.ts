import { once } from 'node:events';
import { connect } from 'node:net';
import { visit, visitDead } from '../../support/echo.js';
import { Visitor } from '../../support/Visitor.js';
import type { FrpWorld } from './FrpWorld.js';

/** One alert, by those of its labels that tell it from others; undefined: it has no such label. */
export interface ExpectedAlert {
  readonly rule: string;
  readonly labels: (world: FrpWorld) => Readonly<Record<string, string | RegExp | undefined>>;
  /** It fires in Prometheus, and nobody is told, since its cause is told. */
  readonly isInhibited?: true;
}

/** What is wrong, how it comes to be and how it ends. */
export interface Provocation {
  readonly provoked: string;
  readonly provoke: (world: FrpWorld) => Promise<void>;
  readonly cured: string;
  readonly cure: (world: FrpWorld) => Promise<void>;
  readonly alerts: readonly ExpectedAlert[];
  /** By the evaluator of the process, whose windows of 5 minutes are no option; a killed one tells nothing. @default told and over */
  readonly inProcess?: 'over later' | 'never told';
  /** The one (by `provoked`) that must be over before: it is of the same frp. */
  readonly after?: string;
}

const LOGINS = 11;
const RECONNECTS = 4;
const VISITORS = 46;
const UNREAD = 10;
const UNREAD_BYTES = 8 * 2 ** 20;
/** So many make of four that failed less than a twentieth. */
const GOOD_VISITS = 100;

/** Of an instance that has the name of its config file. */
const named = (name: string): RegExp => new RegExp(`/frpc-${name}\\.toml$`);

const CROWD = 'a tunnel is crowded';
const ROOM = 'a server has more proxies than its agent has room for';
const HOARD = 'visitors do not read what comes, and frps keeps it for them';

const hasCeased = async (): Promise<void> => undefined;

/** Each rule of the catalogue is in one of them at least: how it comes to fire, and how it is cured. */
export const provocations: readonly Provocation[] = [
  {
    provoked: 'the service behind a tunnel is closed, and visitors come',
    provoke: async (world) => {
      await world.closeService();
      for (let visitor = 0; visitor < 4; visitor += 1) await visitDead(world.port('service'));
    },
    cured: 'it is open again, and more visitors come',
    cure: async (world) => {
      await world.openService();
      for (let visitor = 0; visitor < GOOD_VISITS; visitor += 1) await visit(world.port('service'), 10);
    },
    alerts: [
      { rule: 'FrpProxyErrorRatioHigh', labels: () => ({ frp_role: 'client', frp_proxy_name: 'service' }) },
      // That of the two roles together.
      { rule: 'FrpProxyErrorRatioHighAcrossRoles', labels: () => ({ frp_role: undefined, frp_proxy_name: 'service' }) },
    ],
  },
  {
    provoked: 'a client tries a wrong token',
    inProcess: 'over later',
    provoke: async (world) => {
      for (let login = 0; login < LOGINS; login += 1) {
        await using client = world.newcomer('stranger', { server: 'eu', auth: { token: 'wrong' } });
        await client.line(/token in login doesn't match/, login + 1);
      }
    },
    cured: 'it has ceased to',
    cure: hasCeased,
    alerts: [
      { rule: 'FrpLoginFailures', labels: (world) => ({ frp_server_name: world.serverName('eu') }) },
      { rule: 'FrpServerErrorRatioHigh', labels: (world) => ({ frp_server_name: world.serverName('eu') }) },
    ],
  },
  {
    provoked: 'frpc is stopped by SIGSTOP',
    provoke: async (world) => world.node('frozen').signal('SIGSTOP'),
    cured: 'it goes on by SIGCONT',
    cure: async (world) => world.node('frozen').signal('SIGCONT'),
    alerts: [
      { rule: 'FrpProxyDown', labels: () => ({ frp_role: 'server', frp_proxy_name: 'kiosk' }) },
      { rule: 'FrpClientDown', labels: () => ({ frp_instance: named('frozen') }) },
      { rule: 'FrpTelemetrySourceDown', labels: () => ({ frp_instance: named('frozen'), frp_source: 'api' }) },
    ],
  },
  {
    provoked: 'the frpc of a group is killed',
    provoke: (world) => world.node('pool').kill(),
    cured: 'it is started again',
    cure: async (world) => void world.node('pool').start(),
    alerts: [
      { rule: 'FrpClientDown', labels: () => ({ frp_instance: named('pool') }) },
      { rule: 'FrpProxyGroupDown', labels: () => ({ frp_proxy_group: 'pool' }) },
      {
        rule: 'FrpProxyDown',
        labels: () => ({ frp_role: 'server', frp_proxy_name: 'member-1', frp_proxy_group: 'pool', severity: 'low' }),
      },
      {
        rule: 'FrpProxyDown',
        labels: () => ({ frp_role: 'client', frp_proxy_name: 'member-1' }),
        isInhibited: true,
      },
    ],
  },
  {
    provoked: 'what connects frpc with its server breaks again and again',
    inProcess: 'over later',
    provoke: async (world) => {
      for (let login = 1; login <= RECONNECTS; login += 1) {
        world.breakRelay();
        await world.node('flapping').line(/login to server success/, login + 1);
      }
    },
    cured: 'it holds',
    cure: hasCeased,
    alerts: [{ rule: 'FrpClientFlapping', labels: () => ({ frp_instance: named('flapping') }) }],
  },
  {
    provoked: 'a client asks for a port that is taken',
    inProcess: 'over later',
    provoke: async (world) => {
      const taken = { ...world.tunnel('twin', 9), remotePort: world.port('kiosk') };
      await using client = world.newcomer('greedy', { server: 'us', proxies: [taken] });
      await client.line(/start error/);
    },
    cured: 'it has gone',
    cure: hasCeased,
    alerts: [
      {
        rule: 'FrpProxyStartFailed',
        labels: (world) => ({ frp_server_name: world.serverName('us'), error_type: 'port_already_used' }),
      },
    ],
  },
  {
    provoked: 'one more client takes the last port',
    provoke: async (world) => {
      const client = world.newcomer('last', { server: 'eu', proxies: [world.tunnel('last', 9)] });
      await client.line(/start proxy success/);
    },
    cured: 'it leaves',
    cure: (world) => world.node('last').kill(),
    alerts: [
      { rule: 'FrpPortsExhausting', labels: (world) => ({ frp_server_name: world.serverName('eu') }) },
      { rule: 'FrpServerClientsHigh', labels: (world) => ({ frp_server_name: world.serverName('eu') }) },
    ],
  },
  {
    provoked: 'a page takes its time',
    provoke: async (world) => {
      world.page.delayMillis = 2_500;
    },
    cured: 'it answers at once',
    cure: async (world) => {
      world.page.delayMillis = 0;
    },
    alerts: [{ rule: 'FrpProxyLatencyHigh', labels: () => ({ frp_proxy_name: 'page', frp_role: 'server' }) }],
  },
  crowd(),
  {
    provoked: 'frps is killed',
    after: CROWD,
    provoke: (world) => world.node('attic').kill(),
    cured: 'it is started again',
    cure: async (world) => void world.node('attic').start(),
    alerts: [
      { rule: 'FrpServerDown', labels: (world) => ({ frp_server_name: world.serverName('attic') }) },
      { rule: 'FrpClientDisconnected', labels: () => ({ frp_instance: named('crowded') }), isInhibited: true },
      { rule: 'FrpProxyDown', labels: () => ({ frp_role: 'server', frp_proxy_name: 'hall' }), isInhibited: true },
      { rule: 'FrpProxyDown', labels: () => ({ frp_role: 'client', frp_proxy_name: 'hall' }), isInhibited: true },
    ],
  },
  {
    provoked: 'an frps that nobody observes is killed',
    provoke: (world) => world.node('unseen').kill(),
    cured: 'it is started again',
    cure: async (world) => void world.node('unseen').start(),
    alerts: [
      { rule: 'FrpClientDisconnected', labels: () => ({ frp_instance: named('lonely') }) },
      { rule: 'FrpProxyDown', labels: () => ({ frp_role: 'client', frp_proxy_name: 'cell' }), isInhibited: true },
    ],
  },
  load(),
  {
    provoked: ROOM,
    inProcess: 'over later',
    provoke: async () => undefined, // it has from the start
    cured: 'the agent is started with room for all',
    cure: async (world) => {
      await world.killTinyAgent();
      await world.startTinyAgent(100);
    },
    alerts: [
      {
        rule: 'FrpTelemetryDropping',
        labels: (world) => ({ frp_server_name: world.serverName('tiny'), frp_telemetry_kind: 'proxy' }),
      },
    ],
  },
  hoard(),
  {
    provoked: 'the agent of a server is killed',
    inProcess: 'never told',
    after: HOARD,
    provoke: (world) => world.killTinyAgent(),
    cured: 'it is started again',
    cure: (world) => world.startTinyAgent(100),
    alerts: [{ rule: 'FrpReporterAbsent', labels: (world) => ({ frp_server_name: world.serverName('tiny') }) }],
  },
];

function crowd(): Provocation {
  const visitors: Visitor[] = [];
  return {
    provoked: CROWD,
    provoke: async (world) => {
      for (let visitor = 0; visitor < VISITORS; visitor += 1) {
        visitors.push(await Visitor.connect(world.port('hall')));
      }
    },
    cured: 'the visitors leave',
    cure: async () => void (await Promise.all(visitors.map((visitor) => visitor.abort()))),
    alerts: [
      {
        rule: 'FrpFileDescriptorsHigh',
        labels: (world) => ({ frp_role: 'server', frp_server_name: world.serverName('attic') }),
      },
      { rule: 'FrpFileDescriptorsHigh', labels: () => ({ frp_instance: named('crowded') }) },
      { rule: 'FrpProxyConnectionsHigh', labels: () => ({ frp_role: 'server', frp_proxy_name: 'hall' }) },
    ],
  };
}

function hoard(): Provocation {
  const visitors: Visitor[] = [];
  return {
    provoked: HOARD,
    after: ROOM,
    provoke: async (world) => {
      for (let visitor = 0; visitor < UNREAD; visitor += 1) {
        visitors.push(await Visitor.connect(world.port('one')));
        visitors.at(-1)?.sendUnread(UNREAD_BYTES);
      }
    },
    cured: 'frps is started anew, since Go gives memory back at its leisure',
    cure: async (world) => {
      await Promise.all(visitors.map((visitor) => visitor.abort()));
      await world.node('tiny').kill();
      world.node('tiny').start();
    },
    alerts: [{ rule: 'FrpServerMemoryHigh', labels: (world) => ({ frp_server_name: world.serverName('tiny') }) }],
  };
}

function load(): Provocation {
  const stop = new AbortController();
  let busy: Promise<void> | undefined;
  return {
    provoked: 'frps carries all that it can',
    provoke: async (world) => {
      busy = pump(world.port('echo'), stop.signal);
    },
    cured: 'it has less to carry',
    cure: async () => {
      stop.abort();
      await busy;
    },
    alerts: [{ rule: 'FrpServerCpuHigh', labels: (world) => ({ frp_server_name: world.serverName('eu') }) }],
  };
}

/** Sends and reads all that the way takes, until it is told to stop. */
const pump = async (port: number, stop: AbortSignal): Promise<void> => {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => socket.destroy()).resume();
  const piece = Buffer.alloc(2 ** 18, 'x');
  while (!stop.aborted && !socket.destroyed) if (!socket.write(piece)) await once(socket, 'drain');
  socket.destroy();
};
