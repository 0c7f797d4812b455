import type { FrpConfig } from '../frp/config/FrpConfig.js';

/** Proxies of one instance whose connections have spans from their beginning. */
const MAX_PROXIES = 10_000;

/** Of these frps logs each visitor with his address, and the kernel knows him by it. Of stcp it is the visiting frpc's. */
export const SEEN_TO_THE_END: ReadonlySet<string> = new Set(['tcp', 'https', 'tcpmux']);

/**
 * Since when it is known that the ends of an instance's connections are told, by its proxies: a look has listed the proxy's port,
 * or the end of one of its connections was told.
 */
export class EndsTold {
  #since: number | undefined;
  /** Of the newest connection that was asked for. */
  #lastBegun = Number.NEGATIVE_INFINITY;
  /** Since when they are looked at. */
  #ports: ReadonlyMap<number, number> = new Map();
  readonly #portOf = new Map<string, number>();
  readonly #sharedPortOf = new Map<string, number>();
  /** Proxies of which one was told, since then. */
  readonly #proven = new Map<string, number>();

  /** Whether it is known now that the end of a connection that begins will be told. */
  willTell(proxy: string, startTime: number): boolean {
    this.#lastBegun = Math.max(this.#lastBegun, startTime);
    return this.didTell(proxy, startTime);
  }

  /** Whether it was known as it began. */
  didTell(proxy: string, startTime: number): boolean {
    const since = this.#sinceOf(proxy);
    return since !== undefined && startTime >= since;
  }

  /** Proxies of these types have no ports of their own. */
  sharedPorts({ vhostHTTPSPort, tcpmuxHTTPConnectPort }: FrpConfig): void {
    if (vhostHTTPSPort !== undefined) this.#sharedPortOf.set('https', vhostHTTPSPort);
    if (tcpmuxHTTPConnectPort !== undefined) this.#sharedPortOf.set('tcpmux', tcpmuxHTTPConnectPort);
  }

  listens(proxy: string, port: number): void {
    if (this.#portOf.has(proxy) || this.#portOf.size < MAX_PROXIES) this.#portOf.set(proxy, port);
  }

  /** A proxy has come. */
  told(proxy: string, type: string): void {
    const port = this.#sharedPortOf.get(type);
    if (port !== undefined) this.listens(proxy, port);
    else if (!SEEN_TO_THE_END.has(type)) this.#portOf.delete(proxy);
  }

  /** A proxy is offline. Its port is looked at no more, and the next one that has it, not before the next look. */
  lost(proxy: string): void {
    this.#proven.delete(proxy);
  }

  closed(proxy: string): void {
    this.#portOf.delete(proxy);
    this.#proven.delete(proxy);
  }

  ended(proxy: string, time: number): void {
    if (!this.#proven.has(proxy) && this.#proven.size < MAX_PROXIES) this.#proven.set(proxy, this.#notBefore(time));
  }

  /** All ends at these ports are told. */
  looked(time: number, ports: readonly number[]): void {
    const since = this.#notBefore(time);
    this.#since ??= since;
    this.#ports = new Map(ports.map((port) => [port, this.#ports.get(port) ?? since]));
  }

  /** No ends are told any more. @returns whether some were */
  stop(): boolean {
    const wasTold = this.#since !== undefined;
    this.#since = undefined;
    return wasTold;
  }

  /** It comes to be known later than it was so: what has begun meanwhile was told that it is not. */
  #notBefore(time: number): number {
    return Math.max(time, this.#lastBegun + 1);
  }

  /** Undefined where they are not told, or that is not known. */
  #sinceOf(proxy: string): number | undefined {
    if (this.#since === undefined) return undefined;
    const port = this.#portOf.get(proxy);
    const since = (port === undefined ? undefined : this.#ports.get(port)) ?? this.#proven.get(proxy);
    return since === undefined ? undefined : Math.max(this.#since, since);
  }
}
