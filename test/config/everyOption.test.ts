import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { variableName } from '../../src/config/environmentOptions.js';
import { FrpOptionsError } from '../../src/config/FrpInstrumentationOptions.js';
import { optionRows } from '../../src/config/optionRows.js';
import { parseOptions } from '../../src/config/parseOptions.js';
import { readConfiguration } from '../../src/config/readConfiguration.js';

interface Cases {
  /** Taken in code. */
  readonly good: readonly unknown[];
  /** Refused in code, by its name. */
  readonly bad: readonly unknown[];
  /** What a config file says instead, where that is another thing. */
  readonly inFile?: { readonly good: readonly unknown[]; readonly bad: readonly unknown[] };
  /** What the element of its list has besides, where that is another than in {@link BESIDE}. */
  readonly beside?: object;
  /** Of {@link HOSTILE}, what it takes. */
  readonly takes?: readonly (keyof typeof HOSTILE)[];
}

const whole = (min: number, max: number): Cases => ({
  good: [min, max],
  bad: [min - 1, max + 1, min + 0.5, String(min), true],
});
const share: Cases = { good: [0.001, 1], bad: [0, 1.001, -0.5, '0.5'] };
const flag: Cases = { good: [true, false], bad: ['true', 0, 1] };
const text = (max: number, min = 1): Cases => ({
  good: ['x'.repeat(min), 'x'.repeat(max)],
  bad: [...(min > 0 ? [''] : []), 'x'.repeat(max + 1), 5],
});
const names: Cases = { good: [[], ['a']], bad: [[''], [5], 'a', Array(129).fill('a')], takes: ['an empty array'] };
const pattern: Cases = {
  good: [/x/],
  bad: ['x', 5],
  inFile: { good: ['^x$'], bad: ['[', '', 'x'.repeat(257), 5] },
};
const provider = (method: string): Cases => ({ good: [{ [method]: () => {} }], bad: [{}, 'x', () => {}] });

const rule = {
  name: 'own.rate',
  unit: '1/s',
  description: 'X.',
  of: 'frp.proxy.io',
  keep: [],
  compute: 'rate',
};
const alertRule = {
  name: 'OwnRule',
  of: 'value',
  metric: 'frp.process.thread.active',
  comparison: '>',
  threshold: 5,
  severity: 'low',
  summary: 'X.',
  description: 'X.',
};
const ratio = {
  of: 'ratio',
  metric: 'frp.server.logins',
  windowMillis: 60_000,
  whole: { metric: 'frp.server.logins' },
};
const target = { proxy: 'a', url: 'tcp://h:1' };
const receiver = { url: 'https://h/' };
/** What a group or an element of a list needs besides the option that is looked at. */
const BESIDE: Readonly<Record<string, object>> = {
  probes: { targets: [target] },
  'probes.targets[]': target,
  'views[]': { instrumentName: 'x' },
  'derivedMetrics[]': rule,
  'alertRules.overrides[]': { rule: 'FrpProxyLatencyHigh' },
  'alertRules.own[]': alertRule,
  'alertRules.own[].whole': ratio.whole,
  'alerts.alertmanagers[]': receiver,
  'alerts.webhooks[]': receiver,
};
const receivers: Cases = {
  good: [[], [receiver], Array(16).fill(receiver)],
  bad: [[null], ['https://h/'], Array(17).fill(receiver), {}, 'https://h/'],
  takes: ['an empty array'],
};
const receiverUrl: Cases = {
  good: ['http://h', 'https://u:p@h:1/services/T?x#y'],
  bad: ['h:1', 'ftp://h', '', 5, `https://h/${'x'.repeat(4_096)}`],
};
const publicUrl: Cases = {
  good: ['http://h', 'https://h:1/wiki/frp'],
  bad: ['h', 'https://u@h/', 'https://u:p@h/', 'https://h/#x', 'https://h/?x', 'javascript:0', 5],
};
const severity: Cases = { good: ['low', 'medium', 'high', 'critical'], bad: ['Low', 'page', '', 5] };
const atMostADay = whole(0, 86_400_000);
const selector: Cases = {
  good: [{}, { 'frp.role': 'server' }, { 'frp.role': ['server', 'client'], 'frp.instance': true }],
  bad: [
    'x',
    [],
    { 'frp.role': 5 },
    { 'frp.role': [] },
    { 'frp.role': [5] },
    { 'frp.rol': true },
    { 'frp.role': 'frps' },
  ],
};

