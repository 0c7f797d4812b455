import type { ServerResource } from './FrpEvent.js';
import type { ProcessSnapshot } from './FrpSnapshot.js';

/** From where on a resource of frps is worth a warning. */
export interface ServerThresholds {
  /** Share of all CPUs. */
  readonly serverCpu: number;
  /** Bytes of physical memory. */
  readonly serverMemory: number;
  readonly serverClients: number;
  /** Share of the limit of open files. */
  readonly fileDescriptors: number;
}

/** What goes up and down around a threshold is told once: it is below again when it is below this share of it. */
const BELOW = 0.95;
/** Where nobody counts its files, frps has enough of them again when it has not complained for so long. */
const COMPLAINT_MILLIS = 60_000;

/** One resource that has just gone beyond its threshold. */
export interface ResourceWarning {
  readonly resource: ServerResource;
  readonly value: number;
  readonly threshold: number;
}

/** Tells once when a resource of frps goes beyond its threshold, and again only after it was below. */
export class ResourceWarnings {
  readonly #thresholds: Readonly<Record<ServerResource, number>>;
  readonly #beyond = new Set<ServerResource>();
  #complainedAt: number | undefined;

  /** @param thresholds none: nothing is beyond, but what frps itself complains of */
  constructor(thresholds: ServerThresholds | undefined) {
    this.#thresholds = {
      cpu: thresholds?.serverCpu ?? Number.POSITIVE_INFINITY,
      memory: thresholds?.serverMemory ?? Number.POSITIVE_INFINITY,
      clients: thresholds?.serverClients ?? Number.POSITIVE_INFINITY,
      file_descriptors: thresholds?.fileDescriptors ?? 1,
    };
  }

  /** frps was started anew. */
  restarted(): void {
    this.#beyond.clear();
    this.#complainedAt = undefined;
  }

  /** The operating system has told what frps uses. */
  sampled({ cpuUtilization, resources }: ProcessSnapshot, time: number): readonly ResourceWarning[] {
    const { memoryResident, openFiles, maxOpenFiles } = resources ?? {};
    const filesInUse = openFiles !== undefined && maxOpenFiles ? openFiles / maxOpenFiles : undefined;
    const isQuiet = this.#complainedAt !== undefined && time - this.#complainedAt >= COMPLAINT_MILLIS;
    if (filesInUse === undefined && isQuiet) this.#beyond.delete('file_descriptors');
    return [
      ...this.#check('cpu', cpuUtilization),
      ...this.#check('memory', memoryResident),
      ...this.#check('file_descriptors', filesInUse),
    ];
  }

  clients(active: number | undefined): readonly ResourceWarning[] {
    return this.#check('clients', active);
  }

  /** frps logs that it may open no more files: then all are in use, whatever the last sample said. */
  outOfFiles(time: number): readonly ResourceWarning[] {
    this.#complainedAt = time;
    return this.#warn('file_descriptors', 1);
  }

  #check(resource: ServerResource, value: number | undefined): readonly ResourceWarning[] {
    if (value === undefined) return NONE;
    const threshold = this.#thresholds[resource];
    if (value > threshold) return this.#warn(resource, value);
    if (value < BELOW * threshold) this.#beyond.delete(resource);
    return NONE;
  }

  #warn(resource: ServerResource, value: number): readonly ResourceWarning[] {
    if (this.#beyond.has(resource)) return NONE;
    this.#beyond.add(resource);
    return [{ resource, value, threshold: this.#thresholds[resource] }];
  }
}

const NONE: readonly ResourceWarning[] = Object.freeze([]);
