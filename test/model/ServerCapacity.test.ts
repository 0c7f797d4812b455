import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../src/frp/config/parseConfig.js';
import type { FrpEvent } from '../../src/model/FrpEvent.js';
import type { FrpModel, FrpModelOptions } from '../../src/model/FrpModel.js';
import type { FrpSignal } from '../../src/model/FrpSignal.js';
import { fixtureLines } from '../frp/fixture.js';
import {
  answered,
  exited,
  instanceOf,
  logIsOff,
  logLine,
  newModel,
  proxyAnswer,
  sampled,
  says,
  serverStarted,
  sourceChanged,
} from './signals.js';

const THRESHOLDS = { serverCpu: 0.8, serverMemory: 1_000_000, serverClients: 20, fileDescriptors: 0.8 };
const GIB = 2 ** 30;

const running = (config = 'bindPort = 7000', options: Partial<FrpModelOptions> = {}): FrpModel => {
  const model = newModel({ thresholds: { ...THRESHOLDS, serverMemory: GIB }, ...options });
  model.apply(serverStarted(0, { config: parseConfig(config, 'server') }));
  return model;
};
const serverOf = (model: FrpModel) => instanceOf(model).server;
/** `time resource value threshold` of each warning. */
const warnings = (model: FrpModel, ...signals: readonly FrpSignal[]): unknown[] =>
  signals
    .flatMap((signal) => [...model.apply(signal)])
    .flatMap((event: FrpEvent) =>
      event.kind === 'server.resource.warning' ? [[event.time, event.resource, event.value, event.threshold]] : [],
    );
const clients = (time: number, clientCounts: number) => answered(time, [], { clientCounts });
const login = (time: number, runId: string) => [
  says(time, { kind: 'client.login', address: 'a', version: '', hostname: '', os: '', arch: '' }, runId),
  says(time, { kind: 'proxy.started', proxy: runId, type: 'http' }, runId),
];