const CASES: Readonly<Record<string, Cases>> = {
  collectionIntervalMillis: whole(100, 300_000),
  apiTimeoutMillis: whole(100, 60_000),
  retentionMillis: whole(1_000, 31_536_000_000),
  maxProxies: whole(1, 100_000),
  serverName: text(255),
  executableNames: { good: [{}], bad: [/x/, 'x'], inFile: { good: [{}], bad: ['x'] } },
  'executableNames.server': pattern,
  'executableNames.client': pattern,
  sockets: flag,
  probes: { good: [BESIDE.probes], bad: [true, 'x', {}] },
  'probes.targets': {
    good: [[target], Array(1_000).fill(target)],
    bad: [[], [null], [5], Array(1_001).fill(target)],
  },
  'probes.targets[].proxy': text(255),
  'probes.targets[].url': { good: ['tcp://[::1]:1', 'http://h', 'https://u:p@h/?x'], bad: ['h:1', 'tcp://h', '', 5] },
  'probes.intervalMillis': whole(1_000, 3_600_000),
  'probes.timeoutMillis': whole(100, 60_000),
  recordClientAddress: flag,
  stateDirectory: text(4_096),
  maxClients: whole(1, 1_000_000),
  thresholds: { good: [{}], bad: [5, 'x', true] },
  'thresholds.serverCpu': share,
  'thresholds.serverMemory': { good: [1, Number.MAX_SAFE_INTEGER], bad: [0, 2 ** 53, 1.5, '1'] },
  'thresholds.serverClients': whole(1, 1_000_000),
  'thresholds.fileDescriptors': share,
  'thresholds.serverErrorRatio': share,
  'thresholds.portUtilization': share,
  'thresholds.loginFailures': whole(0, 1_000_000),
  'thresholds.clientReconnects': whole(0, 1_000_000),
  'thresholds.proxyErrorRatio': share,
  'thresholds.proxyLatency': { good: [0.001, 3_600], bad: [0, 3_600.1, -1, '1'] },
  'thresholds.proxyConnections': whole(1, 1_000_000),
  alertRules: { good: [{}], bad: [5, 'x', true, []] },
  'alertRules.overrides': {
    good: [[], [{ rule: 'FrpServerDown', isEnabled: false }]],
    bad: [[null], [{}], 'x', {}],
    takes: ['an empty array'],
  },
  'alertRules.overrides[].rule': {
    good: ['FrpServerDown', 'FrpReporterAbsent'],
    bad: ['', 'FrpServerdown', 'x'.repeat(129), 5],
    beside: { severity: 'low' },
  },
  'alertRules.overrides[].proxy': {
    good: ['x', '*', 'x'.repeat(255)],
    bad: ['', 'x'.repeat(256), 5],
    beside: { severity: 'low' },
  },
  'alertRules.overrides[].threshold': { good: [0.1, 3_600], bad: [0, -1, '1', Number.NaN, Number.POSITIVE_INFINITY] },
  'alertRules.overrides[].forMillis': atMostADay,
  'alertRules.overrides[].keepFiringForMillis': atMostADay,
  'alertRules.overrides[].severity': severity,
  'alertRules.overrides[].isEnabled': flag,
  'alertRules.own': { good: [[], [alertRule]], bad: [[null], [{}], 'x', {}], takes: ['an empty array'] },
  'alertRules.own[].name': {
    good: ['A', 'a_1', 'x'.repeat(128)],
    bad: ['', '1a', '_a', 'a-b', 'a b', 'x'.repeat(129), 5, 'FrpServerDown', 'frpserverdown'],
  },
  'alertRules.own[].of': { good: ['value'], bad: ['Value', '', 5] },
  'alertRules.own[].metric': {
    good: ['frp.process.thread.active', 'frp.proxy.latency'],
    bad: ['', 5, 'frp.process.threads', 'frp.proxy.connection.rtt', 'x'.repeat(256)],
  },
  'alertRules.own[].where': selector,
  'alertRules.own[].by': {
    good: [['frp.role', 'frp.instance', 'frp.server.name']],
    bad: [[], ['frp.instance'], ['frp.role', 'frp.instance', 'frp.server.name', 'frp.server.name'], ['x'], 'x', [5]],
  },
  'alertRules.own[].subject': { good: ['server', 'client', 'proxy', 'telemetry'], bad: ['host', '', 5] },
  'alertRules.own[].comparison': { good: ['>', '>=', '<', '<=', '==', '!='], bad: ['=', 'gt', '', 5] },
  'alertRules.own[].threshold': { good: [-5, 0, 1e300], bad: ['5', true, Number.NaN, Number.POSITIVE_INFINITY] },
  'alertRules.own[].unit': { good: ['{thread}'], bad: ['', 'By', 'x'.repeat(64), 5] },
  'alertRules.own[].reduce': { good: ['max', 'min', 'sum'], bad: ['avg', '', 5] },
  'alertRules.own[].windowMillis': { ...whole(1_000, 3_600_000), beside: ratio },
  'alertRules.own[].whole': { good: [ratio.whole], bad: [{}, 'x', 5, []], beside: ratio },
  'alertRules.own[].whole.metric': {
    good: ['frp.server.logins', 'frp.server.proxy.starts'],
    bad: ['', 5, 'frp.server.login', 'frp.process.up', 'x'.repeat(256)],
    beside: ratio,
  },
  'alertRules.own[].whole.where': { ...selector, beside: ratio },
  'alertRules.own[].atLeast': { ...whole(0, 1_000_000), beside: ratio },
  'alertRules.own[].forMillis': atMostADay,
  'alertRules.own[].keepFiringForMillis': atMostADay,
  'alertRules.own[].severity': severity,
  'alertRules.own[].summary': {
    good: ['x', 'x'.repeat(500), '{value} of {threshold} on {frp.instance} {{}}'],
    bad: ['', 'x'.repeat(501), 5, '{', '{frp.proxy.name}', 'two\nlines'],
  },
  'alertRules.own[].description': {
    good: ['x', 'x'.repeat(4_096), 'two\nlines {value}'],
    bad: ['', 'x'.repeat(4_097), 5, '}', '{values}'],
  },
  'alertRules.own[].runbook': {
    good: [[], ['x'], Array(20).fill('x'.repeat(1_023))],
    bad: [[''], ['x'.repeat(1_024)], Array(21).fill('x'), 'x', [5]],
    takes: ['an empty array'],
  },
  'alertRules.runbookUrl': publicUrl,
  alerts: { good: [true, false, {}], bad: ['true', 15_000, []] },
  'alerts.intervalMillis': whole(100, 300_000),
  'alerts.alertmanagers': receivers,
  'alerts.alertmanagers[].url': receiverUrl,
  'alerts.alertmanagers[].bearerTokenFile': text(4_096),
  'alerts.alertmanagers[].timeoutMillis': whole(100, 60_000),
  'alerts.webhooks': receivers,
  'alerts.webhooks[].url': receiverUrl,
  'alerts.webhooks[].bearerTokenFile': text(4_096),
  'alerts.webhooks[].timeoutMillis': whole(100, 60_000),
  'alerts.resendMillis': whole(1_000, 3_600_000),
  'alerts.cooldownMillis': whole(0, 86_400_000),
  'alerts.maxNotificationsPerMinute': whole(1, 10_000),
  'alerts.externalUrl': publicUrl,
  'alerts.historyFile': text(4_096),
  'alerts.historyDays': whole(1, 365),
  recordClientInfo: flag,
  recordProxyOwner: flag,
  proxyAttributesHook: { good: [() => ({})], bad: ['x', {}, 5], takes: ['a function'] },
  views: { good: [[], [{ instrumentName: 'x' }]], bad: [[null], [5], 'x', {}], takes: ['an empty array'] },
  'views[].instrumentName': { good: ['x', '*', 'frp.proxy.io'], bad: ['', 'x'.repeat(256), 5, 'frp.proxy.oi'] },
  'views[].name': { good: ['x', 'x'.repeat(255)], bad: ['', 'x'.repeat(256), 5, '5x'] },
  'views[].description': text(1_023, 0),
  'views[].attributeKeys': names,
  'views[].drop': flag,
  derivedMetrics: { good: [[], [rule]], bad: [[{}], [null], 'x', {}], takes: ['an empty array'] },
  'derivedMetrics[].name': { good: ['x', 'x'.repeat(255)], bad: ['', 'x'.repeat(256), 5, '5x', 'frp.proxy.io'] },
  'derivedMetrics[].unit': text(63, 0),
  'derivedMetrics[].description': text(1_023, 0),
  'derivedMetrics[].of': {
    good: ['frp.proxy.io', ['frp.proxy.io', 'frp.proxy.connections']],
    bad: ['', [], [5], 5, 'frp.proxy.oi', 'frp.proxy.status', Array(129).fill('frp.proxy.io')],
  },
  'derivedMetrics[].keep': {
    good: [[], ['frp.proxy.name']],
    bad: [[''], [5], 'a', ['no.attribute'], Array(129).fill('a')],
    takes: ['an empty array'],
  },
  'derivedMetrics[].compute': { good: ['rate', 'increase'], bad: ['', 'median', 5] },
  'derivedMetrics[].where': {
    good: [{}, { 'frp.proxy.name': 'a', 'frp.proxy.type': true }],
    bad: ['x', { 'frp.proxy.name': 5 }, { 'no.attribute': true }],
  },
  // These two are of a ratio, and the rule here is a rate.
  'derivedMetrics[].part': { good: [], bad: ['x', { 'frp.proxy.name': 5 }, { 'error.type': true }] },
  'derivedMetrics[].atLeast': { good: [], bad: [-1, 1_000_001, 0.5, '1', 1] },
  'derivedMetrics[].windowMillis': whole(1_000, 3_600_000),
  prometheus: { good: [true, false, {}], bad: ['true', 9_464] },
  'prometheus.host': { good: ['127.0.0.1', '::1', 'localhost'], bad: ['0.0.0.0', '', 'example.com', 127] },
  'prometheus.port': whole(0, 65_535),
  meterProvider: provider('getMeter'),
  loggerProvider: provider('getLogger'),
  tracerProvider: provider('getTracer'),
};

