import type { FrpEvent } from '../../../src/model/FrpEvent.js';
import { FrpModel } from '../../../src/model/FrpModel.js';
import type { FrpSignal, ProcessSampled, SourceChanged } from '../../../src/model/FrpSignal.js';
import type { InstanceSnapshot } from '../../../src/model/FrpSnapshot.js';
import type { Observed } from './observeScenario.js';

/** Which sources there are. */
export type ViewName = 'logs' | 'api' | 'both';

/** What the model knows of one process at the end of a scenario, and what happened to it. */
export interface Replayed {
  readonly events: readonly FrpEvent[];
  readonly snapshot: InstanceSnapshot;
}

/** A login that nobody refused counts as accepted after 10 s: the last look at each process comes later than that. */
const LAST_LOOK_MILLIS = 15_000;

/** Gives a model what the sources of a view would have told it; the result is by process name. */
export const replay = ({ signals, names }: Observed, view: ViewName): ReadonlyMap<string, Replayed> => {
  const model = new FrpModel({ retentionMillis: 3_600_000, maxProxies: 1_000 });
  const events = new Map<string, FrpEvent[]>();
  const instances = new Map<string, string>();
  for (const signal of [...signals.flatMap((signal) => through(view, signal)), ...lastLooks(signals)]) {
    const name = names.get(signal.target) ?? '';
    events.set(name, [...(events.get(name) ?? []), ...model.apply(signal)]);
    const instance = model.identityOf(signal.target)?.instance;
    if (instance !== undefined) instances.set(name, instance);
  }
  const { instances: snapshots } = model.snapshot();
  return new Map(
    [...instances].flatMap(([name, instance]) => {
      const snapshot = snapshots.find((candidate) => candidate.name === instance);
      return snapshot === undefined ? [] : [[name, { events: events.get(name) ?? [], snapshot }]];
    }),
  );
};

const through = (view: ViewName, signal: FrpSignal): FrpSignal[] => {
  switch (signal.kind) {
    case 'log.line':
      return view === 'api' ? [] : [signal];
    case 'server.api.answered':
    case 'client.api.answered':
      return view === 'logs' ? [] : [signal];
    case 'source.changed':
      return [without(view, signal)];
    default:
      return [signal];
  }
};

const without = (view: ViewName, signal: SourceChanged): SourceChanged => {
  const isMissing = (view === 'api' && signal.source === 'log') || (view === 'logs' && signal.source === 'api');
  return isMissing ? { ...signal, state: 'off', reason: 'not part of this view' } : signal;
};

const lastLooks = (signals: readonly FrpSignal[]): ProcessSampled[] => {
  const last = new Map<number, ProcessSampled>();
  for (const signal of signals) if (signal.kind === 'process.sampled') last.set(signal.target, signal);
  const time = Math.max(...signals.map((signal) => signal.time)) + LAST_LOOK_MILLIS;
  return [...last.values()].map((signal) => ({ ...signal, time }));
};