describe('what of frps is in use', () => {
  it('given allowPorts, is a share of them, of tcp and udp proxies that are online', () => {
    const model = running('allowPorts = [{ start = 6000, end = 6009 }]');
    expect(serverOf(model)?.portUtilization).toBe(0);
    model.apply(
      answered(1, [
        proxyAnswer('a', { remotePort: 6000 }),
        proxyAnswer('b', { remotePort: 6001 }),
        proxyAnswer('c', { remotePort: 6002, online: false }),
        proxyAnswer('d', { remotePort: 6000, type: 'udp' }),
        proxyAnswer('e', { type: 'http' }),
      ]),
    );
    expect(serverOf(model)?.portUtilization).toBe(0.2);
    model.apply(exited(2));
    expect(serverOf(model)?.portUtilization).toBe(0);
  });

  it('without an API, has the ports of the log, which tells them before a start', () => {
    const model = running('allowPorts = [{ start = 6000, end = 6003 }]');
    for (const signal of [
      says(1, { kind: 'proxy.listening', proxy: 'ssh', port: '6000' }, 'a1'),
      says(2, { kind: 'proxy.started', proxy: 'ssh', type: 'tcp' }, 'a1'),
    ]) {
      model.apply(signal);
    }
    expect(serverOf(model)?.portUtilization).toBe(0.25);
    model.apply(logIsOff(3));
    expect(serverOf(model)?.portUtilization).toBeUndefined();
  });

  it('without allowPorts, or where some proxies are not known, tells no share of ports', () => {
    expect(serverOf(running())?.portUtilization).toBeUndefined();
    const found = newModel();
    const config = parseConfig('allowPorts = [{ single = 6000 }]', 'server');
    found.apply(serverStarted(0, { config, seenFromStart: false }));
    expect(serverOf(found)?.portUtilization).toBeUndefined();
  });

  it('given a limit of clients, is a share of it, which may be over 1', () => {
    const model = running(undefined, { maxClients: 8 });
    expect(serverOf(model)?.clientUtilization).toBe(0);
    model.apply(clients(1, 10));
    expect(serverOf(model)?.clientUtilization).toBe(1.25);
    expect(serverOf(running())?.clientUtilization).toBeUndefined();
    model.apply(sourceChanged(2, { state: 'degraded' }));
    model.apply(logIsOff(2));
    expect(serverOf(model)).toMatchObject({ activeClients: undefined, clientUtilization: undefined });
  });

  it('has the most clients that there were at a time, told by the API or the log, over a restart', () => {
    const model = running();
    expect(serverOf(model)?.peakClients).toBeUndefined();
    for (const signal of [...login(1, 'a'), ...login(2, 'b'), says(3, { kind: 'client.exit' }, 'a')])
      model.apply(signal);
    expect(serverOf(model)).toMatchObject({ activeClients: 1, peakClients: 2 });
    model.apply(clients(4, 5));
    model.apply(clients(5, 3));
    model.apply(exited(6));
    model.apply(serverStarted(7, { target: 2 }));
    expect(serverOf(model)).toMatchObject({ activeClients: 0, peakClients: 5 });
  });

  it('counts no peak of what is no news', () => {
    const model = running();
    for (const signal of [...login(1, 'a'), ...login(2, 'b')]) model.apply({ ...signal, replayed: true });
    model.apply(says(3, { kind: 'client.exit' }, 'a'));
    model.apply({ kind: 'log.history.read', time: 4, target: 1 });
    model.apply(sampled(5));
    expect(serverOf(model)?.peakClients).toBe(1);
  });

  it.each([
    ['bindPort = 7001\nwebServer.port = 7500', { bindPort: 7001, dashboard: { enabled: true, port: 7500 } }],
    ['', { bindPort: 7000, dashboard: { enabled: false, port: undefined } }],
    ['[common]\nbind_port = 7002\ndashboard_port = 7501', { bindPort: 7002, dashboard: { enabled: true, port: 7501 } }],
  ])('has of the config %j where it listens', (config, expected) => {
    expect(serverOf(running(config))).toMatchObject(expected);
  });

  it('without a config, does not know where frps listens', () => {
    const model = newModel();
    model.apply(serverStarted(0, { config: undefined }));
    expect(serverOf(model)).toMatchObject({ bindPort: undefined, dashboard: undefined, portUtilization: undefined });
  });
});

