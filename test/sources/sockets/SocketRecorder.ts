import type { FrpConfig } from '../../../src/frp/config/FrpConfig.js';
import { parseConfig } from '../../../src/frp/config/parseConfig.js';
import type { FrpRole } from '../../../src/frp/FrpRole.js';
import type { FrpSignal, SocketReading, SocketsSampled } from '../../../src/model/FrpSignal.js';
import type { SourceReport } from '../../../src/sources/Source.js';
import type { SocketTarget } from '../../../src/sources/sockets/SocketWatch.js';

/** An observed process, by default this one, and all that is told of its connections. */
export class SocketRecorder {
  readonly signals: FrpSignal[] = [];
  readonly reports: SourceReport[] = [];
  readonly target: SocketTarget;
  config: FrpConfig | undefined;

  constructor(role: FrpRole, config: string, { pid = process.pid, hasOtherNetwork = false } = {}) {
    this.config = parseConfig(config, role);
    this.target = {
      target: 1,
      frp: { pid, role, args: [], executable: '/usr/bin/frp', workingFolder: '/', hasOtherNetwork },
      config: () => this.config,
      emit: (signal) => this.signals.push(signal),
      report: (report) => this.reports.push(report),
    };
  }

  get samples(): SocketsSampled[] {
    return this.signals.filter((signal) => signal.kind === 'sockets.sampled');
  }

  get open(): readonly SocketReading[] {
    return this.samples.at(-1)?.sockets ?? [];
  }

  get closed(): readonly SocketReading[] {
    return this.signals.flatMap((signal) => (signal.kind === 'socket.closed' ? signal.socket : []));
  }

  get dropped(): [reason: string, count: number][] {
    return this.signals.flatMap((signal) => (signal.kind === 'items.dropped' ? [[signal.reason, signal.count]] : []));
  }

  /** Bytes of all connections that have ended. */
  get closedBytes(): { in: number; out: number } {
    const sum = (way: 'in' | 'out'): number => this.closed.reduce((total, socket) => total + socket[way], 0);
    return { in: sum('in'), out: sum('out') };
  }
}
