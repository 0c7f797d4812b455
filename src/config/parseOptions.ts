import { types } from 'node:util';
import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { LoggerProvider } from '@opentelemetry/api-logs';
import type { ViewOptions } from '@opentelemetry/sdk-metrics';
import * as z from 'zod';
import type { DerivedRule } from '../telemetry/catalogue/derivedMetrics.js';
import { FrpOptionsError, type ProxyAttributesHook } from './FrpInstrumentationOptions.js';
import { DEFAULT_PROMETHEUS, isLoopback } from './loopback.js';
import { isProbeUrl, PROBE_URLS, withoutCredentials } from './probeUrl.js';

/** Options with their defaults. */
export type FrpInstrumentationConfig = z.output<typeof optionsSchema>;

const wholeNumber = (min: number, max: number) =>
  z.custom<number>(
    (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
    `expected a whole number, ${min} to ${max}`,
  );

const whole = (min: number, max: number, byDefault: number) => wholeNumber(min, max).default(byDefault);

const requiredText = (maxLength: number) =>
  z.custom<string>(
    (value) => typeof value === 'string' && value.length >= 1 && value.length <= maxLength,
    `expected a string of 1 to ${maxLength} characters`,
  );

const text = (maxLength: number) => requiredText(maxLength).optional();

const provider = <Provider>(method: string) =>
  z.custom<Provider>(
    (value) => typeof (value as Record<string, unknown> | null | undefined)?.[method] === 'function',
    `expected a provider with a method ${method}()`,
  );

const pattern = z.custom<RegExp>((value) => types.isRegExp(value), 'expected a regular expression').optional();

const executableNamesSchema = z.strictObject(
  { server: pattern, client: pattern },
  'expected an object with the regular expressions server and client',
);

const prometheusSchema = z.strictObject(
  {
    host: z
      .custom<string>(
        (value) => typeof value === 'string' && isLoopback(value),
        'expected a loopback address, such as 127.0.0.1: /metrics has no token and no TLS yet',
      )
      .default(DEFAULT_PROMETHEUS.host),
    port: whole(0, 65_535, DEFAULT_PROMETHEUS.port),
  },
  'expected true, false or an object with host and port',
);

const share = (byDefault: number) =>
  z
    .custom<number>(
      (value) => typeof value === 'number' && value > 0 && value <= 1,
      'expected a share: a number over 0, up to 1',
    )
    .default(byDefault);

const thresholdsSchema = z
  .strictObject(
    {
      serverCpu: share(0.8),
      serverMemory: whole(1, Number.MAX_SAFE_INTEGER, 2 ** 30),
      serverClients: whole(1, 1_000_000, 100),
      serverFileDescriptors: share(0.8),
    },
    'expected an object with serverCpu, serverMemory, serverClients or serverFileDescriptors',
  )
  .prefault({});

const MAX_PROBES = 1_000;

const probeSchema = z.strictObject(
  {
    proxy: requiredText(255),
    url: z.custom<string>((value) => typeof value === 'string' && isProbeUrl(value), `expected ${PROBE_URLS}`),
  },
  'expected an object with proxy and url',
);

const probesSchema = z.strictObject(
  {
    targets: z
      .array(probeSchema, 'expected an array of objects with proxy and url')
      .min(1, `expected 1 to ${MAX_PROBES} of them`)
      .max(MAX_PROBES, `expected 1 to ${MAX_PROBES} of them`),
    intervalMillis: whole(1_000, 3_600_000, 30_000),
    timeoutMillis: whole(100, 60_000, 10_000),
  },
  'expected an object with targets',
);

const optionsSchema = z.strictObject(
  {
    collectionIntervalMillis: whole(100, 300_000, 5_000),
    apiTimeoutMillis: whole(100, 60_000, 2_000),
    retentionMillis: whole(1_000, 31_536_000_000, 3_600_000),
    maxProxies: whole(1, 100_000, 10_000),
    serverName: text(255),
    // One expression alone would pass as an object with neither.
    executableNames: z.preprocess((value) => (types.isRegExp(value) ? null : value), executableNamesSchema.optional()),
    sockets: z.boolean('expected true or false').default(true),
    probes: probesSchema.optional(),
    recordClientAddress: z.boolean('expected true or false').default(false),
    stateDirectory: text(4_096),
    maxClients: wholeNumber(1, 1_000_000).optional(),
    thresholds: thresholdsSchema,
    recordClientInfo: z.boolean('expected true or false').default(false),
    recordProxyOwner: z.boolean('expected true or false').default(false),
    proxyAttributesHook: z
      .custom<ProxyAttributesHook>((value) => typeof value === 'function', 'expected a function')
      .optional(),
    views: z.array(z.custom<ViewOptions>()).default([]),
    derivedMetrics: z.array(z.custom<DerivedRule>()).default([]),
    prometheus: z.preprocess(
      (value) => (value === true ? {} : value === false ? undefined : value),
      prometheusSchema.optional(),
    ),
    meterProvider: provider<MeterProvider>('getMeter').optional(),
    loggerProvider: provider<LoggerProvider>('getLogger').optional(),
    tracerProvider: provider<TracerProvider>('getTracer').optional(),
  },
  'expected an object',
);

/** @throws FrpOptionsError naming every option that is wrong */
export const parseOptions = (options: unknown): FrpInstrumentationConfig => {
  const result = optionsSchema.safeParse(options);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => describeIssue(issue, options));
  throw new FrpOptionsError(`registerFrpInstrumentation: ${faults.join('; ')}`);
};

const describeIssue = (issue: z.core.$ZodIssue, options: unknown): string => {
  const place = (...keys: PropertyKey[]) => [...issue.path, ...keys].join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(schemaAt(issue.path).shape);
    const list = (keys: readonly string[]) => keys.map((key) => place(key)).join(', ');
    return `unknown option ${list(issue.keys)}; known are ${list(known)}`;
  }
  return `${place() || 'options'}: ${issue.message}, received ${show(shownAt(options, issue.path))}`;
};

/** A URL is the one option that may hold a secret. */
const shownAt = (options: unknown, path: readonly PropertyKey[]): unknown => {
  const value = valueAt(options, path);
  return path.at(-1) === 'url' && typeof value === 'string' ? withoutCredentials(value) : value;
};

const SCHEMAS: Readonly<Record<PropertyKey, z.ZodObject>> = {
  prometheus: prometheusSchema,
  thresholds: thresholdsSchema.unwrap(),
  executableNames: executableNamesSchema,
  probes: probesSchema,
};

/** Where it can have keys that are not known. */
const schemaAt = ([option, ...below]: readonly PropertyKey[]): z.ZodObject => {
  if (option === undefined) return optionsSchema;
  return below.length > 0 ? probeSchema : (SCHEMAS[option] ?? optionsSchema);
};

const valueAt = (options: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], options);

const MAX_SHOWN = 100;

const show = (value: unknown): string => {
  if (typeof value === 'string') {
    const text = JSON.stringify(value.slice(0, MAX_SHOWN));
    return value.length > MAX_SHOWN ? `${text}… (${value.length} characters)` : text;
  }
  if (typeof value === 'number' || typeof value === 'boolean' || value == null) return String(value);
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
};