describe('a resource of frps beyond its threshold', () => {
  it('is warned of once, and again only after it was below 95 % of the threshold', () => {
    const model = running();
    const memory = (time: number, memoryResident: number) => sampled(time, { memoryResident });
    expect(warnings(model, memory(1, GIB))).toEqual([]);
    expect(warnings(model, memory(2, GIB + 1))).toEqual([[2, 'memory', GIB + 1, GIB]]);
    expect(warnings(model, memory(3, 2 * GIB), memory(4, 0.96 * GIB), memory(5, 2 * GIB))).toEqual([]);
    expect(warnings(model, memory(6, 0.94 * GIB), memory(7, 2 * GIB))).toEqual([[7, 'memory', 2 * GIB, GIB]]);
  });

  it('is told with who it is about', () => {
    const model = running();
    expect(model.apply(sampled(5, { memoryResident: 2 * GIB }))).toEqual([
      {
        role: 'server',
        instance: 'frps@box',
        serverName: 'box:7000',
        pid: 100,
        kind: 'server.resource.warning',
        time: 5,
        resource: 'memory',
        value: 2 * GIB,
        threshold: GIB,
      },
    ]);
  });

  it('may be the CPU, as a share of all CPUs between two samples', () => {
    const model = running();
    expect(warnings(model, sampled(1_000, { cpuUser: 0 }), sampled(2_000, { cpuUser: 3.2 }))).toEqual([]);
    expect(warnings(model, sampled(3_000, { cpuUser: 6.8 }))).toEqual([[3_000, 'cpu', 0.9, 0.8]]);
  });

  it('may be the open files, as a share of their limit; unknown ones are not', () => {
    const model = running();
    expect(warnings(model, sampled(1, { openFiles: 819 }), sampled(2, { openFiles: undefined }))).toEqual([]);
    expect(warnings(model, sampled(3, { openFiles: 900, maxOpenFiles: 1000 }))).toEqual([
      [3, 'file_descriptors', 0.9, 0.8],
    ]);
  });

  it('may be the clients, by API or log', () => {
    const model = running(undefined, { thresholds: { ...THRESHOLDS, serverClients: 2 } });
    expect(warnings(model, clients(1, 2), clients(2, 3), clients(3, 4))).toEqual([[2, 'clients', 3, 2]]);
    expect(warnings(model, clients(4, 1), clients(5, 9))).toEqual([[5, 'clients', 9, 2]]);
    const byLog = running(undefined, { thresholds: { ...THRESHOLDS, serverClients: 1, serverMemory: GIB } });
    expect(warnings(byLog, ...login(1, 'a'), ...login(2, 'b'), ...login(3, 'c'))).toEqual([[2, 'clients', 2, 1]]);
    expect(warnings(byLog, says(4, { kind: 'client.exit' }, 'a'), says(5, { kind: 'client.exit' }, 'b'))).toEqual([]);
  });

  it('is warned of at the first look, too, at a frps that ran before', () => {
    const model = newModel({ thresholds: { ...THRESHOLDS, serverClients: 2 } });
    model.apply(serverStarted(0, { seenFromStart: false }));
    expect(warnings(model, clients(1, 7))).toEqual([[1, 'clients', 7, 2]]);
  });

  it('begins anew with a restart', () => {
    const model = running();
    const beyond = { memoryResident: 2 * GIB };
    expect(warnings(model, sampled(1, beyond))).toHaveLength(1);
    model.apply(exited(2));
    model.apply(serverStarted(3, { target: 2 }));
    expect(warnings(model, { ...sampled(4, beyond), target: 2 })).toEqual([[4, 'memory', 2 * GIB, GIB]]);
  });

  it('without thresholds, is none', () => {
    const model = newModel();
    model.apply(serverStarted(0));
    expect(warnings(model, sampled(1, { memoryResident: 1e15 }), clients(2, 1e6))).toEqual([]);
  });
});

describe('a frps that complains of too many open files', () => {
  const complaint = (time: number) => says(time, { kind: 'fault', error: 'accept4: too many open files' });

  it('has none left, once for a burst of lines; a sample below lets it warn again', () => {
    const model = running();
    expect(warnings(model, complaint(1), complaint(2), complaint(3))).toEqual([[1, 'file_descriptors', 1, 0.8]]);
    expect(warnings(model, sampled(4, { openFiles: 1_000 }), complaint(5))).toEqual([]);
    expect(warnings(model, sampled(6, { openFiles: 12 }), complaint(7))).toEqual([[7, 'file_descriptors', 1, 0.8]]);
  });

  it('where nobody counts its files, warns again after a minute without complaint', () => {
    const model = running();
    const unknown = (time: number) => sampled(time, { openFiles: undefined });
    expect(warnings(model, complaint(1_000), unknown(50_000), complaint(51_000))).toHaveLength(1);
    expect(warnings(model, unknown(110_999), complaint(110_999))).toEqual([]);
    expect(warnings(model, unknown(170_999), complaint(171_000))).toHaveLength(1);
  });

  it('also in the line of a proxy, is believed', () => {
    const model = running();
    model.apply(says(1, { kind: 'proxy.started', proxy: 'ssh', type: 'tcp' }, 'a1'));
    const line = says(2, { kind: 'proxy.fault', proxy: 'ssh', error: 'accept4: too many open files' }, 'a1');
    expect(warnings(model, line)).toEqual([[2, 'file_descriptors', 1, 0.8]]);
  });

  it.each(['0.52.3', '0.61.2', '0.71.0'])('as frps %s wrote it, is warned of once', (version) => {
    const model = running();
    const lines = fixtureLines('file-descriptors.frps.log', version).map((text) => logLine('server', text));
    expect(warnings(model, ...lines)).toEqual([[expect.any(Number), 'file_descriptors', 1, 0.8]]);
  });

  it('before we came, is no news', () => {
    const model = running();
    expect(warnings(model, { ...complaint(1), replayed: true })).toEqual([]);
  });
});
