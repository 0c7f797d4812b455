import type { FrpConfig } from '../frp/config/FrpConfig.js';
import { type FrpEvent, NO_EVENTS } from './FrpEvent.js';
import type { FrpProxy } from './FrpProxy.js';
import type { ProcessSnapshot, ServerSnapshot } from './FrpSnapshot.js';
import { countPorts, portUtilization } from './portUtilization.js';
import { type ResourceWarning, ResourceWarnings, type ServerThresholds } from './ResourceWarnings.js';
import type { Subject } from './Subject.js';

/** What the user says of frps's size. */
export interface ServerLimits {
  /** Clients that frps is meant for: it has no limit of its own. */
  readonly maxClients?: number | undefined;
  /** None: no resource is warned of, but what frps itself complains of. */
  readonly thresholds?: ServerThresholds | undefined;
}

/** The part of frps's snapshot that is told here. */
export type CapacitySnapshot = Pick<
  ServerSnapshot,
  'peakClients' | 'clientUtilization' | 'portUtilization' | 'bindPort' | 'dashboard'
>;

/** How much of what frps has is in use: clients, ports, and what the operating system gives it. */
export class ServerCapacity {
  readonly #subject: Subject;
  readonly #maxClients: number | undefined;
  readonly #warnings: ResourceWarnings;
  #config: FrpConfig | undefined;
  /** 0: all. */
  #allowedPorts = 0;
  #peakClients: number | undefined;

  constructor(subject: Subject, { maxClients, thresholds }: ServerLimits) {
    this.#subject = subject;
    this.#maxClients = maxClients;
    this.#warnings = new ResourceWarnings(thresholds);
  }

  /** It starts, or goes on as a new process: frps reads its config at no other time. */
  started(config: FrpConfig | undefined): void {
    this.#config = config;
    this.#allowedPorts = countPorts(config?.allowPorts ?? []);
    this.#warnings.restarted();
  }

  sampled(process: ProcessSnapshot, time: number): readonly FrpEvent[] {
    return this.#told(this.#warnings.sampled(process, time), time);
  }

  /** @param active undefined where it is not known */
  clients(active: number | undefined, time: number): readonly FrpEvent[] {
    if (active === undefined || !this.#subject.isNews()) return NO_EVENTS;
    this.#peakClients = Math.max(active, this.#peakClients ?? 0);
    return this.#told(this.#warnings.clients(active), time);
  }

  outOfFiles(time: number): readonly FrpEvent[] {
    return this.#subject.isNews() ? this.#told(this.#warnings.outOfFiles(time), time) : NO_EVENTS;
  }

  /** @param proxies all that are online; undefined where some are not known */
  snapshot(activeClients: number | undefined, proxies: Iterable<FrpProxy> | undefined): CapacitySnapshot {
    const tellsPorts = proxies !== undefined && this.#allowedPorts > 0;
    const { serverPort, webServer } = this.#config ?? {};
    return {
      peakClients: this.#peakClients,
      clientUtilization:
        activeClients === undefined || this.#maxClients === undefined ? undefined : activeClients / this.#maxClients,
      portUtilization: tellsPorts ? portUtilization(this.#allowedPorts, proxies) : undefined,
      bindPort: serverPort,
      dashboard: this.#config && Object.freeze({ enabled: webServer !== undefined, port: webServer?.port }),
    };
  }

  #told(warnings: readonly ResourceWarning[], time: number): readonly FrpEvent[] {
    if (warnings.length === 0) return NO_EVENTS;
    return warnings.map((warning) => ({
      ...this.#subject.identity(),
      ...warning,
      kind: 'server.resource.warning',
      time,
    }));
  }
}
