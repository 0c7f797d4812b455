import type { ProcessResources } from '../../model/FrpSignal.js';
import { ContextSwitches } from './ContextSwitches.js';
import { sampleProcess } from './sampleProcess.js';

/** Reads what a process uses, once more with each call; undefined when it is gone, or another has its pid. */
export type ReadResources = () => Promise<ProcessResources | undefined>;

/** @param root where the kernel tells of processes */
export const resourcesByProc = (pid: number, root = '/proc'): ReadResources => {
  const switches = new ContextSwitches(pid, root);
  let startTicks: number | undefined;
  return async () => {
    const sample = sampleProcess(pid, root);
    startTicks ??= sample?.startTicks;
    if (sample === undefined || sample.startTicks !== startTicks) return undefined;
    return { ...sample.resources, contextSwitches: switches.count() };
  };
};