const circular: Record<string, unknown> = {};
circular.self = circular;
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const hostileProxy = new Proxy(
  {},
  {
    ownKeys: () => {
      throw new Error('ownKeys');
    },
    get: () => {
      throw new Error('get');
    },
    getPrototypeOf: () => {
      throw new Error('getPrototypeOf');
    },
  },
);

const HOSTILE = {
  null: null,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-0': -0,
  'a BigInt': 5n,
  'a symbol': Symbol('x'),
  'a function': () => 5,
  'a date': new Date(0),
  'a circular object': circular,
  'a circular array': [circular],
  'an empty array': [],
  'a million letters': 'x'.repeat(1_000_000),
  'a revoked proxy': revoked.proxy,
  'a proxy that throws': hostileProxy,
  'a boxed number': Object(5_000),
  'an object with prototype keys': JSON.parse('{"__proto__": {"isAdmin": true}, "constructor": 5}'),
  'control characters': '\u001b[31m\u202e\n',
} as const;

const rows = optionRows().filter(({ option }) => !option.endsWith('[]'));

/** Options with this value at `option`, and what that needs beside it. */
const withValue = (option: string, value: unknown): Record<string, unknown> => {
  const put = ([step = '', ...below]: readonly string[], prefix: string): Record<string, unknown> => {
    const at = `${prefix}${step}`;
    const isList = step.endsWith('[]');
    const inner =
      below.length === 0 ? value : { ...BESIDE[at], ...(isList && CASES[option]?.beside), ...put(below, `${at}.`) };
    return { [step.replace('[]', '')]: isList ? [inner] : inner };
  };
  return put(option.split('.'), '');
};

