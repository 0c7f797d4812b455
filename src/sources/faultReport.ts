import type { SourceReport } from './Source.js';

const MAX_REASON = 200;

/** How a source is after a fault of ours, which it survives. */
export const faultReport = (error: unknown): SourceReport => {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  return ['degraded', `a fault of the frp instrumentation (${String(code ?? message ?? error).slice(0, MAX_REASON)})`];
};
