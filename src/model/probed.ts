import { type FrpEvent, NO_EVENTS } from './FrpEvent.js';
import type { FrpProxy } from './FrpProxy.js';
import type { ProbeEnded } from './FrpSignal.js';
import type { Subject } from './Subject.js';

/** Takes a probe through a proxy, which may be unknown: then another instance has it. */
export const probed = (
  { identity }: Pick<Subject, 'identity'>,
  proxy: FrpProxy | undefined,
  { time, duration, errorType, message = '' }: ProbeEnded,
): readonly FrpEvent[] => {
  if (proxy === undefined) return NO_EVENTS;
  proxy.counts.probed(duration, errorType);
  if (errorType === undefined) proxy.checks.passed('probe');
  else if (proxy.checks.failed('probe')) {
    const { name, type: proxyType } = proxy;
    const failed = { proxy: name, proxyType, check: 'probe', error: { type: errorType, message } } as const;
    return [{ ...identity(), ...failed, kind: 'health.check.failed', time }];
  }
  return NO_EVENTS;
};
