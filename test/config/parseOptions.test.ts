import { describe, expect, it } from '@jest/globals';
import { metrics, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { FrpOptionsError } from '../../src/config/FrpInstrumentationOptions.js';
import { parseOptions } from '../../src/config/parseOptions.js';

const messageOf = (options: unknown): string => {
  try {
    parseOptions(options);
  } catch (error) {
    expect(error).toBeInstanceOf(FrpOptionsError);
    expect(error).toBeInstanceOf(TypeError);
    return (error as Error).message;
  }
  throw new Error('the options were taken');
};

const KNOWN =
  'collectionIntervalMillis, apiTimeoutMillis, retentionMillis, maxProxies, serverName, executableNames, sockets, ' +
  'probes, recordClientAddress, stateDirectory, maxClients, thresholds, alertRules, alerts, recordClientInfo, recordProxyOwner, ' +
  'proxyAttributesHook, views, derivedMetrics, prometheus, meterProvider, loggerProvider, tracerProvider';

describe('parseOptions', () => {
  it('has a default for each option', () => {
    expect(parseOptions({})).toEqual({
      collectionIntervalMillis: 5000,
      apiTimeoutMillis: 2000,
      retentionMillis: 3_600_000,
      maxProxies: 10_000,
      sockets: true,
      recordClientAddress: false,
      thresholds: {
        serverCpu: 0.8,
        serverMemory: 1_073_741_824,
        serverClients: 100,
        fileDescriptors: 0.8,
        serverErrorRatio: 0.1,
        portUtilization: 0.9,
        loginFailures: 10,
        clientReconnects: 3,
        proxyErrorRatio: 0.05,
        proxyLatency: 1,
        proxyConnections: 1_000,
      },
      alertRules: { overrides: [], own: [] },
      recordClientInfo: false,
      recordProxyOwner: false,
      views: [],
      derivedMetrics: [],
    });
  });

  it('takes what it is given', () => {
    const given = {
      collectionIntervalMillis: 1000,
      apiTimeoutMillis: 500,
      retentionMillis: 60_000,
      maxProxies: 5,
      serverName: 'eu-1',
      executableNames: { server: /^edge$/, client: /^tunnel-/ },
      sockets: false,
      probes: {
        targets: [{ proxy: 'ann.ssh', url: 'tcp://[::1]:6000' }],
        intervalMillis: 1_000,
        timeoutMillis: 60_000,
      },
      recordClientAddress: true,
      stateDirectory: '/var/lib/frp-otel',
      maxClients: 500,
      thresholds: {
        serverCpu: 1,
        serverMemory: 1,
        serverClients: 1,
        fileDescriptors: 0.01,
        serverErrorRatio: 1,
        portUtilization: 1,
        loginFailures: 0,
        clientReconnects: 0,
        proxyErrorRatio: 1,
        proxyLatency: 3_600,
        proxyConnections: 1,
      },
      alertRules: {
        overrides: [{ rule: 'FrpProxyLatencyHigh', proxy: 'ann.*', threshold: 2, severity: 'low' }],
        own: [
          {
            name: 'ManyThreads',
            of: 'value',
            metric: 'frp.process.thread.active',
            where: { 'frp.role': ['server', 'client'] },
            comparison: '>',
            threshold: 500,
            severity: 'low',
            summary: '{frp.instance} has {value} threads',
            description: 'More than {threshold}.',
          },
        ],
        runbookUrl: 'https://wiki.example.com/frp',
      },
      alerts: {
        intervalMillis: 5_000,
        alertmanagers: [{ url: 'http://a:9093/x', bearerTokenFile: '/run/token', timeoutMillis: 100 }],
        webhooks: [{ url: 'https://ann:pw@hooks.example.com/services/T', timeoutMillis: 60_000 }],
        resendMillis: 1_000,
        cooldownMillis: 0,
        maxNotificationsPerMinute: 1,
        externalUrl: 'https://frp.example.com/',
        historyFile: '/var/lib/frp-otel/alerts.jsonl',
        historyDays: 365,
      },
      recordClientInfo: true,
      recordProxyOwner: true,
      proxyAttributesHook: () => ({ team: 'a' }),
      views: [{ instrumentName: 'frp.proxy.io', name: 'bytes' }],
      derivedMetrics: [
        {
          name: 'connections.rate',
          unit: '{connection}/s',
          description: 'Connections per second.',
          of: 'frp.proxy.connections',
          keep: ['frp.proxy.name'],
          compute: 'rate',
          windowMillis: 60_000,
        },
      ],
      prometheus: { host: '::1', port: 0 },
      meterProvider: metrics.getMeterProvider(),
      loggerProvider: logs.getLoggerProvider(),
      tracerProvider: trace.getTracerProvider(),
    };
    const taken = parseOptions(given);
    expect(taken).toEqual(given);
    expect(taken.meterProvider).toBe(given.meterProvider); // the very object, not a copy
  });

  it.each([
    [undefined, undefined],
    [false, undefined],
    [true, { host: '127.0.0.1', port: 9464 }],
    [{}, { host: '127.0.0.1', port: 9464 }],
    [{ port: 0 }, { host: '127.0.0.1', port: 0 }],
    [{ host: 'localhost' }, { host: 'localhost', port: 9464 }],
    [{ host: '127.1.2.3' }, { host: '127.1.2.3', port: 9464 }],
  ])('takes prometheus %j as %j', (prometheus, taken) => {
    expect(parseOptions({ prometheus }).prometheus).toEqual(taken);
  });

  const wholeNumbers = [
    ['collectionIntervalMillis', 100, 300_000],
    ['apiTimeoutMillis', 100, 60_000],
    ['retentionMillis', 1_000, 31_536_000_000],
    ['maxProxies', 1, 100_000],
  ] as const;

  describe.each(wholeNumbers)('%s', (name, min, max) => {
    const expected = `${name}: expected a whole number, ${min} to ${max}, received`;

    it(`is ${min} to ${max}, both included`, () => {
      expect(parseOptions({ [name]: min })).toMatchObject({ [name]: min });
      expect(parseOptions({ [name]: max })).toMatchObject({ [name]: max });
    });

    it.each([
      [min - 1, `${min - 1}`],
      [max + 1, `${max + 1}`],
      [-1, '-1'],
      [min + 0.5, `${min + 0.5}`],
      [Number.NaN, 'NaN'],
      [Number.POSITIVE_INFINITY, 'Infinity'],
      ['5000', '"5000"'],
      [null, 'null'],
      [true, 'true'],
      [[5000], 'an array'],
      [{}, 'a value of type object'],
      [5000n, 'a value of type bigint'],
    ])('refuses %p', (value, shown) => {
      expect(messageOf({ [name]: value })).toBe(`${expected} ${shown}`);
    });
  });

  it.each([
    ['', '""'],
    ['x'.repeat(256), `"${'x'.repeat(100)}"… (256 characters)`],
    [7000, '7000'],
    [null, 'null'],
  ])('refuses serverName %j', (serverName, shown) => {
    expect(messageOf({ serverName })).toBe(`serverName: expected a string of 1 to 255 characters, received ${shown}`);
  });

  it('refuses a name that is no regular expression, and one of neither role', () => {
    expect(messageOf({ executableNames: { client: 'tunnel' } })).toBe(
      'executableNames.client: expected a regular expression, received "tunnel"',
    );
    expect(messageOf({ executableNames: { frpc: /tunnel/ } })).toBe(
      'unknown option executableNames.frpc; known are executableNames.server, executableNames.client',
    );
    expect(messageOf({ executableNames: /tunnel/ })).toMatch(
      /^executableNames: expected an object with the regular expressions server and client, received/,
    );
  });

  it.each([
    ['yes', '"yes"'],
    [0, '0'],
    [null, 'null'],
  ])('refuses sockets %j', (sockets, shown) => {
    expect(messageOf({ sockets })).toBe(`sockets: expected true or false, received ${shown}`);
  });

  describe('probes', () => {
    const target = { proxy: 'web', url: 'http://localhost:8080/health?full=1' };
    const withUrl = (url: unknown) => ({ probes: { targets: [target, { proxy: 'ssh', url }] } });

    it('are sent every 30 s, and given up after 10 s', () => {
      expect(parseOptions({ probes: { targets: [target] } }).probes).toEqual({
        targets: [target],
        intervalMillis: 30_000,
        timeoutMillis: 10_000,
      });
    });

    it.each(['tcp://127.0.0.1:22', 'tcp://[::1]:22/', 'https://user:secret@example.com/x', 'http://h'])(
      'may go to %s',
      (url) => {
        expect(parseOptions(withUrl(url)).probes?.targets[1]?.url).toBe(url);
      },
    );

    it.each([
      ['example.com:22', 'a string of 14 characters'],
      ['tcp://example.com', 'a string of 17 characters'],
      ['tcp://:22', 'a string of 9 characters'],
      ['tcp://h:0', 'a string of 9 characters'],
      ['tcp://h:22/x', 'a string of 12 characters'],
      ['ftp://h/', 'a string of 8 characters'],
      ['', '""'],
      [22, '22'],
    ])('may not go to %j', (url, shown) => {
      expect(messageOf(withUrl(url))).toBe(
        `probes.targets.1.url: expected tcp://HOST:PORT, http://HOST… or https://HOST…, received ${shown}`,
      );
    });

    it.each([
      'ftp://ann:secret@h/x',
      'http://ann:sec/ret@h:no',
      'http://ann:sec?ret@h:no',
      'ann:secret@h',
      'http:/ann:secret',
      'ftp://h/x?token=secret',
    ])('refused, give away nothing of %s', (url) => {
      expect(messageOf(withUrl(url))).toMatch(new RegExp(`, received a string of ${url.length} characters$`));
    });

    it.each([
      [
        { probes: 'web=admin:hunter2@h:80' },
        'probes: expected an object with targets, received a string of 22 characters',
      ],
      [
        { probes: { targets: ['web=http:/u:hunter2@h'] } },
        'probes.targets.0: expected an object with proxy and url, received a string of 21 characters',
      ],
      [{ probes: { intervalMillis: 'hunter2' } }, /^probes\.intervalMillis: .*, received a string of 7 characters$/],
      [{ serverName: { 'u:hunter2@h': 1 } }, /^serverName: .*, received a value of type object$/],
      [{ maxProxies: 'u:hunter2@h' }, /^maxProxies: .*, received a string of 11 characters$/],
      [{ maxProxies: 'x://h/?token=hunter2' }, /^maxProxies: .*, received "x:\/\/h\/\?…"$/],
      [{ 'http://u:hunter2@h': 1 }, /^unknown option a string of 18 characters; known are /],
      [{ views: [{ instrumentName: 'x', 'u:hunter2@h': 1 }] }, /^views\.0\..*: unknown; known are /],
      [
        { views: [{ instrumentName: 'x', name: 'u:hunter2@h' }] },
        /^views\.0\.name: .*, received a string of 11 characters$/,
      ],
    ])('refused with all of the options %j, give away no password', (options, message) => {
      expect(messageOf(options)).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
      expect(messageOf(options)).not.toContain('hunter2');
    });

    it.each([
      [{ targets: [] }, 'probes.targets: expected 1 to 1000 of them, received an array'],
      [{ targets: Array(1_001).fill(target) }, 'probes.targets: expected 1 to 1000 of them, received an array'],
      [{}, 'probes.targets: expected an array of objects with proxy and url, received undefined'],
      [{ targets: [null] }, 'probes.targets.0: expected an object with proxy and url, received null'],
      [
        { targets: [{ ...target, proxy: '' }] },
        'probes.targets.0.proxy: expected a string of 1 to 255 characters, received ""',
      ],
      [
        { targets: [{ ...target, name: 'x' }] },
        'unknown option probes.targets.0.name; known are probes.targets.0.proxy, probes.targets.0.url',
      ],
      [
        { targets: [target], interval: 1 },
        'unknown option probes.interval; known are probes.targets, probes.intervalMillis, probes.timeoutMillis',
      ],
      [
        { targets: [target], intervalMillis: 999 },
        'probes.intervalMillis: expected a whole number, 1000 to 3600000, received 999',
      ],
      [
        { targets: [target], timeoutMillis: 60_001 },
        'probes.timeoutMillis: expected a whole number, 100 to 60000, received 60001',
      ],
      [true, 'probes: expected an object with targets, received true'],
    ])('are refused as %j', (probes, message) => {
      expect(messageOf({ probes })).toBe(message);
    });
  });

  it('refuses recordClientAddress "yes"', () => {
    expect(messageOf({ recordClientAddress: 'yes' })).toBe(
      'recordClientAddress: expected true or false, received "yes"',
    );
  });

  it.each([
    ['', '""'],
    [true, 'true'],
  ])('refuses stateDirectory %j', (stateDirectory, shown) => {
    expect(messageOf({ stateDirectory })).toBe(
      `stateDirectory: expected a string of 1 to 4096 characters, received ${shown}`,
    );
  });

  it.each([
    ['yes', '"yes"'],
    [9464, '9464'],
    [null, 'null'],
    [[], 'an array'],
  ])('refuses prometheus %j', (prometheus, shown) => {
    expect(messageOf({ prometheus })).toBe(
      `prometheus: expected true, false or an object with host and port, received ${shown}`,
    );
  });

  it.each([
    [-1, '-1'],
    [65_536, '65536'],
    [1.5, '1.5'],
    [Number.NaN, 'NaN'],
    ['9464', '"9464"'],
  ])('refuses prometheus.port %p', (port, shown) => {
    expect(messageOf({ prometheus: { port } })).toBe(
      `prometheus.port: expected a whole number, 0 to 65535, received ${shown}`,
    );
  });

  it.each([
    ['0.0.0.0', '"0.0.0.0"'],
    ['::', '"::"'],
    ['example.com', '"example.com"'],
    ['127.0.0.1.example.com', '"127.0.0.1.example.com"'],
    ['', '""'],
    [127, '127'],
  ])('refuses prometheus.host %j: it may be served to this host only', (host, shown) => {
    expect(messageOf({ prometheus: { host } })).toBe(
      `prometheus.host: expected a loopback address, such as 127.0.0.1: /metrics has no token and no TLS yet, received ${shown}`,
    );
  });

  it.each([
    ['meterProvider', 'getMeter'],
    ['loggerProvider', 'getLogger'],
    ['tracerProvider', 'getTracer'],
  ])('refuses a %s without %s()', (name, method) => {
    const expected = `${name}: expected a provider with a method ${method}(), received`;
    expect(messageOf({ [name]: {} })).toBe(`${expected} a value of type object`);
    expect(messageOf({ [name]: { [method]: 'x' } })).toBe(`${expected} a value of type object`);
    expect(messageOf({ [name]: null })).toBe(`${expected} null`);
    expect(messageOf({ [name]: () => {} })).toBe(`${expected} a value of type function`);
  });

  it('names an option that it does not know, and those that it knows', () => {
    expect(messageOf({ interval: 5, foo: 1 })).toBe(`unknown option interval, foo; known are ${KNOWN}`);
    expect(messageOf({ prometheus: { prot: 1 } })).toBe(
      'unknown option prometheus.prot; known are prometheus.host, prometheus.port',
    );
  });

  it('names all that is wrong at once', () => {
    expect(messageOf({ maxProxies: 0, serverName: '', prometheus: { port: -1, host: 'x' } }).split('; ')).toEqual([
      'maxProxies: expected a whole number, 1 to 100000, received 0',
      'serverName: expected a string of 1 to 255 characters, received ""',
      expect.stringMatching(/^prometheus\.host: .* received "x"$/),
      'prometheus.port: expected a whole number, 0 to 65535, received -1',
    ]);
  });

  it.each([
    [null, 'null'],
    [5, '5'],
    ['x', 'a string of 1 character'],
    [[], 'an array'],
  ])('refuses options that are %j', (options, shown) => {
    expect(messageOf(options)).toBe(`options: expected an object, received ${shown}`);
  });

  it('takes an option that is undefined as left out', () => {
    expect(parseOptions({ maxProxies: undefined, serverName: undefined, prometheus: undefined })).toMatchObject({
      maxProxies: 10_000,
    });
  });
});
