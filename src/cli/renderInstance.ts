import type { SourceKind } from '../model/FrpSignal.js';
import type { InstanceSnapshot, SourceSnapshot } from '../model/FrpSnapshot.js';
import { knownServer } from './knownServer.js';
import { plainText } from './status/plainText.js';

/** Marks a state of a source in a terminal. */
export type Paint = (state: SourceSnapshot['state'], text: string) => string;

const STATE_WIDTH = 'degraded'.length;
const SOURCE_WIDTH = 'process'.length;
const ORDER: readonly SourceKind[] = ['config', 'log', 'api', 'process', 'sockets', 'probe'];
const PROGRAM = { server: 'frps', client: 'frpc' } as const;

/** One observed frp, and what each of its sources gives. */
export const renderInstance = (instance: InstanceSnapshot, paint: Paint): string => {
  const { name, role, version, process, sources } = instance;
  const server = knownServer(instance.serverName);
  return [
    `${plainText(name)}: ${[
      version === undefined ? PROGRAM[role] : `${PROGRAM[role]} ${plainText(version)}`,
      process.pid === undefined ? 'no process' : `pid ${process.pid}`,
      ...(server === undefined ? [] : [`server ${server}`]),
    ].join(', ')}`,
    ...sources
      .toSorted((one, other) => ORDER.indexOf(one.source) - ORDER.indexOf(other.source))
      .map((source) => `  ${renderSource(source, paint)}`),
  ].join('\n');
};

const renderSource = ({ source, state, reason }: SourceSnapshot, paint: Paint): string => {
  const told = reason === undefined ? state : `${state.padEnd(STATE_WIDTH)}  ${plainText(reason)}`;
  return `${source.padEnd(SOURCE_WIDTH)}  ${paint(state, told)}`;
};
