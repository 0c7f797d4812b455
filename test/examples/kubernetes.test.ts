import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { parseConfig } from '../../src/frp/config/parseConfig.js';
import { fileNames, refusalOf, textOf } from './exampleFiles.js';

interface Container {
  readonly name: string;
  readonly image: string;
  readonly restartPolicy?: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly securityContext?: { readonly capabilities?: { readonly add?: string[]; readonly drop?: string[] } };
  readonly resources?: { readonly requests?: object; readonly limits?: object };
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly { readonly name: string }[];
  readonly [field: string]: unknown;
}

interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: { readonly metadata: { readonly labels: object }; readonly spec: PodSpec };
  };
}

const readObjects = (name: string): KubernetesObject[] =>
  parseAllDocuments(textOf('kubernetes', name)).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });

/** Where each kind is served (Kubernetes 1.29 and newer). */
const API_VERSIONS: Readonly<Record<string, string>> = {
  ConfigMap: 'v1',
  Namespace: 'v1',
  Deployment: 'apps/v1',
  DaemonSet: 'apps/v1',
};

const containersOf = ({ containers, initContainers = [] }: PodSpec): readonly Container[] => [
  ...initContainers,
  ...containers,
];

const podOf = (objects: readonly KubernetesObject[]): PodSpec => {
  const pods = objects.flatMap(({ spec }) => spec?.template.spec ?? []);
  expect(pods).toHaveLength(1);
  return pods[0] as PodSpec;
};

const agentOf = (pod: PodSpec): Container | undefined => containersOf(pod).find(({ name }) => name === 'frp-otel');

describe.each(fileNames('kubernetes').filter((name) => name.endsWith('.yaml')))('%s', (name) => {
  const objects = readObjects(name);
  const pod = podOf(objects);

  it('is made of objects that Kubernetes knows, each with a name of its own', () => {
    expect(objects.filter(({ kind, apiVersion }) => API_VERSIONS[kind] !== apiVersion)).toEqual([]);
    const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(names.filter((each) => !/^\w+\/[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(each))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('selects the pods that it makes', () => {
    for (const { spec } of objects) {
      if (spec !== undefined) expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
    }
  });

  it('names an image for each container, mounts volumes that it has, and has none that is not mounted', () => {
    const mounts = containersOf(pod).flatMap(({ volumeMounts = [] }) => volumeMounts);
    expect(containersOf(pod).filter(({ image }) => !/^[\w./-]+:v?\d+\.\d+\.\d+$/.test(image))).toEqual([]);
    expect(mounts.filter(({ mountPath }) => !mountPath.startsWith('/'))).toEqual([]);
    expect(new Set(mounts.map((mount) => mount.name))).toEqual(new Set((pod.volumes ?? []).map((each) => each.name)));
  });

  it('has no variable without a value, and refers to those that stand before', () => {
    for (const { env = [] } of containersOf(pod)) {
      expect(env.filter(({ value, valueFrom }) => (value === undefined) === (valueFrom === undefined))).toEqual([]);
      for (const [index, { value = '' }] of env.entries()) {
        const before = env.slice(0, index).map((each) => each.name);
        const used = [...value.matchAll(/\$\((\w+)\)/g)].map(([, variable = '']) => variable);
        expect(before).toEqual(expect.arrayContaining(used));
      }
    }
  });

  it('starts frp-otel as it wants to be started, with a place for its state and bounded memory', () => {
    const agent = agentOf(pod);
    const { args = [], volumeMounts = [], resources } = agent ?? {};
    expect(refusalOf(['frp-otel', ...args])).toBeUndefined();
    expect(volumeMounts.map(({ mountPath }) => mountPath)).toContain(args[args.indexOf('--state-directory') + 1]);
    expect(resources).toMatchObject({ requests: { cpu: expect.any(String) }, limits: { memory: expect.any(String) } });
    expect(agent?.env?.map((each) => each.name)).toContain('OTEL_EXPORTER_OTLP_ENDPOINT');
  });

  it('asks nothing of the Kubernetes API', () => {
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.serviceAccountName).toBeUndefined();
  });
});

describe('sidecar.yaml', () => {
  const objects = readObjects('sidecar.yaml');
  const pod = podOf(objects);

  it('shares the processes of the pod, and runs both as one user without any capability', () => {
    expect(pod).toMatchObject({ shareProcessNamespace: true, securityContext: { runAsNonRoot: true } });
    expect(pod.hostPID ?? pod.hostNetwork).toBeUndefined();
    expect(containersOf(pod).map(({ securityContext }) => securityContext?.capabilities)).toEqual([
      { drop: ['ALL'] },
      { drop: ['ALL'] },
    ]);
  });

  it('starts the agent before frpc, and ends it after', () => {
    expect(pod.initContainers?.map(({ name, restartPolicy }) => ({ name, restartPolicy }))).toEqual([
      { name: 'frp-otel', restartPolicy: 'Always' },
    ]);
  });

  it('has a config that logs to a volume and has its API on', () => {
    const text = objects.find(({ kind }) => kind === 'ConfigMap')?.data?.['frpc.toml'] ?? '';
    const config = parseConfig(text, 'client', { environment: { FRP_TOKEN: 'secret' } });
    expect(config).toMatchObject({ logTo: '/var/log/frp/frpc.log', webServer: { host: '127.0.0.1', port: 7400 } });
    const frpc = pod.containers.find(({ name }) => name === 'frpc');
    expect(frpc?.volumeMounts?.map(({ mountPath }) => mountPath)).toEqual(['/etc/frp', '/var/log/frp']);
    expect(frpc?.env?.map((each) => each.name)).toEqual(['FRP_TOKEN']);
  });
});

describe('daemonset.yaml', () => {
  const objects = readObjects('daemonset.yaml');
  const pod = podOf(objects);

  it('sees the processes and the network of every node', () => {
    expect(pod).toMatchObject({ hostPID: true, hostNetwork: true, tolerations: [{ operator: 'Exists' }] });
  });

  it('has the capabilities that this takes, and no other', () => {
    expect(agentOf(pod)?.securityContext?.capabilities).toEqual({
      drop: ['ALL'],
      add: ['SYS_PTRACE', 'DAC_READ_SEARCH', 'SYS_ADMIN'],
    });
  });

  it('is in a namespace that it makes', () => {
    const made = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
    const used = objects.flatMap(({ metadata }) => metadata.namespace ?? []);
    expect(made).toEqual([...new Set(used)]);
  });
});
