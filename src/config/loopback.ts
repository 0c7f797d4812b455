/** Prometheus's registered port for OpenTelemetry exporters, on this host only. */
export const DEFAULT_PROMETHEUS = { host: '127.0.0.1', port: 9464 } as const;

/** /metrics has neither a token nor TLS yet: it may be served to this host only. */
export const isLoopback = (host: string): boolean => /^(127(\.\d{1,3}){3}|localhost|::1)$/.test(host);
