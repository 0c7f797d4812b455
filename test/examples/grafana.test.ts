import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { parseConfig } from '../../src/frp/config/parseConfig.js';
import { commandLinesIn, fileNames, pathOf, refusalOf, textOf } from './exampleFiles.js';

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly pid?: string;
  readonly network_mode?: string;
  readonly uts?: string;
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly ports?: unknown;
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
}

const composeOf = (folder: string, file: string): Compose => parse(textOf(folder, file)) as Compose;
const compose = composeOf('grafana', 'compose.yaml');
const { services } = compose;
const all = Object.entries(services);

/** A file or folder beside compose.yaml, or above it. */
const placeOf = (path: string): string => fileURLToPath(new URL(path, `file://${pathOf('grafana', 'compose.yaml')}`));

describe('compose.yaml', () => {
  it('pins each image to a version', () => {
    expect(all.filter(([, { image }]) => !/^[\w./-]+:v?\d+\.\d+\.\d+$/.test(image))).toEqual([]);
  });

  it('has all that takes part', () => {
    expect(all.map(([name]) => name).sort()).toEqual([
      'alertmanager',
      'collector',
      'frp-otel',
      'frpc',
      'frps',
      'grafana',
      'loki',
      'prometheus',
      'tempo',
    ]);
  });

  it('mounts files and folders that are here, read only, and volumes that it declares', () => {
    const mounts = all.flatMap(([, { volumes = [] }]) => volumes.map((mount) => mount.split(':')));
    const here = mounts.filter(([source = '']) => source.startsWith('.'));
    expect(here.filter(([source = '']) => !existsSync(placeOf(source)))).toEqual([]);
    expect(here.filter(([, , mode]) => mode !== 'ro')).toEqual([]);
    expect(here.length).toBeGreaterThan(8);
    const named = mounts.filter(([source = '']) => !source.startsWith('.')).map(([source]) => source);
    expect(named.sort()).toEqual(Object.keys(compose.volumes).sort());
  });

  it('starts each with configs that it mounts', () => {
    const missing = all.flatMap(([name, { command = [], volumes = [] }]) => {
      const targets = volumes.map((mount) => mount.split(':')[1] ?? '');
      const asked = command.flatMap((word) => /(\/etc\/\S+)$/.exec(word)?.[1] ?? []);
      return asked.filter((file) => !targets.some((target) => file.startsWith(target))).map((file) => [name, file]);
    });
    expect(missing).toEqual([]);
  });

  it('builds the agent as examples/docker does, and gives it the same rights', () => {
    const { image, build, command, environment, pid, network_mode, uts, cap_add, security_opt } = services[
      'frp-otel'
    ] as Service;
    const { services: onHost } = composeOf('docker', 'compose.host.yaml');
    expect(onHost['frp-otel']).toMatchObject({ image, pid, network_mode, uts, cap_add, security_opt });
    expect(existsSync(placeOf(`${build?.context}/${build?.dockerfile}`))).toBe(true);
    expect(command).toBeUndefined(); // so that it is that of the Dockerfile
    expect(environment).toEqual({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      OTEL_METRIC_EXPORT_INTERVAL: '15000',
    });
  });

  it('has no password, and asks for that of Grafana', () => {
    expect(services.grafana?.environment?.GF_SECURITY_ADMIN_PASSWORD).toMatch(/^\$\{GRAFANA_ADMIN_PASSWORD:\?.+\}$/);
    expect(
      fileNames('grafana')
        .map((file) => (file.includes('.') ? textOf('grafana', file) : ''))
        .join(''),
    ).not.toMatch(/^\s*(?:auth\.token|webServer\.password)/m);
  });
});

