import type { ProbeEnded, ProbeStarted } from '../../model/FrpSignal.js';
import { jittered } from '../jittered.js';
import { repeat } from '../repeat.js';
import type { Source } from '../Source.js';
import type { Probe } from './Probe.js';
import { probeHttp } from './probeHttp.js';
import { probeTcp } from './probeTcp.js';

/** What a probe tells, of whatever observed process has its proxy. */
export type ProbeSignal = Omit<ProbeStarted, 'target'> | Omit<ProbeEnded, 'target'>;

export interface RunProbesOptions {
  readonly probes: readonly Probe[];
  readonly intervalMillis: number;
  readonly timeoutMillis: number;
  /** Runs a request so that the program's own tracing does not see it. */
  readonly untraced: <Result>(request: () => Promise<Result>) => Promise<Result>;
  readonly emit: (signal: ProbeSignal) => void;
  /** Told why a probe could not be made at all. */
  readonly onFault: (error: unknown) => void;
}

/** Goes through tunnels from the outside now and then, first within an interval: each probe alone, none before its last one has ended. */
export const runProbes = ({
  probes,
  intervalMillis,
  timeoutMillis,
  untraced,
  emit,
  onFault,
}: RunProbesOptions): Source => {
  const running = probes.map(({ proxy, url: text }) => {
    const url = new URL(text);
    const probe = url.protocol === 'tcp:' ? probeTcp : probeHttp;
    const onConnected = (address: string): void => emit({ kind: 'probe.started', time: Date.now(), proxy, address });
    let hasBegun = false;
    return repeat(async () => {
      if (!hasBegun) {
        hasBegun = true;
        return (intervalMillis * (1 + Math.random())) / 2; // what is observed already has been looked at by then
      }
      const { duration, errorType, message } = await untraced(() => probe({ url, timeoutMillis, onConnected }));
      emit({ kind: 'probe.ended', time: Date.now(), proxy, duration, errorType, message });
      return jittered(intervalMillis);
    }, onFault);
  });
  return {
    stop: () => {
      for (const each of running) each.stop();
    },
    refresh: async () => {}, // a flush is no reason to knock
  };
};
