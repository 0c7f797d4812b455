import type { FrpConfig } from '../../frp/config/FrpConfig.js';
import type { FrpProcess } from '../processes/FrpProcess.js';

/** Where the log of a process can be read. */
export type LogLocation =
  /** Its stdout is a pipe of this program: the caller hands in its lines. */
  | { readonly kind: 'output' }
  /** @property path where we find it. @property name as frp names it, absolute */
  | { readonly kind: 'file'; readonly path: string; readonly name: string }
  | { readonly kind: 'journal'; readonly unit: string }
  | { readonly kind: 'none'; readonly reason: string };

/** @param hasOutput whether the caller can read its stdout */
export const findLog = (_frp: FrpProcess, config: FrpConfig | undefined, hasOutput: boolean): LogLocation => {
  if (!hasOutput)
    return {
      kind: 'none',
      reason: 'its stdout is not a pipe of this program: spawn it with stdio "pipe" to have its log',
    };
  if (config !== undefined && config.logTo !== 'console') {
    return { kind: 'none', reason: `it logs to ${config.logTo}: set log.to = "console" to have its log` };
  }
  return { kind: 'output' };
};
