import type { Attributes, MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { LoggerProvider } from '@opentelemetry/api-logs';
import type { ViewOptions } from '@opentelemetry/sdk-metrics';
import type { OwnRule, RuleOverride } from '../alerts/ownRules.js';
import type { InstanceSnapshot, ProxySnapshot } from '../model/FrpSnapshot.js';
import type { DerivedRule } from '../telemetry/catalogue/derivedMetrics.js';

/**
 * Asked once for a proxy, and again only when its type, its owner, its server or the server's version is another: a series must
 * keep its attributes. Where it threw it is asked again after 1 s, then after twice as long each time, up to a minute. At most 8
 * attributes, with short strings, finite numbers or booleans, 1,000 different ones each; the rest, and what it throws, is said
 * once and left out.
 */
export type ProxyAttributesHook = (proxy: ProxySnapshot, instance: InstanceSnapshot) => Attributes;

/** Whom alerts are sent to. */
export interface AlertReceiverOptions {
  /** `http://…` or `https://…`; shown without its path, which may be a secret. */
  url: string;
  /** A file with the token that it asks for, read for each request. */
  bearerTokenFile?: string;
  /** Milliseconds after which a request is given up, 100 to 60,000. @default 10000 */
  timeoutMillis?: number;
}

/** Options of the evaluator of alert rules in this process. All may be left out. */
export interface AlertsOptions {
  /** Milliseconds between two evaluations of all rules, 100 to 300,000. @default 15000 */
  intervalMillis?: number;
  /** Each is sent all alerts, by its API v2. Up to 16. @default none */
  alertmanagers?: readonly AlertReceiverOptions[];
  /** Each is sent what fires and what was resolved, as JSON. Up to 16. @default none */
  webhooks?: readonly AlertReceiverOptions[];
  /** Milliseconds after which an Alertmanager is told again what still fires, 1,000 to 3,600,000. @default 60000 */
  resendMillis?: number;
  /**
   * Milliseconds in which a webhook that was told of an alert is not told that it fires again, 0 to 86,400,000.
   * @default 300000
   */
  cooldownMillis?: number;
  /** Requests to one webhook in any minute, 1 to 10,000; what is beyond waits. @default 60 */
  maxNotificationsPerMinute?: number;
  /** What alerts link to: the page of this instance. */
  externalUrl?: string;
  /** A JSON Lines file that keeps all alerts. @default none: they are not kept */
  historyFile?: string;
  /** Days for which it keeps them, 1 to 365. @default 30 */
  historyDays?: number;
}

/** Options of `registerFrpInstrumentation`. All may be left out. */
export interface FrpInstrumentationOptions {
  /** Milliseconds between two looks at frps's API and at /proc, 100 to 300,000. @default 5000 */
  collectionIntervalMillis?: number;
  /** Milliseconds after which a request to frps's API is given up, 100 to 60,000. @default 2000 */
  apiTimeoutMillis?: number;
  /**
   * Milliseconds for which a lost process or proxy is exported with its last counters, 1,000 to 31,536,000,000 (a year).
   * @default 3600000 (one hour)
   */
  retentionMillis?: number;
  /** Proxies kept per frp process, 1 to 100,000; what is beyond is counted as dropped. @default 10000 */
  maxProxies?: number;
  /** `frp.server.name` of everything observed here. @default host:port of the server */
  serverName?: string;
  /** What frps and frpc are called here besides the names of releases, matched against an executable's base name. */
  executableNames?: { server?: RegExp | undefined; client?: RegExp | undefined };
  /** Whether connections are looked at with iproute2's `ss`: live bytes, segments and round trips. @default true */
  sockets?: boolean;
  /** Checks that go through tunnels from the outside, as visitors do, and are not counted as visitors. @default none */
  probes?: {
    /** 1 to 1,000. */
    targets: readonly {
      /** As frps knows it: `user.name`. */
      proxy: string;
      /** Where visitors come in: `tcp://HOST:PORT`, `http://…` or `https://…`. */
      url: string;
    }[];
    /** Milliseconds from the end of one to the begin of the next, 1,000 to 3,600,000, give or take a tenth. @default 30000 */
    intervalMillis?: number;
    /** Milliseconds after which one is given up, 100 to 60,000. @default 10000 */
    timeoutMillis?: number;
  };
  /** Whether the span of a connection has the address of its visitor (`client.address`): personal data. @default false */
  recordClientAddress?: boolean;
  /**
   * A folder for what must outlive this program: how far log files were told, so that a restart neither loses nor repeats a
   * line, and `service.instance.id`. Made when it is not there. @default none: nothing is kept
   */
  stateDirectory?: string;
  /**
   * Clients that frps is meant for, 1 to 1,000,000: `frp.server.client.utilization` is told against it, since frps has no limit
   * of its own. @default none
   */
  maxClients?: number;
  /** From where on is too much: for the alert rules, and of frps for the event `server.resource.warning`. */
  thresholds?: {
    /** Share of all CPUs, over 0 to 1. @default 0.8 */
    serverCpu?: number;
    /** Bytes of physical memory, 1 to 2^53 - 1. @default 1073741824 (1 GiB) */
    serverMemory?: number;
    /** Clients, 1 to 1,000,000. @default 100 */
    serverClients?: number;
    /** Share of the limit of open files, of frps and of frpc, over 0 to 1. @default 0.8 */
    fileDescriptors?: number;
    /** Share of logins, starts of proxies and connections that failed on frps in 5 minutes, over 0 to 1. @default 0.1 */
    serverErrorRatio?: number;
    /** Share of frps's allowed ports that are in use, over 0 to 1. @default 0.9 */
    portUtilization?: number;
    /** Logins that frps refused in 5 minutes, 0 to 1,000,000. @default 10 */
    loginFailures?: number;
    /** Logins of frpc after its first in 5 minutes, 0 to 1,000,000. @default 3 */
    clientReconnects?: number;
    /** Share of a proxy's connections that failed in 5 minutes, over 0 to 1. @default 0.05 */
    proxyErrorRatio?: number;
    /** Seconds that probes took through a proxy on average in 5 minutes, over 0 to 3,600. @default 1 */
    proxyLatency?: number;
    /** Open connections of a proxy, 1 to 1,000,000. @default 1000 */
    proxyConnections?: number;
  };
  /** Which alert rules there are, whoever evaluates them. */
  alertRules?: {
    /** What is another than in the catalogue: of those for some proxies, the first that matches counts. Up to 1,000. */
    overrides?: readonly RuleOverride[];
    /** Rules of your own, besides those of the catalogue. Up to 100. */
    own?: readonly OwnRule[];
    /** A page with a heading for each rule: `runbook_url` of its alerts is this, `#` and the name in small letters. */
    runbookUrl?: string;
  };
  /** Evaluates the alert rules in this process, and tells Alertmanagers and webhooks: `true` for all defaults. @default false */
  alerts?: boolean | AlertsOptions;
  /** Whether frps's clients are told as a metric each, `frp.server.client.info`. @default false */
  recordClientInfo?: boolean;
  /** Whether the series of a proxy say whose it is, as frps's API tells: `frp.user` and `frp.client.id`. @default false */
  recordProxyOwner?: boolean;
  /**
   * Gives attributes of your own to every series of a proxy; few values each, since every other value is another series. Asked
   * once for a proxy: what becomes another later it does not see, but for those that {@link ProxyAttributesHook} tells.
   */
  proxyAttributesHook?: ProxyAttributesHook;
  /**
   * Views, applied last to every metric of this package, with the meaning that they have in the SDK. Where attributes are left
   * out, increments of what falls together are added up: a total never falls.
   */
  views?: readonly ViewOptions[];
  /** Metrics computed from others over a sliding window, besides those of the catalogue. */
  derivedMetrics?: readonly DerivedRule[];
  /** Serves /metrics on this host: `true` for 127.0.0.1:9464; port 0 takes a free one. @default false */
  prometheus?: boolean | { host?: string; port?: number };
  /** Used instead of the registered provider or one of our own; it stays yours to shut down. */
  meterProvider?: MeterProvider;
  /** Used instead of the registered provider or one of our own; it stays yours to shut down. */
  loggerProvider?: LoggerProvider;
  /** Used instead of the registered provider or one of our own; it stays yours to shut down. */
  tracerProvider?: TracerProvider;
}

/** Options that are not what they should be; the message names each, what was received, what is allowed, and where it stands. */
export class FrpOptionsError extends TypeError {
  override readonly name = 'FrpOptionsError';
  /** One text for each; at most 20, and how many more there are. */
  readonly faults: readonly string[];

  constructor(...faults: readonly string[]) {
    super(faults.join('; '));
    this.faults = faults;
  }
}
