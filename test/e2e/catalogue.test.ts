import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { type FrpInstrumentationHandle, type FrpListenedKind, registerFrpInstrumentation } from '../../src/index.js';
import { FRP_EVENT_KINDS } from '../../src/model/FrpEvent.js';
import { ALERT_EVENT_KINDS } from '../../src/telemetry/catalogue/alertEvents.js';
import { instanceCatalogue, proxyCatalogue } from '../../src/telemetry/catalogue/catalogue.js';
import { derivedMetrics } from '../../src/telemetry/catalogue/derivedMetrics.js';
import { telemetryModel } from '../../src/telemetry/catalogue/telemetryModel.js';
import { echo, udpEcho, web } from '../../tools/scenarios/services.mjs';
import { tcpProxy } from '../../tools/scenarios/tcpProxy.mjs';
import { exchangeDatagram, hold, httpGet, visit, visitUntilClosed } from '../../tools/scenarios/visitors.mjs';
import { World } from '../../tools/scenarios/World.mjs';
import { OtlpSink } from '../support/OtlpSink.js';
import { checkMetrics, itWithPromtool } from '../support/promtool.js';
import { describeWithFrp } from '../support/realFrp.js';
import { waitUntil } from '../support/waitUntil.js';

jest.setTimeout(120_000);

const KINDS: readonly FrpListenedKind[] = [...FRP_EVENT_KINDS, ...ALERT_EVENT_KINDS];
const TOKEN = { auth: { method: 'token', token: 'right' } };
const HEALTH_CHECK = { type: 'tcp', timeoutSeconds: 1, maxFailed: 1, intervalSeconds: 1 };

