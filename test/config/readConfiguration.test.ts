import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AggregationType } from '@opentelemetry/sdk-metrics';
import { readConfiguration } from '../../src/config/readConfiguration.js';
import { DiagRecorder } from '../telemetry/DiagRecorder.js';

const folder = mkdtempSync(join(tmpdir(), 'frp-otel-configuration-'));
afterAll(() => rmSync(folder, { recursive: true }));

let diagnostics: DiagRecorder;
beforeEach(() => {
  diagnostics = new DiagRecorder();
});
afterEach(() => diagnostics[Symbol.dispose]());

const file = (name: string, text: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const inFile = (name: string, text: string | Uint8Array) =>
  readConfiguration({}, { FRP_OTEL_CONFIG: file(name, text) });
/** What is wrong, with file names without their folder. */
const faultsOf = (read: () => unknown): string[] => {
  try {
    read();
  } catch (error) {
    expect(error).toMatchObject({ name: 'FrpOptionsError' });
    const { faults, message } = error as Error & { faults: string[] };
    expect(message).toBe(faults.join('; '));
    return faults.map((fault) => fault.replaceAll(`${folder}/`, ''));
  }
  return [];
};

describe('readConfiguration', () => {
  it('prefers options to variables, these to the file, and that to the defaults', () => {
    const path = file(
      'layers.yaml',
      `
collectionIntervalMillis: 1000
apiTimeoutMillis: 1000
retentionMillis: 1000
thresholds: { serverCpu: 0.1, serverMemory: 1, serverClients: 1 }
`,
    );
    const env = {
      FRP_OTEL_CONFIG: path,
      FRP_OTEL_COLLECTION_INTERVAL_MILLIS: '2000',
      FRP_OTEL_API_TIMEOUT_MILLIS: ' 2000 ',
      FRP_OTEL_RETENTION_MILLIS: '', // as if it were not set
      FRP_OTEL_THRESHOLDS_SERVER_CPU: '0.2',
      FRP_OTEL_THRESHOLDS_SERVER_MEMORY: '2',
    };
    const options = { collectionIntervalMillis: 3_000, maxProxies: undefined, thresholds: { serverCpu: 0.3 } };
    expect(readConfiguration(options, env, { maxProxies: 4, retentionMillis: 4_000 })).toMatchObject({
      collectionIntervalMillis: 3_000,
      apiTimeoutMillis: 2_000,
      retentionMillis: 1_000,
      maxProxies: 4,
      sockets: true,
      thresholds: { serverCpu: 0.3, serverMemory: 2, serverClients: 1, fileDescriptors: 0.8 },
    });
  });

  it.each([
    ['maxProxies: 5\nexecutableNames: { client: ^tunnel }\nviews:\n  - { instrumentName: x }\n', 'same.yaml'],
    ['{"maxProxies": 5, "executableNames": {"client": "^tunnel"}, "views": [{"instrumentName": "x"}]}', 'same.json'],
    ['maxProxies = 5\nexecutableNames.client = "^tunnel"\n[[views]]\ninstrumentName = "x"\n', 'same.toml'],
  ])('reads %j from %s', (text, name) => {
    expect(inFile(name, text)).toMatchObject({
      maxProxies: 5,
      executableNames: { client: /^tunnel/ },
      views: [{ instrumentName: 'x' }],
    });
  });

  it('makes views of what a file says of them', () => {
    const [kept, dropped] = inFile(
      'views.yaml',
      'views:\n  - { instrumentName: frp.proxy.io, name: bytes, attributeKeys: [a] }\n  - { instrumentName: frp.client.*, drop: true }\n',
    ).views;
    expect(kept).toMatchObject({ instrumentName: 'frp.proxy.io', name: 'bytes' });
    expect(kept?.attributesProcessors?.map((each) => each.process({ a: 1, b: 2 }))).toEqual([{ a: 1 }]);
    expect(dropped).toEqual({ instrumentName: 'frp.client.*', aggregation: { type: AggregationType.DROP } });
  });

  it.each([
    [undefined, 'true', undefined, { host: '127.0.0.1', port: 9464 }],
    [undefined, 'FALSE', '8000', undefined],
    [undefined, undefined, '8000', { host: '127.0.0.1', port: 8000 }],
    [undefined, 'true', '8000', { host: '127.0.0.1', port: 8000 }],
    [false, 'true', '8000', undefined],
    [true, undefined, '8000', { host: '127.0.0.1', port: 8000 }],
    [{ host: '::1' }, 'false', '8000', { host: '::1', port: 9464 }],
  ])('serves for the option %j, FRP_OTEL_PROMETHEUS=%s and _PORT=%s at %j', (prometheus, on, port, expected) => {
    const env = { FRP_OTEL_PROMETHEUS: on, FRP_OTEL_PROMETHEUS_PORT: port };
    expect(readConfiguration({ prometheus }, env).prometheus).toEqual(expected);
  });

  it.each([
    ['ssh=tcp://h:22', [{ proxy: 'ssh', url: 'tcp://h:22' }]],
    [
      'a=b=tcp://h:22, web=http://h/?a=1,2,x=https://h',
      [
        { proxy: 'a=b', url: 'tcp://h:22' },
        { proxy: 'web', url: 'http://h/?a=1,2' },
        { proxy: 'x', url: 'https://h' },
      ],
    ],
    ['[{"proxy": "a", "url": "tcp://h:1"}]', [{ proxy: 'a', url: 'tcp://h:1' }]],
    ['[{"proxy": "a@b", "url": "http://h/?a=1,b=2"}]', [{ proxy: 'a@b', url: 'http://h/?a=1,b=2' }]],
  ])('reads the targets %j', (text, targets) => {
    expect(readConfiguration({}, { FRP_OTEL_PROBES_TARGETS: text }).probes?.targets).toEqual(targets);
  });

  it('says of all that is wrong where it stands, without secrets', () => {
    const path = file(
      'wrong.yaml',
      `maxProxies: 0
serverNam: a
thresholds:
  serverCpu: 5
probes:
  targets:
    - proxy: a
      url: ftp://ann:secret@h
views:
  - { instrumentName: frp.proxy.oi }
  - name: 5
    instrumentName: x
__proto__: { maxProxies: 1 }
constructor: 5
meterProvider: 5
`,
    );
    const env = { FRP_OTEL_CONFIG: path, FRP_OTEL_MAX_PROXIES: 'x', FRP_OTEL_PROBES_TARGETS: 'a=tcp://ann:secret@h:0' };
    const faults = faultsOf(() => readConfiguration({ maxProxies: -0 }, env));
    expect(faults).toEqual([
      'maxProxies: expected a whole number, 1 to 100000, received -0',
      'FRP_OTEL_MAX_PROXIES: expected a whole number, 1 to 100000, received "x"',
      expect.stringMatching(/^FRP_OTEL_PROBES_TARGETS: 0\.url: expected .*, received a string of 20 characters$/),
      expect.stringMatching(
        /^wrong\.yaml:2: unknown option serverNam; known are collectionIntervalMillis, .*, prometheus$/,
      ),
      'wrong.yaml:13: unknown option __proto__',
      'wrong.yaml:14: unknown option constructor',
      'wrong.yaml:15: unknown option meterProvider',
      'wrong.yaml:11: views.1.name: expected a string of 1 to 255 characters, received 5',
      'wrong.yaml:1: maxProxies: expected a whole number, 1 to 100000, received 0',
      expect.stringMatching(
        /^wrong\.yaml:8: probes\.targets\.0\.url: expected .*, received a string of 18 characters$/,
      ),
      'wrong.yaml:4: thresholds.serverCpu: expected a share: a number over 0, up to 1, received 5',
    ]);
  });

  it.each([
    'web=http:/admin:hunter2@h:80/',
    'web=http:/admin:hunter2@h:80/;b=tcp://h:1', // no name
    '[{"proxy": "web", "url": "http://admin:hunter2@h/"}',
    '["web=http:/admin:hunter2@h:80/"]',
    '[{"http://admin:hunter2@h": 1}]',
    'a=http://h/?token=hunter2,b=tcp//x:6000',
    'a=http://h/?token=hunter2,b:tcp//x:6000',
    'a=http://h/?token=hunter2,b=TCP://x:6000',
  ])('refuses the targets %j, and gives away no secret', (text) => {
    const faults = faultsOf(() => readConfiguration({}, { FRP_OTEL_PROBES_TARGETS: text }));
    expect(faults[0]).toMatch(/^FRP_OTEL_PROBES_TARGETS: /);
    expect(faults.join()).not.toContain('hunter2');
  });

  it.each([
    ['target.yaml', 'probes:\n  targets:\n    - web=http:/u:hunter2@h\n', /^target\.yaml:3: probes\.targets\.0: /],
    ['key.yaml', 'http://u:hunter2@h: 1\n', /^key\.yaml:1: unknown option a string of 18 characters; /],
    ['object.yaml', '? { token: hunter2 }\n: 1\n', /^object\.yaml: unknown option a string of 18 characters; /],
    ['flow.yaml', '{ http:/u:hunter2: 1 }\n', /^flow\.yaml:1: unknown option a string of 15 characters; /],
    ['twice.yaml', 'u:hunter2@h: 1\nu:hunter2@h: 1\n', /^twice\.yaml:2: a string of 11 characters is there twice$/],
    [
      'twice.json',
      '{"u:hunter2@h": 1,\n"u:hunter2@h": 1}',
      /^twice\.json:2: a string of 11 characters is there twice$/,
    ],
    ['scalar.yaml', 'hunter2\n', /^scalar\.yaml: expected an object, received a string of 7 characters$/],
    ['scalar.json', '"hunter2"', /^scalar\.json: expected an object, received a string of 7 characters$/],
  ])('refuses %s and gives away no password', (name, text, message) => {
    const faults = faultsOf(() => inFile(name, text));
    expect(faults).toEqual([expect.stringMatching(message)]);
    expect(faults.join()).not.toContain('hunter2');
  });

  it('writes nothing into what all objects share, whatever a variable says', () => {
    const env = { FRP_OTEL_PROMETHEUS: '__proto__', FRP_OTEL_PROMETHEUS_PORT: '9999' };
    expect(faultsOf(() => readConfiguration({}, env))).toEqual([
      expect.stringMatching(/^FRP_OTEL_PROMETHEUS: expected .*, received "__proto__"$/),
    ]);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { port?: number }).port).toBeUndefined();
    expect(faultsOf(() => readConfiguration({}, { FRP_OTEL_SOCKETS: 'constructor' }))).toEqual([
      'FRP_OTEL_SOCKETS: expected true or false, received "constructor"',
    ]);
  });

  it.each([
    [
      'views',
      {
        views: [
          {
            get instrumentName() {
              throw new Error('mine');
            },
          },
        ],
      },
    ],
    [
      'views',
      {
        views: [
          new (class {
            get instrumentName() {
              throw new Error('mine');
            }
          })(),
        ],
      },
    ],
    [
      'derivedMetrics',
      {
        derivedMetrics: [
          {
            get of() {
              throw new Error('mine');
            },
          },
        ],
      },
    ],
    [
      'derivedMetrics',
      {
        derivedMetrics: [
          {
            of: 'frp.proxy.io',
            where: {
              get 'frp.role'() {
                throw new Error('mine');
              },
            },
          },
        ],
      },
    ],
  ])('refuses %s that throw', (option, options) => {
    const faults = faultsOf(() => readConfiguration(options, {}));
    expect(faults).toContainEqual(expect.stringMatching(`^${option}.*: it cannot be read: "mine"$`));
  });

  it('refuses a relative folder where there is no working folder', () => {
    const before = process.cwd();
    const gone = mkdtempSync(join(tmpdir(), 'frp-otel-gone-'));
    process.chdir(gone);
    rmSync(gone, { recursive: true });
    try {
      expect(faultsOf(() => readConfiguration({}, { FRP_OTEL_STATE_DIRECTORY: 'state' }))).toEqual([
        expect.stringMatching(
          /^FRP_OTEL_STATE_DIRECTORY: expected an absolute path where there is no working folder: ".*ENOENT/,
        ),
      ]);
      expect(readConfiguration({ stateDirectory: '/state' }, {}).stateDirectory).toBe('/state');
    } finally {
      process.chdir(before);
    }
  });

  it('throws nothing but FrpOptionsError, whatever fails', () => {
    const env = new Proxy(
      {},
      {
        get: () => {
          throw new Error('mine');
        },
      },
    );
    expect(faultsOf(() => readConfiguration({}, env))).toEqual(['options: they cannot be read: "mine"']);
  });

  it('says of a view that cannot be had the line, and of what is missing its variable', () => {
    expect(faultsOf(() => inFile('view.yaml', 'views:\n  - drop: false\n    instrumentName: frp.proxy.oi\n'))).toEqual([
      'view.yaml:3: views.0.instrumentName: expected a metric of this package, received "frp.proxy.oi"',
    ]);
    expect(faultsOf(() => readConfiguration({}, { FRP_OTEL_PROBES_INTERVAL_MILLIS: '5000' }))).toEqual([
      'FRP_OTEL_PROBES_TARGETS: expected an array of objects with proxy and url, received undefined',
    ]);
  });

  it.each([
    [
      'a.json',
      '{\n\t"maxProxies": 5,\n\t"thresholds": {\n\t\t"serverCpu": 5\n\t}\n}',
      /^a\.json:4: thresholds\.serverCpu: /,
    ],
    ['b.json', '{\n"maxProxies": 5,\n"maxProxies": 6}', /^b\.json:3: maxProxies is there twice$/],
    [
      'nested.json',
      '{"views": [{"instrumentName": "a,\\"]}", "drop":\nfalse},\n{"instrumentName": "b", "\\u006eame":\n5}]}',
      /^nested\.json:3: views\.1\.name: /,
    ],
    [
      'inner.json',
      '{"thresholds": {"serverCpu": 0.5,\n"server\\u0043pu": 0.5}}',
      /^inner\.json:2: serverCpu is there twice$/,
    ],
    ['deep.json', `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, /^deep\.json:1: expected fewer brackets/],
    ['c.json', '{\n"serverName": "secret",\n}', /^c\.json:3: expected JSON, found something else$/],
    ['d.json', '['.repeat(500_000), /^d\.json:1: expected JSON/],
    ['e.toml', 'maxProxies = 5\n[thresholds]\nserverCpu = 7\n', /^e\.toml:3: thresholds\.serverCpu: /],
    [
      'f.toml',
      '[[views]]\ninstrumentName = "x"\n[[views]]\nname = 5\ninstrumentName = "y"\n',
      /^f\.toml:4: views\.1\.name: /,
    ],
    ['g.toml', 'maxProxies = 5\nmaxProxies = 6\n', /^g\.toml:2: expected TOML, found something else at column /],
    ['h.toml', `a = ${'['.repeat(500_000)}`, /^h\.toml:1: expected TOML/],
    ['i.yaml', 'a: 1\nb: [\n', /^i\.yaml:\d: expected YAML, found something else at column /],
    ['j.yml', 'thresholds: {}\nmaxProxies: 5\nthresholds: {}\n', /^j\.yml:3: thresholds is there twice$/],
    ['k.yaml', '- '.repeat(500_000), /^k\.yaml:1: expected YAML/],
    ['l.yaml', '- maxProxies: 5\n', /^l\.yaml: expected an object, received an array$/],
    ['m.yaml', 'maxProxies:\n', /^m\.yaml:1: maxProxies: .*, received null$/],
    ['n.yaml', 'a: &a [*a]\n', /^n\.yaml(:1)?: /],
    ['o.ini', 'maxProxies = 5', /^o\.ini: expected a file that ends in \.yaml, \.yml, \.json, \.toml$/],
    ['p.yaml', `#${'x'.repeat(1024 * 1024)}`, /^p\.yaml: expected at most 1048576 bytes, found more$/],
    ['q.yaml', Buffer.from([0x61, 0x3a, 0x20, 0xff]), /^q\.yaml: expected UTF-8, found something else$/],
  ])('refuses %s', (name, text, fault) => {
    expect(faultsOf(() => inFile(name, text))).toEqual([expect.stringMatching(fault)]);
  });

  it.each(['', '# nothing yet\n', '\ufeffmaxProxies: 10000\n'])('takes a file that says %j', (text) => {
    expect(inFile('empty.yaml', text).maxProxies).toBe(10_000);
  });

  it('refuses what is no regular file, and does not wait for a pipe', () => {
    execFileSync('mkfifo', [join(folder, 'pipe.json')]);
    const read = (FRP_OTEL_CONFIG: string) => faultsOf(() => readConfiguration({}, { FRP_OTEL_CONFIG }));
    expect(read(join(folder, 'none.yaml'))).toEqual(['none.yaml: there is no such file']);
    expect(read(join(folder, 'pipe.json'))).toEqual(['pipe.json: expected a regular file, found something else']);
  });

  it('says once of each variable that there is not, by its name only, and reads on', () => {
    const env = { FRP_OTEL_MAX_PROXY: 'secret', FRP_OTEL_MAX_PROXIES: '7', FRP_OTEL_API_PASSWORD: 'x' };
    expect(readConfiguration({}, env).maxProxies).toBe(7);
    expect(readConfiguration({}, env).maxProxies).toBe(7);
    expect(diagnostics.warnings).toEqual([expect.stringMatching(/FRP_OTEL_MAX_PROXY: there is no such variable/)]);
  });

  it('shares nothing with the options that it was given, and changes none of them', () => {
    const keep = ['frp.proxy.name'];
    const rule = { name: 'own', unit: '1/s', description: '', of: 'frp.proxy.io', keep, compute: 'rate' as const };
    const view = { instrumentName: 'frp.proxy.io', name: 'bytes' };
    const options = { thresholds: { serverCpu: 0.5 }, views: [view], derivedMetrics: [rule] };
    const before = structuredClone(options);
    const config = readConfiguration(options, {});
    expect(options).toEqual(before);
    options.thresholds.serverCpu = 9;
    view.name = 'others';
    keep.push('x');
    options.views.length = 0;
    expect(config.thresholds.serverCpu).toBe(0.5);
    expect(config.views).toEqual([{ instrumentName: 'frp.proxy.io', name: 'bytes' }]);
    expect(config.derivedMetrics[0]?.keep).toEqual(['frp.proxy.name']);
  });

  it('takes frozen options, and reads each getter once', () => {
    let reads = 0;
    const options = Object.freeze({
      get maxProxies() {
        reads += 1;
        return reads === 1 ? 5 : 'changed';
      },
      thresholds: Object.freeze({ serverCpu: 0.5 }),
    });
    expect(readConfiguration(options, {})).toMatchObject({ maxProxies: 5, thresholds: { serverCpu: 0.5 } });
    expect(reads).toBe(1);
  });

  it('tells twenty faults, and how many more there are', () => {
    const targets = Array.from({ length: 30 }, () => ({ proxy: '', url: 'tcp://h:1' }));
    const faults = faultsOf(() => readConfiguration({ probes: { targets } }, {}));
    expect(faults).toHaveLength(21);
    expect(faults.at(-1)).toBe('and 10 more');
  });
});
