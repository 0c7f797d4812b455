import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { LoggerProvider } from '@opentelemetry/api-logs';
import type * as z from 'zod';
import type { AlertRulesConfig } from '../alerts/ownRules.js';
import type { DerivedRule } from '../telemetry/catalogue/derivedMetrics.js';
import { alerts } from './alertOptions.js';
import { alertRules } from './alertRuleOptions.js';
import { derivedRule } from './derivedRule.js';
import type { ProxyAttributesHook } from './FrpInstrumentationOptions.js';
import { DEFAULT_PROMETHEUS } from './loopback.js';
import {
  flag,
  group,
  hook,
  listOf,
  loopbackHost,
  orFlag,
  pattern,
  probeUrl,
  provider,
  text,
  wholeNumber,
} from './optionForms.js';
import { thresholds } from './thresholds.js';
import { viewOptions } from './viewOptions.js';

const executableNames = group(
  {
    server: pattern().optional().describe('What frps is called here: a regular expression.'),
    client: pattern().optional().describe('What frpc is called here: a regular expression.'),
  },
  'an object with the regular expressions server and client',
);

const probe = group(
  {
    proxy: text(255).describe('The proxy as frps knows it: `user.name`.'),
    url: probeUrl().describe('Where visitors come in: `tcp://HOST:PORT`, `http://…` or `https://…`.'),
  },
  'an object with proxy and url',
);

const probes = group(
  {
    targets: listOf(probe, 'objects with proxy and url', 1).describe('The tunnels to go through, 1 to 1,000.'),
    intervalMillis: wholeNumber(1_000, 3_600_000)
      .default(30_000)
      .describe('Milliseconds from the end of one to the begin of the next, give or take a tenth.'),
    timeoutMillis: wholeNumber(100, 60_000).default(10_000).describe('Milliseconds after which one is given up.'),
  },
  'an object with targets',
);

const prometheus = group(
  {
    host: loopbackHost().default(DEFAULT_PROMETHEUS.host).describe('The address of this host to serve it at.'),
    port: wholeNumber(0, 65_535).default(DEFAULT_PROMETHEUS.port).describe('Its port; 0 takes a free one.'),
  },
  'true, false or an object with host and port',
);

const MAX_RULES = 100;

/** Every option once: its check, its default, what it does. How each is written outside of code: {@link OptionForm}. */
export const optionsSchema = group(
  {
    collectionIntervalMillis: wholeNumber(100, 300_000)
      .default(5_000)
      .describe("Milliseconds between two looks at frps's API and at /proc."),
    apiTimeoutMillis: wholeNumber(100, 60_000)
      .default(2_000)
      .describe("Milliseconds after which a request to frps's API is given up."),
    retentionMillis: wholeNumber(1_000, 31_536_000_000)
      .default(3_600_000)
      .describe('Milliseconds for which a lost process or proxy is exported with its last counters, up to a year.'),
    maxProxies: wholeNumber(1, 100_000)
      .default(10_000)
      .describe('Proxies kept per frp process; what is beyond is counted as dropped.'),
    serverName: text(255)
      .optional()
      .describe('`frp.server.name` of everything observed here; without, host:port of the server.'),
    executableNames: executableNames
      .optional()
      .describe(
        "What frps and frpc are called besides the names of releases, matched against an executable's base name.",
      ),
    sockets: flag()
      .default(true)
      .describe("Whether connections are looked at with iproute2's `ss`: live bytes, segments and round trips."),
    probes: probes
      .optional()
      .describe('Checks that go through tunnels from the outside, as visitors do, and are not counted as visitors.'),
    recordClientAddress: flag()
      .default(false)
      .describe('Whether the span of a connection has the address of its visitor (`client.address`): personal data.'),
    stateDirectory: text(4_096)
      .optional()
      .describe(
        'A folder for what must outlive the program: how far log files were told, and `service.instance.id`; without, nothing is kept and each start has an id of its own.',
      ),
    maxClients: wholeNumber(1, 1_000_000)
      .optional()
      .describe('Clients that frps is meant for: `frp.server.client.utilization` is told against it.'),
    thresholds: thresholds
      .prefault({})
      .describe('From where on is too much: for the alert rules, and of frps for the event `server.resource.warning`.'),
    alertRules: alertRules
      .prefault({})
      .describe('Which alert rules there are: changes to those of the catalogue, and rules of your own.'),
    alerts: alerts().describe(
      'Evaluates the alert rules in this process, and tells Alertmanagers and webhooks: `true` for all defaults.',
    ),
    recordClientInfo: flag()
      .default(false)
      .describe("Whether frps's clients are told as a metric each, `frp.server.client.info`."),
    recordProxyOwner: flag()
      .default(false)
      .describe('Whether the series of a proxy say whose it is: `frp.user` and `frp.client.id`.'),
    proxyAttributesHook: hook<ProxyAttributesHook>()
      .optional()
      .describe(
        'Gives attributes of your own to every series of a proxy; asked once for each, again when its type, owner or server is another, and when it threw.',
      ),
    views: listOf(viewOptions(), 'views', 0, MAX_RULES)
      .default([])
      .describe(
        'Views, applied last to every metric of this package; totals never fall where attributes are left out.',
      ),
    derivedMetrics: listOf(derivedRule, 'rules', 0, MAX_RULES)
      .default([])
      .describe('Metrics computed from others over a sliding window, besides those of the catalogue.'),
    prometheus: orFlag(prometheus).describe('Serves /metrics on this host: `true` for 127.0.0.1:9464.'),
    meterProvider: provider<MeterProvider>('getMeter')
      .optional()
      .describe('Used instead of the registered provider or one of our own.'),
    loggerProvider: provider<LoggerProvider>('getLogger')
      .optional()
      .describe('Used instead of the registered provider or one of our own.'),
    tracerProvider: provider<TracerProvider>('getTracer')
      .optional()
      .describe('Used instead of the registered provider or one of our own.'),
  },
  'an object',
);

/** Options with their defaults. */
export type FrpInstrumentationConfig = Omit<z.output<typeof optionsSchema>, 'derivedMetrics' | 'alertRules'> & {
  readonly derivedMetrics: readonly DerivedRule[];
  readonly alertRules: AlertRulesConfig;
};