describeWithFrp('all that the catalogue names', (folder) => {
  const heard = new Set<FrpListenedKind>();
  let sink: OtlpSink;
  let handle: FrpInstrumentationHandle;
  let world: World;
  let page = '';

  beforeAll(async () => {
    sink = await OtlpSink.start();
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = sink.url;
    world = await World.open('0.71.0', folder, {});
    handle = registerFrpInstrumentation({
      collectionIntervalMillis: 200,
      prometheus: { port: 0 },
      maxClients: 10,
      thresholds: { serverMemory: 1 },
      alerts: { intervalMillis: 200 },
      alertRules: { overrides: [{ rule: 'FrpClientDown', forMillis: 0, keepFiringForMillis: 0 }] },
      recordClientInfo: true,
      recordProxyOwner: true,
      proxyAttributesHook: ({ name }) => ({ 'team.name': name.startsWith('ann.') ? 'ann’s' : 'nobody’s' }),
      probes: {
        targets: [
          { proxy: 'ann.ssh', url: `tcp://127.0.0.1:${world.port('ssh')}` },
          { proxy: 'ann.dead', url: `tcp://127.0.0.1:${world.port('dead')}` },
        ],
        intervalMillis: 1_000,
      },
    });
    for (const kind of KINDS) handle.on(kind, () => heard.add(kind));
    await everythingHappens();
  });

  afterAll(async () => {
    await world?.close();
    await handle?.shutdown();
    await sink?.stop();
  });

  const names = (of: readonly { readonly name: string }[]): Set<string> => new Set(of.map(({ name }) => name));
  const missing = (wanted: Iterable<string>, seen: ReadonlySet<string>): string[] =>
    [...wanted].filter((name) => !seen.has(name));
  const wantedMetrics = (): Set<string> => names([...instanceCatalogue, ...proxyCatalogue, ...derivedMetrics]);

  /** As Prometheus has them. */
  const wantedNames = (): string[] => [...wantedMetrics()].map((name) => name.replaceAll('.', '_'));
  const served = (): Set<string> =>
    new Set(Array.from(page.matchAll(/^# TYPE (\S+?)(?:_total)? /gm), ([, name]) => name ?? ''));

  /** What frp goes through: each step is there for some names of the catalogue. */
  const everythingHappens = async (): Promise<void> => {
    const service = await world.uses(echo());
    const checked = await world.uses(echo(world.port('checked service')));
    const datagrams = await world.uses(udpEcho());
    const site = await world.uses(web({ keepAlive: false }));
    const allowed = ['ssh', 'dead', 'checked', 'dns', 'late'].map((name) => ({ single: world.port(name) }));
    const frps = await world.frps({ ...TOKEN, vhostHTTPPort: world.port('vhost'), allowPorts: allowed });
    const proxies = [
      tcpProxy(world, 'ssh', service.port),
      tcpProxy(world, 'dead', world.port('nobody')),
      { ...tcpProxy(world, 'checked', checked.port), healthCheck: HEALTH_CHECK },
      { ...tcpProxy(world, 'dns', datagrams.port), type: 'udp' },
      { name: 'site', type: 'http', localPort: site.port, customDomains: ['site.example'] },
    ];
    const config = { ...TOKEN, user: 'ann', proxies };
    const frpc = world.frpc(config);
    await frpc.line(/start proxy success/, { count: proxies.length });

    // traffic of each kind, through tunnels and to where there is none
    await visit(world.port('ssh'), 10_000);
    const open = await hold(world.port('ssh'), 1_000);
    await exchangeDatagram(world.port('dns'), 500);
    await httpGet(world.port('vhost'), 'site.example');
    await httpGet(world.port('vhost'), 'nowhere.example'); // an error of frps
    await visitUntilClosed(world.port('dead')); // a failed connection
    await world.get('frps', '/api/serverinfo'); // somebody looks at the dashboard

    // who is refused: a client by its token, a proxy by its port
    await world.frpc({ auth: { method: 'token', token: 'wrong' }, proxies: [] }, { name: 'stranger' }).closed;
    const second = world.frpc(
      { ...TOKEN, proxies: [{ ...tcpProxy(world, 'taken', service.port), remotePort: world.port('ssh') }] },
      { name: 'second' },
    );
    await second.line(/start error/);

    // a service that goes, as frpc itself finds out
    await checked.stop();
    await frpc.line(/\[checked\] health check failed$/);

    // a reload that takes a proxy away and brings one, and one that fails
    const changed = [...proxies.filter(({ name }) => name !== 'dns'), tcpProxy(world, 'late', service.port)];
    await world.reload({ ...config, proxies: changed });
    await frpc.line(/\[late\] start proxy success/);
    await world.reload({ ...config, proxies: [{ name: 'nonsense', type: 'none' }] });

    await open.close();
    // while all of them live
    const everything = async (): Promise<boolean> => {
      await handle.forceFlush();
      page = await (await fetch(handle.metricsUrl ?? '')).text();
      return (
        missing(wantedMetrics(), names(sink.metricPoints)).length === 0 && missing(wantedNames(), served()).length === 0
      );
    };
    await waitUntil('each metric', everything, 60_000).catch(() => undefined); // the tests say which are missing

    // ends: a client that is lost and comes back, a server that is stopped
    const down = (): number =>
      handle.alerts().filter(({ name, state }) => name === 'FrpClientDown' && state === 'firing').length;
    const before = down(); // of the stranger, who ended by itself
    await frpc.end('SIGKILL');
    await waitUntil('the alert of it', () => down() > before);
    await frps.line(/client exit success/, { count: 1 });
    await world.frpc({ ...config, proxies: changed }).line(/start proxy success/);
    await waitUntil('its end', () => heard.has('alert.resolved'));
    await frps.end('SIGTERM');
    await waitUntil('frps to be seen gone', () => heard.has('server.stopped') && heard.has('client.disconnected'));
    await handle.forceFlush();
  };

  it('has every metric exported', () => {
    expect(missing(wantedMetrics(), names(sink.metricPoints))).toEqual([]);
  });

  it('has no metric exported that it does not name, and each with its unit and its attributes', () => {
    expect(missing(names(sink.metricPoints), wantedMetrics())).toEqual([]);
    const entries = [...telemetryModel.metrics, ...telemetryModel.derivedMetrics];
    const strange = sink.metricPoints.flatMap(({ name, unit, valueType, attributes }) => {
      const entry = entries.find((each) => each.name === name);
      const known = new Set([...(entry?.attributes ?? []), ...(entry?.optInAttributes ?? []), 'team.name']);
      const unknown = missing(Object.keys(attributes), known);
      const isInt = typeof attributes === 'object' && valueType === 'int';
      return unknown.length > 0 || unit !== entry?.unit || isInt ? [`${name} ${unit} ${valueType} ${unknown}`] : [];
    });
    expect([...new Set(strange)]).toEqual([]);
  });

  it('has every event told to listeners, and as a log record where it is one', () => {
    expect(missing(KINDS, heard)).toEqual([]);
    const recorded = new Set(sink.logRecords.map(({ eventName }) => eventName ?? ''));
    expect(missing(names(telemetryModel.events), recorded)).toEqual([]);
  });

  it('has every span', () => {
    expect(missing(names(telemetryModel.spans), names(sink.spans))).toEqual([]);
    expect(missing(names(sink.spans), names(telemetryModel.spans))).toEqual([]);
  });

  it('has what is opt-in: the owner of a proxy and the attributes of the hook', () => {
    const ofProxy = (proxy: string) =>
      sink.metricPoints.filter(
        ({ name, attributes }) => name === 'frp.proxy.io' && attributes['frp.proxy.name'] === proxy,
      );
    expect(ofProxy('ann.ssh').at(-1)?.attributes).toMatchObject({ 'frp.user': 'ann', 'team.name': 'ann’s' });
  });

  itWithPromtool('is served at /metrics as promtool wants it', () => {
    expect(missing(wantedNames(), served())).toEqual([]);
    expect(checkMetrics(page)).toEqual({ status: 0, output: '' });
  });
});
