import { beforeEach, describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../src/frp/config/parseConfig.js';
import type { FrpModel } from '../../src/model/FrpModel.js';
import type { FrpSignal, SocketReading } from '../../src/model/FrpSignal.js';
import {
  clientStarted,
  exited,
  instanceOf,
  kinds,
  newModel,
  proxyOf,
  says,
  socket,
  socketClosed,
  socketsAreSeen,
  socketsSampled,
  sourceChanged,
  TARGET,
} from './signals.js';

const config = parseConfig(
  `serverAddr = "frp.example"
user = "alice"
[[proxies]]
name = "ssh"
type = "tcp"
localIP = "::1"
localPort = 22
[[proxies]]
name = "one"
type = "tcp"
localPort = 80
[[proxies]]
name = "two"
type = "http"
localIP = "localhost"
localPort = 80
customDomains = ["a.example"]
[[proxies]]
name = "files"
type = "tcp"
[proxies.plugin]
type = "static_file"
localPath = "/srv"
[[proxies]]
name = "dns"
type = "udp"
localPort = 53
[[proxies]]
name = "direct"
type = "xtcp"
secretKey = "s"
localPort = 443
[[proxies]]
name = "tls"
type = "tcp"
localPort = 443
[[proxies]]
name = "off"
type = "tcp"
localPort = 23
enabled = false
`,
  'client',
);

const toSsh = (id: string, bytes: number, changed: Partial<SocketReading> = {}): SocketReading =>
  socket(id, { hop: 'service', port: 40_000, peer: '[::1]:22', in: bytes, out: 2 * bytes, ...changed });

let model: FrpModel;
const apply = (...signals: readonly FrpSignal[]) => signals.flatMap((signal) => [...model.apply(signal)]);
const running = (...names: string[]) =>
  names.flatMap((proxy) => [
    says(1, { kind: 'proxies.added', proxies: [proxy] }),
    says(2, { kind: 'proxy.running', proxy }),
  ]);
const successes = (name: string) => proxyOf(model, name).connections.filter(({ errorType }) => errorType === undefined);

beforeEach(() => {
  model = newModel();
  apply(
    clientStarted(0, { config }),
    socketsAreSeen(0),
    ...running('ssh', 'one', 'two', 'files', 'dns', 'direct', 'tls'),
  );
});

describe('a connection of frpc to a local service', () => {
  it('is the proxy’s that has the service: its bytes, also the last ones, its round trip', () => {
    apply(socketsSampled(10, toSsh('1', 5)));
    expect(proxyOf(model, 'alice.ssh')).toMatchObject({ io: { in: 5, out: 10 }, activeConnections: 1 });
    apply(socketClosed(20, toSsh('1', 9, { roundTrip: 0.001 })), socketClosed(21, toSsh('2', 1)));
    expect(proxyOf(model, 'alice.ssh')).toMatchObject({
      io: { in: 10, out: 20 },
      activeConnections: 0,
      roundTrip: { count: 1, sum: 0.001 },
      connectionDuration: undefined,
    });
  });

  it('is nobody’s where two proxies have the service, by whatever name of it', () => {
    const peers = ['127.0.0.1:80', 'localhost:80', '127.0.0.1:443'];
    apply(socketsSampled(10, ...peers.map((peer, id) => toSsh(`${id}`, 5, { peer }))));
    for (const name of ['one', 'two', 'direct', 'tls']) {
      expect(proxyOf(model, `alice.${name}`)).toMatchObject({
        io: undefined,
        activeConnections: undefined,
        segments: undefined,
      });
    }
    expect(successes('alice.one')).toEqual([]);
  });

  it('does not exist for plugins and udp: their bytes are not known, and not 0', () => {
    expect(['files', 'dns'].map((name) => proxyOf(model, `alice.${name}`).io)).toEqual([undefined, undefined]);
  });

  it('of a proxy that the config does not run is nobody’s', () => {
    apply(socketsSampled(10, toSsh('1', 5, { peer: '127.0.0.1:23' })));
    expect(instanceOf(model).proxies.map(({ name }) => name)).not.toContain('alice.off');
  });

  it('counts as one that worked, beside those that failed by the log', () => {
    apply(socketsSampled(10, toSsh('1', 5)), socketClosed(11, toSsh('2', 5)));
    apply(says(12, { kind: 'local.connect.failed', proxy: 'ssh', error: 'dial tcp: connect: connection refused' }));
    expect(proxyOf(model, 'alice.ssh').connections).toEqual([
      { errorType: undefined, count: 2 },
      { errorType: 'connection_refused', count: 1 },
      { errorType: 'timeout', count: 0 },
      { errorType: '_OTHER', count: 0 },
    ]);
  });

  it('counts not where some are missed: a share of failures would be wrong; its bytes are a lower bound', () => {
    apply(socketsSampled(10, toSsh('1', 5)));
    apply(sourceChanged(11, { source: 'sockets', state: 'degraded', reason: 'some lost', givesSome: true }));
    expect(successes('alice.ssh')).toEqual([]);
    expect(proxyOf(model, 'alice.ssh')).toMatchObject({ io: { in: 5, out: 10 }, activeConnections: 1 });
  });

  it('has ended where ends are not told and a look has it no more', () => {
    apply({ ...socketsSampled(10, toSsh('1', 5)), tellsEnds: false }, { ...socketsSampled(20), tellsEnds: false });
    expect(proxyOf(model, 'alice.ssh')).toMatchObject({ io: { in: 5, out: 10 }, activeConnections: 0 });
  });

  it('of another file’s proxy is its own after a reload', () => {
    const reloaded = parseConfig(
      'serverAddr = "frp.example"\nuser = "alice"\n[[proxies]]\nname = "one"\ntype = "tcp"\nlocalPort = 80\n',
      'client',
    );
    apply({ kind: 'config.read', time: 5, target: TARGET, config: reloaded });
    apply(socketsSampled(10, toSsh('1', 5, { peer: '127.0.0.1:80' })));
    expect(proxyOf(model, 'alice.one').io).toEqual({ in: 5, out: 10 });
  });

  it('goes on counting where frpc is killed and comes back', () => {
    apply(socketsSampled(10, toSsh('1', 5)), exited(20), clientStarted(30, { config }));
    expect(proxyOf(model, 'alice.ssh')).toMatchObject({ io: { in: 5, out: 10 }, activeConnections: 0 });
    apply(socketsAreSeen(31), socketsSampled(40, toSsh('9', 1)));
    expect(proxyOf(model, 'alice.ssh').io).toEqual({ in: 6, out: 12 });
  });

  it('shows a proxy that neither log nor API has told of', () => {
    model = newModel();
    apply(clientStarted(0, { config, seenFromStart: false }), socketsAreSeen(0));
    const events = apply(socketsSampled(10, toSsh('1', 1_000)), socketsSampled(20, toSsh('1', 1_003)));
    expect(kinds(events)).toEqual(['proxy.created alice.ssh', 'proxy.connected alice.ssh']);
    expect(proxyOf(model, 'alice.ssh')).toMatchObject({ state: 'running', type: 'tcp', io: { in: 3, out: 6 } });
  });

  it('has a duration told of a probe by its proxy’s name', () => {
    apply({
      kind: 'probe.ended',
      time: 5,
      target: TARGET,
      proxy: 'alice.ssh',
      duration: 0.1,
      errorType: undefined,
      message: undefined,
    });
    expect(proxyOf(model, 'alice.ssh').probeDuration).toMatchObject([{ histogram: { count: 1, sum: 0.1 } }]);
  });
});
