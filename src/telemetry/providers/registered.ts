import * as api from '@opentelemetry/api';
import { logs as apiLogs, type LoggerProvider } from '@opentelemetry/api-logs';

/** The program's own provider of each signal, undefined where it has registered none. */
export const registeredMeterProvider = (): api.MeterProvider | undefined => actualMeterProvider(apiMeterProvider());
export const registeredTracerProvider = (): api.TracerProvider | undefined => actualTracerProvider(apiTracerProvider());
export const registeredLoggerProvider = (): LoggerProvider | undefined =>
  isLoggerProviderRegistered() ? apiLoggerProvider() : undefined;

/** What the API gives everybody: the registered provider, or one that does nothing until one is registered. */
const apiMeterProvider = (): api.MeterProvider => api.metrics.getMeterProvider();
export const apiTracerProvider = (): api.TracerProvider => api.trace.getTracerProvider();
export const apiLoggerProvider = (): LoggerProvider =>
  // Of api >= 1.10, else of api-logs: their registries know nothing of each other.
  globalOf('opentelemetry.js.api.1')?.logs === undefined ? apiLogs.getLoggerProvider() : ofApi().getLoggerProvider();

/**
 * Undefined for what only stands for a provider that is not there: an instrumentation is given such ones, too, when it is
 * registered before the program's SDK.
 */
export const actualMeterProvider = (provider: api.MeterProvider | undefined): api.MeterProvider | undefined =>
  // Without a provider every meter is the one no-op meter; the metrics API has no proxy.
  provider?.getMeter('probe') === api.createNoopMeter() ? undefined : provider;

export const actualTracerProvider = (provider: api.TracerProvider | undefined): api.TracerProvider | undefined =>
  // Without a provider the proxy delegates to the one no-op provider.
  provider !== undefined && delegateOf(provider) === delegateOf(new api.ProxyTracerProvider()) ? undefined : provider;

export const actualLoggerProvider = (provider: LoggerProvider | undefined): LoggerProvider | undefined =>
  provider === apiLoggerProvider() || provider === apiLogs.getLoggerProvider() ? registeredLoggerProvider() : provider;

/** A proxy of the API delegates to the program's provider, which is the one that can be flushed. */
export const delegateOf = (provider: object): object => {
  const { getDelegate } = provider as { getDelegate?: () => object };
  return getDelegate?.call(provider) ?? provider;
};

/** The logs API has no public way to tell: these are its global registries, of api >= 1.10 and of api-logs. */
const isLoggerProviderRegistered = (): boolean =>
  globalOf('opentelemetry.js.api.1')?.logs !== undefined || globalOf('io.opentelemetry.js.api.logs') !== undefined;

const globalOf = (key: string): { readonly logs?: unknown } | undefined =>
  (globalThis as Record<symbol, { readonly logs?: unknown } | undefined>)[Symbol.for(key)];

const ofApi = (): { getLoggerProvider(): LoggerProvider } =>
  (api as { logs?: { getLoggerProvider(): LoggerProvider } }).logs ?? apiLogs;
