/** How long a line about a request of ours may take to come through the log. */
const EXPIRY_MILLIS = 60_000;

/**
 * frps logs two lines for each request to its API, ours as well (pkg/util/http/middleware.go), and nothing tells them
 * apart but that we know how many we sent: for each of ours, one line of each kind is not news.
 */
export class OwnRequests {
  readonly #expected = new Map<string, number[]>();

  /** A request is about to be sent. */
  sending(path: string, now: number): void {
    for (const kind of ['api.request', 'api.response']) {
      const key = `${kind} ${path}`;
      this.#expected.set(key, [...this.#unexpired(key, now), now + EXPIRY_MILLIS]);
    }
  }

  /** It never came to frps's logger: the connection failed, or the credentials were refused. */
  notLogged(path: string): void {
    for (const kind of ['api.request', 'api.response']) this.#expected.get(`${kind} ${path}`)?.pop();
  }

  /** Whether a line is about a request of ours; each line is claimed once. */
  claim(kind: 'api.request' | 'api.response', path: string, now: number): boolean {
    const key = `${kind} ${path}`;
    const waiting = this.#unexpired(key, now);
    const claimed = waiting.shift() !== undefined;
    // Anybody may ask frps for any path: only ours are kept.
    if (waiting.length > 0) this.#expected.set(key, waiting);
    else this.#expected.delete(key);
    return claimed;
  }

  #unexpired(key: string, now: number): number[] {
    return (this.#expected.get(key) ?? []).filter((deadline) => deadline > now);
  }
}
