import type { Fact } from './factsOf.js';
import { knowledge } from './knowledge.js';
import type { ViewName } from './replay.js';

/** A view cannot know it, and why: then the model must not say anything. */
interface Unknown {
  readonly unknown: string;
}

/** Not held to a value, and why: it depends on the moment at which something is asked. */
interface Open {
  readonly open: string;
}

export type Expected = Fact | Unknown | Open;
export type Facts = Readonly<Record<string, Expected>>;

export const unknown = (reason: string): Unknown => ({ unknown: reason });
export const open = (reason: string): Open => ({ open: reason });

/** What is true of one process at the end of a scenario, fact by fact (see factsOf). */
interface ProcessTruth {
  readonly truth: Facts;
  /** Where the API alone says something else in this scenario than knowledge.ts has it. */
  readonly api?: Facts;
}

/** By the name of the process: `frps`, `frpc`, `frpc2`. */
export type Expectation = Readonly<Record<string, ProcessTruth>>;

/** What scenarios measure themselves, each one what it needs: connections of the services `a` and `b`, and bytes. */
export type Measured = Readonly<Record<'a' | 'b' | 'received' | 'sent' | 'hello', number>>;

/** What a scenario was run on, and what it measured. */
interface Run {
  readonly version: string;
  readonly truth: Measured;
}

/** Expectations by the name of the scenario. */
export type Expectations = Readonly<Record<string, (run: Run) => Expectation>>;

/** What a view should say of a process: the truth, as far as its sources can know it. */
export const expectedOf = (
  process: string,
  { truth, api = {} }: ProcessTruth,
  view: ViewName,
  version: string,
): ReadonlyMap<string, Expected> => {
  const role = process === 'frps' ? 'server' : 'client';
  const rows = knowledge.filter((row) => row.role === role && row.view === view && row.applies(version));
  const table = new Map<string, Expected>();
  for (const [fact, value] of Object.entries(truth)) {
    const row = rows.find(({ facts }) => facts.test(fact));
    if (row?.says !== undefined) {
      const said = row.says(fact);
      table.set(said, sum(table.get(said), value));
    } else table.set(fact, row === undefined ? value : unknown(row.because));
  }
  for (const [fact, value] of Object.entries(view === 'api' ? api : {})) table.set(fact, value);
  return table;
};

const sum = (before: Expected | undefined, value: Expected): Expected =>
  typeof before === 'number' && typeof value === 'number' ? before + value : value;