const faultOf = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(FrpOptionsError);
    return (error as Error).message;
  }
  return '';
};

const placeOf = (option: string): string => option.replace('[]', '.0');

describe('every option', () => {
  it('has its cases here', () => {
    expect(Object.keys(CASES)).toEqual(rows.map(({ option }) => option));
  });

  describe.each(rows.filter(({ option }) => !option.startsWith('views[]')))('$option in code', ({ option }) => {
    const { good, bad, takes = [] } = CASES[option] as Cases;

    it('may be what is good', () => {
      for (const value of good) expect(faultOf(() => parseOptions(withValue(option, value)))).toBe('');
    });

    it.each(bad.map((value) => [value]))('may not be %p', (value) => {
      const fault = faultOf(() => parseOptions(withValue(option, value)));
      expect(fault).toContain(placeOf(option));
      expect(fault).toMatch(/expected |is a |is of /);
      expect(fault.length).toBeLessThan(1_000);
    });

    it.each(Object.entries(HOSTILE))('survives %s', (name, value) => {
      const fault = faultOf(() => parseOptions(withValue(option, value)));
      if (takes.some((taken) => taken === name)) expect(fault).toBe('');
      else if (fault !== '') {
        expect(fault).toContain(placeOf(option));
        expect(fault.length).toBeLessThan(1_000);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
        expect(fault).not.toMatch(/[\u0000-\u001f\u202e]/);
      } else expect(isTaken(option, name)).toBe(true);
    });

    it('that throws when it is read is named, and its error is not what is thrown', () => {
      const [parent = '', key = option] = option.split(/\.(?=[^.]+$)/).length > 1 ? option.split(/\.(?=[^.]+$)/) : [];
      const boom = Object.defineProperty({}, key, {
        enumerable: true,
        get: () => {
          throw new Error('boom');
        },
      });
      const options = parent === '' ? boom : withValue(parent, boom);
      expect(faultOf(() => parseOptions(options))).toContain(`${placeOf(option)}: it cannot be read: "boom"`);
    });
  });

  const folder = mkdtempSync(join(tmpdir(), 'frp-otel-options-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const inFile = (option: string, value: unknown): string => {
    const file = join(folder, 'options.json');
    writeFileSync(file, JSON.stringify(withValue(option, value), null, 2));
    return faultOf(() => readConfiguration({}, { FRP_OTEL_CONFIG: file }));
  };

  describe.each(rows.filter(({ isInFile }) => isInFile))('$option in a file', ({ option }) => {
    const { good, bad, inFile: other } = CASES[option] as Cases;

    it('takes and refuses what code does, with the line', () => {
      for (const value of other?.good ?? good) expect(inFile(option, value)).toBe('');
      for (const value of other?.bad ?? bad) {
        expect(inFile(option, value)).toMatch(/options\.json:\d+: .*(expected |is a |is of )/);
        expect(inFile(option, value)).toContain(placeOf(option));
      }
      expect(inFile(option, null)).toMatch(/options\.json:\d+: .*received null/);
    });
  });

  describe.each(rows.filter(({ variable }) => variable !== undefined))('$variable', ({ option, variable = '' }) => {
    const { good, bad, inFile: other } = CASES[option] as Cases;
    const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
    const inVariable = (value: unknown): string =>
      faultOf(() =>
        readConfiguration(option.startsWith('probes') ? { probes: BESIDE.probes } : {}, {
          [variable]: asText(value),
        }),
      );

    it('is named after its option', () => {
      expect(variable).toBe(variableName(option.split('.')));
    });

    it('takes and refuses what a file does', () => {
      for (const value of other?.good ?? good) if (!isEmptyGroup(value)) expect(inVariable(value)).toBe('');
      // In a variable a number is a text, and so is `true`.
      for (const value of (other?.bad ?? bad).filter((each) => isOutOfRange(each))) {
        expect(inVariable(value)).toMatch(new RegExp(`^${variable}: .*expected .*, received `));
      }
      expect(inVariable('')).toBe('');
    });
  });
});

const isEmptyGroup = (value: unknown): boolean => typeof value === 'object' && !Array.isArray(value);
const isOutOfRange = (value: unknown): boolean => typeof value === 'number' && !Number.isNaN(value) && value < 0;

/** A text may have any letters. */
const isTaken = (option: string, name: string): boolean =>
  name === 'control characters' &&
  (CASES[option]?.good ?? []).some(
    (value) => (value === 'x'.repeat(255) && !option.endsWith('].name')) || value === 'x'.repeat(4_096) || value === '',
  );