describe('what listens', () => {
  const flag = (service: string, name: string): string =>
    services[service]?.command?.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1) ?? '?';
  const server = (file: string): readonly string[] => {
    const { server: of } = parse(textOf('grafana', file)) as { server: Readonly<Record<string, string | number>> };
    return ['http', 'grpc'].map((kind) => `${of[`${kind}_listen_address`]}:${of[`${kind}_listen_port`]}`);
  };
  const { environment = {} } = services.grafana as Service;
  const frps = parseConfig(textOf('grafana', 'frps.toml'), 'server');
  const frpc = parseConfig(textOf('grafana', 'frpc.toml'), 'client');
  const allInOne = parse(textOf('../collector-config', 'all-in-one.yaml')) as {
    readonly service: { readonly telemetry: { readonly metrics: { readonly readers: readonly unknown[] } } };
  };
  const tempo = parse(textOf('grafana', 'tempo.yaml')) as {
    distributor: { receivers: { otlp: { protocols: { http: { endpoint: string } } } } };
  };
  const ofCollector = [...JSON.stringify(allInOne).matchAll(/"endpoint":"\$\{env:\w+:-([^}]+)\}"/g)];
  const ownPort = /"host":"([\d.]+)","port":"\$\{env:\w+:-(\d+)\}"/.exec(JSON.stringify(allInOne));
  const listening = [
    `${environment.GF_SERVER_HTTP_ADDR}:${environment.GF_SERVER_HTTP_PORT}`,
    flag('prometheus', '--web.listen-address'),
    flag('alertmanager', '--web.listen-address'),
    ...server('loki.yaml'),
    ...server('tempo.yaml'),
    tempo.distributor.receivers.otlp.protocols.http.endpoint,
    ...ofCollector.map(([, endpoint = '?']) => endpoint),
    `${ownPort?.[1]}:${ownPort?.[2]}`,
    '127.0.0.1:9464', // of the agent
    '127.0.0.1:7000',
    `${frps.webServer?.host}:${frps.webServer?.port}`,
    '127.0.0.1:6001',
    '127.0.0.1:6002',
  ];

  it('is on loopback, each on a port of its own', () => {
    expect(all.filter(([, { network_mode, ports }]) => network_mode !== 'host' || ports !== undefined)).toEqual([]);
    expect(listening.filter((address) => !/^127\.0\.0\.1:\d+$/.test(address))).toEqual([]);
    expect(new Set(listening).size).toBe(listening.length);
    expect(flag('alertmanager', '--cluster.listen-address')).toBe('');
  });

  it('stands in the head of compose.yaml', () => {
    const [head = ''] = textOf('grafana', 'compose.yaml').split('\nname:');
    const told = [...head.matchAll(/\b\d{4,5}\b/g)].map(([port]) => `127.0.0.1:${port}`);
    expect(told.sort()).toEqual([...listening].sort());
  });

  it('is what data sources, Collector and frp go to', () => {
    const { datasources } = parse(textOf('grafana', 'provisioning/datasources/frp.yaml')) as {
      datasources: readonly { url: string }[];
    };
    const overlay = textOf('grafana', 'collector.yaml');
    const asked = [
      ...datasources.map(({ url }) => url),
      ...[...overlay.matchAll(/endpoint: \$\{env:\w+:-([^}]+)\}/g)].map(([, url = '']) => url),
    ].map((url) => new URL(url).host);
    expect(asked).toHaveLength(6);
    expect(asked.filter((host) => !listening.includes(host))).toEqual([]);
  });

  it('frp: on loopback, with logs that the agent reads, and one tunnel that is ill', () => {
    const text = textOf('grafana', 'frps.toml');
    expect(text).toMatch(/^bindAddr = "127\.0\.0\.1"$/m);
    expect(text).toMatch(/^proxyBindAddr = "127\.0\.0\.1"$/m);
    expect([frps.logTo, frpc.logTo]).toEqual(['/var/log/frp/frps.log', '/var/log/frp/frpc.log']);
    expect(frpc.proxies?.map(({ name }) => name)).toEqual(['grafana', 'ill']);
    expect([...textOf('grafana', 'frpc.toml').matchAll(/^remotePort = (\d+)$/gm)].map(([, port]) => port)).toEqual([
      '6001',
      '6002',
    ]);
  });
});

describe('README.md', () => {
  it('tells commands that frp-otel takes', () => {
    const lines = commandLinesIn(textOf('grafana', 'README.md'));
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.map((line) => [line.join(' '), refusalOf(line)])).toEqual(
      lines.map((line) => [line.join(' '), undefined]),
    );
  });
});
