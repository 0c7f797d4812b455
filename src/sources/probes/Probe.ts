/** A check that goes through a tunnel from the outside, as a visitor does. */
export interface Probe {
  /** As frps knows it: `user.name`. */
  readonly proxy: string;
  /** `tcp://HOST:PORT`, `http://…` or `https://…`: where visitors come in. */
  readonly url: string;
}

/** How one went. */
export interface ProbeResult {
  /** Seconds: until the service's first byte (TCP) or its status (HTTP); of a service that waits to be spoken to, until frps took the connection. */
  readonly duration: number;
  /** `error.type`: one of frp's classes or an HTTP status; undefined when it succeeded. */
  readonly errorType: string | undefined;
  readonly message: string | undefined;
}

export interface ProbeOptions {
  readonly url: URL;
  readonly timeoutMillis: number;
  /** Called once with our own end, `127.0.0.1:51234`, when there is a connection: frps logs it so. */
  readonly onConnected: (address: string) => void;
}
