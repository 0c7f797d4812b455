import { isAtLeast } from './isAtLeast.mjs';
import { startRelay } from './relay.mjs';
import { echo } from './services.mjs';
import { hold, visit } from './visitors.mjs';

/** @typedef {import('./runScenario.mjs').Scenario} Scenario */

const LOGIN_FAILED = /connect to server error|login to server failed/;
const LOGGED_IN = /login to server success/;
const EXIT = /client exit success/;

/** @param {import('./World.mjs').World} world */
const oneTunnel = async (world, name = 'ssh') => {
  const service = await world.uses(echo());
  const proxy = { name, type: 'tcp', localPort: service.port, remotePort: world.port(name) };
  return { service, proxies: [proxy] };
};

/** @type {Scenario[]} What happens to frps, frpc and the session between them. */
export const sessions = [
  {
    name: 'start-and-login',
    done: 'frps and frpc started, one connection of 1000 bytes, SIGTERM to frpc, then to frps; coloured as on a console',
    config: 'the defaults',
    types: ['tcp'],
    run: async (world) => {
      const { proxies } = await oneTunnel(world);
      const log = { disablePrintColor: false };
      const frps = await world.frps({ log });
      const frpc = world.frpc({ log, proxies });
      await frpc.line(/\[ssh\] start proxy success/);
      await visit(world.port('ssh'), 1000);
      await world.counted('tcp', 'ssh', { curConns: 0, out: 1000 });
      await world.look('1-counted');
      await frpc.end('SIGTERM');
      await frps.line(EXIT);
      await world.look('2-left');
      await frps.end('SIGTERM');
    },
  },
  {
    name: 'token-refused',
    done: 'frpc tries once and exits with code 1; frpc2 tries on, and gets SIGTERM after its second refusal',
    config: 'frps: `auth.token`; both frpc: another one; frpc2: `loginFailExit = false`',
    types: [],
    run: async (world) => {
      const frps = await world.frps({ auth: { token: 'dummy-right' } });
      const auth = { token: 'dummy-wrong' };
      await world.frpc({ auth }).closed;
      const frpc2 = world.frpc({ auth, loginFailExit: false }, { name: 'frpc2' });
      await frpc2.line(LOGIN_FAILED, { count: 2 });
      await frps.line(/register control error/, { count: 3 });
      await world.look('1-refused');
      await frpc2.end('SIGTERM');
    },
  },
  {
    name: 'frps-restart',
    done: 'SIGKILL to frps; started again after the second failed login of frpc; one connection of 1000 bytes before and one of 500 after',
    config: 'the defaults',
    types: ['tcp'],
    run: async (world) => {
      const { proxies } = await oneTunnel(world);
      const frps = await world.frps();
      const frpc = world.frpc({ proxies });
      await frpc.line(/\[ssh\] start proxy success/);
      await visit(world.port('ssh'), 1000);
      await world.counted('tcp', 'ssh', { curConns: 0, out: 1000 });
      await world.look('1-before');
      await frps.end('SIGKILL');
      await frpc.line(LOGIN_FAILED, { count: 2 });
      await world.look('2-away');
      await world.frps();
      await frpc.line(/\[ssh\] start proxy success/, { count: 2, withinMillis: 40_000 });
      await visit(world.port('ssh'), 500);
      await world.counted('tcp', 'ssh', { curConns: 0, out: 500 });
      await world.look('3-back');
    },
  },
  {
    name: 'frpc-killed',
    done: 'one connection of 1000 bytes kept open, SIGKILL to frpc; started again with the same config',
    config: 'the defaults',
    types: ['tcp'],
    run: async (world) => {
      const { proxies } = await oneTunnel(world);
      const frps = await world.frps();
      const frpc = world.frpc({ proxies });
      await frpc.line(/\[ssh\] start proxy success/);
      await world.uses(hold(world.port('ssh'), 1000));
      await world.counted('tcp', 'ssh', { curConns: 1 });
      await world.look('1-open');
      await frpc.end('SIGKILL');
      await frps.line(EXIT);
      await world.counted('tcp', 'ssh', { online: false, curConns: 0, out: 1000 });
      await world.look('2-lost');
      await world.frpc({ proxies }).line(/\[ssh\] start proxy success/);
      await world.counted('tcp', 'ssh', { online: true });
      await world.look('3-back');
    },
  },
  {
    name: 'frozen-frpc',
    done: 'SIGSTOP to frpc until frps gives it up, SIGCONT, and frpc logs in again',
    config: 'the defaults: tcpMux with its keepalive',
    types: ['tcp'],
    run: async (world) => {
      const { proxies } = await oneTunnel(world);
      const frps = await world.frps();
      const frpc = world.frpc({ proxies });
      await frpc.line(/\[ssh\] start proxy success/);
      await world.look('1-online');
      frpc.freeze();
      await frps.line(EXIT, { withinMillis: 100_000 });
      await world.look('2-frozen', { except: 'frpc' });
      frpc.thaw();
      await frpc.line(/\[ssh\] start proxy success/, { count: 2 });
      await world.counted('tcp', 'ssh', { online: true });
      await world.look('3-back');
    },
  },
  {
    name: 'frozen-frps',
    done: 'SIGSTOP to frps until a login of frpc has failed, SIGCONT, and frpc logs in again',
    config: 'the defaults: tcpMux with its keepalive',
    types: ['tcp'],
    run: async (world) => {
      const { proxies } = await oneTunnel(world);
      const frps = await world.frps();
      const frpc = world.frpc({ proxies });
      await frpc.line(/\[ssh\] start proxy success/);
      await world.look('1-online');
      frps.freeze();
      await frpc.line(LOGIN_FAILED, { withinMillis: 100_000 });
      await world.look('2-frozen', { except: 'frps' });
      frps.thaw();
      await frpc.line(/\[ssh\] start proxy success/, { count: 2, withinMillis: 60_000 });
      await world.counted('tcp', 'ssh', { online: true });
      await world.look('3-back');
    },
  },
  {
    name: 'heartbeat-frpc-frozen',
    done: 'SIGSTOP to frpc until frps gives it up, SIGCONT, and frpc logs in again',
    config:
      'both: `transport.tcpMux = false`, `transport.heartbeatTimeout = 3`; frpc: `transport.heartbeatInterval = 1`',
    types: ['tcp'],
    run: async (world) => {
      const { proxies } = await oneTunnel(world);
      const frps = await world.frps({ transport: { tcpMux: false, heartbeatTimeout: 3 } });
      const frpc = world.frpc({ transport: { tcpMux: false, heartbeatTimeout: 3, heartbeatInterval: 1 }, proxies });
      await frpc.line(/\[ssh\] start proxy success/);
      await world.look('1-online');
      frpc.freeze();
      await frps.line(EXIT, { withinMillis: 30_000 });
      await world.look('2-frozen', { except: 'frpc' });
      frpc.thaw();
      await frpc.line(/\[ssh\] start proxy success/, { count: 2 });
      await world.counted('tcp', 'ssh', { online: true });
      await world.look('3-back');
    },
  },
  {
    name: 'heartbeat-frps-frozen',
    done: 'SIGSTOP to frps until frpc tries to log in again, SIGCONT, and it does',
    config:
      'both: `transport.tcpMux = false`; frpc: `transport.heartbeatTimeout = 3`, `transport.heartbeatInterval = 1`',
    types: ['tcp'],
    run: async (world) => {
      const { proxies } = await oneTunnel(world);
      const frps = await world.frps({ transport: { tcpMux: false } });
      const frpc = world.frpc({ transport: { tcpMux: false, heartbeatTimeout: 3, heartbeatInterval: 1 }, proxies });
      await frpc.line(/\[ssh\] start proxy success/);
      await world.look('1-online');
      frps.freeze();
      await frpc.line(/heartbeat timeout/, { withinMillis: 30_000 });
      // Up to 0.52 frpc says so only when it tries again.
      await frpc.line(/try to (re)?connect/, { count: isAtLeast(world.version, '0.53.0') ? 2 : 1 });
      await world.look('2-frozen', { except: 'frps' });
      frps.thaw();
      await frpc.line(/\[ssh\] start proxy success/, { count: 2, withinMillis: 40_000 });
      await world.counted('tcp', 'ssh', { online: true });
      await world.look('3-back');
    },
  },
  {
    name: 'client-replaced',
    done: 'the network between them breaks so that only frpc sees it: it logs in again with its run id while frps still has the old session',
    config: 'frpc: `serverPort` of a relay',
    types: ['tcp'],
    run: async (world) => {
      const { proxies } = await oneTunnel(world);
      const frps = await world.frps();
      const relay = await world.uses(startRelay(world.port('frps')));
      const frpc = world.frpc({ serverPort: relay.port, proxies });
      await frpc.line(/\[ssh\] start proxy success/);
      await world.look('1-online');
      relay.breakClientSide();
      await frps.line(/replaced by client/i);
      await frpc.line(LOGGED_IN, { count: 2 });
      await frpc.line(/\[ssh\] start proxy success/, { count: 2, withinMillis: 60_000 });
      await world.counted('tcp', 'ssh', { online: true });
      await world.look('2-replaced');
    },
  },
  {
    name: 'client-id-twice',
    done: 'frpc2 logs in with the client id of frpc, is refused and exits; SIGTERM to frpc',
    config: 'both frpc: `user = "alice"`, `clientID = "home"`',
    types: ['tcp'],
    since: '0.67.0',
    reason: 'there is no clientID before',
    run: async (world) => {
      const { proxies } = await oneTunnel(world);
      const frps = await world.frps();
      const who = { user: 'alice', clientID: 'home' };
      const frpc = world.frpc({ ...who, proxies });
      await frpc.line(/start proxy success/);
      await world.frpc({ ...who }, { name: 'frpc2' }).closed;
      await world.look('1-refused');
      await frpc.end('SIGTERM');
      await frps.line(EXIT);
      await world.counted('tcp', 'alice.ssh', { online: false });
      await world.look('2-left');
    },
  },
];
