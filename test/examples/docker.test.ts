import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { parseConfig } from '../../src/frp/config/parseConfig.js';
import { fileNames, refusalOf, textOf } from './exampleFiles.js';

const names = fileNames('docker');
const FRP_IMAGE = /^fatedier\/(frps|frpc):v\d+\.\d+\.\d+$/;

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly pid?: string;
  readonly network_mode?: string;
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes?: Readonly<Record<string, null>>;
}

/** What a Dockerfile says that it is to be tagged with, and what the image then runs. */
const readDockerfile = (text: string): { tag: string; words: string[]; stages: string[]; copiedFrom: string[] } => {
  const list = (key: string): string[] => JSON.parse(new RegExp(`^${key} (\\[.*\\])$`, 'm').exec(text)?.[1] ?? '[]');
  return {
    tag: /^# .* -t (\S+) \.$/m.exec(text)?.[1] ?? '',
    words: [...list('ENTRYPOINT'), ...list('CMD')],
    stages: [...text.matchAll(/^FROM \S+ AS (\w+)$/gm)].map(([, stage = '']) => stage),
    copiedFrom: [...text.matchAll(/--from=(\w+)/g)].map(([, stage = '']) => stage),
  };
};

const dockerfiles = names.filter((name) => name.endsWith('Dockerfile'));
const images = new Map(
  dockerfiles.map((name) => {
    const { tag, words } = readDockerfile(textOf('docker', name));
    return [tag, words] as const;
  }),
);

describe.each(dockerfiles)('%s', (name) => {
  const { words, stages, copiedFrom } = readDockerfile(textOf('docker', name));

  it('starts frp-otel as it wants to be started', () => {
    expect(refusalOf(words)).toBeUndefined();
  });

  it('copies from stages that it has', () => {
    expect(copiedFrom.filter((stage) => !stages.includes(stage))).toEqual([]);
  });
});

describe.each(names.filter((name) => name.endsWith('.yaml')))('%s', (name) => {
  const { services, volumes = {} } = parse(textOf('docker', name)) as Compose;
  const all = Object.entries(services);

  it('runs images of frp, or those that the Dockerfiles here make', () => {
    expect(all.filter(([, { image }]) => !FRP_IMAGE.test(image) && !images.has(image))).toEqual([]);
  });

  it('starts frp-otel as it wants to be started, and tells it where to export to', () => {
    const ours = all.filter(([, { image }]) => images.has(image));
    expect(ours).not.toEqual([]);
    for (const [, { image, command, environment }] of ours) {
      expect(command).toBeUndefined(); // so that it is that of the Dockerfile, judged above
      expect(images.get(image)?.[0]).toBe('frp-otel');
      expect(Object.keys(environment ?? {})).toEqual(['OTEL_EXPORTER_OTLP_ENDPOINT']);
    }
  });

  it('shares namespaces of services that it has, and mounts volumes that it declares and files that are here', () => {
    const shared = all.flatMap(([, { pid, network_mode }]) => [pid, network_mode]);
    const sources = all.flatMap(([, { volumes: mounts = [] }]) => mounts.map((mount) => mount.split(':')[0] ?? ''));
    const files = sources.filter((source) => source.startsWith('./')).map((source) => source.slice(2));

    expect(shared.filter((mode) => mode !== undefined && mode !== 'host').map((mode) => mode?.split(':')[0])).toEqual(
      shared.filter((mode) => mode?.startsWith('service:')).map(() => 'service'),
    );
    expect(
      shared.flatMap((mode) => /^service:(.*)$/.exec(mode ?? '')?.[1] ?? []).filter((other) => !(other in services)),
    ).toEqual([]);
    expect(new Set(sources.filter((source) => !source.startsWith('./')))).toEqual(new Set(Object.keys(volumes)));
    expect(files.filter((file) => !names.includes(file))).toEqual([]);
  });
});

describe('what an agent must be allowed', () => {
  const agentOf = (name: string): Service | undefined =>
    (parse(textOf('docker', name)) as Compose).services['frp-otel'];

  it('on the host: its processes and network, and the files and networks of others', () => {
    expect(agentOf('compose.host.yaml')).toMatchObject({
      pid: 'host',
      network_mode: 'host',
      cap_add: ['SYS_PTRACE', 'DAC_READ_SEARCH', 'SYS_ADMIN'],
      security_opt: ['apparmor:unconfined'],
    });
  });

  it('as a sidecar: no more than the one service', () => {
    expect(agentOf('compose.sidecar.yaml')).toMatchObject({
      pid: 'service:frps',
      network_mode: 'service:frps',
      cap_add: ['SYS_PTRACE'],
    });
  });
});

describe('the configs of frp', () => {
  it('frps.toml: logs to a file and has its API on, so that a sidecar has both', () => {
    const config = parseConfig(textOf('docker', 'frps.toml'), 'server');
    expect(config).toMatchObject({ logTo: '/var/log/frp/frps.log', webServer: { host: '127.0.0.1', port: 7500 } });
  });

  it('frpc.toml: logs to its output, which exec reads', () => {
    const config = parseConfig(textOf('docker', 'frpc.toml'), 'client');
    expect(config).toMatchObject({ logTo: 'console', proxies: [{ name: 'web' }] });
  });
});
