import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { LoggerProvider } from '@opentelemetry/api-logs';
import * as z from 'zod';
import { DEFAULT_PROMETHEUS, isLoopback } from './loopback.js';

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
  /** Serves /metrics on this host: `true` for 127.0.0.1:9464; port 0 takes a free one. @default false */
  prometheus?: boolean | { host?: string; port?: number };
  /** Used instead of the registered provider or one of our own; it stays yours to shut down. */
  meterProvider?: MeterProvider;
  /** Used instead of the registered provider or one of our own; it stays yours to shut down. */
  loggerProvider?: LoggerProvider;
  /** Used instead of the registered provider or one of our own; it stays yours to shut down. */
  tracerProvider?: TracerProvider;
}

/** Options with their defaults. */
export type FrpInstrumentationConfig = z.output<typeof optionsSchema>;

/** An option that is not what it should be; the message names it, what was received and what is allowed. */
export class FrpOptionsError extends TypeError {
  override readonly name = 'FrpOptionsError';
}

const millis = (min: number, max: number, byDefault: number) => z.number().int().min(min).max(max).default(byDefault);

const provider = <Provider>(method: string) =>
  z.custom<Provider>(
    (value) => typeof (value as Record<string, unknown> | null | undefined)?.[method] === 'function',
    `expected a provider with a method ${method}()`,
  );

const prometheusSchema = z
  .union([
    z.boolean(),
    z.strictObject({
      host: z
        .string()
        .refine(isLoopback, 'expected a loopback address: /metrics has no token and no TLS yet')
        .default(DEFAULT_PROMETHEUS.host),
      port: z.number().int().min(0).max(65_535).default(DEFAULT_PROMETHEUS.port),
    }),
  ])
  .default(false)
  .transform((value) => (value === true ? { ...DEFAULT_PROMETHEUS } : value === false ? undefined : value));

const optionsSchema = z.strictObject({
  collectionIntervalMillis: millis(100, 300_000, 5_000),
  apiTimeoutMillis: millis(100, 60_000, 2_000),
  retentionMillis: millis(1_000, 31_536_000_000, 3_600_000),
  maxProxies: z.number().int().min(1).max(100_000).default(10_000),
  serverName: z.string().min(1).max(255).optional(),
  prometheus: prometheusSchema,
  meterProvider: provider<MeterProvider>('getMeter').optional(),
  loggerProvider: provider<LoggerProvider>('getLogger').optional(),
  tracerProvider: provider<TracerProvider>('getTracer').optional(),
});

/** @throws FrpOptionsError naming every option that is wrong */
export const parseOptions = (options: unknown): FrpInstrumentationConfig => {
  const result = optionsSchema.safeParse(options);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => describeIssue(issue, options));
  throw new FrpOptionsError(`registerFrpInstrumentation: ${faults.join('; ')}`);
};

const describeIssue = (issue: z.core.$ZodIssue, options: unknown): string => {
  if (issue.code === 'unrecognized_keys') {
    return `unknown option ${issue.keys.join(', ')}; known are ${Object.keys(optionsSchema.shape).join(', ')}`;
  }
  const place = issue.path.join('.') || 'options';
  return `${place}: ${issue.message}, received ${show(valueAt(options, issue.path))}`;
};

const valueAt = (options: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], options);

const show = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 100));
  if (typeof value === 'number' || typeof value === 'boolean' || value == null) return String(value);
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
};
