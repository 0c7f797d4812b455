import * as api from '@opentelemetry/api';
import { logs as apiLogs, type LoggerProvider } from '@opentelemetry/api-logs';

/** The program's own provider of each signal, undefined where it has registered none. */
export const registeredMeterProvider = (): api.MeterProvider | undefined =>
  // Without a provider every meter is the one no-op meter; the metrics API has no proxy.
  api.metrics.getMeter('probe') === api.createNoopMeter() ? undefined : api.metrics.getMeterProvider();

export const registeredTracerProvider = (): api.TracerProvider | undefined => {
  const provider = api.trace.getTracerProvider();
  // Without a provider the proxy delegates to the one no-op provider.
  const delegate = provider instanceof api.ProxyTracerProvider ? provider.getDelegate() : provider;
  return delegate === new api.ProxyTracerProvider().getDelegate() ? undefined : provider;
};

export const registeredLoggerProvider = (): LoggerProvider | undefined => {
  // The logs API has no public way to tell: these are its global registries, of api-logs and of api >= 1.10.
  const globals = globalThis as Record<symbol, { logs?: unknown } | undefined>;
  if (globals[Symbol.for('opentelemetry.js.api.1')]?.logs !== undefined) {
    return (api as { logs?: { getLoggerProvider(): LoggerProvider } }).logs?.getLoggerProvider();
  }
  const isRegistered = globals[Symbol.for('io.opentelemetry.js.api.logs')] !== undefined;
  return isRegistered ? apiLogs.getLoggerProvider() : undefined;
};
